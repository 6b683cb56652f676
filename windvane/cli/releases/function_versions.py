"""Published versions of the function, and the alias that routes requests to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsAccess, error_code
from windvane.facts import LIVE_ALIAS, SHADOW_SUFFIX

UNPUBLISHED = "$LATEST"
SHA_CHARS = 8


@dataclass(frozen=True, kw_only=True)
class FunctionVersion:
    """A published version, which is immutable.

    Attributes:
        number: Version number, from 1.
        bundle_uri: URI of its bundle; None if its environment cannot be read.
        published_at: ISO 8601, UTC, as AWS writes it.
        code_sha256: Hash of the deployment package, base64.
    """

    number: int
    bundle_uri: str | None
    published_at: str
    code_sha256: str

    @property
    def bundle_version(self) -> str:
        """Version of its bundle."""
        return self.bundle_uri.rstrip("/").rpartition("/")[2] if self.bundle_uri else "unknown"

    @property
    def published(self) -> str:
        """Time of publication, to the minute, UTC."""
        return self.published_at[:16].replace("T", " ")

    @property
    def short_sha(self) -> str:
        """The first characters of the package's hash."""
        return self.code_sha256[:SHA_CHARS]


@dataclass(frozen=True, kw_only=True)
class LiveAlias:
    """State of the alias.

    Attributes:
        version: Number of its main version, or ``$LATEST``.
        weights: Share of the requests by version, the main one included.
        revision_id: Changes whenever the alias does.
    """

    version: str
    weights: Mapping[str, float]
    revision_id: str

    @property
    def is_shared(self) -> bool:
        """Whether requests go to two versions."""
        return len(self.weights) > 1


def read_versions(aws: AwsAccess, function_name: str) -> list[FunctionVersion]:
    """List the published versions, newest first."""
    pages = aws.functions.get_paginator("list_versions_by_function").paginate(
        FunctionName=function_name
    )
    versions = [
        _to_version(configuration)
        for page in pages
        for configuration in page["Versions"]
        if configuration["Version"] != UNPUBLISHED
    ]
    return sorted(versions, key=lambda version: -version.number)


def read_live(aws: AwsAccess, function_name: str) -> LiveAlias:
    """Read the state of the alias."""
    alias = aws.functions.get_alias(FunctionName=function_name, Name=LIVE_ALIAS)
    shares = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    main = {alias["FunctionVersion"]: round(1 - sum(shares.values()), 4)}
    return LiveAlias(
        version=alias["FunctionVersion"],
        weights={**main, **shares},
        revision_id=alias["RevisionId"],
    )


def read_challenger_uri(aws: AwsAccess, function_name: str) -> str | None:
    """Read the URI of the bundle that answers in shadow of a function; None if none does."""
    try:
        configuration = aws.functions.get_function_configuration(
            FunctionName=function_name + SHADOW_SUFFIX
        )
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        return None
    return _read_bundle_uri(configuration)


def move_live(aws: AwsAccess, function_name: str, live: LiveAlias, to: FunctionVersion) -> None:
    """Point the alias at one version, unless it has changed since it was read."""
    aws.functions.update_alias(
        FunctionName=function_name,
        Name=LIVE_ALIAS,
        FunctionVersion=str(to.number),
        RoutingConfig={"AdditionalVersionWeights": {}},
        RevisionId=live.revision_id,
    )


def find_version(versions: Sequence[FunctionVersion], number: int) -> FunctionVersion:
    """Find a version by its number.

    Raises:
        CliError: There is none.
    """
    for version in versions:
        if version.number == number:
            return version
    numbers = ", ".join(str(version.number) for version in versions) or "none"
    raise CliError(f"There is no version {number}; the versions are {numbers}.")


def _to_version(configuration: Mapping[str, Any]) -> FunctionVersion:
    return FunctionVersion(
        number=int(configuration["Version"]),
        bundle_uri=_read_bundle_uri(configuration),
        published_at=configuration["LastModified"],
        code_sha256=configuration["CodeSha256"],
    )


def _read_bundle_uri(configuration: Mapping[str, Any]) -> str | None:
    # Without access to its encryption key, the environment holds an error and no variables.
    variables: Mapping[str, str] = configuration.get("Environment", {}).get("Variables", {})
    return variables.get("WINDVANE_BUNDLE_URI")
