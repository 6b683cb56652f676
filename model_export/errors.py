"""Errors of the export.

ExportError
├── CheckpointError   the checkpoint cannot be used; the message says why
├── ConversionError   a step from the checkpoint to the graph failed; the message says which
└── ParityError       the bundle's answers lie too far from the checkpoint's
"""


class ExportError(Exception):
    """A checkpoint could not be exported; the message is one sentence for the person."""


class CheckpointError(ExportError):
    """The checkpoint cannot be reached, or is not one that can be exported."""


class ConversionError(ExportError):
    """A step from the checkpoint to the bundle's graph failed."""


class ParityError(ExportError):
    """The bundle's answers lie too far from the checkpoint's."""


def first_line(error: Exception) -> str:
    """Quote a library's message in a sentence of ours: its first line, without the full stop."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removesuffix(".")
