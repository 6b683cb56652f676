"""Errors of reading rows; each message is one sentence that names the file and says what to do.

RowsError
├── InputFileError: a file is not of its format, or has no usable row
│   ├── ColumnMissingError: it lacks a column
│   └── NoRowsError: it is empty
└── LabelError: a label or a label option does not fit the model
"""


class RowsError(Exception):
    """Root of the errors of reading rows."""


class InputFileError(RowsError):
    """A file is not of its format, lacks a column, or has no usable row."""


class ColumnMissingError(InputFileError):
    """A file lacks a column; the message lists those that it has."""


class NoRowsError(InputFileError):
    """A file is empty."""


class LabelError(RowsError):
    """A label, or an option about labels, does not fit the model."""
