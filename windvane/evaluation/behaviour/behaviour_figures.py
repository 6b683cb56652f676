"""How often a model failed a suite, by capability and kind of test."""

from dataclasses import dataclass
from typing import Any

from windvane.evaluation.behaviour.suite_cases import Fault


@dataclass(frozen=True)
class KindFigures:
    """The tests of one kind.

    Attributes:
        kind: ``minimum``, ``invariance`` or ``direction``.
        cases: How many there were.
        failures: How many of them failed.
    """

    kind: str
    cases: int
    failures: int

    @property
    def failure_rate(self) -> float:
        """The part that failed, 0 to 1."""
        return self.failures / self.cases


@dataclass(frozen=True)
class FailedCase:
    """A case that failed: its kind, its test's name and why."""

    kind: str
    test: str
    fault: Fault


@dataclass(frozen=True)
class CapabilityFigures:
    """One capability.

    Attributes:
        name: Its name.
        about: What a model that has it can do.
        kinds: Its figures by kind of test, where it has such tests.
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
        """The part of its cases that failed, 0 to 1."""
        return len(self.failed) / self.cases

    def of_kind(self, kind: str) -> KindFigures | None:
        """Find the figures of a kind, if there are tests of it."""
        return next((figures for figures in self.kinds if figures.kind == kind), None)


@dataclass(frozen=True)
class BehaviourFigures:
    """A whole suite.

    Attributes:
        capabilities: Figures by capability, in the order of their files.
        left_out: Cases that need a label which the model does not have.
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
        """The part of all cases that failed, 0 to 1."""
        return self.failures / self.cases

    def above(self, failure_rate: float) -> list[CapabilityFigures]:
        """Find the capabilities that fail more often."""
        return [figures for figures in self.capabilities if figures.failure_rate > failure_rate]

    def as_json(self) -> dict[str, Any]:
        """Build what JSON shows: counts, rates and every failed case."""
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
        "found": failed.fault.found,
    }
