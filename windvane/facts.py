"""Names and limits that more than one part of Windvane has to agree on.

Everything may import this module, the cloud side included, and it is on the Lambda function's start
path: standard library only, and no logic.
"""

import re
from pathlib import Path
from typing import Literal

# Bundles

_INSTALLED_MODEL = Path(__file__).with_name("default_model")
_MODEL_OF_CLONE = Path(__file__).parents[1] / "models" / "sentiment-minilm"

DEFAULT_BUNDLE = (_INSTALLED_MODEL if _INSTALLED_MODEL.is_dir() else _MODEL_OF_CLONE) / "bundle"
"""The bundle that comes with Windvane: inside an installed package, or the clone's."""

MANIFEST_FILE = "manifest.json"

BUNDLE_FILE_NAME = re.compile(r"\w[\w.-]*")
"""Names a manifest may list. Never a path, so that no file outside the bundle's folder is read."""

BUNDLE_PREFIX = "bundles/"
"""In the model bucket, a bundle's keys start with this and its version."""

RETIRED_TAG = {"windvane-retired": "true"}
"""Objects with this tag are deleted by a lifecycle rule of the model bucket."""

RETIRED_DAYS = 90
"""Days from the writing of a retired object to its deletion."""

# Deployment

STACK_PREFIX = "windvane-"
"""With a stage's name behind it, the name of its stack, function, API and dashboard."""

AUTHORIZER_OUTPUT = "Authorizer"
"""The stack's output with the stage's authorizer, if it has one."""

IAM_AUTHORIZER = "iam"
"""The authorizer of a stage whose callers sign; any other is the ARN of a Cognito user pool."""

FUNCTION_HANDLER = "functions.classify_api.handler.handler"

SCORE = r"0(\.[0-9]{1,6})?|1(\.0{1,6})?"
"""A probability, as responses round it."""

LIVE_ALIAS = "live"
"""The alias of the function that API Gateway invokes."""

MEMORY_MB_PER_VCPU = 1769
"""Lambda gives one vCPU at this much memory; see "Memory and computing power" at
https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-common.html."""

GATEWAY_TIMEOUT_SECONDS = 29
"""How long API Gateway waits for the function."""

IDEMPOTENCY_LEASE_SECONDS = 30
"""How long the claim of a request to its ``Idempotency-Key`` holds after it was made or renewed.

The function does not renew claims, so that it has to be stopped sooner than that."""

# Bulk jobs

STATE_MACHINE_ARN = (
    r"arn:aws[a-z-]{0,20}:states:(?P<region>[a-z0-9-]{1,63}):[0-9]{12}"
    r":stateMachine:[A-Za-z0-9_-]{1,80}"
)

LOCATION_PART = r"/(?!\.{1,2}(?:/|$))[^/\x00-\x1f\x7f]+"
LOCATION = rf"s3://[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9](?:{LOCATION_PART})*"
"""A bucket, or what is below it, without a slash at the end. No part of the path is empty, ``.`` or
``..``: some programs would resolve it to another location than S3 does."""

BULK_HANDLER = "functions.bulk_job.handler.handler"

JOB_BUSY_RETRIES = 1000
JOB_ERROR_RETRIES = 5
"""How often a step of a job is tried again: while all of the functions' concurrency is in use, and
after S3 or Lambda failed."""

JOBS_SUFFIX = "-jobs"
"""Behind a stage's stack name: the state machine that runs bulk jobs."""

BULK_PLAN_SUFFIX = "-bulk-plan"
BULK_WORK_SUFFIX = "-bulk-work"
"""Behind a stage's stack name: the function that plans and ends jobs, and the one that works."""

JOB_MAP = "Classify"
"""The state that runs the parts of a job, and the label of its map runs."""

LIVE_FUNCTION_VARIABLE = "LIVE_FUNCTION"
"""Environment variable of the planning function: the function whose live model jobs use."""


class JobStep:
    """What the functions of bulk jobs are told to do, as ``step`` of their event."""

    PLAN = "plan"
    WORK = "work"
    FINISH = "finish"


# Drift monitor

MONITOR_HANDLER = "functions.drift_monitor.handler.handler"

MONITOR_SUFFIX = "-monitor"
"""Behind a stage's stack name: the function that compares results with the bundle's profile."""

DRIFT_LIMITS_VARIABLE = "DRIFT_LIMITS"
"""Limits of the drift monitor as JSON, by feature and figure."""

DRIFT_FEATURES = ("label", "score", "tokens", "chars_per_token", "unknown_share", "language")
"""What is compared of a result."""

# Shadow

FUNCTION_NAME = r"[A-Za-z0-9_-]{1,64}"
"""Name of a Lambda function; see
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html."""

