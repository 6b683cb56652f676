"""Runs ``windvane serve``: opens the listener, serves, and prints how to reach the server."""

import os
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from windvane.cli.errors import CliError
from windvane.cli.messages import print_message
from windvane.cli.result_log_uri import choose_result_log
from windvane.result_log.errors import ResultLogOpenError
from windvane.result_log.sqlite.sqlite_uri import to_sqlite_path
from windvane.server.process_end import end_despite_threads
from windvane.settings import PREFIX, load_settings

if TYPE_CHECKING:
    from windvane.inference.manifest import Manifest
    from windvane.settings import Settings

# Where a server that listens on every address is reached from this machine.
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - shown, not listened on


def run_serve(
    host: str, port: int, options: Mapping[str, str | int | None], result_log: str | None
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        options: Settings by name; None leaves one to the environment.
        result_log: URI of the result log; None leaves it to the settings, or the user's own file.

    Raises:
        CliError: The address or the result log cannot be used.
        BundleError: The bundle is missing, corrupt, or of another schema version.
        ServerError: Certificate or key cannot be used, or a worker cannot start.
        SettingsError: An option or environment variable has a value that is not allowed.
    """
    settings = _load_settings(host, {**options, "result_log_uri": choose_result_log(result_log)})
    # Lines of an access log are for programs: what is for people does not stand between them.
    is_for_programs = settings.access_log != "none"
    with closing(open_listener(host, port)) as listener:
        try:
            _serve(settings, listener, is_for_programs)
        except ResultLogOpenError as error:
            message = f"{error}. Choose another with --result-log, or none: to record nothing."
            raise CliError(message) from error
    print_message("Stopped.", err=is_for_programs)
    end_despite_threads()


def _load_settings(host: str, options: Mapping[str, str | int | None]) -> "Settings":
    given = {
        f"{PREFIX}{name.upper()}": str(value)
        for name, value in options.items()
        if value is not None
    }
    settings = load_settings({**os.environ, **given})
    name = f"[{host}]" if ":" in host else host
    return replace(settings, allowed_hosts=(*settings.allowed_hosts, name.lower()))


def _serve(settings: "Settings", listener: socket.socket, is_for_programs: bool) -> None:
    # Imported late: an address that is taken is reported at once.
    if settings.tls_cert:
        from windvane.server.tls import load_tls_context

        load_tls_context(settings.tls_cert, settings.tls_key)

    def greet(manifest: "Manifest") -> None:
        print_message(describe_server(listener, manifest, settings), err=is_for_programs)

    if settings.workers == 1:
        from windvane.server.server_start import start_server

        start_server(settings, listener, greet)
    else:
        from windvane.server.server_workers import serve_by_workers

        serve_by_workers(settings, listener, greet)


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on an address.

    Raises:
        CliError: The address is taken, not allowed, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        is_dual = host == "::" and socket.has_dualstack_ipv6()
        listener = socket.create_server((host, port), family=family, dualstack_ipv6=is_dual)
    except (OSError, UnicodeError) as error:
        # socket adds "(while attempting to bind ...)"; a host that is no name has no strerror.
        reason = (getattr(error, "strerror", None) or "no such address").partition(" (")[0]
        raise CliError(
            f"Cannot listen on {host} port {port}: {reason}. Choose another with --host or --port."
        ) from error
    # Accepted sockets inherit it. asyncio sets it only on sockets made with IPPROTO_TCP.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def describe_server(listener: socket.socket, manifest: "Manifest", settings: "Settings") -> str:
    """Describe the address, a request to try, and where results are stored."""
    url = _url(listener, settings)
    key = "-H 'x-api-key: KEY' " if settings.asks_for_key else ""
    return (
        f"Windvane serves {manifest.name}@{manifest.version} on {url}\n\n"
        f"  curl -s {url}/sentiment -H 'content-type: application/json' {key}"
        """-d '{"text": "I love it"}'\n\n"""
        f"{_describe_log(settings)}\n"
        f"{_describe_access(listener, settings)}"
        f"Try it in a browser: {url}    The API: {url}/docs    Stop with Ctrl-C."
    )


def _describe_log(settings: "Settings") -> str:
    if settings.result_log_uri == "none:":
        return "Results are not recorded."
    texts = {
        "none": "without the texts (WINDVANE_STORE_TEXT=full keeps them)",
        "hash": "with hashes of the texts",
        "full": "with the texts",
    }
    place = to_sqlite_path(settings.result_log_uri) or settings.result_log_uri
    return (
        f"Results are kept for {settings.retention_days} days, {texts[settings.store_text]}, in "
        f"{place}"
    )


def _describe_access(listener: socket.socket, settings: "Settings") -> str:
    host = listener.getsockname()[0]
    if host == "::1" or host.startswith("127.") or settings.asks_for_key:
        return ""
    return (
        "There is no authentication: everyone who reaches this address can read and delete results"
        " (WINDVANE_API_KEYS asks for a key).\n"
    )


def _url(listener: socket.socket, settings: "Settings") -> str:
    host, port = listener.getsockname()[:2]
    host = LOOPBACK.get(host, host)
    scheme = "https" if settings.tls_cert else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
