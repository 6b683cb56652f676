"""The variables that change how every AWS SDK connects: honoured, or refused by name.

Ignoring one without a word would send requests by another way than the one that was asked for.
"""

from collections.abc import Mapping
from typing import NamedTuple

from windvane.aws.errors import AwsSetupError


class Proxy(NamedTuple):
    """An HTTP proxy; ``authorization`` is the value of its header, if it asks for a password."""

    name: str
    port: int
    authorization: str | None = None


def uses_fips(environ: Mapping[str, str]) -> bool:
    """Read ``AWS_USE_FIPS_ENDPOINT``.

    Raises:
        AwsSetupError: It is neither true nor false.
    """
    return _read_flag("AWS_USE_FIPS_ENDPOINT", environ)


def find_proxy(
    environ: Mapping[str, str], tls_host: str | None, *, is_overridden: bool
) -> Proxy | None:
    """Find the proxy to a host, and refuse what cannot be honoured.

    Args:
        environ: Environment variables.
        tls_host: Host that is connected to over TLS, if any.
        is_overridden: Whether the endpoint is the environment's own.

    Raises:
        AwsSetupError: Names the variable.
    """
    if _read_flag("AWS_USE_DUALSTACK_ENDPOINT", environ):
        raise AwsSetupError("AWS_USE_DUALSTACK_ENDPOINT is not supported; unset it.")
    if is_overridden and uses_fips(environ):
        raise AwsSetupError("AWS_USE_FIPS_ENDPOINT and AWS_ENDPOINT_URL exclude each other.")
    proxy = environ.get("https_proxy") or environ.get("HTTPS_PROXY")
    if not proxy or not tls_host or _is_exempt(tls_host, environ):
        return None
    return _read_proxy(proxy)


def _read_proxy(url: str) -> Proxy:
    from base64 import b64encode
    from urllib.parse import unquote, urlsplit

    try:
        place = urlsplit(url if "://" in url else f"http://{url}")
        name, port = place.hostname, place.port or 80
    except ValueError:
        name = None
    if not name or place.scheme != "http" or not (name.isascii() and name.isprintable()):
        raise AwsSetupError("HTTPS_PROXY is not an http:// address.")
    if place.username is None:
        return Proxy(name, port)
    login = f"{unquote(place.username)}:{unquote(place.password or '')}"
    return Proxy(name, port, f"Basic {b64encode(login.encode()).decode()}")


def _read_flag(name: str, environ: Mapping[str, str]) -> bool:
    value = environ.get(name, "").lower()
    if value not in {"", "true", "false"}:
        raise AwsSetupError(f"{name} is neither true nor false.")
    return value == "true"


def _is_exempt(host: str, environ: Mapping[str, str]) -> bool:
    listed = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    domains = [entry.strip().lstrip(".").lower() for entry in listed.split(",")]
    return any(domain in {"*", host} or host.endswith(f".{domain}") for domain in domains if domain)
