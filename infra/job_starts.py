"""What starts jobs by itself: a schedule, and objects that are created below an input."""

from typing import Any

from aws_cdk import Duration, aws_events, aws_events_targets, aws_iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.stage_tables import Jobs


class JobStarts(Construct):
    """An event rule for the schedule, and one for the uploads, where the stage has them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, jobs: Jobs, machine: sfn.StateMachine
    ) -> None:
        """Build the rules.

        Args:
            scope: The jobs' construct.
            construct_id: Name within it.
            jobs: What starts jobs, and which.
            machine: Runs them; the id of a job is the name that EventBridge gives its execution.
        """
        super().__init__(scope, construct_id)
        self._jobs, self._machine = jobs, machine
        if jobs.schedule or jobs.start_on_upload:
            self._role = self._build_role()
        if jobs.schedule:
            self._build_schedule(jobs.schedule)
        if jobs.start_on_upload:
            self._build_uploads()

    def _build_role(self) -> aws_iam.Role:
        return aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("events.amazonaws.com"),
            description="Starts bulk jobs of Windvane",
        )

    def _build_schedule(self, schedule: str) -> None:
        aws_events.Rule(
            self,
            "Schedule",
            description="Starts a bulk job of Windvane",
            schedule=aws_events.Schedule.expression(schedule),
            targets=[self._start(self._jobs.inputs[0])],
        )

    def _build_uploads(self) -> None:
        bucket = aws_events.EventField.from_path("$.detail.bucket.name")
        key = aws_events.EventField.from_path("$.detail.object.key")
        aws_events.Rule(
            self,
            "Uploads",
            description="Starts a bulk job of Windvane for each object",
            event_pattern=aws_events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"$or": [_match(location) for location in self._jobs.inputs]},
            ),
            targets=[self._start(f"s3://{bucket}/{key}")],
        )

    def _start(self, location: str) -> aws_events_targets.SfnStateMachine:
        job = {**self._jobs.job, "input": location, "output": self._jobs.outputs[0]}
        return aws_events_targets.SfnStateMachine(
            self._machine,
            input=aws_events.RuleTargetInput.from_object({"job": job}),
            role=self._role,
            max_event_age=Duration.hours(24),
        )


def _match(location: str) -> dict[str, Any]:
    """Match objects below a location, without the empty ones that consoles make of folders."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    key = {"key": [{"prefix": prefix}]} if prefix else {}
    return {"bucket": {"name": [bucket]}, "object": {**key, "size": [{"numeric": [">", 0]}]}}
