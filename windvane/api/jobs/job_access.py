"""Where bulk jobs run; what speaks to it is imported and opened by the first request for a job."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from windvane.jobs.executions import Executions


class JobAccess:
    """Opens the executions of a state machine when they are first needed."""

    def __init__(self, arn: str, environ: Mapping[str, str]) -> None:
        """Store the ARN of the state machine, and what leads to AWS."""
        self._arn = arn
        self._environ = environ

    @cached_property
    def executions(self) -> "Executions":
        """The jobs of the state machine."""
        from windvane.jobs.executions import Executions

        return Executions(self._arn, self._environ)


def open_job_access(arn: str, environ: Mapping[str, str]) -> JobAccess | None:
    """Return what leads to the jobs of a state machine; None if there is no machine."""
    return JobAccess(arn, environ) if arn else None
