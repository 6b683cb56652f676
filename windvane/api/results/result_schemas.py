"""The requests and responses of ``/v1/results``, field by field."""

import msgspec

from windvane.result_log.query import ResultPage
from windvane.result_log.record import Count, ResultRecord


class ResultList(msgspec.Struct, frozen=True):
    """A page of results, newest first.

    ``cursor`` asks for the next page; it is left out where nothing follows. A page may hold fewer
    results than the limit, or none, and have a cursor all the same: the search goes on from there.
    ``damaged`` says how many records the search left out because they cannot be read.
    """

    results: list[ResultRecord]
    cursor: str | msgspec.UnsetType = msgspec.UNSET
    damaged: Count | msgspec.UnsetType = msgspec.UNSET


class ErasedResults(msgspec.Struct, frozen=True):
    """How many results were erased.

    Where some are ``remaining`` the request is to be sent again.
    """

    deleted: Count
    remaining: bool


class FeedbackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The right label: one of those in the result's scores."""

    label: str


def to_result_list(page: ResultPage) -> ResultList:
    """Build the response for a page."""
    return ResultList([*page.results], page.cursor or msgspec.UNSET, page.damaged or msgspec.UNSET)
