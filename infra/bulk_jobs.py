"""Bulk jobs of a stage: functions, state machine, what starts jobs, and what watches them."""

from aws_cdk import Duration, aws_cloudwatch
from constructs import Construct

from infra.acknowledgement import acknowledge, objects_of
from infra.job_function import JobCode, JobFunction, JobTask
from infra.job_starts import JobStarts
from infra.jobs_machine import JobsMachine
from infra.stage_tables import Jobs
from infra.stages import Stage
from infra.watch import Watch
from windvane.facts import BULK_PLAN_SUFFIX, BULK_WORK_SUFFIX, BUNDLE_PREFIX

FIVE_MINUTES = Duration.minutes(5)
PLAN = JobTask(suffix=BULK_PLAN_SUFFIX, description="Windvane: plans a bulk job, and ends it")


class BulkJobs(Construct):
    """All of it where the stage has a ``[jobs]`` table, otherwise nothing.

    Attributes:
        alarms: For the stage's topic.
        graphs: For the stage's dashboard: a title and its metrics.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, code: JobCode) -> None:
        """Build what the stage asks for.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Its ``jobs``.
            code: What the functions run.
        """
        super().__init__(scope, construct_id)
        self.alarms: list[aws_cloudwatch.Alarm] = []
        self.graphs: dict[str, list[aws_cloudwatch.IMetric]] = {}
        if stage.jobs:
            self._build(stage, stage.jobs, code)

    def _build(self, stage: Stage, jobs: Jobs, code: JobCode) -> None:
        plan = JobFunction(self, "Plan", stage=stage, jobs=jobs, code=code, task=PLAN)
        plan.allow(["lambda:GetFunctionConfiguration"], code.live.function_arn)
        work = JobFunction(
            self,
            "Work",
            stage=stage,
            jobs=jobs,
            code=code,
            task=JobTask(
                suffix=BULK_WORK_SUFFIX,
                description="Windvane: works on a part of a bulk job",
                concurrency=jobs.concurrency,
            ),
        )
        self._allow_bundles(work, code)
        machine = JobsMachine(
            self, "Machine", stage=stage, jobs=jobs, plan=plan.function, work=work.function
        )
        JobStarts(self, "Starts", jobs=jobs, machine=machine.machine)
        self._watch(stage, machine, work)

    def _allow_bundles(self, work: JobFunction, code: JobCode) -> None:
        bundles = f"{BUNDLE_PREFIX}*"
        work.allow(["s3:GetObject"], code.bucket.arn_for_objects(bundles))
        reason = "A job stays with the bundle that it was planned with, whatever is live meanwhile."
        acknowledge(
            work.role,
            {f"AwsSolutions-IAM5[Resource::{objects_of(code.bucket, bundles)}]": reason},
        )

    def _watch(self, stage: Stage, machine: JobsMachine, work: JobFunction) -> None:
        watch = Watch(
            metric=machine.machine.metric_failed(period=FIVE_MINUTES),
            means="A bulk job failed.",
            first="Read why with windvane jobs show; what it lacks tells whether to redrive it.",
            section="jobfailed",
        )
        self.alarms.append(watch.build(self, "JobFailed", stage.runbook_url))
        self.graphs = {
            "Bulk jobs": [
                machine.machine.metric_started(period=FIVE_MINUTES, label="started"),
                machine.machine.metric_succeeded(period=FIVE_MINUTES, label="succeeded"),
                machine.machine.metric_failed(period=FIVE_MINUTES, label="failed"),
                machine.machine.metric_aborted(period=FIVE_MINUTES, label="stopped"),
            ],
            "Parts of bulk jobs": [
                work.function.metric_invocations(period=FIVE_MINUTES, label="attempts"),
                work.function.metric_errors(period=FIVE_MINUTES, label="errors"),
                work.function.metric_throttles(period=FIVE_MINUTES, label="throttled"),
            ],
        }
