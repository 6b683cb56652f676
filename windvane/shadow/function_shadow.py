"""Sends a share of the texts to the challenger's function, which nobody waits for.

The function is invoked asynchronously: Lambda takes the event and answers 202. That call runs in a
thread while the request's records are written, since a function is frozen as soon as it has
answered. See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import msgspec

from windvane.aws.connection import AwsConnection
from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import find_lambda
from windvane.aws.errors import AwsError
from windvane.observability import logger
from windvane.result_log.record import ResultRecord
from windvane.shadow.shadow_record import ShadowedText, ShadowEvent, choose_texts

SEND_SECONDS = 0.25
"""How long Lambda has to take an event, and with it the longest that an answer waits for it."""

PAUSE_SECONDS = 30.0
"""How long nothing is sent after Lambda has not taken an event."""

MAX_EVENT_BYTES = 240_000
"""Lambda has taken asynchronous events of 256 KB in all regions; "Invocation payload" at
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""

INVOKE = "/2015-03-31/functions/{name}/invocations"


class FunctionShadow:
    """Invokes one function; safe to use from several threads."""

    def __init__(
        self,
        function_name: str,
        share: float,
        environ: Mapping[str, str],
        on_not_sent: Callable[[int], None],
    ) -> None:
        """Prepare the calls; the first one opens the connection.

        Args:
            function_name: The challenger's function, in the region of the environment.
            share: Share of the texts that are sent, 0 to 1.
            environ: Region, credentials and endpoint, by the names that every AWS SDK reads.
            on_not_sent: Called with the number of texts that should have been sent and were not.

        Raises:
            AwsSetupError: The AWS region is not known.
        """
        self._path = INVOKE.format(name=function_name)
        self._share = share
        self._on_not_sent = on_not_sent
        self._connection = AwsConnection(find_lambda(environ), CredentialSource(environ))
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="shadow")
        self._paused_until = 0.0

    @contextmanager
    def send_beside(
        self, records: Sequence[ResultRecord], texts: Sequence[str], text_ms: float
    ) -> Iterator[None]:
        """Send chosen texts while the block runs; wait no longer than `SEND_SECONDS` in all."""
        chosen = choose_texts(records, texts, text_ms, self._share)
        if not chosen:
            yield
            return
        deadline = time.monotonic() + SEND_SECONDS
        sending = self._pool.submit(self._send, chosen, deadline)
        try:
            yield
        finally:
            self._finish(sending, len(chosen), deadline)

    def close(self) -> None:
        """Close the connection."""
        self._pool.shutdown()
        self._connection.close()

    def _send(self, chosen: Sequence[ShadowedText], deadline: float) -> int:
        """Send texts in one event; return how many are in it."""
        if time.monotonic() < self._paused_until:
            return 0
        body, count = _encode(chosen)
        headers = {"content-type": "application/json", "x-amz-invocation-type": "Event"}
        with self._connection.send(
            "POST", self._path, headers, body, deadline=deadline
        ) as response:
            response.read()
        return count

    def _finish(self, sending: Future[int], chosen: int, deadline: float) -> None:
        sent = 0
        try:
            sent = sending.result(max(deadline - time.monotonic(), 0))
        except (AwsError, TimeoutError) as error:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            # An error of the connection names service, status and AWS's name for it, no more.
            logger.warning("shadow not sent", reason=str(error) or "no time was left")
        if sent < chosen:
            self._on_not_sent(chosen - sent)


def _encode(chosen: Sequence[ShadowedText]) -> tuple[bytes, int]:
    """Encode as many texts as fit into an event; return it and their number."""
    size = 0
    for count, shadowed in enumerate(chosen):
        size += len(msgspec.json.encode(shadowed)) + 1
        if size > MAX_EVENT_BYTES:
            return msgspec.json.encode(ShadowEvent(tuple(chosen[:count]))), count
    return msgspec.json.encode(ShadowEvent(tuple(chosen))), len(chosen)
