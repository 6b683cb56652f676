from tests.infra.synthesized import Resource, SynthesizedStage
from windvane.inference.predictions import Prediction
from windvane.result_log.dynamodb.dynamodb_items import to_item
from windvane.result_log.record import RecordMaker


def test_result_table_is_on_demand_encrypted_and_can_be_restored(stage: SynthesizedStage) -> None:
    table = stage.only("AWS::DynamoDB::GlobalTable")

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    [replica] = table["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_result_table_key_and_expiry_are_what_the_code_writes(stage: SynthesizedStage) -> None:
    prediction = Prediction(label="a", score=1.0, scores={"a": 1.0}, tokens=3, windows=1)
    record = RecordMaker("none", 30).make("text", prediction, model="m@1", route="/sentiment")

    item = to_item(record)

    table = stage.only("AWS::DynamoDB::GlobalTable")
    keys = {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]}
    kinds = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    assert keys == {"pk": "HASH", "result_id": "RANGE"}
    assert {name: set(item[name]) for name in kinds} == {name: {kinds[name]} for name in keys}
    assert table["TimeToLiveSpecification"]["Enabled"] is True
    assert set(item[table["TimeToLiveSpecification"]["AttributeName"]]) == {"N"}


def test_result_table_has_no_second_index_to_pay_for(stage: SynthesizedStage) -> None:
    table = stage.only("AWS::DynamoDB::GlobalTable")

    assert not {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} & set(table)


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
