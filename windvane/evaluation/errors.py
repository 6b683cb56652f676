"""Errors of the evaluation.

EvaluationError
├── BiasError         a file of terms, templates or limits, or the bundle for them, cannot be used
├── CorrectionsError  corrections cannot be learned from
├── GateError         a gate file, or the models or files for it, cannot be used
└── SuiteError        a file of a behaviour suite, or the suite for a bundle, cannot be used
"""


class EvaluationError(Exception):
    """Any failure of the evaluation."""


class BiasError(EvaluationError):
    """A file of terms, templates or limits, or the bundle for them, cannot be used."""


class CorrectionsError(EvaluationError):
    """Corrections cannot be learned from."""


class GateError(EvaluationError):
    """A gate file, or the models or files for it, cannot be used."""


class SuiteError(EvaluationError):
    """A file of a behaviour suite, or the suite for a bundle, cannot be used."""
