"""Grants of a function's role, taken away one by one: the documented failure, not a crash."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.rehearsal.caller import Caller
from tests.rehearsal.client_steps import fail_to_list_client
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import expect_equal
from tests.rehearsal.role_grants import RoleGrants

TakeAway = Callable[[], None]
Control = Callable[[Caller, TakeAway], None]

LOG_GRANTS = {
    "logs:CreateLogStream": "the emulator writes the function's log itself",
    "logs:PutLogEvents": "the emulator writes the function's log itself",
}
NOT_ENFORCED = {
    **LOG_GRANTS,
    "sqs:SendMessage": "the emulator fills the dead-letter queue itself",
    "xray:PutTelemetryRecords": "the emulator takes no traces",
    "xray:PutTraceSegments": "the emulator takes no traces",
}
"""Grants that are never asked for here, with the reason."""


def fail_to_record(caller: Caller, take_away: TakeAway) -> None:
    """The answer comes all the same, and says that it is not recorded."""
    take_away()
    answer = caller.classify().expect(200).json
    expect_equal("logged", answer["logged"], False)


def fail_to_claim(caller: Caller, take_away: TakeAway) -> None:
    """A request with a key for idempotency is refused, since it could be recorded twice."""
    take_away()
    headers = {"Idempotency-Key": "rehearsal-without-grant"}
    caller.classify(headers=headers).expect_problem(503, "log-unavailable")


def fail_to_list(caller: Caller, take_away: TakeAway) -> None:
    """Results cannot be listed, nor those of a subject deleted."""
    take_away()
    caller.send("GET", "/v1/results").expect_problem(503, "log-unavailable")
    path = "/v1/results?subject=rehearsal-4713"
    for method in ("GET", "DELETE"):
        caller.send(method, path).expect_problem(503, "log-unavailable")


def fail_to_read(caller: Caller, take_away: TakeAway) -> None:
    """A result cannot be read."""
    result = caller.record()
    take_away()
    caller.send("GET", f"/v1/results/{result}").expect_problem(503, "log-unavailable")


def fail_to_correct(caller: Caller, take_away: TakeAway) -> None:
    """A result cannot be corrected."""
    path = f"/v1/results/{caller.record()}/feedback"
    take_away()
    caller.send("POST", path, {"label": "neutral"}).expect_problem(503, "log-unavailable")


def fail_to_delete(caller: Caller, take_away: TakeAway) -> None:
    """A result cannot be deleted."""
    result = caller.record()
    take_away()
    caller.send("DELETE", f"/v1/results/{result}").expect_problem(503, "log-unavailable")


def fail_to_start(caller: Caller, take_away: TakeAway) -> None:
    """A function that has not started yet cannot fetch its bundle, and every route says so."""
    take_away()
    caller.send("GET", "/health", key=None).expect_problem(502, "unexpected")


COLD_CONTROLS: Mapping[str, Control] = {"s3:GetObject": fail_to_start}
"""Need a version that no process has started yet."""

WARM_CONTROLS: Mapping[str, Control] = {
    "dynamodb:BatchWriteItem": fail_to_record,
    "dynamodb:DeleteItem": fail_to_delete,
    "dynamodb:GetItem": fail_to_read,
    "dynamodb:PutItem": fail_to_claim,
    "dynamodb:Query": fail_to_list,
    "dynamodb:UpdateItem": fail_to_correct,
    "dynamodb:BatchGetItem": fail_to_list_client,  # last: the index needs some seconds
}


@dataclass(frozen=True, kw_only=True)
class FunctionGrants:
    """The role of one of a stage's functions.

    Attributes:
        stage: The deployed stage.
        function: Name of the function.
        controlled: Actions that have a control.
        not_enforced: Actions that are never asked for here, with the reason.
    """

    stage: DeployedStage
    function: str
    controlled: frozenset[str]
    not_enforced: Mapping[str, str]

    def check_known(self) -> None:
        """Every grant of the role has a control, or a reason why it cannot have one.

        Raises:
            StepError: One has neither, or there are controls of grants that the role lacks.
        """
        granted = self._grants.list_actions()
        unknown = granted - self.controlled - {*self.not_enforced}
        expect_equal("grants without control or reason", unknown, set())
        expect_equal("controls without a grant", self.controlled - granted, set())

    def check(self, action: str, control: Callable[[TakeAway], None]) -> None:
        """Let a control take a grant away and look for the failure; then give it back.

        Raises:
            StepError: There is another failure, or none.
        """
        with self._grants.lend(action) as take_away:
            control(take_away)

    @property
    def _grants(self) -> RoleGrants:
        return RoleGrants(self.stage.cloud, self.stage.find_role(self.function))


def open_function_grants(stage: DeployedStage) -> FunctionGrants:
    """Open the grants of the function that serves the API."""
    return FunctionGrants(
        stage=stage,
        function=stage.stack_name,
        controlled=frozenset({*COLD_CONTROLS, *WARM_CONTROLS}),
        not_enforced=NOT_ENFORCED,
    )
