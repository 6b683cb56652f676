"""Records as rows of the table, and pages of rows."""

import time
from collections.abc import Iterable, Sequence

import msgspec

from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.listed_records import ListedRecord, build_page, read_listed
from windvane.result_log.query import ResultPage, ResultQuery
from windvane.result_log.record import ResultRecord, check_record
from windvane.result_log.result_id import first_result_id, is_result_id, read_created_ms

FIELDS = ResultRecord.__struct_fields__
COLUMNS = ", ".join(FIELDS)
ID_PLACE = FIELDS.index("result_id")
SCORES_PLACE = FIELDS.index("scores")
TEXT_PLACE = FIELDS.index("text")
MAX_PAGE_CHARS = 6_000_000
"""Characters of all texts of a page, which bounds its memory; no response holds more."""

Row = Sequence[object]


def to_row(record: ResultRecord) -> Row:
    """Write a record as a row."""
    values = msgspec.structs.astuple(record)
    scores = msgspec.json.encode(record.scores).decode()
    return (*values[:SCORES_PLACE], scores, *values[SCORES_PLACE + 1 :])


def to_record(row: Row) -> ResultRecord:
    """Read a record from a row with a valid id.

    Raises:
        DamagedRecordError: Windvane did not write this row.
    """
    fields = dict(zip(FIELDS, row, strict=True))
    result_id = str(fields["result_id"])
    try:
        fields["scores"] = msgspec.json.decode(str(fields["scores"]), type=dict[str, float])
    except msgspec.MsgspecError as error:
        raise DamagedRecordError(result_id) from error
    return check_record(result_id, fields)


def to_statement(query: ResultQuery) -> tuple[str, Sequence[object]]:
    """Write a query in SQL, for rows from the newest on, without its limit.

    Raises:
        ResultIdError: The cursor is no result id.
    """
    # The plus sign keeps SQLite from the index by expiry, which would have it sort all rows.
    conditions = [("+expires_at > ?", time.time()), *_list_conditions(query)]
    where = " AND ".join(condition for condition, _ in conditions)
    statement = f"SELECT {COLUMNS} FROM results WHERE {where} ORDER BY result_id DESC"  # noqa: S608 - our own names
    return statement, [value for _, value in conditions]


def to_deletion(query: ResultQuery, limit: int) -> tuple[str, Sequence[object]]:
    """Write in SQL the deletion of some rows of a query, those expired and damaged included.

    Rows that have no index yet are left.
    """
    conditions = _list_conditions(query)
    where = " AND ".join(condition for condition, _ in conditions) or "TRUE"
    chosen = f"SELECT rowid FROM results WHERE {where} LIMIT {limit}"  # noqa: S608 - our own names
    return (
        f"DELETE FROM results WHERE rowid IN ({chosen})",  # noqa: S608 - our own names
        [value for _, value in conditions],
    )


def _list_conditions(query: ResultQuery) -> list[tuple[str, object]]:
    """Write the conditions of a query in SQL, with the value of each.

    Only the narrowest of its filters may use an index: a subject has few rows, and a client may
    have few of those of a label. The plus sign keeps SQLite from the indexes of the others.
    """
    filters = {
        "subject_hash": query.subject_hash,
        "client": query.client,
        "label": query.label,
    }
    conditions: list[tuple[str, object]] = []
    for column, value in filters.items():
        if value is not None:
            conditions.append((f"{'+' if conditions else ''}{column} = ?", value))
    if query.from_ms is not None:
        conditions.append(("result_id >= ?", first_result_id(query.from_ms)))
    if query.to_ms is not None:
        conditions.append(("result_id < ?", first_result_id(query.to_ms)))
    if query.cursor is not None:
        read_created_ms(query.cursor)
        conditions.append(("result_id < ?", query.cursor))
    return conditions


def read_page(rows: Iterable[Row], limit: int) -> ResultPage:
    """Read rows until their page is full; damaged ones count, those without an id do not.

    Args:
        rows: Rows from the newest on.
        limit: Maximum number of rows with an id, since only an id can be the cursor.
    """
    listed: list[ListedRecord] = []
    cursor = None
    count = chars = 0
    for row in rows:
        if count == limit or chars > MAX_PAGE_CHARS:
            return build_page(listed, cursor)
        listed.append(_read_row(row))
        if listed[-1].result_id:
            cursor = listed[-1].result_id
            count += 1
            text = row[TEXT_PLACE]
            chars += len(text) if isinstance(text, str | bytes) else 0
    return build_page(listed, None)


def _read_row(row: Row) -> ListedRecord:
    result_id = row[ID_PLACE]
    if not is_result_id(result_id):
        return ListedRecord("")
    return read_listed(result_id, lambda: to_record(row))
