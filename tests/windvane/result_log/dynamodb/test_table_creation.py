from collections.abc import Mapping

import pytest

from tests.moto_server import KEYS, REGION, MotoServer
from windvane.result_log.dynamodb.table_creation import TABLE_DEFINITION, create_table, main


@pytest.fixture
def environ(moto_server: MotoServer) -> Mapping[str, str]:
    return {**KEYS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL_DYNAMODB": moto_server.url}


def test_create_table_creates_it_once(environ: Mapping[str, str], moto_server: MotoServer) -> None:
    created = [create_table("created-once", environ) for _ in range(2)]

    table = moto_server.dynamodb.describe_table(TableName="created-once")["Table"]
    assert created == [True, False]
    assert table["KeySchema"] == TABLE_DEFINITION["KeySchema"]
    expiry = moto_server.dynamodb.describe_time_to_live(TableName="created-once")
    assert expiry["TimeToLiveDescription"]["AttributeName"] == "expires_at"


def test_main_creates_the_table_of_the_result_log(
    environ: Mapping[str, str], moto_server: MotoServer
) -> None:
    main({**environ, "WINDVANE_RESULT_LOG_URI": "dynamodb://created-by-main"})

    assert "created-by-main" in moto_server.dynamodb.list_tables()["TableNames"]


@pytest.mark.parametrize("uri", ["", "none:", "sqlite:///results.db"])
def test_main_refuses_a_log_that_is_no_table(uri: str) -> None:
    with pytest.raises(SystemExit, match="WINDVANE_RESULT_LOG_URI names no table"):
        main({"WINDVANE_RESULT_LOG_URI": uri})


def test_main_says_what_is_not_known() -> None:
    nowhere = {"WINDVANE_RESULT_LOG_URI": "dynamodb://results", "AWS_REGION": ""}

    with pytest.raises(SystemExit, match="region"):
        main(nowhere)
