"""Renews the claims of requests that take long to serve, so that a repeated request waits for them.

The event loop looks for old claims. Only when it finds one does a thread start, since renewing one
waits for the result log. There is one thread, and it stays.
"""

import asyncio
import threading
import time

from windvane.observability import logger
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import HELD_CLAIMS

CHECK_SECONDS = 2.0


class ClaimRenewal:
    """Renews the claims of this process."""

    def __init__(self) -> None:
        self._has_old = threading.Event()
        self._thread: threading.Thread | None = None

    async def run(self) -> None:
        """Check every `CHECK_SECONDS`, until it is cancelled."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            self.check()

    def check(self) -> None:
        """Have the thread renew old claims, if there are any."""
        if not HELD_CLAIMS.list_old():
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._renew_on, name="renewal", daemon=True)
            self._thread.start()
        self._has_old.set()

    def _renew_on(self) -> None:
        while True:
            self._has_old.wait()
            self._has_old.clear()
            renew_old_claims()


def renew_old_claims() -> None:
    """Renew each old claim; one that fails is tried again at the next check."""
    for records, claim in HELD_CLAIMS.list_old():
        started = time.monotonic()
        try:
            if records.renew(claim):
                HELD_CLAIMS.set_renewed(claim, started)
            else:
                HELD_CLAIMS.drop(claim)  # its response will not be stored, and a log line say so
        except ResultLogUnavailableError as error:
            logger.error("idempotency claim not renewed", reason=str(error))
