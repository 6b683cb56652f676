"""Progress of a rehearsal: a line for each step, and a summary with timings."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from tests.rehearsal.expectations import StepError

SLOWEST_SHOWN = 5
UNEXPECTED = (BotoCoreError, ClientError, HTTPError, LookupError, OSError, ValueError)
"""What calls of AWS and of the API raise, and responses without what is looked for in them."""


@dataclass
class StepReport:
    """Prints steps as they run.

    Attributes:
        output: Where to.
        seconds: Duration of each step that passed, by its title.
    """

    output: TextIO = field(default_factory=lambda: sys.stdout)
    seconds: dict[str, float] = field(default_factory=dict)
    _started: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Run the block as a step.

        Raises:
            StepError: The step failed, which is printed.
        """
        started = time.monotonic()
        if self.output.isatty():
            self._write(f"             ...  {title}\r")
        try:
            yield
        except StepError as error:
            self._print("FAIL", started, f"{title}: {error}")
            raise
        except UNEXPECTED as error:
            fault = StepError("fault", expected="none", got=f"{type(error).__name__}: {error}")
            self._print("FAIL", started, f"{title}: {fault}")
            raise fault from error
        self.seconds[title] = time.monotonic() - started
        self._print("ok", started, title)

    def note(self, text: str) -> None:
        """Print a line that is no step, below the titles of steps."""
        self._write(f"{'':25}{text}\n")

    def summarize(self) -> None:
        """Print how many steps passed, and what took long."""
        total = time.monotonic() - self._started
        slowest = sorted(self.seconds.items(), key=lambda step: step[1], reverse=True)
        self._write(f"\n{len(self.seconds)} steps passed in {total:.0f} s. The longest:\n")
        for title, seconds in slowest[:SLOWEST_SHOWN]:
            self._write(f"{seconds:7.1f} s  {title}\n")

    def count_cpu(self) -> None:
        """Print the CPU time of this process and of all that it started and that ended."""
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        seconds = sum(usage.ru_utime + usage.ru_stime for usage in used)
        self._write(f"CPU time: {seconds:.0f} s, the emulator and the CDK included.\n")

    def _print(self, result: str, started: float, text: str) -> None:
        now = time.monotonic()
        self._write(f"{now - self._started:7.1f} s {now - started:6.1f} s  {result:4}  {text}\n")

    def _write(self, text: str) -> None:
        self.output.write(text)
        self.output.flush()
