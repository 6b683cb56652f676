"""Names of columns: made unique, and found although case or spaces differ."""

from collections.abc import Callable, Collection, Iterable, Sequence

# A name is looked for as it is, then without spaces around it, then in any case.
_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    str.strip,
    lambda name: name.strip().casefold(),
)


def name_columns(header: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name of its own.

    A repeated name gets ``_2``, or the next number that is free; a column without a name is
    ``column_`` and its position.
    """
    used = set(header)
    named: dict[str, None] = {}
    for position, cell in enumerate(header, start=1):
        name = cell if cell.strip() else f"column_{position}"
        unique = name
        number = 2
        while unique in named or (unique != cell and unique in used):
            unique = f"{name}_{number}"
            number += 1
        named[unique] = None
    return tuple(named)


def find_columns(name: str, columns: Collection[str]) -> list[str]:
    """Return the columns that a name stands for: one, unless names repeat or none fits."""
    for form in _FORMS:
        if found := [column for column in columns if form(column) == form(name)]:
            return found
    return []


def find_column(name: str, columns: Iterable[str]) -> str | None:
    """Return the first column that a name stands for; None if there is none."""
    return next(iter(find_columns(name, list(columns))), None)
