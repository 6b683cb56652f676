"""The state machine of bulk jobs: plan, classify the parts, finish. No text ever passes through it.

Its history holds names of objects and counts, and its log neither.
"""

import json

from aws_cdk import Duration, Stack, aws_iam, aws_lambda
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.acknowledgement import acknowledge
from infra.encryption import allow_use_of_key
from infra.job_access import allow_keys, allow_parts, name_machine
from infra.log_group import build_log_group
from infra.stage_tables import Jobs
from infra.stages import Stage
from windvane.facts import JOB_BUSY_RETRIES, JOB_ERROR_RETRIES, JOB_MAP, JobStep

NAME_AT = 6
"""Place of a state machine's name in its ARN."""

LOG_PREFIX = "/aws/vendedlogs/states/"
"""Log groups of this name need no entry in the resource policy that CloudWatch bounds; see
https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html."""

BUSY_ERRORS = ["Lambda.TooManyRequestsException"]
"""All of the functions' concurrency is in use, by another job as a rule."""

PASSING_ERRORS = [
    "BundleUnreachableError",
    "StorageError",
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.Unknown",
    "Runtime.ExitError",
]
"""S3 or Lambda failed, or the process ended; see
https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html."""

LOG_ACTIONS = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
]
"""https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"""


class JobsMachine(Construct):
    """The machine and its role."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        jobs: Jobs,
        plan: aws_lambda.Function,
        work: aws_lambda.Function,
    ) -> None:
        """Build the machine.

        Args:
            scope: The jobs' construct.
            construct_id: Name within it.
            stage: The stage.
            jobs: How many parts run at once.
            plan: Plans a job and ends it.
            work: Works on a part.
        """
        super().__init__(scope, construct_id)
        self._plan, self._work = plan, work
        self._log_group = build_log_group(
            self, "Log", stage=stage, name=LOG_PREFIX + name_machine(stage)
        )
        self.role = self._build_role(stage, jobs)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=name_machine(stage),
            comment="Windvane: a bulk job",
            definition_body=sfn.DefinitionBody.from_chainable(self._build_steps(jobs)),
            role=self.role.without_policy_updates(),
            logs=sfn.LogOptions(
                destination=self._log_group,
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        # Its first executions would otherwise meet a role without a policy.
        self.machine.node.add_dependency(self.role)
        self._explain()

    def _explain(self) -> None:
        arn = Stack.of(self).resolve(self.machine.state_machine_arn)
        split = {"Fn::Select": [NAME_AT, {"Fn::Split": [":", arn]}]}
        name = json.dumps(split, separators=(",", ":"))
        executions = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution"
        reason = "The CDK lets the machine run, follow and redrive the parts of its own jobs."
        acknowledge(
            self.machine,
            {
                "AwsSolutions-SF2": "A job takes minutes to hours, and its map run says of each "
                "part what became of it; a trace would repeat that for $5 a million parts.",
                f"AwsSolutions-IAM5[Resource::{executions}:{name}:*]": reason,
                f"AwsSolutions-IAM5[Resource::{executions}:{name}/{JOB_MAP}:*]": reason,
            },
        )

    def _build_steps(self, jobs: Jobs) -> sfn.IChainable:
        plan = {
            "step": JobStep.PLAN,
            # What a schedule or an upload starts has no other id.
            "job_id": sfn.JsonPath.execution_name,
            "job": sfn.JsonPath.object_at("$.job"),
        }
        finish = {"step": JobStep.FINISH, "folder": sfn.JsonPath.string_at("$.folder")}
        return (
            self._invoke("Plan", self._plan, sfn.TaskInput.from_object(plan))
            .next(self._build_map(jobs))
            .next(self._invoke("Finish", self._plan, sfn.TaskInput.from_object(finish)))
        )

    def _build_map(self, jobs: Jobs) -> sfn.DistributedMap:
        parts = sfn.DistributedMap(
            self,
            JOB_MAP,
            label=JOB_MAP,
            # An express part would have five minutes, and start anew when redriven.
            map_execution_type=sfn.StateMachineType.STANDARD,
            item_reader=sfn.S3JsonItemReader(
                bucket_name_path=sfn.JsonPath.string_at("$.bucket"),
                key=sfn.JsonPath.string_at("$.parts_key"),
            ),
            item_selector={
                "step": JobStep.WORK,
                "folder": sfn.JsonPath.string_at("$.folder"),
                "part": sfn.JsonPath.object_at("$$.Map.Item.Value"),
            },
            max_concurrency=jobs.concurrency,
            tolerated_failure_percentage_path="$.tolerated_failure_percentage",
            result_path=sfn.JsonPath.DISCARD,
        )
        parts.item_processor(self._invoke("Work", self._work, sfn.TaskInput.from_json_path_at("$")))
        return parts

    def _invoke(
        self, construct_id: str, function: aws_lambda.Function, payload: sfn.TaskInput
    ) -> tasks.LambdaInvoke:
        task = tasks.LambdaInvoke(
            self,
            construct_id,
            lambda_function=function,
            payload=payload,
            output_path="$.Payload",
            retry_on_service_exceptions=False,
        )
        task.add_retry(
            errors=BUSY_ERRORS,
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_delay=Duration.minutes(1),
            max_attempts=JOB_BUSY_RETRIES,
            jitter_strategy=sfn.JitterType.FULL,
        )
        task.add_retry(
            errors=PASSING_ERRORS,
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_attempts=JOB_ERROR_RETRIES,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return task

    def _build_role(self, stage: Stage, jobs: Jobs) -> aws_iam.Role:
        role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("states.amazonaws.com"),
            description="Windvane's bulk jobs",
        )
        functions = [self._plan.function_arn, self._work.function_arn]
        role.add_to_policy(
            aws_iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=functions)
        )
        role.add_to_policy(aws_iam.PolicyStatement(actions=LOG_ACTIONS, resources=["*"]))
        allow_parts(role, jobs)
        allow_keys(role, jobs)
        allow_use_of_key(role, stage)
        reason = (
            "The actions with which Step Functions sets up the delivery of logs know no resources."
        )
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": reason})
        return role
