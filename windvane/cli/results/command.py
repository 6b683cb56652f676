"""The options of ``windvane results``."""

from collections.abc import Callable
from typing import Any

import click

from windvane.cli.messages import print_message
from windvane.cli.options import json_option, raw_option
from windvane.cli.result_log_uri import result_log_option
from windvane.cli.timestamp_type import period_options

Command = Callable[..., None]

# \b keeps click from filling the lines.
LIST_EXAMPLES = """\b
Examples:
  windvane results list --label negative --from 2026-11-22
  windvane results list --limit 1000 --format csv > results.csv
"""
DELETE_EXAMPLES = """\b
Examples:
  windvane results delete --subject customer-4711 --yes
"""
EXPORT_EXAMPLES = """\b
Examples:
  windvane results export -o rows.jsonl --from 2026-11-01
  windvane results export -o checked.csv --corrected --raw
  windvane results export -o day.jsonl --no-texts --from 24h
  windvane evaluate models/sentiment-minilm/bundle checked.csv
"""


class ResultIdType(click.ParamType[str]):
    """A result id."""

    name = "id"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Parse a command line value."""
        from windvane.result_log.errors import ResultIdError
        from windvane.result_log.result_id import read_created_ms

        try:
            read_created_ms(str(value))
        except ResultIdError as error:
            self.fail(f"{error}; `windvane results list` shows them", param, ctx)
        return str(value)


result_id_argument = click.argument("result_id", metavar="ID", type=ResultIdType())


def filter_options(command: Command) -> Command:
    """Add the options that filter results."""
    options = (
        click.option("--label", metavar="NAME", help="Only results with this label."),
        click.option("--client", metavar="NAME", help="Only results of this client."),
        click.option("--subject", metavar="ID", help="Only results of texts of this subject."),
        period_options(),
        result_log_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def results() -> None:
    """List, export, summarize and correct recorded results.

    Reads the log that `windvane serve` writes on this machine, or with --result-log
    dynamodb://TABLE the one that is deployed.
    """


@results.command(name="list", epilog=LIST_EXAMPLES)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Maximum number of results.",
)
@click.option(
    "--format",
    "list_format",
    type=click.Choice(("table", "jsonl", "csv")),
    default="table",
    show_default=True,
    help="Format of the output.",
)
@raw_option
@filter_options
def list_results(
    limit: int,
    list_format: str,
    raw: bool,
    result_log: str | None,
    **filters: Any,  # noqa: ANN401 - options
) -> None:
    """List results, newest first."""
    from windvane.cli.results.damaged_records import report_damaged
    from windvane.cli.results.filters import to_query
    from windvane.cli.results.result_listing import print_results
    from windvane.cli.results.result_log_access import open_for_reading
    from windvane.cli.results.result_pages import read_results

    with open_for_reading(result_log) as log, report_damaged(log) as pages:
        query = to_query(log, filters)
        print_results(read_results(pages, query, limit=limit), list_format, raw=raw)


@results.command()
@result_id_argument
@result_log_option
def show(result_id: str, result_log: str | None) -> None:
    """Show one result, as JSON."""
    from windvane.cli.results.result_listing import to_json
    from windvane.cli.results.result_log_access import no_such_result, open_for_reading

    with open_for_reading(result_log) as log:
        record = log.read(result_id)
    if record is None:
        raise no_such_result(result_id)
    click.echo(to_json(record))


@results.command(epilog=EXPORT_EXAMPLES)
@click.option(
    "-o", "--output", required=True, metavar="FILE", help="FILE.jsonl or FILE.csv; - is stdout."
)
@click.option(
    "--corrected",
    is_flag=True,
    help="Only results whose label was corrected or confirmed.",
)
@click.option(
    "--no-texts", is_flag=True, help="Leave the texts out; for `windvane monitor --file`."
)
@click.option("--overwrite", "--force", is_flag=True, help="Overwrite an existing file.")
@raw_option
@filter_options
def export(
    output: str,
    result_log: str | None,
    **options: Any,  # noqa: ANN401 - options
) -> None:
    """Export texts and labels, to train or evaluate with.

    The label is the right one where somebody has said it, else the model's. Only results whose
    text was kept can be exported: start the server with WINDVANE_STORE_TEXT=full. With --no-texts
    all are, without their text.
    """
    from windvane.cli.results.damaged_records import report_damaged
    from windvane.cli.results.filters import to_query
    from windvane.cli.results.result_export import ExportOptions, export_rows
    from windvane.cli.results.result_log_access import open_for_reading
    from windvane.cli.results.result_pages import read_results

    with open_for_reading(result_log) as log, report_damaged(log) as pages:
        export = ExportOptions(
            **{name: options.pop(name) for name in ExportOptions.__annotations__}
        )
        export_rows(read_results(pages, to_query(log, options)), output, export)


@results.command()
@json_option
@filter_options
def summary(as_json: bool, result_log: str | None, **filters: Any) -> None:  # noqa: ANN401 - options
    """Count results by label, model, route, client, day and correction."""
    from windvane.cli.progress import progress_bar
    from windvane.cli.results.damaged_records import report_damaged
    from windvane.cli.results.filters import to_query
    from windvane.cli.results.result_log_access import open_for_reading
    from windvane.cli.results.result_pages import count_progress, read_results
    from windvane.cli.results.result_summary import summarize
    from windvane.cli.results.summary_tables import print_summary

    with (
        open_for_reading(result_log) as log,
        report_damaged(log) as pages,
        progress_bar(None) as advance,
    ):
        records = read_results(pages, to_query(log, filters))
        counted = summarize(count_progress(records, advance))
    print_summary(counted, as_json=as_json)


@results.command()
@result_id_argument
@click.argument("label")
@result_log_option
def correct(result_id: str, label: str, result_log: str | None) -> None:
    """Set the right LABEL of a result."""
    from windvane.cli.results.result_log_access import correct_result, open_for_reading

    with open_for_reading(result_log) as log:
        correct_result(log, result_id, label)
    print_message(f"{result_id} is {label}.")


@results.command(epilog=DELETE_EXAMPLES)
@click.argument("result_id", metavar="[ID]", type=ResultIdType(), required=False)
@click.option("--subject", metavar="ID", help="Erase all results of texts of this subject.")
@click.option("--yes", is_flag=True, help="Skip the confirmation.")
@result_log_option
def delete(result_id: str | None, subject: str | None, yes: bool, result_log: str | None) -> None:
    """Erase one result, or all of one subject, permanently."""
    from windvane.cli.results.deletion import delete_of_subject, delete_result
    from windvane.cli.results.result_log_access import open_for_reading

    if (result_id is None) == (subject is None):
        raise click.UsageError("Give either the ID of a result or --subject.")
    with open_for_reading(result_log) as log:
        if not yes:
            what = "all results of this subject" if result_id is None else result_id
            click.confirm(f"Erase {what} for good?", abort=True)
        if result_id is not None:
            delete_result(log, result_id)
        elif subject is not None:
            delete_of_subject(log, subject)
