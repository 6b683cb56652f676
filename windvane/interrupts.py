"""Tells whether a signal ended what was going on."""


def is_interrupt(error: BaseException) -> bool:
    """Return whether an error is SIGINT's, or SIGTERM's where it is handled as SIGINT is.

    A signal that comes while onnxruntime is imported is an ImportError: pybind11 raises it from the
    KeyboardInterrupt.
    """
    return isinstance(error, KeyboardInterrupt) or (
        isinstance(error, ImportError) and isinstance(error.__cause__, KeyboardInterrupt)
    )
