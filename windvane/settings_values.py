"""Readers of the values of environment variables.

Errors::

    SettingsError
"""

import re
from collections.abc import Callable, Mapping

from windvane.facts import CLIENT_NAME, LOCATION

SHARE = re.compile(r"[01]|[01]?\.[0-9]{1,6}", re.ASCII)
API_KEY_CHARS = range(20, 129)  # as API Gateway's
SUBJECT_KEY = re.compile("[!-~]{32,128}")
"""A key shorter than a hash would weaken it: https://www.rfc-editor.org/rfc/rfc2104#section-3."""


class SettingsError(Exception):
    """A variable has a value that is not allowed; the message names variable, value and rule."""


def read_int(environ: Mapping[str, str], name: str, maximum: int) -> int | None:
    """Read a whole number of at least 1; None if the variable is unset or empty.

    Raises:
        SettingsError: The value is no such number, or more than the maximum.
    """
    value = environ.get(name)
    if not value:
        return None
    is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(maximum))
    if is_number and 1 <= int(value) <= maximum:
        return int(value)
    raise SettingsError(f"{name} is {value!r}; allowed is a whole number from 1 to {maximum}.")


def read_choice(environ: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str | None:
    """Read one of the words allowed; None or empty if the variable is.

    Raises:
        SettingsError: The value is another word.
    """
    value = environ.get(name)
    if not value or value in allowed:
        return value
    raise SettingsError(f"{name} is {value!r}; allowed is one of {', '.join(allowed)}.")


def read_match(environ: Mapping[str, str], name: str, pattern: str, rule: str) -> str:
    """Read a value that the whole pattern matches; empty if the variable is unset or empty.

    ``rule`` ends the error's sentence "it must be ...".

    Raises:
        SettingsError: The pattern does not match.
    """
    value = environ.get(name, "")
    if value and not re.fullmatch(pattern, value):
        raise SettingsError(f"{name} is {value!r}; it must be {rule}.")
    return value


def read_share(environ: Mapping[str, str], name: str) -> float | None:
    """Read a share of more than 0 and at most 1; None if the variable is unset or empty.

    Raises:
        SettingsError: The value is no such number.
    """
    value = environ.get(name)
    if not value:
        return None
    if SHARE.fullmatch(value) and 0 < float(value) <= 1:
        return float(value)
    raise SettingsError(f"{name} is {value!r}; allowed is more than 0 and at most 1, such as 0.05.")


def read_secret(
    environ: Mapping[str, str], name: str, is_allowed: Callable[[str], bool], rule: str
) -> str:
    """Read a value that no message shows; empty if the variable is unset or empty.

    Raises:
        SettingsError: The value is not allowed.
    """
    value = environ.get(name, "")
    if value and not is_allowed(value):
        raise SettingsError(f"{name} has another value than allowed: {rule}.")
    return value


def read_list(
    environ: Mapping[str, str], name: str, is_allowed: Callable[[str], bool], rule: str
) -> tuple[str, ...]:
    """Read comma-separated values; none if the variable is unset or empty.

    Raises:
        SettingsError: A value is not allowed; the message does not show it, for it may be a key.
    """
    value = environ.get(name)
    if not value:
        return ()
    values = tuple(part.strip() for part in value.split(","))
    if all(map(is_allowed, values)):
        return values
    raise SettingsError(f"{name} has another value than allowed: {rule}, with commas between them.")


def is_host(value: str) -> bool:
    """Whether a value is a host's name in lower case, or an address in brackets, without port."""
    is_address = value.startswith("[") and value.endswith("]")
    return _is_plain(value) and value == value.lower() and (is_address or ":" not in value)


def is_origin(value: str) -> bool:
    """Whether a value is an origin of the web in lower case, such as https://example.com."""
    scheme, _, host = value.partition("://")
    return scheme in {"http", "https"} and _is_plain(host) and value == value.lower()


def is_api_key(value: str) -> bool:
    """Whether a value has the length and the characters of an API key."""
    return _is_plain(value) and len(value) in API_KEY_CHARS


def is_client_key(value: str) -> bool:
    """Whether a value is NAME=KEY."""
    name, _, key = value.partition("=")
    return CLIENT_NAME.fullmatch(name) is not None and is_api_key(key)


def is_subject_key(value: str) -> bool:
    """Whether a value has the length and the characters of a key for subjects."""
    return SUBJECT_KEY.fullmatch(value) is not None


def is_location(value: str) -> bool:
    """Whether a value is a location in S3 that ends with a slash."""
    return re.fullmatch(rf"{LOCATION}/", value) is not None


def _is_plain(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable() and not set(value) & set(" /*@")
