"""The tables that a stage's file may have: clients, bulk jobs, a monitor and a challenger."""

from typing import Annotated

import msgspec
from msgspec import Meta

from windvane.facts import CLIENT_NAME, DEFAULT_SHADOW_SHARE
from windvane.monitoring.limit_rules import Limit

Positive = Annotated[int, Meta(ge=1)]
KeyIds = Annotated[
    tuple[Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{5,40}\Z")], ...], Meta(max_length=8)
]
"""Ids of API keys that an operator made; a variable of the API's stage holds some of them."""


class Client(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A caller with a key and a plan of its own.

    Attributes:
        name: Names the key in the console and in the outputs, and the client in its results.
        requests_per_second: What the client may send.
        burst: Requests that may come at once on top.
        requests_per_day: What it may send in a day.
        own_results_only: Whether it sees its own results alone.
        key_ids: Further keys of the client, such as the next one while keys are rotated.
    """

    name: Annotated[str, Meta(pattern=rf"^{CLIENT_NAME.pattern}\Z")]
    requests_per_second: Positive
    burst: Positive
    requests_per_day: Positive
    own_results_only: bool = False
    key_ids: KeyIds = ()


class Jobs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bulk jobs: what they may read and write, how many parts run at once, what starts them.

    Attributes:
        inputs: Locations, ``s3://bucket/prefix/``, below which jobs may read.
        outputs: Locations below which they may write.
        concurrency: Parts of all jobs that run at once, taken out of the account's common pool.
        schedule: When a job over the first of ``inputs`` starts, in EventBridge's words.
        start_on_upload: Whether each object that is created below ``inputs`` starts a job.
        job: Fields of the jobs that start by themselves, which write to the first of ``outputs``.
        kms_key_arns: Keys that encrypt the buckets, beside the stage's.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    concurrency: Positive = 10
    schedule: str | None = None
    start_on_upload: bool = False
    job: dict[str, str | int | float | bool] = {}
    kms_key_arns: tuple[str, ...] = ()


class Monitor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The comparison of a day's results with the bundle's reference profile.

    Attributes:
        every_hours: Hours from one comparison to the next.
        limits: Limits by feature and figure; none for those of ``windvane monitor``.
    """

    every_hours: Annotated[int, Meta(ge=1, le=24)] = 24
    limits: dict[str, dict[str, Limit]] = {}


class Shadow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A challenger that answers a share of the texts in shadow.

    Attributes:
        bundle: Folder of its bundle, from the repository's root; its labels are the champion's.
        share: Share of the texts that it answers.
        concurrency: Processes of it at once, taken out of the account's common pool.
    """

    bundle: str
    share: Annotated[float, Meta(ge=0.0001, le=1)] = DEFAULT_SHADOW_SHARE
    concurrency: Positive = 2
