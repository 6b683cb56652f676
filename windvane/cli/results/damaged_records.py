"""Says how many records a command left out because they are damaged."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from windvane.cli.results.result_pages import Pages
from windvane.result_log.query import ResultPage, ResultQuery


class CountedPages:
    """Passes pages on, and counts the damaged records that they leave out.

    Attributes:
        damaged: How many there were.
        first_id: The id of the first that has one, or an empty string.
    """

    def __init__(self, log: Pages) -> None:
        self.damaged = 0
        self.first_id = ""
        self._log = log

    def list(self, query: ResultQuery) -> ResultPage:
        """List records."""
        page = self._log.list(query)
        self.damaged += page.damaged
        self.first_id = self.first_id or next(iter(page.damaged_ids), "")
        return page


@contextmanager
def report_damaged(log: Pages) -> Iterator[Pages]:
    """Print at the end of the block how many damaged records its pages left out, if any."""
    pages = CountedPages(log)
    try:
        yield pages
    finally:
        if pages.damaged:
            click.echo(_describe(pages), err=True)


def _describe(pages: CountedPages) -> str:
    records = (
        "1 damaged record was" if pages.damaged == 1 else f"{pages.damaged:,} damaged records were"
    )
    hint = f" `windvane results delete {pages.first_id}` erases it." if pages.first_id else ""
    return f"{records} left out.{hint}"
