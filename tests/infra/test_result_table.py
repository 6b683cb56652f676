import msgspec
import pytest

from tests.infra.synthesized import Resource, SynthesizedStage
from tests.moto_server import MotoServer, moto_server
from windvane.inference.predictions import Prediction
from windvane.result_log.dynamodb.dynamodb_items import to_item
from windvane.result_log.dynamodb.table_creation import EXPIRY, TABLE_DEFINITION
from windvane.result_log.record import RecordMaker

__all__ = ["moto_server"]

PREDICTION = Prediction(label="a", score=1.0, scores={"a": 1.0}, tokens=3, windows=1)


def test_result_table_is_on_demand_encrypted_and_can_be_restored(stage: SynthesizedStage) -> None:
    table = stage.only("AWS::DynamoDB::GlobalTable")

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    [replica] = table["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_store_on_a_persons_own_machine_gets_the_same_table(dev: SynthesizedStage) -> None:
    table = dev.only("AWS::DynamoDB::GlobalTable")

    assert {name: table[name] for name in TABLE_DEFINITION} == TABLE_DEFINITION
    assert table["TimeToLiveSpecification"] == EXPIRY


def test_result_table_key_and_expiry_are_what_the_code_writes(stage: SynthesizedStage) -> None:
    record = RecordMaker("none", 30).make("text", PREDICTION, model="m@1", route="/sentiment")

    item = to_item(record)

    table = stage.only("AWS::DynamoDB::GlobalTable")
    keys = {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]}
    kinds = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    assert keys == {"pk": "HASH", "result_id": "RANGE"}
    assert {name: set(item[name]) for name in keys} == {name: {kinds[name]} for name in keys}
    assert table["TimeToLiveSpecification"]["Enabled"] is True
    assert set(item[table["TimeToLiveSpecification"]["AttributeName"]]) == {"N"}


@pytest.mark.parametrize(("field", "place"), [("client", 0), ("subject_hash", 1)])
def test_result_table_indexes_results_with_an_owner_and_no_others(
    stage: SynthesizedStage, field: str, place: int
) -> None:
    record = RecordMaker("none", 30).make("text", PREDICTION, model="m@1", route="/sentiment")
    owned = to_item(msgspec.structs.replace(record, **{field: "partner"}))

    table = stage.only("AWS::DynamoDB::GlobalTable")

    index = table["GlobalSecondaryIndexes"][place]
    keys = {key["KeyType"]: key["AttributeName"] for key in index["KeySchema"]}
    kinds = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    assert keys["RANGE"] == "result_id"
    assert set(owned[keys["HASH"]]) == {kinds[keys["HASH"]]}
    assert keys["HASH"] not in to_item(record)
    assert "LocalSecondaryIndexes" not in table


def test_tests_have_the_tables_indexes(stage: SynthesizedStage, moto_server: MotoServer) -> None:
    indexes = stage.only("AWS::DynamoDB::GlobalTable")["GlobalSecondaryIndexes"]
    name = moto_server.make_result_table()

    made = moto_server.dynamodb.describe_table(TableName=name)["Table"]

    made_indexes = {index["IndexName"]: index for index in made["GlobalSecondaryIndexes"]}
    assert len(made_indexes) == len(indexes)
    for index in indexes:
        made_index = made_indexes[index["IndexName"]]
        assert {part: made_index[part] for part in index} == index


def test_result_table_goes_with_dev_and_stays_after_prod(
    dev: SynthesizedStage, prod: SynthesizedStage
) -> None:
    [of_dev], [of_prod] = (
        dev.find("AWS::DynamoDB::GlobalTable"),
        prod.find("AWS::DynamoDB::GlobalTable"),
    )

    assert of_dev["DeletionPolicy"] == "Delete"
    assert is_protected(of_dev) is False
    assert of_prod["DeletionPolicy"] == "RetainExceptOnCreate"
    assert is_protected(of_prod) is True


def is_protected(table: Resource) -> object:
    [replica] = table["Properties"]["Replicas"]
    return replica["DeletionProtectionEnabled"]
