"""The address of a service, and connections to it."""

from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import exceptions
from urllib3.util import Timeout, make_headers, parse_url

from windvane.cli.errors import CliError

CONNECT_SECONDS = 5
RESPONSE_SECONDS = 30
"""API Gateway closes after 29."""

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def check_url(url: str) -> str:
    """Return an address without the slash at its end.

    Raises:
        CliError: It is not that of a service.
    """
    try:
        parts = urlsplit(url)
        is_service = parts.scheme in {"http", "https"} and bool(parse_url(url).host)
        port = parts.port
    except (ValueError, exceptions.HTTPError):
        is_service, port = False, None
    if not is_service or port == 0 or not url.isprintable() or " " in url:
        raise CliError("--url is no address of a service, such as http://127.0.0.1:8080.")
    if parts.username is not None or parts.query or parts.fragment:
        raise CliError("--url has a user, a query or a fragment; give scheme, host and path alone.")
    return url.rstrip("/?#")


def build_pool(url: str, ca_file: str | None) -> urllib3.PoolManager:
    """Build a pool that goes through the proxy of the environment, as curl does.

    Args:
        url: Address of the service.
        ca_file: Certificates to trust, in PEM; None trusts those of this machine.

    Raises:
        CliError: The proxy is no address.
    """
    place = parse_url(url)
    timeout = Timeout(connect=CONNECT_SECONDS, read=RESPONSE_SECONDS)
    options: dict[str, Any] = {"retries": False, "timeout": timeout, "ca_certs": ca_file}
    proxy = getproxies().get(str(place.scheme))
    if not proxy or place.host in _LOOPBACK or proxy_bypass(str(place.host)):
        return urllib3.PoolManager(**options)
    try:
        parsed = parse_url(proxy if "://" in proxy else f"http://{proxy}")
        login = make_headers(proxy_basic_auth=parsed.auth) if parsed.auth else None
        address = parsed._replace(auth=None).url
        return urllib3.ProxyManager(address, proxy_headers=login, **options)
    except (ValueError, exceptions.HTTPError) as error:
        raise CliError("The proxy in the environment is no address.") from error
