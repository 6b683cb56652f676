"""A stage that keeps its data: a first deployment that fails, and one after `make destroy`."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import ClientError

from tests.rehearsal.cloud_emulator import EmulatedCloud
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import StepError, expect_equal
from tests.rehearsal.stage_commands import MAKE_FAILED, StageCommands

HOOK = "CodeDeployHook_"
"""The release check's function is named so, and its stage's stack."""
OTHER_OWNER = "other-owner"
FOR_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}
NEVER_CAME_UP = "ROLLBACK_COMPLETE"
PROTECTED = "TerminationProtection is enabled"


def fail_first_deployment(stage: DeployedStage, commands: StageCommands, bundle: Path) -> None:
    """Deploy while a function of another owner has the name of the stage's release check.

    Raises:
        StepError: It does not fail, or the stack is not rolled back.
    """
    with _take_name(stage.cloud, HOOK + stage.stack_name):
        commands.deploy(bundle, status=MAKE_FAILED)
    expect_equal("stack", stage.status, NEVER_CAME_UP)


def check_protection(stage: DeployedStage) -> None:
    """AWS refuses to delete the stack, unless `make destroy` does it.

    Raises:
        StepError: AWS deletes it.
    """
    try:
        stage.cloud.client("cloudformation").delete_stack(StackName=stage.stack_name)
    except ClientError as error:
        if PROTECTED in str(error):
            return
        raise
    raise StepError("delete_stack", expected=PROTECTED, got="no error")


@contextmanager
def _take_name(cloud: EmulatedCloud, name: str) -> Iterator[None]:
    iam, functions = cloud.client("iam"), cloud.client("lambda")
    role = iam.create_role(RoleName=OTHER_OWNER, AssumeRolePolicyDocument=json.dumps(FOR_LAMBDA))
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="nobody.answers",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": _write_zip()},
    )
    try:
        yield
    finally:
        functions.delete_function(FunctionName=name)
        iam.delete_role(RoleName=OTHER_OWNER)


def _write_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("nobody.py", "")
    return content.getvalue()
