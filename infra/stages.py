"""The stages, and every setting in which they differ."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from windvane.facts import (
    DEFAULT_MAX_BATCH_CHARS,
    DEFAULT_MAX_BATCH_TEXTS,
    DEFAULT_MAX_TEXT_CHARS,
    GATEWAY_TIMEOUT_SECONDS,
    MEMORY_MB_PER_VCPU,
    STACK_PREFIX,
    StoreText,
)

Architecture = Literal["arm64", "x86_64"]


class StageError(Exception):
    """There is no such stage or architecture; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Settings of one deployment of the system.

    Attributes:
        name: Part of every name: stack and function are named ``windvane-<name>``.
        architecture: Processor of the function; arm64 costs a fifth less.
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
        traffic_shift: How CodeDeploy moves the alias to a new version; one of the names after
            ``CodeDeployDefault.Lambda``.
        store_text: What a result keeps of its text: ``none``, ``hash`` or ``full``.
        retention_days: Days after which a result expires.
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
        keep_data: Whether ``make destroy`` leaves the results and the bundles.
    """

    name: str
    architecture: Architecture = "arm64"
    memory_mb: int = MEMORY_MB_PER_VCPU
    timeout_seconds: int = GATEWAY_TIMEOUT_SECONDS
    reserved_concurrency: int | None = None
    tracing: bool = False
    snap_start: bool = False
    system_log_level: Literal["INFO", "WARN"]
    log_retention: Literal["ONE_WEEK", "ONE_MONTH", "THREE_MONTHS", "ONE_YEAR"]
    traffic_shift: str
    store_text: StoreText = "none"
    retention_days: int
    max_text_chars: int = DEFAULT_MAX_TEXT_CHARS
    max_batch_texts: int = DEFAULT_MAX_BATCH_TEXTS
    max_batch_chars: int = DEFAULT_MAX_BATCH_CHARS
    requests_per_second: int
    burst: int
    requests_per_day: int
    open_requests_per_second: int = 10
    firewall: bool = False
    p99_alarm_ms: int = 3000
    keep_data: bool

    @property
    def stack_name(self) -> str:
        """Name of the stack, the function, the API and the dashboard."""
        return STACK_PREFIX + self.name

    @property
    def destroy_keeps(self) -> str:
        """What ``make destroy`` leaves, and why."""
        data = (
            "the table, since results cannot be made again, and the bucket, since a bundle is "
            "what explains them"
            if self.keep_data
            else "no data"
        )
        return (
            f"Kept: {data}; and the role that lets API Gateway write logs, since every API of "
            "the account in this region shares it."
        )


DEV = Stage(
    name="dev",
    # A new account has ten requests at once in all, and none of them can be reserved.
    reserved_concurrency=None,
    tracing=True,
    system_log_level="INFO",
    log_retention="ONE_WEEK",
    traffic_shift="AllAtOnce",
    retention_days=7,
    requests_per_second=10,
    burst=20,
    requests_per_day=20_000,
    keep_data=False,
)

PROD = Stage(
    name="prod",
    # Both a promise and the most that a flood can cost. An account with the default limit of 1,000
    # can give it; a new one, with 10, has to ask for more first.
    reserved_concurrency=100,
    system_log_level="WARN",
    log_retention="THREE_MONTHS",
    # Alarms need three bad minutes, so that five would be short.
    traffic_shift="Canary10Percent10Minutes",
    retention_days=30,
    requests_per_second=1000,
    burst=2000,
    requests_per_day=10_000_000,
    keep_data=True,
)

STAGES = {stage.name: stage for stage in (DEV, PROD)}


def find_stage(name: str, architecture: str | None = None) -> Stage:
    """Find a stage by its name.

    Args:
        name: One of `STAGES`.
        architecture: Taken instead of the stage's own.

    Raises:
        StageError: There is no such stage or architecture.
    """
    if name not in STAGES:
        raise StageError(f"The stage is {name!r}; allowed is {' or '.join(STAGES)}.")
    stage = STAGES[name]
    for known in get_args(Architecture):
        if (architecture or stage.architecture) == known:
            return replace(stage, architecture=known)
    allowed = " or ".join(get_args(Architecture))
    raise StageError(f"The architecture is {architecture!r}; allowed is {allowed}.")
