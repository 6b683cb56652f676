"""The options of ``windvane serve``."""

import click

from windvane.cli.options import bundle_option
from windvane.cli.result_log_uri import result_log_option


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
def serve(host: str, port: int, bundle: str | None, result_log: str | None) -> None:
    """Serve the API on this machine until Ctrl-C.

    Results are recorded; `windvane results` shows them.
    """
    from windvane.cli.serve.run import run_serve

    run_serve(host, port, bundle, result_log)
