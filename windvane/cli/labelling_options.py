"""Options about the labels of files, which evaluating and calibrating share."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import click

from windvane.cli.errors import CliError
from windvane.rows.labelled_files import DEFAULT_COLUMN, LabelledFile, labels_to_choose
from windvane.rows.reading import Reading

OTHER_LABELS = "--label-map VALUE=LABEL,... says which of them each value means."


@dataclass(frozen=True, kw_only=True)
class LabellingOptions:
    """How labelled files are read, where a file's own description leaves it open."""

    reading: Reading
    label_column: str
    ignored: tuple[str, ...]
    label_map: Mapping[str, str]


def _parse_label_map(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in value.split(",")] if value else []
    if not all(name and equals and label for name, equals, label in pairs):
        raise click.BadParameter("write it as 0=negative,1=neutral")
    return {name.strip(): label.strip() for name, _, label in pairs}


_OPTIONS = (
    click.option(
        "--label-column",
        default=DEFAULT_COLUMN,
        show_default=True,
        metavar="NAME",
        help="The column, or JSON key, that holds the true label.",
    ),
    click.option(
        "--ignore",
        "ignored",
        multiple=True,
        metavar="LABEL",
        help="Leave LABEL out of the choice: the best of the others counts. May be repeated.",
    ),
    click.option(
        "--label-map",
        callback=_parse_label_map,
        metavar="A=LABEL,...",
        help="What the label column's values mean, such as 0=negative,1=positive.",
    ),
)


def labelling_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --label-column, --ignore and --label-map."""
    return functools.reduce(
        lambda decorated, option: option(decorated), reversed(_OPTIONS), command
    )


def apply_options(
    file: LabelledFile, labels: Sequence[str], options: LabellingOptions
) -> LabelledFile:
    """Fill in from the command's options what the file's own description leaves open.

    Raises:
        CliError: The label map leads to a label that the bundle does not have.
        LabelError: A label to ignore is none of the bundle's, or fewer than two are left.
    """
    column = file.label_column
    described = replace(
        file,
        label_column=options.label_column if column == DEFAULT_COLUMN else column,
        label_map=file.label_map or options.label_map,
        ignored=file.ignored or options.ignored,
        reading=options.reading,
    )
    labels_to_choose(described, labels)  # refuses labels that the bundle does not have
    for label in described.label_map.values():
        if label not in labels:
            raise CliError(f'The bundle has no label "{label}"; it has: {", ".join(labels)}.')
    return described
