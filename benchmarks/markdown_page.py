"""Markdown pages, rendered from the jinja2 templates that lie beside the code."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from benchmarks.machine import caption
from benchmarks.table import to_markdown


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
