"""Docker's command line, as the checks of the image use it."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

START_SECONDS = 30
POLL_SECONDS = 0.005
HARDENED = (
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
)
"""A file system that nobody can write, and no privilege."""


def docker(*arguments: str) -> str:
    """Run a command of Docker; return what it writes to stdout."""
    done = subprocess.run(
        ["docker", *arguments],  # noqa: S607 - whichever Docker this machine has
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def inspect(name: str) -> Any:
    """Return what Docker knows about an image or a container."""
    [facts] = json.loads(docker("inspect", name))
    return facts


@dataclass(frozen=True)
class Container:
    """A running container that publishes port 8080 on loopback."""

    id: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def state(self) -> Any:
        return inspect(self.id)["State"]

    def run(self, *command: str) -> str:
        """Run a command inside."""
        return docker("exec", self.id, *command)

    def wait_for(self, status: int = httpx.codes.OK) -> None:
        """Wait until ``/health`` answers with a status."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health").status_code == status:
                    return
            time.sleep(POLL_SECONDS)
        raise AssertionError(docker("logs", self.id))


@contextmanager
def run_container(image: str, *options: str, command: tuple[str, ...] = ()) -> Iterator[Container]:
    """Start a container; remove it, and its anonymous volumes, when the block ends."""
    published = ("--publish=127.0.0.1::8080", *options)
    container = docker("run", "--detach", *published, image, *command)
    try:
        port = docker("port", container, "8080/tcp").rpartition(":")[2]
        yield Container(container, int(port))
    finally:
        docker("rm", "--force", "--volumes", container)
