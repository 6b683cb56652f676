"""Markdown pages, rendered from the jinja2 templates that lie beside the code."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from benchmarks.command_line import BenchmarkError
from benchmarks.machine import caption
from benchmarks.table import to_markdown

LAST_MARKER = "<!-- to here -->"


class MarkersMissingError(BenchmarkError):
    """The page has not both markers, in order."""


def render_page(template: str, **values: object) -> str:
    """Render a template.

    Args:
        template: Path of the template below ``benchmarks``.
        values: Variables, and functions that the template calls.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),  # for HTML only, which Markdown is not
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"caption": caption, "markdown": to_markdown, "whole": "{:,.0f}".format}
    return environment.get_template(template).render(values)


def first_marker(command: str) -> str:
    """Build the line after which a command writes."""
    return f"<!-- {command} writes from here -->"


def replace_sections(page: str, command: str, sections: str) -> str:
    """Replace what a command wrote between its markers.

    Raises:
        MarkersMissingError: They are not in the page.
    """
    before, first, rest = page.partition(first_marker(command))
    _, last, after = rest.partition(LAST_MARKER)
    if not (first and last):
        raise MarkersMissingError(
            f"The page has no lines {first_marker(command)} and {LAST_MARKER}."
        )
    return f"{before}{first}\n\n{sections.strip()}\n\n{last}{after}"