DEFAULT_SHADOW_SHARE = 0.05

SHADOW_HANDLER = "functions.shadow.handler.handler"

SHADOW_SUFFIX = "-shadow"
"""Behind a stage's stack name: the function whose challenger answers in shadow."""

SHADOW_PARTITION_PREFIX = "shadow#"
"""Partition keys of the challenger's records in the result table begin with this."""

# HTTP

CONSOLE_FILE_PATH = "/console/{file}"

OPEN_PATHS = ("/", CONSOLE_FILE_PATH, "/health", "/docs")
"""GET works here without an API key: the console and its files, the probe, the documentation."""

FIRST_SEGMENTS = (
    "",
    "compat",
    "console",
    "docs",
    "health",
    "info",
    "openapi.json",
    "predict",
    "sentiment",
    "v1",
)
"""What paths of the API begin with, so that no domain's base path may be one of these."""

BASE_PATH = r"[A-Za-z0-9_-]{1,50}"
"""A domain's path to the API, without slashes."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Headers of responses that a browser must not guess at, frame, name to others or keep."""

CORS_METHODS = ("GET", "POST", "DELETE")
CORS_HEADERS = ("content-type", "idempotency-key", "x-api-key", "x-correlation-id")
CORS_EXPOSED_HEADERS = ("retry-after", "server-timing", "x-correlation-id")
CORS_MAX_AGE_SECONDS = 600
"""What pages of allowed origins may send and read, and for how long a preflight holds."""

MAX_BODY_BYTES = 6_291_456
"""Largest request a function can be sent; "Invocation payload" at
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""

MAX_RESPONSE_BYTES = 6_291_556
"""Largest response of a function, with all that is around the body; the same page."""

PROBLEM_TYPE = "application/problem+json"
PROBLEM_URI_PREFIX = "urn:windvane:problem:"

SHARED_PROBLEMS = {
    "key-needed": ("A valid API key is needed", "Send the key in the x-api-key header."),
    "token-needed": (
        "A valid token is needed",
        "Send a token of the user pool in the Authorization header, beside the key.",
    ),
    "throttled": ("Too many requests", "Try again in a second."),
    "timed-out": ("The answer took too long", "Try again, with fewer or shorter texts."),
    "unexpected": (
        "Something went wrong here",
        "The request is not at fault; the server's log says more.",
    ),
}
"""Title and detail, by name, of the problems that API Gateway sends and the API documents."""

# Clients

CLIENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")

UNKNOWN_CLIENT_PREFIX = "key:"
"""With the id of a key behind it, the client of results by a key that the stage does not name. No
name of a client has a colon."""

OPERATOR_VARIABLE = "operator_keys"
CLIENT_VARIABLE = "client_"
LIMITED_CLIENT_VARIABLE = "limited_client_"
"""Variables of the API's stage, each a list of key ids: the operator's, those of a client, and
those of a client that sees its own results alone. The client's name follows, with ``_`` for ``-``.
"""

CLIENT_INDEX = "results-by-client"
"""Index of the result table that holds the results of clients, and no others."""

SUBJECT_INDEX = "results-by-subject"
"""So too for the results of subjects."""

# Settings

StoreText = Literal["none", "hash", "full"]
"""What a result record stores of its text: nothing, its sha256, or all of it."""

DEFAULT_MAX_TEXT_CHARS = 10_000
DEFAULT_MAX_BATCH_TEXTS = 100
DEFAULT_MAX_BATCH_CHARS = 100_000

# Metrics

METRIC_NAMESPACE = "Windvane"


class MetricName:
    """CloudWatch metrics that the function writes, with its name as the only dimension."""

    COLD_START = "ColdStart"
    CLASSIFY_TIME = "ClassifyTime"
    ENCODE_TIME = "EncodeTime"
    RUN_TIME = "RunTime"
    LOG_TIME = "LogTime"
    TEXTS = "Texts"
    NOT_LOGGED = "NotLogged"
    TOKENS = "Tokens"
    WINDOWS = "Windows"
    SCORE = "Score"
    TEXT_CHARS = "TextChars"
    SHADOW_NOT_SENT = "ShadowNotSent"
    SHADOW_TEXTS = "ShadowTexts"
    SHADOW_DISAGREEMENTS = "ShadowDisagreements"
    DRIFT_RECORDS = "DriftRecords"
    DRIFT_EXCEEDED = "DriftExceeded"
    DRIFT_PREFIX = "Drift."
    """With a feature and a figure behind it, such as ``Drift.score.psi``."""
    LABEL_PREFIX = "Label."
    """With a label behind it: how many texts got that label."""
