"""Single results that a command changes."""

import pytest

from tests.windvane.result_log.records import FakeResultLog, make_record
from windvane.cli.errors import CliError
from windvane.cli.results.result_log_access import correct_result
from windvane.result_log.record import ResultRecord


class ForgetfulLog(FakeResultLog):
    """Loses a record once it has been looked up, as if somebody had erased it."""

    def read(self, result_id: str, *, client: str | None = None) -> ResultRecord | None:
        record = super().read(result_id, client=client)
        self.records.pop(result_id, None)
        return record


def test_correct_says_that_a_result_was_erased_in_the_meantime() -> None:
    log = ForgetfulLog()
    record = make_record()
    log.write([record])

    with pytest.raises(CliError, match=f"There is no result {record.result_id}"):
        correct_result(log, record.result_id, "positive")
