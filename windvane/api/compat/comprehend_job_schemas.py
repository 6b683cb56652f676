"""Requests and responses of Comprehend's sentiment detection jobs, field by field.

Source: https://docs.aws.amazon.com/comprehend/latest/APIReference/API_StartSentimentDetectionJob.html
and its neighbours.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

JobStatusName = Literal[
    "SUBMITTED", "IN_PROGRESS", "COMPLETED", "FAILED", "STOP_REQUESTED", "STOPPED"
]
InputFormatName = Literal["ONE_DOC_PER_FILE", "ONE_DOC_PER_LINE"]
Location = Annotated[
    str, Meta(max_length=1024, pattern=r"^s3://[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](/.*)?$")
]
JobNameText = Annotated[str, Meta(min_length=1, max_length=256)]
ComprehendJobId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
RoleArn = Annotated[str, Meta(max_length=2048, pattern=r"^arn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+")]
Token = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9-]{1,64}$")]
MAX_RESULTS = 500


class InputDataConfig(msgspec.Struct, frozen=True):
    """What a job reads; files that are not text are not read, however they are to be read."""

    S3Uri: Location
    InputFormat: InputFormatName = "ONE_DOC_PER_LINE"
    DocumentReaderConfig: Any = UNSET


class OutputDataConfig(msgspec.Struct, frozen=True):
    """Where a job writes; in a description, the archive that it wrote."""

    S3Uri: Location
    KmsKeyId: str | UnsetType = UNSET


class StartJobRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A job to start."""

    InputDataConfig: InputDataConfig
    OutputDataConfig: OutputDataConfig
    DataAccessRoleArn: RoleArn
    LanguageCode: str
    JobName: JobNameText | UnsetType = UNSET
    ClientRequestToken: Token | UnsetType = UNSET
    VolumeKmsKeyId: str | UnsetType = UNSET
    VpcConfig: Any = UNSET
    Tags: list[Any] = []


class JobRequest(msgspec.Struct, frozen=True):
    """A job to describe or to stop."""

    JobId: ComprehendJobId


class JobFilter(msgspec.Struct, frozen=True):
    """Which jobs to list; times are in seconds since 1970."""

    JobName: JobNameText | UnsetType = UNSET
    JobStatus: JobStatusName | UnsetType = UNSET
    SubmitTimeBefore: float | UnsetType = UNSET
    SubmitTimeAfter: float | UnsetType = UNSET


class ListJobsRequest(msgspec.Struct, frozen=True):
    """A page of jobs to list."""

    Filter: JobFilter = JobFilter()
    NextToken: Annotated[str, Meta(min_length=1, max_length=1024)] | UnsetType = UNSET
    MaxResults: Annotated[int, Meta(ge=1, le=MAX_RESULTS)] = 100


class StartJobAnswer(msgspec.Struct, frozen=True):
    """A job that was started."""

    JobId: str
    JobArn: str
    JobStatus: JobStatusName


class StopJobAnswer(msgspec.Struct, frozen=True):
    """A job that is being stopped."""

    JobId: str
    JobStatus: JobStatusName


class JobProperties(msgspec.Struct, frozen=True, kw_only=True):
    """A job; times are in seconds since 1970."""

    JobId: str
    JobArn: str
    JobName: str | UnsetType = UNSET
    JobStatus: JobStatusName
    Message: str | UnsetType = UNSET
    SubmitTime: float
    EndTime: float | UnsetType = UNSET
    InputDataConfig: InputDataConfig
    OutputDataConfig: OutputDataConfig
    LanguageCode: str
    DataAccessRoleArn: str | UnsetType = UNSET


class DescribeJobAnswer(msgspec.Struct, frozen=True):
    """One job."""

    SentimentDetectionJobProperties: JobProperties


class ListJobsAnswer(msgspec.Struct, frozen=True):
    """A page of jobs, newest first."""

    SentimentDetectionJobPropertiesList: list[JobProperties]
    NextToken: str | UnsetType = UNSET
