"""Errors of the calibration.

CalibrationError
├── BundleLabelsError   the bundle has no labels to choose between
└── UsableRowsError     the labelled rows are too few, or lack a label
"""


class CalibrationError(Exception):
    """Any failure of the calibration."""


class BundleLabelsError(CalibrationError):
    """The bundle has no labels to choose between."""


class UsableRowsError(CalibrationError):
    """The labelled rows are too few, or lack a label; the message names the rule."""
