"""The ``windvane`` command, which imports only the subcommand that is used."""

import importlib
import os
import sys
from typing import Any

import click

from windvane.cli.errors import CliError
from windvane.interrupts import is_interrupt
from windvane.rows.terminal_text import escape_controls

COMMANDS = {
    "serve": "windvane.cli.serve.command:serve",
    "classify": "windvane.cli.classify.command:classify",
    "jobs": "windvane.cli.jobs.command:jobs",
    "results": "windvane.cli.results.command:results",
    "data": "windvane.cli.data.command:data",
    "train": "windvane.cli.train.command:train",
    "average": "windvane.cli.average.command:average",
    "prune": "windvane.cli.prune.command:prune",
    "export": "windvane.cli.export.command:export",
    "language": "windvane.cli.language.command:language",
    "evaluate": "windvane.cli.evaluate.command:evaluate",
    "calibrate": "windvane.cli.calibrate.command:calibrate",
    "bias": "windvane.cli.bias.command:bias",
    "monitor": "windvane.cli.monitor.command:monitor",
    "gate": "windvane.cli.gate.command:gate",
    "retrain": "windvane.cli.retrain.command:retrain",
    "models": "windvane.cli.models.command:models",
    "releases": "windvane.cli.releases.command:releases",
    "smoke": "windvane.cli.smoke.command:smoke",
}
# The root of each part's error tree, by module.
KNOWN_ERRORS = {
    "windvane.evaluation.errors": "EvaluationError",
    "windvane.calibration.errors": "CalibrationError",
    "windvane.aws.errors": "AwsError",
    "windvane.inference.errors": "InferenceError",
    "windvane.jobs.errors": "JobError",
    "windvane.monitoring.errors": "MonitoringError",
    "windvane.result_log.errors": "ResultLogError",
    "windvane.rows.errors": "RowsError",
    "windvane.server.errors": "ServerError",
    "windvane.settings_values": "SettingsError",
    "model_export.errors": "ExportError",
    "windvane.training.errors": "TrainingError",
}
# What a shell reports for a program that SIGINT or SIGPIPE ended: 128 and the signal's number.
INTERRUPTED = 130
READER_GONE = 141


class LazyGroup(click.Group):
    """Imports a subcommand when it is used, and prints a known error as one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            _suggest_command(ctx, cmd_name)
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command.

        Raises:
            CliError: One of Windvane's own errors was raised; has the same message.
        """
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, ImportError) as error:
            if not is_interrupt(error):
                raise
            click.echo("Stopped.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _silence_stdout()
            ctx.exit(READER_GONE)
        except known_errors() as error:
            raise CliError(escape_controls(str(error))) from error
        except click.ClickException as error:
            error.message = escape_controls(error.message)  # type: ignore[misc] # click's
            raise


def _suggest_command(ctx: click.Context, name: str) -> None:
    """End the command if a known one has nearly this name.

    Raises:
        UsageError: Names the known one.
    """
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    if near and not ctx.resilient_parsing:
        raise click.UsageError(f"No such command '{name}'. Did you mean '{near[0]}'?", ctx)


def known_errors() -> tuple[type[Exception], ...]:
    """Return the roots of Windvane's error trees.

    Returns:
        Those in modules that are imported: an error that was raised comes from one of them.
    """
    return tuple(
        getattr(sys.modules[module], name)
        for module, name in KNOWN_ERRORS.items()
        if module in sys.modules
    )


def _silence_stdout() -> None:
    """Send the flush at exit to the null device: the reader of stdout has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(ctx: click.Context, _param: click.Parameter, is_set: bool) -> None:
    if not is_set or ctx.resilient_parsing:
        return
    from windvane.cli.version import describe_version

    click.echo(describe_version())
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the versions of the package and the model, and exit.",
)
def windvane() -> None:
    """Sentiment of a text: a transformer you own and run without servers.

    The included model reads English only.
    """


def main() -> None:
    """Run the command line."""
    windvane(prog_name="windvane")


if __name__ == "__main__":
    main()
