import subprocess
import sys

import pytest

from infra.permissions_boundary import list_bootstrap_options
from tests.conftest import REPOSITORY
from tests.infra.synthesized import SynthesizedStage


def test_every_role_has_the_boundary(all_on: SynthesizedStage) -> None:
    roles = all_on.find("AWS::IAM::Role")

    boundaries = {role["Properties"].get("PermissionsBoundary") for role in roles}

    assert len(roles) > 3
    assert boundaries == {"arn:aws:iam::123456789012:policy/company/boundary"}


def test_no_role_has_a_boundary_by_default(dev: SynthesizedStage) -> None:
    roles = dev.find("AWS::IAM::Role")

    assert not any("PermissionsBoundary" in role["Properties"] for role in roles)


@pytest.mark.parametrize(
    ("boundary", "name"),
    [
        ("arn:aws:iam::123456789012:policy/boundary", "boundary"),
        ("arn:aws-cn:iam::123456789012:policy/company/boundary", "company/boundary"),
        ("boundary", "boundary"),
    ],
)
def test_bootstrap_gets_the_policys_name(boundary: str, name: str) -> None:
    assert list_bootstrap_options(boundary) == ["--custom-permissions-boundary", name]


def test_bootstrap_of_a_stage_without_boundary_gets_no_option() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.permissions_boundary", "dev"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "\n"
