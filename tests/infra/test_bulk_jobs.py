import json
from typing import Any, cast

import pytest

from infra.stage_tables import Jobs
from tests.infra.conftest import ALL_ON
from tests.infra.synthesized import SynthesizedStage, to_text
from windvane.facts import BULK_HANDLER, JOB_MAP, JobStep
from windvane.jobs.job import Job

JOBS = cast(Jobs, ALL_ON.jobs)
NAMES = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "1234"}
BUSY = "Lambda.TooManyRequestsException"
FUNCTIONS = {"plan": "windvane-all-on-bulk-plan", "work": "windvane-all-on-bulk-work"}


def read_machine(stage: SynthesizedStage) -> Any:
    return stage.only("AWS::StepFunctions::StateMachine")


def read_states(stage: SynthesizedStage) -> Any:
    """Answer the states, with the names of functions in place of their ARNs."""
    separator, parts = read_machine(stage)["DefinitionString"]["Fn::Join"]
    resources = stage.template["Resources"]
    texts = [
        part
        if isinstance(part, str)
        else "aws"
        if "Ref" in part
        else resources[part["Fn::GetAtt"][0]]["Properties"]["FunctionName"]
        for part in parts
    ]
    return json.loads(separator.join(texts))["States"]


def read_statements(stage: SynthesizedStage, role: str) -> list[dict[str, Any]]:
    return [
        statement
        for policy in stage.find("AWS::IAM::Policy")
        if {"Ref": role} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def list_grants(stage: SynthesizedStage, role: str) -> dict[str, set[str]]:
    """List resources by action, with names for what is known only when deployed."""
    names = {**NAMES, **{name: name for name in stage.template["Resources"]}}
    grants: dict[str, set[str]] = {}
    for statement in read_statements(stage, role):
        actions, resources = statement["Action"], statement["Resource"]
        for action in [actions] if isinstance(actions, str) else actions:
            for resource in resources if isinstance(resources, list) else [resources]:
                arn = resource.get("Fn::GetAtt", [None])[0] if isinstance(resource, dict) else None
                grants.setdefault(action, set()).add(arn or to_text(resource, names))
    return grants


def role_of(function: Any) -> str:
    role: str = function["Role"]["Fn::GetAtt"][0]
    return role


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_stage_without_jobs_has_nothing_of_them(request: pytest.FixtureRequest, name: str) -> None:
    stage: SynthesizedStage = request.getfixturevalue(name)

    assert not stage.find("AWS::StepFunctions::StateMachine")
    assert not stage.find("AWS::Lambda::Function", Handler=BULK_HANDLER)
    assert "states:" not in json.dumps(stage.template)


def test_jobs_have_two_functions_of_the_apis_package(all_on: SynthesizedStage) -> None:
    functions = {
        one["Properties"]["FunctionName"]: one["Properties"]
        for one in all_on.find("AWS::Lambda::Function", Handler=BULK_HANDLER)
    }
    api = all_on.only("AWS::Lambda::Function", FunctionName="windvane-all-on")

    assert set(functions) == set(FUNCTIONS.values())
    for function in functions.values():
        for key in ("Code", "Runtime", "Architectures"):
            assert function[key] == api[key]
        assert function["Timeout"] == 900
    assert functions[FUNCTIONS["work"]]["ReservedConcurrentExecutions"] == JOBS.concurrency
    assert "ReservedConcurrentExecutions" not in functions[FUNCTIONS["plan"]]


def test_machine_passes_no_text_and_takes_the_jobs_id_from_its_execution(
    all_on: SynthesizedStage,
) -> None:
    states = read_states(all_on)

    assert [state.get("Next") for state in states.values()] == [JOB_MAP, "Finish", None]
    assert states["Plan"]["Parameters"] == {
        "FunctionName": FUNCTIONS["plan"],
        "Payload": {"step": JobStep.PLAN, "job_id.$": "$$.Execution.Name", "job.$": "$.job"},
    }
    assert states["Finish"]["Parameters"] == {
        "FunctionName": FUNCTIONS["plan"],
        "Payload": {"step": JobStep.FINISH, "folder.$": "$.folder"},
    }


def test_map_reads_parts_from_s3_and_keeps_no_result(all_on: SynthesizedStage) -> None:
    parts = read_states(all_on)[JOB_MAP]

    assert parts["ItemReader"]["ReaderConfig"] == {"InputType": "JSON"}
    assert parts["ItemReader"]["Parameters"] == {"Bucket.$": "$.bucket", "Key.$": "$.parts_key"}
    assert parts["MaxConcurrency"] == JOBS.concurrency
    assert parts["ToleratedFailurePercentagePath"] == "$.tolerated_failure_percentage"
    assert parts["ResultPath"] is None
    assert parts["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",  # an express part would end after five minutes
    }
    assert parts["ItemSelector"] == {
        "step": JobStep.WORK,
        "folder.$": "$.folder",
        "part.$": "$$.Map.Item.Value",
    }


@pytest.mark.parametrize("state", ["Plan", "Work", "Finish"])
def test_task_is_tried_again_for_what_passes_and_not_for_what_its_sender_must_mend(
    all_on: SynthesizedStage, state: str
) -> None:
    states = read_states(all_on)
    tasks = {**states, **states[JOB_MAP]["ItemProcessor"]["States"]}

    retried = {error for retry in tasks[state]["Retry"] for error in retry["ErrorEquals"]}

    assert {"StorageError", BUSY, "Runtime.ExitError"} <= retried
    lasting = {"JobFieldError", "JobInputError", "JobOutputError", "InputChangedError"}
    assert not retried & {*lasting, "States.ALL", "States.TaskFailed"}
    [busy] = [
        one
        for one in tasks[state]["Retry"]
        if "Lambda.TooManyRequestsException" in one["ErrorEquals"]
    ]
    assert busy["MaxDelaySeconds"] * busy["MaxAttempts"] / 2 > 8 * 3600  # another job's night


def test_machine_logs_without_inputs_and_outputs(all_on: SynthesizedStage) -> None:
    logging = read_machine(all_on)["LoggingConfiguration"]

    assert logging["Level"] == "ALL"
    assert logging["IncludeExecutionData"] is False


@pytest.mark.parametrize("name", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions_reach_the_buckets_of_the_stages_file_alone(
    all_on: SynthesizedStage, name: str
) -> None:
    function = all_on.only("AWS::Lambda::Function", FunctionName=name)

    grants = list_grants(all_on, role_of(function))

    inputs = {f"arn:aws:s3:::{one.removeprefix('s3://')}*" for one in JOBS.inputs}
    outputs = {f"arn:aws:s3:::{one.removeprefix('s3://')}*" for one in JOBS.outputs}
    buckets = {one.partition("/")[0] for one in inputs | outputs}
    read = {one for one in grants["s3:GetObject"] if not one.endswith("/bundles/*")}
    assert read == inputs | outputs
    assert grants["s3:PutObject"] == grants["s3:AbortMultipartUpload"] == outputs
    assert grants["s3:ListBucket"] == buckets
    assert grants["kms:Decrypt"] == {ALL_ON.kms_key_arn, *JOBS.kms_key_arns}
    assert {action.partition(":")[0] for action in grants} <= {"s3", "kms", "logs", "lambda"}


def test_functions_list_no_more_of_a_bucket_than_the_locations(all_on: SynthesizedStage) -> None:
    function = all_on.only("AWS::Lambda::Function", FunctionName=FUNCTIONS["plan"])
    statements = read_statements(all_on, role_of(function))

    conditions = {
        json.dumps(one["Resource"]).partition(":s3:::")[2].rstrip('"]}'): one.get("Condition")
        for one in statements
        if one["Action"] == "s3:ListBucket"
    }

    assert conditions == {
        "acme-reviews": {"StringLike": {"s3:prefix": ["incoming/*"]}},
        "acme-archive": None,
        "acme-sentiment": {"StringLike": {"s3:prefix": ["results/*"]}},
    }


def test_only_work_reads_bundles_and_only_plan_asks_which_is_live(all_on: SynthesizedStage) -> None:
    plan, work = (
        list_grants(all_on, role_of(all_on.only("AWS::Lambda::Function", FunctionName=name)))
        for name in FUNCTIONS.values()
    )

    assert not any(one.endswith("/bundles/*") for one in plan["s3:GetObject"])
    assert any(one.endswith("/bundles/*") for one in work["s3:GetObject"])
    [alias] = plan["lambda:GetFunctionConfiguration"]
    assert all_on.template["Resources"][alias]["Type"] == "AWS::Lambda::Alias"
    assert "lambda:GetFunctionConfiguration" not in work


def test_machine_reads_lists_of_parts_and_calls_its_two_functions(all_on: SynthesizedStage) -> None:
    role = read_machine(all_on)["RoleArn"]["Fn::GetAtt"][0]

    grants = list_grants(all_on, role)

    called = {
        all_on.template["Resources"][name]["Properties"]["FunctionName"]
        for name in grants["lambda:InvokeFunction"]
    }
    assert called == set(FUNCTIONS.values())
    assert grants["s3:GetObject"] == {"arn:aws:s3:::acme-sentiment/results/*/parts.json"}
    assert not {"s3:PutObject", "s3:ListBucket"} & set(grants)


def test_schedule_starts_a_job_over_the_first_input(all_on: SynthesizedStage) -> None:
    rule = all_on.only("AWS::Events::Rule", ScheduleExpression=JOBS.schedule)
    [target] = rule["Targets"]

    job = Job(**json.loads(target["Input"])["job"])

    assert all_on.kind_of(target["Arn"]) == "AWS::StepFunctions::StateMachine"
    assert (job.input, job.output) == (JOBS.inputs[0], JOBS.outputs[0])
    assert {name: getattr(job, name) for name in JOBS.job} == JOBS.job


def test_upload_starts_a_job_for_the_object(all_on: SynthesizedStage) -> None:
    [rule] = [
        one["Properties"]
        for one in all_on.find("AWS::Events::Rule")
        if one["Properties"].get("EventPattern", {}).get("source") == ["aws.s3"]
    ]
    [target] = rule["Targets"]

    template = json.loads(target["InputTransformer"]["InputTemplate"])["job"]

    size = [{"numeric": [">", 0]}]
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    assert rule["EventPattern"]["detail"]["$or"] == [
        {
            "bucket": {"name": ["acme-reviews"]},
            "object": {"key": [{"prefix": "incoming/"}], "size": size},
        },
        {"bucket": {"name": ["acme-archive"]}, "object": {"size": size}},
    ]
    assert template["input"] == "s3://<detail-bucket-name>/<detail-object-key>"
    assert template["output"] == JOBS.outputs[0]
    assert Job(**template)


def test_what_starts_jobs_may_do_nothing_else(all_on: SynthesizedStage) -> None:
    rules = [one["Properties"] for one in all_on.find("AWS::Events::Rule")]
    roles = {
        target["RoleArn"]["Fn::GetAtt"][0]
        for rule in rules
        for target in rule["Targets"]
        if "RoleArn" in target
    }

    [role] = roles
    [statement] = read_statements(all_on, role)
    assert statement["Action"] == "states:StartExecution"
    assert all_on.kind_of(statement["Resource"]) == "AWS::StepFunctions::StateMachine"


def test_dashboard_has_a_row_for_jobs_where_there_are_any(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    bodies = [
        json.dumps(stage.only("AWS::CloudWatch::Dashboard")["DashboardBody"])
        for stage in (prod, all_on)
    ]

    assert ["ExecutionsStarted" in body for body in bodies] == [False, True]
