"""`windvane results` on a table in DynamoDB."""

import json

import pytest
from click.testing import CliRunner

from tests.moto_server import MotoServer, moto_server
from tests.windvane.result_log.records import give_moto_time, make_record
from windvane.cli.main import windvane
from windvane.result_log.result_log import open_result_log

__all__ = ["moto_server"]


def test_list_reads_a_table(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    give_moto_time(monkeypatch)
    uri = f"dynamodb://{moto_server.make_result_table()}"
    log = open_result_log(uri, moto_server.environ)
    records = [make_record(), make_record()]
    assert log is not None
    log.write(records)
    log.close()
    for name, value in moto_server.environ.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(
        windvane, ["results", "list", "--format", "jsonl", "--result-log", uri]
    )

    ids = [json.loads(line)["result_id"] for line in done.output.splitlines()]
    assert ids == sorted((record.result_id for record in records), reverse=True)
