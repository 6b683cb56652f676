"""A fake emulator, which logs each event and reports the duration that a test sets."""

import json
from math import ceil
from pathlib import Path
from typing import Any


class FakeEmulator:
    def __init__(self, log: Path, status: int = 200) -> None:
        self.log = log
        self.duration = "0"
        self._status = status

    def invoke(self, event: object) -> dict[str, Any]:
        billed = ceil(float(self.duration))
        with self.log.open("a", encoding="utf-8") as log:
            log.write("START RequestId: 1 Version: $LATEST\n")
            log.write(json.dumps(event) + "\n")
            log.write("END RequestId: 1\n")
            log.write(
                f"REPORT RequestId: 1\tInit Duration: 0.02 ms\tDuration: {self.duration} ms\t"
                f"Billed Duration: {billed} ms\tMemory Size: 512 MB\tMax Memory Used: 512 MB\t\n"
            )
        return {"statusCode": self._status, "body": "{}"}
