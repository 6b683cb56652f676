import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tests.moto_server import MotoServer, moto_server
from tests.windvane.result_log.records import make_record
from windvane.result_log.dynamodb.dynamodb_items import to_item

__all__ = ["moto_server"]


@pytest.mark.parametrize("runs", [1, 2])
def test_copy_results_copies_what_is_missing_however_often(
    moto_server: MotoServer, runs: int
) -> None:
    old, new = moto_server.make_result_table(), moto_server.make_result_table()
    for _ in range(3):
        moto_server.dynamodb.put_item(TableName=old, Item=to_item(make_record()))

    said = [
        subprocess.run(
            [sys.executable, "-m", "infra.copy_results", old, new],
            cwd=REPOSITORY,
            env={**moto_server.environ, "AWS_DEFAULT_REGION": "eu-west-1"},
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        for _ in range(runs)
    ]

    copied = moto_server.dynamodb.scan(TableName=new)["Items"]
    wanted = moto_server.dynamodb.scan(TableName=old)["Items"]
    assert sorted(map(str, copied)) == sorted(map(str, wanted))
    assert len(copied) == 3
    assert said == ["3 items copied.\n", "0 items copied.\n"][:runs]
