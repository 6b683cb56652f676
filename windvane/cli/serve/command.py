"""The options of ``windvane serve``."""

from collections.abc import Callable
from typing import Any

import click

from windvane.cli.options import bundle_option
from windvane.cli.result_log_uri import result_log_option
from windvane.cli.serve.environment_file import load_environment
from windvane.settings_server import ACCESS_LOGS, LOG_LEVELS, MAX_WORKERS

# Options that are settings too, by the name of the setting.
_SETTING_OPTIONS = (
    click.option(
        "--workers",
        type=click.IntRange(1, MAX_WORKERS),
        help="Processes that serve the port; they share WINDVANE_THREADS.  "
        "[default: WINDVANE_WORKERS, else 1]",
    ),
    click.option(
        "--tls-cert",
        metavar="FILE",
        help="Certificate chain (PEM); the server speaks HTTPS alone.  "
        "[default: WINDVANE_TLS_CERT]",
    ),
    click.option(
        "--tls-key",
        metavar="FILE",
        help="Key of the certificate (PEM), not encrypted.  [default: WINDVANE_TLS_KEY]",
    ),
    click.option(
        "--root-path",
        "base_path",
        metavar="PATH",
        help="Path below which a proxy serves the API.  [default: WINDVANE_BASE_PATH]",
    ),
    click.option(
        "--forwarded-allow-ips",
        metavar="NETWORKS",
        help="Proxies, with commas between them, whose X-Forwarded-For is believed.  "
        "[default: WINDVANE_FORWARDED_ALLOW_IPS, else none]",
    ),
    click.option(
        "--access-log",
        type=click.Choice(ACCESS_LOGS),
        help="Write a line of JSON to stdout for each request, without texts and keys.  "
        "[default: WINDVANE_ACCESS_LOG, else none]",
    ),
    click.option(
        "--log-level",
        type=click.Choice(LOG_LEVELS),
        help="Least severe lines that are logged.  [default: WINDVANE_LOG_LEVEL, else info]",
    ),
)


def _add_setting_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_SETTING_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    envvar="HOST",
    show_default=True,
    show_envvar=True,
    help="Address to listen on.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    envvar="PORT",
    show_default=True,
    show_envvar=True,
    help="Port to listen on; 0 takes a free one.",
)
@bundle_option
@result_log_option
@_add_setting_options
@click.option(
    "--env-file",
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=load_environment,
    help="File of environment variables, NAME=value in each line; those that are set already win.",
)
def serve(
    host: str,
    port: int,
    bundle: str | None,
    result_log: str | None,
    **settings: Any,  # noqa: ANN401 - of _SETTING_OPTIONS
) -> None:
    """Serve the API on this machine until Ctrl-C.

    Results are recorded; `windvane results` shows them. docs/server.md has all about workers, TLS,
    proxies and logs.
    """
    from windvane.cli.serve.run import run_serve

    run_serve(host, port, {"bundle_uri": bundle, **settings}, result_log)
