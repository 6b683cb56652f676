"""A step of a smoke test: a request, what has to come back, and what came."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from windvane.cli.smoke.authorization import BOTH_PROOFS, Proof
from windvane.cli.smoke.service_client import NoResponseError, ServiceClient, ServiceResponse

Outcome = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True)
class Verdict:
    """Whether a response is the one that was expected, and what came."""

    outcome: Outcome
    got: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request.

    Attributes:
        name: Name of the step.
        method: HTTP method.
        path: Path below the service's address.
        expected: What has to come back.
        check: Compares a response with it.
        body: The request's body, to be sent as JSON; None sends none.
        proofs: What is sent to prove who calls, as far as it is known.
    """

    name: str
    method: str
    path: str
    expected: str
    check: Callable[[ServiceResponse], Verdict]
    body: object = None
    proofs: frozenset[Proof] = BOTH_PROOFS

    def skip(self, reason: str) -> "StepResult":
        """Say why the step is not run."""
        return StepResult(step=self.name, outcome="skipped", expected=self.expected, got=reason)

    def run(self, client: ServiceClient, correlation_id: str) -> "StepResult":
        """Send the request and check the response."""
        try:
            response = client.send(
                self.method,
                self.path,
                self.body,
                proofs=self.proofs,
                correlation_id=correlation_id,
            )
        except NoResponseError as error:
            return StepResult(
                step=self.name, outcome="failed", expected=self.expected, got=str(error)
            )
        verdict = self.check(response)
        return StepResult(
            step=self.name,
            outcome=verdict.outcome,
            elapsed_ms=round(response.elapsed_ms, 1),
            expected=self.expected,
            got=verdict.got,
        )


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """How a step ended.

    Attributes:
        step: Name of the step.
        outcome: Whether it went well.
        elapsed_ms: Duration of its request in milliseconds; None if there was no response.
        expected: What had to come back.
        got: What came back, or why the step was skipped.
    """

    step: str
    outcome: Outcome
    elapsed_ms: float | None = None
    expected: str
    got: str

    @property
    def is_request(self) -> bool:
        """Whether a request was sent: with a response, or without one where one had to come."""
        return self.elapsed_ms is not None or self.outcome == "failed"
