"""Errors of the export.

ExportError
├── CheckpointError   the checkpoint cannot be used; the message says why
├── ConversionError   a step from the checkpoint to the graph failed; the message says which
└── ParityError       the bundle's probabilities differ too much from the checkpoint's
"""


class ExportError(Exception):
    """A checkpoint could not be exported; the message is one sentence for the user."""


class CheckpointError(ExportError):
    """The checkpoint cannot be found, or cannot be exported."""


class ConversionError(ExportError):
    """A step from the checkpoint to the graph failed."""


class ParityError(ExportError):
    """The bundle's probabilities differ too much from the checkpoint's."""


def first_line(error: Exception) -> str:
    """Return the first line of a library's message without its full stop, to quote it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removesuffix(".")
