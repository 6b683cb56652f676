"""Settings of the local server's processes, of its connections and of its log."""

import re
from collections.abc import Mapping
from typing import TypedDict

from windvane.facts import BASE_PATH, FIRST_SEGMENTS
from windvane.settings_values import SettingsError, read_choice, read_int, read_list

MAX_WORKERS = 64
MAX_SEGMENTS = 5
ACCESS_LOGS = ("none", "json")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
NETWORK_RULE = "addresses and networks such as 10.0.0.0/8"


class ServerSettings(TypedDict):
    """The settings, as `Settings` describes them."""

    base_path: str
    workers: int
    tls_cert: str
    tls_key: str
    access_log: str
    log_level: str
    forwarded_allow_ips: tuple[str, ...]


def read_server(environ: Mapping[str, str]) -> ServerSettings:
    """Read the settings.

    Raises:
        SettingsError: A value is not allowed, or one of certificate and key is missing.
    """
    cert, key = _read_tls_files(environ)
    networks = read_list(environ, "WINDVANE_FORWARDED_ALLOW_IPS", _is_network, NETWORK_RULE)
    return {
        "base_path": _read_base_path(environ),
        "workers": read_int(environ, "WINDVANE_WORKERS", MAX_WORKERS) or 1,
        "tls_cert": cert,
        "tls_key": key,
        "access_log": read_choice(environ, "WINDVANE_ACCESS_LOG", ACCESS_LOGS) or "none",
        "log_level": read_choice(environ, "WINDVANE_LOG_LEVEL", LOG_LEVELS) or "info",
        "forwarded_allow_ips": networks,
    }


def _read_tls_files(environ: Mapping[str, str]) -> tuple[str, str]:
    cert, key = (environ.get(f"WINDVANE_TLS_{name}", "") for name in ("CERT", "KEY"))
    if bool(cert) != bool(key):
        given, missing = ("certificate", "KEY") if cert else ("key", "CERT")
        option = f"--tls-{missing.lower()}"
        raise SettingsError(
            f"There is a TLS {given} alone; set WINDVANE_TLS_{missing} ({option}) too."
        )
    return cert, key


def _read_base_path(environ: Mapping[str, str]) -> str:
    value = environ.get("WINDVANE_BASE_PATH", "")
    base_path = value.strip("/")
    if value and not re.fullmatch(rf"{BASE_PATH}(/{BASE_PATH}){{0,{MAX_SEGMENTS - 1}}}", base_path):
        raise SettingsError(
            f"WINDVANE_BASE_PATH is {value!r}; it must be a path of at most {MAX_SEGMENTS} "
            "segments, each of at most 50 letters, digits, - and _."
        )
    first = base_path.partition("/")[0]
    if first and first in FIRST_SEGMENTS:
        raise SettingsError(
            f"WINDVANE_BASE_PATH is {value!r}; paths of the API begin with {first}."
        )
    return base_path


def _is_network(value: str) -> bool:
    # Imported late: Lambda does not need it.
    from ipaddress import ip_network

    try:
        ip_network(value)
    except ValueError:
        return False
    return True
