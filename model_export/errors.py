"""Errors of the export.

ExportError
├── CheckpointError   the checkpoint cannot be used; the message says why
└── ParityError       the bundle's answers lie too far from the checkpoint's
"""


class ExportError(Exception):
    """A checkpoint could not be exported; the message is one sentence for the person."""


class CheckpointError(ExportError):
    """The checkpoint cannot be reached, or is not one that can be exported."""


class ParityError(ExportError):
    """The bundle's answers lie too far from the checkpoint's."""
