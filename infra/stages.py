"""A stage: what its file in ``stages/`` may say; `infra.stage_files` reads it.

Errors::

    StageError
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from infra.stage_tables import Client, Jobs, KeyIds, Monitor, Positive, Shadow
from windvane.facts import (
    BASE_PATH,
    DEFAULT_BUNDLE,
    DEFAULT_MAX_BATCH_CHARS,
    DEFAULT_MAX_BATCH_TEXTS,
    DEFAULT_MAX_TEXT_CHARS,
    GATEWAY_TIMEOUT_SECONDS,
    MEMORY_MB_PER_VCPU,
    STACK_PREFIX,
    StoreText,
)

DATA_SUFFIX = "-data"
"""Ends the name of the stack with a stage's data, so no stage's name may end so."""

Architecture = Literal["arm64", "x86_64"]

TrafficShift = Literal[
    "AllAtOnce",
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
]
"""The names after ``CodeDeployDefault.Lambda``; see
https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html."""

MOST_CLIENTS = 90
"""An API's stage has at most 100 variables; see
https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html."""

VpcEndpointId = Annotated[str, Meta(pattern=r"^vpce-[0-9a-f]{8,17}$")]
Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class StageError(Exception):
    """A stage's file is missing or wrong; the message is one sentence with file and key."""


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one deployment of the system; each but the name is a key of the stage's file.

    Attributes:
        name: Part of every name: stack and function are named ``windvane-<name>``.
        architecture: Processor of the function; arm64 costs a fifth less.
        package: ``zip``, or ``image`` for the container image that the Dockerfile builds.
        bundle: Folder of the bundle, from the repository's root.
        known_texts: File of texts with labels that a new version must answer before it gets
            traffic; None for ``known_texts.jsonl`` beside the bundle's folder.
        alarm_email: Subscriber of the alarms.
        alarm_when_silent: Whether an hour without a request is an alarm.
        runbook_url: Where the alarms' texts send their reader.
        memory_mb: Memory of the function, and with it its share of CPU: 1,769 MB are one vCPU.
        timeout_seconds: Time for one request; API Gateway itself waits 29 seconds at most.
        reserved_concurrency: Most requests at once, taken out of the account's common pool; None
            leaves the function in the pool.
        tracing: Whether X-Ray follows a sample of the requests.
        snap_start: Whether new processes start from a snapshot. It is paid by the hour for each
            published version, and versions are kept here.
        system_log_level: Least important message that Lambda itself logs. INFO is some lines a
            request (start, report), which are paid by the byte.
        log_retention: How long logs are kept, in the CDK's words.
        traffic_shift: How CodeDeploy moves the alias to a new version.
        store_text: What a result keeps of its text: ``none``, ``hash`` or ``full``.
        retention_days: Days after which a result expires.
        min_score: Lowest score with which a response names a label, of requests without their own.
        max_text_chars: Longest text that is answered.
        max_batch_texts: Most texts in one request.
        max_batch_chars: Most characters in all of them; at worst each is a token, and 1,769 MB take
            a while for so many.
        requests_per_second: What all callers together may send, and what the key may.
        burst: Requests that may come at once on top.
        requests_per_day: What the key may send in a day.
        open_requests_per_second: The same for each route that needs no key.
        firewall: Whether AWS WAF protects the API. It costs $7 a month, and $0.60 a
            million requests.
        p99_alarm_ms: Duration that 1 % of requests may exceed.
        permissions_boundary: ARN or name of the IAM policy that bounds every role of the stage.
        domain_name: Domain of the API; needs a certificate.
        base_path: First segment of the paths below the domain; empty for none.
        certificate_arn: Certificate of the domain, in the region of the stage.
        disable_execute_api_endpoint: Whether only the domain answers.
        allowed_origins: Origins whose pages may call the API.
        private: Whether the API is reached through VPC endpoints alone.
        vpc_endpoint_ids: The endpoints of a private API, of the service ``execute-api``.
        clients: Callers with a key and a plan of their own.
        key_ids: Further keys of the operator, who sees all results.
        authorizer: ``iam`` or the ARN of a Cognito user pool: who may call, beside having a key.
        provisioned_concurrency: Processes of the live version that are always started.
        kms_key_arn: Key that encrypts table, bucket and logs; AWS's own keys by default.
        budget_usd: Costs of a month from which the alarms' topic is told.
        tags: Tags of every resource.
        keep_data: Whether ``make destroy`` leaves the results and the bundles.
        jobs: Bulk jobs; None for none.
        monitor: Compares results with the bundle's profile; None for nothing that does.
        shadow: A challenger that answers in shadow; None for none.
    """

    name: str
    architecture: Architecture = "arm64"
    package: Literal["zip", "image"] = "zip"
    bundle: str = str(DEFAULT_BUNDLE)
    known_texts: str | None = None
    alarm_email: Email | None = None
    alarm_when_silent: bool = False
    runbook_url: Annotated[str, Meta(min_length=1, max_length=300)] = "docs/runbook.md"
    memory_mb: Annotated[int, Meta(ge=128, le=10240)] = MEMORY_MB_PER_VCPU
    timeout_seconds: Annotated[int, Meta(ge=1, le=GATEWAY_TIMEOUT_SECONDS)] = (
        GATEWAY_TIMEOUT_SECONDS
    )
    reserved_concurrency: Positive | None = None
    tracing: bool = False
    snap_start: bool = False
    system_log_level: Literal["INFO", "WARN"] = "WARN"
    log_retention: Literal["ONE_WEEK", "ONE_MONTH", "THREE_MONTHS", "ONE_YEAR"] = "ONE_WEEK"
    traffic_shift: TrafficShift = "AllAtOnce"
    store_text: StoreText = "none"
    retention_days: Positive = 7
    min_score: Annotated[float, Meta(ge=0, le=1)] = 0.0
    max_text_chars: Positive = DEFAULT_MAX_TEXT_CHARS
    max_batch_texts: Positive = DEFAULT_MAX_BATCH_TEXTS
    max_batch_chars: Positive = DEFAULT_MAX_BATCH_CHARS
    requests_per_second: Positive = 10
    burst: Positive = 20
    requests_per_day: Positive = 20_000
    open_requests_per_second: Positive = 10
    firewall: bool = False
    p99_alarm_ms: Positive = 3000
    permissions_boundary: Annotated[str, Meta(min_length=1, max_length=512)] | None = None
    domain_name: Annotated[str, Meta(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$")] | None = None
    base_path: Annotated[str, Meta(pattern=f"^({BASE_PATH})?$")] = ""
    certificate_arn: str | None = None
    disable_execute_api_endpoint: bool = False
    allowed_origins: tuple[str, ...] = ()
    clients: Annotated[tuple[Client, ...], Meta(max_length=MOST_CLIENTS)] = ()
    key_ids: KeyIds = ()
    private: bool = False
    vpc_endpoint_ids: Annotated[tuple[VpcEndpointId, ...], Meta(max_length=20)] = ()
    authorizer: str | None = None
    provisioned_concurrency: Positive | None = None
    kms_key_arn: str | None = None
    budget_usd: Annotated[float, Meta(gt=0)] | None = None
    tags: dict[str, str] = {}
    keep_data: bool = False
    jobs: Jobs | None = None
    monitor: Monitor | None = None
    shadow: Shadow | None = None

    @property
    def stack_name(self) -> str:
        """Name of the stack, the function and the API."""
        return STACK_PREFIX + self.name

    @property
    def data_stack_name(self) -> str:
        """Name of the stack of table, bucket and logs."""
        return self.stack_name + DATA_SUFFIX

    @property
    def destroy_keeps(self) -> str:
        """What ``make destroy`` leaves, and why."""
        data = (
            f"the stack {self.data_stack_name} with the table, since results cannot be made "
            "again, the bucket, since a bundle is what explains them, and the logs, since they "
            "hold results that were not logged"
            if self.keep_data
            else "no data"
        )
        return (
            f"Kept: {data}; and the role that lets API Gateway write logs, since every API of "
            "the account in this region shares it."
        )
