"""Results are read when they are needed, a page at a time."""

from collections.abc import Sequence
from itertools import islice

from tests.windvane.result_log.records import FakeResultLog, make_record
from windvane.cli.results.result_pages import count_progress, read_results
from windvane.result_log.query import MAX_LIMIT, ResultPage, ResultQuery


class PagedLog(FakeResultLog):
    """Answers with the pages it was given; a cursor is the number of the next one.

    Attributes:
        asked: The queries so far.
    """

    def __init__(self, pages: Sequence[int]) -> None:
        super().__init__()
        self.asked: list[ResultQuery] = []
        self._pages = pages

    def list(self, query: ResultQuery) -> ResultPage:
        self.asked.append(query)
        number = int(query.cursor or 0)
        following = number + 1
        return ResultPage(
            [make_record() for _ in range(self._pages[number])],
            str(following) if following < len(self._pages) else None,
        )


def test_read_results_asks_for_no_page_before_it_is_needed() -> None:
    log = PagedLog([2, 2, 2])

    first = list(islice(read_results(log), 3))

    assert len(first) == 3
    assert [query.cursor for query in log.asked] == [None, "1"]


def test_read_results_goes_on_after_an_empty_page() -> None:
    log = PagedLog([1, 0, 1])

    assert len(list(read_results(log))) == 2


def test_read_results_ends_at_the_limit() -> None:
    log = PagedLog([2, 2])

    shown = list(read_results(log, limit=2))

    assert len(shown) == 2
    assert [query.limit for query in log.asked] == [2]


def test_progress_is_told_now_and_then() -> None:
    told: list[int] = []
    records = [make_record()] * (2 * MAX_LIMIT + 1)

    handed_on = list(count_progress(records, lambda _bytes, count: told.append(count)))

    assert handed_on == records
    assert told == [MAX_LIMIT, 2 * MAX_LIMIT]
