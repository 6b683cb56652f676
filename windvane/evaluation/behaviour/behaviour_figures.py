"""Failures of a behaviour suite, by capability and kind of test."""

from dataclasses import dataclass
from typing import Any

from windvane.evaluation.behaviour.suite_cases import Fault


@dataclass(frozen=True)
class KindFigures:
    """Figures of the tests of one kind.

    Attributes:
        kind: ``minimum``, ``invariance`` or ``direction``.
        cases: Number of cases.
        failures: Number of cases that failed.
    """

    kind: str
    cases: int
    failures: int

    @property
    def failure_rate(self) -> float:
        """Share of the cases that failed, 0 to 1."""
        return self.failures / self.cases


@dataclass(frozen=True)
class FailedCase:
    """A case that failed: its kind, the name of its test, and the fault."""

    kind: str
    test: str
    fault: Fault


@dataclass(frozen=True)
class CapabilityFigures:
    """Figures of one capability.

    Attributes:
        name: Its name.
        about: One sentence about it.
        kinds: Figures of each kind of test that it has.
        failed: The cases that failed, in the order of the file.
    """

    name: str
    about: str
    kinds: tuple[KindFigures, ...]
    failed: tuple[FailedCase, ...]

    @property
    def cases(self) -> int:
        """Count the cases."""
        return sum(kind.cases for kind in self.kinds)

    @property
    def failure_rate(self) -> float:
        """Share of its cases that failed, 0 to 1."""
        return len(self.failed) / self.cases

    def of_kind(self, kind: str) -> KindFigures | None:
        """Return the figures of a kind, or None without tests of that kind."""
        return next((figures for figures in self.kinds if figures.kind == kind), None)


@dataclass(frozen=True)
class BehaviourFigures:
    """Figures of a suite.

    Attributes:
        capabilities: Figures by capability, in the order of their files.
        left_out: Number of cases left out because they need a label that the model lacks.
    """

    capabilities: tuple[CapabilityFigures, ...]
    left_out: int = 0

    @property
    def cases(self) -> int:
        """Count the cases that were run."""
        return sum(capability.cases for capability in self.capabilities)

    @property
    def failures(self) -> int:
        """Count the cases that failed."""
        return sum(len(capability.failed) for capability in self.capabilities)

    @property
    def failure_rate(self) -> float:
        """Share of all cases that failed, 0 to 1."""
        return self.failures / self.cases

    def above(self, failure_rate: float) -> list[CapabilityFigures]:
        """Select the capabilities with a higher failure rate."""
        return [figures for figures in self.capabilities if figures.failure_rate > failure_rate]

    def as_json(self) -> dict[str, Any]:
        """Build the JSON: counts, rates and every failed case."""
        return {
            "cases": self.cases,
            "failures": self.failures,
            "failure_rate": self.failure_rate,
            "left_out": self.left_out,
            "capabilities": [_capability_json(figures) for figures in self.capabilities],
        }


def _capability_json(figures: CapabilityFigures) -> dict[str, Any]:
    return {
        "name": figures.name,
        "about": figures.about,
        "cases": figures.cases,
        "failures": len(figures.failed),
        "failure_rate": figures.failure_rate,
        "kinds": {
            kind.kind: {
                "cases": kind.cases,
                "failures": kind.failures,
                "failure_rate": kind.failure_rate,
            }
            for kind in figures.kinds
        },
        "failed": [_failed_json(failed) for failed in figures.failed],
    }


def _failed_json(failed: FailedCase) -> dict[str, Any]:
    return {
        "kind": failed.kind,
        "test": failed.test,
        "text": failed.fault.text,
        "base": failed.fault.base,
        "expected": failed.fault.expected,
        "found": failed.fault.actual,
    }
