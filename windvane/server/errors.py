"""Errors that keep the local server from starting.

ServerError
    TlsFileError
    WorkerStartError
"""


class ServerError(Exception):
    """The server cannot start; the message is a sentence."""


class TlsFileError(ServerError):
    """Certificate or key cannot be used."""


class WorkerStartError(ServerError):
    """A worker process ended while it started."""
