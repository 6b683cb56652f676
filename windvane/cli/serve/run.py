"""Runs ``windvane serve``: opens the listener, serves, and prints how to reach the server."""

import os
import socket
import sys
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from windvane.cli.errors import CliError
from windvane.cli.messages import print_message
from windvane.cli.result_log_uri import choose_result_log
from windvane.result_log.sqlite.sqlite_uri import to_sqlite_path
from windvane.settings import load_settings

if TYPE_CHECKING:
    from windvane.inference.classifier import Classifier
    from windvane.settings import Settings

# Where a server that listens on every address is reached from this machine.
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - shown, not listened on

THREAD_SECONDS = 0.5
"""How long threads may take to end when the server has stopped."""


def run_serve(host: str, port: int, bundle: str | None, result_log: str | None) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        bundle: URI of the bundle; None leaves it to the settings.
        result_log: URI of the result log; None leaves it to the settings, or the user's own file.

    Raises:
        CliError: The address or the result log cannot be used.
        BundleError: The bundle is missing, corrupt, or of another schema version.
        SettingsError: An environment variable has a value that is not allowed.
    """
    options = {"WINDVANE_BUNDLE_URI": bundle} if bundle else {}
    uri = choose_result_log(result_log)
    settings = load_settings({**os.environ, **options, "WINDVANE_RESULT_LOG_URI": uri})
    name = f"[{host}]" if ":" in host else host
    settings = replace(settings, allowed_hosts=(*settings.allowed_hosts, name.lower()))
    with closing(open_listener(host, port)) as listener:
        # Imported late: an address that is taken is reported at once.
        from windvane.result_log.errors import ResultLogOpenError
        from windvane.server.local_server import run_server

        try:
            run_server(settings, listener, lambda model: announce(listener, model, settings))
        except ResultLogOpenError as error:
            message = f"{error}. Choose another with --result-log, or none: to record nothing."
            raise CliError(message) from error
    print_message("Stopped.")
    _end_despite_threads()


def _end_despite_threads() -> None:
    """End the process now if threads still run, since the interpreter would wait for them.

    What they were writing to SQLite is rolled back by whoever opens the file next.
    """
    others = [thread for thread in threading.enumerate() if not thread.daemon]
    others.remove(threading.main_thread())
    for thread in others:
        thread.join(THREAD_SECONDS / len(others))
    if any(thread.is_alive() for thread in others):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


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


def announce(listener: socket.socket, classifier: "Classifier", settings: "Settings") -> None:
    """Print the address, a request to try, and where results are stored."""
    url = _url(listener)
    key = "-H 'x-api-key: KEY' " if settings.asks_for_key else ""
    manifest = classifier.manifest
    print_message(
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


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = LOOPBACK.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
