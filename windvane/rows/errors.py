"""Errors of reading rows; each message is one sentence that names the file and says what to do.

RowsError
├── InputFileError: a file is not of its format, lacks a column, or has no usable row
└── LabelError: a label or a label option does not fit the model
"""


class RowsError(Exception):
    """Root of the errors of reading rows."""


class InputFileError(RowsError):
    """A file is not of its format, lacks a column, or has no usable row."""


class LabelError(RowsError):
    """A label, or an option about labels, does not fit the model."""
