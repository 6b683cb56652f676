"""Keeps spreadsheets from running a CSV cell as a formula.

See https://owasp.org/www-community/attacks/CSV_Injection. The page does the same in
``windvane/api/console/static/csv.js``.
"""

import re

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?%?"
_FORMULA = re.compile(
    rf"""
      ^ (?! {_NUMBER} $ ) (?= [\t\r\n] | \ *"*[{_SIGNS}] | sep= )  # the cell
    | (?<= [,;|\t\r\n] ) (?= "*[{_SIGNS}] )  # a cell for a reader that splits at another delimiter
    """,
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)


def guard_formulas(cell: str) -> str:
    """Put an apostrophe before whatever a spreadsheet would take for the start of a formula.

    A cell that is a number, such as -3.5, stays as it is.
    """
    return _FORMULA.sub("'", cell)
