"""Rules of a stage's file that concern more than one key, or more than a key's type."""

import re
from collections import Counter
from collections.abc import Iterator

from infra.job_rules import find_job_faults
from infra.stages import Stage
from windvane.facts import DRIFT_FEATURES, FIRST_SEGMENTS, IAM_AUTHORIZER
from windvane.monitoring.limit_rules import find_limit_fault

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

_ARNS = {
    "certificate_arn": ("acm", rf"certificate/{_UUID}"),
    "kms_key_arn": ("kms", rf"key/({_UUID}|mrk-[0-9a-f]{{32}})"),
    "authorizer": ("cognito-idp", r"userpool/[\w-]+"),
}
"""Keys whose value is the ARN of something in the stage's own region: its service and its name."""


def find_faults(stage: Stage) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a stage: each time a key, and the rule that it breaks."""
    yield from _check_domain(stage)
    yield from _check_private(stage)
    for origin in stage.allowed_origins:
        if not _ORIGIN.fullmatch(origin):
            yield (
                "allowed_origins",
                f"{origin} is no origin, which is a scheme and a host in small letters without a "
                "path, such as https://app.example.com",
            )
    yield from _check_clients(stage)
    if stage.package == "image" and stage.snap_start:
        yield "snap_start", 'needs package = "zip": Lambda takes no snapshots of images'
    for key, (service, resource) in _ARNS.items():
        value = getattr(stage, key)
        if value not in {None, IAM_AUTHORIZER} and not _is_arn(value, service, resource):
            kind = resource.partition("/")[0]
            also = " or iam" if key == "authorizer" else ""
            yield key, f"must be the ARN of a {service} {kind}{also}"
            return
    if stage.jobs:
        yield from find_job_faults(stage.jobs)
    if stage.monitor and stage.monitor.limits:
        fault = find_limit_fault(stage.monitor.limits, DRIFT_FEATURES)
        if fault:
            yield "monitor.limits", fault
    regions = list_regions(stage)
    if len(set(regions.values())) > 1:
        named = ", ".join(f"{key} of {region}" for key, region in regions.items())
        yield next(iter(regions)), f"all must be of one region, and there are {named}"


def _check_clients(stage: Stage) -> Iterator[tuple[str, str]]:
    # Outputs are named after the clients, and have no hyphens; people overlook small letters.
    names = [client.name.replace("-", "").lower() for client in stage.clients]
    for name, count in Counter(names).items():
        if count > 1:
            yield "clients", f"{count} clients have the name {name}"
    key_ids = [*stage.key_ids, *(key_id for client in stage.clients for key_id in client.key_ids)]
    for key_id, count in Counter(key_ids).items():
        if count > 1:
            yield "key_ids", f"{key_id} is there {count} times"


def _check_domain(stage: Stage) -> Iterator[tuple[str, str]]:
    if stage.domain_name and not stage.certificate_arn:
        yield "domain_name", "needs a certificate_arn"
    if stage.base_path and not stage.domain_name:
        yield "base_path", "needs a domain_name"
    if stage.base_path and stage.base_path in FIRST_SEGMENTS:
        yield "base_path", f"{stage.base_path} is the begin of paths of the API"
    if stage.certificate_arn and not stage.domain_name:
        yield "certificate_arn", "needs a domain_name"
    if stage.disable_execute_api_endpoint and not stage.domain_name:
        yield "disable_execute_api_endpoint", "needs a domain_name, or nothing answers"


def _check_private(stage: Stage) -> Iterator[tuple[str, str]]:
    if stage.private and not stage.vpc_endpoint_ids:
        yield "private", "needs vpc_endpoint_ids, or nobody reaches the API"
    if stage.private and stage.domain_name:
        yield "private", "goes with no domain_name, which only APIs on the internet have here"
    if stage.vpc_endpoint_ids and not stage.private:
        yield "vpc_endpoint_ids", "needs private = true, or the API stays on the internet"


def list_regions(stage: Stage) -> dict[str, str]:
    """List the region of each ARN of a stage, by key."""
    values = {key: getattr(stage, key) for key in _ARNS}
    values = {key: value for key, value in values.items() if value != IAM_AUTHORIZER}
    # arn:partition:service:region:account:resource
    parts = {key: value.split(":", 5) for key, value in values.items() if value}
    return {key: region for key, (_, _, _, region, *_) in parts.items()}


def find_foreign_arn(stage: Stage, region: str) -> str | None:
    """Return the key whose ARN is of another region than the deployment's."""
    regions = list_regions(stage)
    return next((key for key, other in regions.items() if other != region), None)


def _is_arn(value: str, service: str, resource: str) -> bool:
    return bool(re.fullmatch(rf"arn:aws[a-z-]*:{service}:[a-z0-9-]+:\d{{12}}:{resource}", value))
