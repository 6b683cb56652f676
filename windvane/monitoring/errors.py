"""Errors of the monitoring.

MonitoringError
├── ProfileError   the bundle has no reference profile, or one that does not fit the model
├── LimitsError    a file of limits cannot be used
└── RecordsError   there are no records to compare, or they do not fit the profile
"""


class MonitoringError(Exception):
    """Any failure of the monitoring."""


class ProfileError(MonitoringError):
    """The bundle has no reference profile, or one that does not fit the model."""


class LimitsError(MonitoringError):
    """A file of limits cannot be used."""


class RecordsError(MonitoringError):
    """There are no records to compare, or they do not fit the profile."""
