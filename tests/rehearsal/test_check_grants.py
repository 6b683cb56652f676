"""Controls of the release check's grants."""

from infra.release_check import HANDLER
from tests.infra.conftest import dev, stand_in_package
from tests.infra.synthesized import SynthesizedStage
from tests.rehearsal.check_grants import CHECK_CONTROLS
from tests.rehearsal.function_grants import LOG_GRANTS
from tests.rehearsal.role_grants import list_actions

__all__ = ["dev", "stand_in_package"]


def test_every_grant_of_the_release_check_has_a_control_or_a_reason(
    dev: SynthesizedStage,
) -> None:
    role = dev.only("AWS::Lambda::Function", Handler=HANDLER)["Role"]["Fn::GetAtt"][0]
    [policy] = [
        one["Properties"]["PolicyDocument"]
        for one in dev.find("AWS::IAM::Policy")
        if {"Ref": role} in one["Properties"]["Roles"]
    ]

    assert list_actions(policy) == {*CHECK_CONTROLS, *LOG_GRANTS}
