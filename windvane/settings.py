"""Settings from environment variables."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import get_args

from windvane.facts import (
    DEFAULT_BUNDLE,
    DEFAULT_MAX_BATCH_CHARS,
    DEFAULT_MAX_BATCH_TEXTS,
    DEFAULT_MAX_TEXT_CHARS,
    DEFAULT_SHADOW_SHARE,
    FUNCTION_NAME,
    MEMORY_MB_PER_VCPU,
    SCORE,
    STATE_MACHINE_ARN,
    StoreText,
)
from windvane.inference.text_rules import LONGEST_TEXT_CHARS
from windvane.settings_keys import read_keys
from windvane.settings_server import read_server
from windvane.settings_values import (
    SettingsError,
    is_host,
    is_location,
    is_origin,
    is_subject_key,
    read_choice,
    read_int,
    read_list,
    read_match,
    read_secret,
    read_share,
)

PREFIX = "WINDVANE_"
IGNORED_NAMES = {"REPO", "SMOKE_KEY", "SMOKE_TOKEN"}
"""Names after the prefix that are not settings: the folder of a clone, and the key that
``windvane smoke`` sends."""
STORE_TEXT: tuple[str, ...] = get_args(StoreText)
MAX_RETENTION_DAYS = 3650
MAX_THREADS = 256
LARGEST_BATCH_TEXTS = 10_000
LARGEST_BATCH_CHARS = 10_000_000
MOST_WAITING_REQUESTS = 10_000
JOBS_ARN_RULE = "the ARN of a state machine, arn:aws:states:REGION:ACCOUNT:stateMachine:NAME"
SCORE_RULE = "a number from 0 to 1 with at most 6 decimal places, such as 0.6"
LOCATION_RULE = "locations such as s3://bucket/prefix/"
FUNCTION_NAME_RULE = "the name of a Lambda function"
CPU_LIMIT_FILE = Path("/sys/fs/cgroup/cpu.max")
"""Quota and period of a container's CPU time; see "cpu.max" at
https://docs.kernel.org/admin-guide/cgroup-v2.html."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings that the environment can change.

    Attributes:
        bundle_uri: Location of the bundle: a folder, or ``s3://bucket/prefix/``.
        threads: How many texts run in parallel.
        max_text_chars: Longest text that is accepted.
        max_batch_texts: Most texts in one request to ``/v1/classify``.
        max_batch_chars: Most characters in all of them.
        max_waiting_requests: Most requests that wait for the model or the log on the local
            server; unused in AWS Lambda.
        result_log_uri: Location of the result log: ``dynamodb://table``, ``sqlite:///path``, or
            ``none:``.
        store_text: What a record stores of its text: ``none``, ``hash`` (sha256) or ``full``.
        retention_days: Days after which a record expires.
        min_score: Lowest score with which a response names a label, of requests without their own.
        subject_key: Key of the hashes of subjects; empty for that of the result log.
        allowed_hosts: Names of the local server, in lower case, besides those of loopback. These
            three are unused in AWS Lambda.
        allowed_origins: Origins whose pages may use the local server.
        base_path: What the paths of requests begin with, without slashes at its ends: that of a
            domain's mapping in AWS, or of a proxy before the local server.
        api_keys: API keys of the local server's operator.
        client_keys: Names and API keys of its clients, which their results carry; a client may
            have several keys. With neither of the two, the server asks for no key.
        own_results_only: Names of clients that see their own results alone.
        jobs_arn: ARN of the state machine of bulk jobs; empty where there are none.
        job_inputs: Locations that end with a slash, below which jobs may read.
        job_outputs: Locations below which they may write.
        workers: Processes of the local server. These six are unused in AWS Lambda.
        tls_cert: Path of the local server's certificate chain; empty for plain HTTP.
        tls_key: Path of its key.
        access_log: What the local server writes for each request: ``none`` or ``json``.
        log_level: Least severe lines that the local server logs.
        forwarded_allow_ips: Addresses and networks of proxies whose ``X-Forwarded-For`` is
            believed.
        shadow_function: Name of the Lambda function whose challenger answers in shadow; empty for
            none. Unused in the local server.
        shadow_share: Share of the texts that it answers, more than 0 and at most 1.
    """

    bundle_uri: str
    threads: int
    max_text_chars: int = DEFAULT_MAX_TEXT_CHARS
    max_batch_texts: int = DEFAULT_MAX_BATCH_TEXTS
    max_batch_chars: int = DEFAULT_MAX_BATCH_CHARS
    max_waiting_requests: int = 128
    result_log_uri: str = "none:"
    store_text: str = "none"
    retention_days: int = 30
    min_score: float = 0.0
    subject_key: str = field(default="", repr=False)
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    base_path: str = ""
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    client_keys: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    own_results_only: tuple[str, ...] = ()
    jobs_arn: str = ""
    job_inputs: tuple[str, ...] = ()
    job_outputs: tuple[str, ...] = ()
    workers: int = 1
    tls_cert: str = ""
    tls_key: str = ""
    access_log: str = "none"
    log_level: str = "info"
    forwarded_allow_ips: tuple[str, ...] = ()
    shadow_function: str = ""
    shadow_share: float = DEFAULT_SHADOW_SHARE

    @property
    def asks_for_key(self) -> bool:
        """Whether the local server asks for an API key."""
        return bool(self.api_keys or self.client_keys)

    @property
    def max_request_tokens(self) -> int:
        """Most tokens in one request, which bounds its duration.

        English has about 3 tokens for 10 characters, Chinese has 10, and Hangul nearly 30. The most
        characters allowed may have 7 for 10: 70,000 by default, which take 9.5 s on one core of an
        AMD EPYC (Zen 4).
        """
        return max(self.max_text_chars, self.max_batch_chars) * 7 // 10


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings; an unset or empty variable gets its default.

    Raises:
        SettingsError: A value is not allowed, or no setting has a variable's name.
    """
    _refuse_unknown_names(environ)
    threads = read_int(environ, "WINDVANE_THREADS", MAX_THREADS)
    return Settings(
        bundle_uri=environ.get("WINDVANE_BUNDLE_URI") or str(DEFAULT_BUNDLE),
        threads=threads or _default_threads(environ),
        max_text_chars=read_int(environ, "WINDVANE_MAX_TEXT_CHARS", LONGEST_TEXT_CHARS)
        or Settings.max_text_chars,
        max_batch_texts=read_int(environ, "WINDVANE_MAX_BATCH_TEXTS", LARGEST_BATCH_TEXTS)
        or Settings.max_batch_texts,
        max_batch_chars=read_int(environ, "WINDVANE_MAX_BATCH_CHARS", LARGEST_BATCH_CHARS)
        or Settings.max_batch_chars,
        max_waiting_requests=read_int(
            environ, "WINDVANE_MAX_WAITING_REQUESTS", MOST_WAITING_REQUESTS
        )
        or Settings.max_waiting_requests,
        result_log_uri=environ.get("WINDVANE_RESULT_LOG_URI") or Settings.result_log_uri,
        store_text=read_choice(environ, "WINDVANE_STORE_TEXT", STORE_TEXT) or Settings.store_text,
        retention_days=read_int(environ, "WINDVANE_RETENTION_DAYS", MAX_RETENTION_DAYS)
        or Settings.retention_days,
        min_score=float(read_match(environ, "WINDVANE_MIN_SCORE", SCORE, SCORE_RULE) or 0),
        subject_key=read_secret(
            environ, "WINDVANE_SUBJECT_KEY", is_subject_key, "32 to 128 visible ASCII characters"
        ),
        allowed_hosts=read_list(environ, "WINDVANE_ALLOWED_HOSTS", is_host, "names without port"),
        allowed_origins=read_list(
            environ, "WINDVANE_ALLOWED_ORIGINS", is_origin, "origins such as https://example.com"
        ),
        jobs_arn=read_match(environ, "WINDVANE_JOBS_ARN", STATE_MACHINE_ARN, JOBS_ARN_RULE),
        job_inputs=read_list(environ, "WINDVANE_JOB_INPUTS", is_location, LOCATION_RULE),
        job_outputs=read_list(environ, "WINDVANE_JOB_OUTPUTS", is_location, LOCATION_RULE),
        shadow_function=read_match(
            environ, "WINDVANE_SHADOW_FUNCTION", FUNCTION_NAME, FUNCTION_NAME_RULE
        ),
        shadow_share=read_share(environ, "WINDVANE_SHADOW_SHARE") or Settings.shadow_share,
        **read_server(environ),
        **read_keys(environ),
    )


def _refuse_unknown_names(environ: Mapping[str, str]) -> None:
    """Every field of `Settings` is read from the variable of its name."""
    known = {field.name.upper() for field in fields(Settings)}
    names = (name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX))
    unknown = min((name for name in names if name not in known | IGNORED_NAMES), default=None)
    if unknown is None:
        return
    # Imported late: it is for this message only.
    import difflib

    near = difflib.get_close_matches(unknown, known, n=1)
    hint = f"; did you mean {PREFIX}{near[0]}?" if near else "; docs/configuration.md lists them."
    raise SettingsError(f"{PREFIX}{unknown} is no setting{hint}")


def _default_threads(environ: Mapping[str, str]) -> int:
    memory_mb = read_int(environ, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", maximum=1_000_000)
    if memory_mb:
        return max(1, round(memory_mb / MEMORY_MB_PER_VCPU))
    cpus = _count_cpus()
    return min(cpus, _read_cpu_limit() or cpus)


def _count_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_cpu_limit() -> int | None:
    """Read how many CPUs a container may use, rounded up; None without a limit."""
    try:
        quota, _, period = CPU_LIMIT_FILE.read_text(encoding="ascii").partition(" ")
        return max(1, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max"
        return None
