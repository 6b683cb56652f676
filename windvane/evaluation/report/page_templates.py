"""Jinja templates of the HTML pages."""

from pathlib import Path

_TEMPLATE_FOLDER = Path(__file__).parents[1]


def render_template(template: str, **values: object) -> str:
    """Render a template; values are escaped unless the template marks them as safe.

    Args:
        template: Path within the folder ``windvane/evaluation``.
        values: Variables of the template.

    Raises:
        ModuleNotFoundError: jinja2 is not installed.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
