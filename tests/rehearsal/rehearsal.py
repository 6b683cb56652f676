"""The rehearsal of a stage, from an empty account to an empty account."""

from dataclasses import dataclass, field
from pathlib import Path

from infra.stage_files import read_stage
from tests.rehearsal.account_inventory import Inventory, check_left, take_inventory
from tests.rehearsal.caller import Caller
from tests.rehearsal.caller_steps import CALLER_STEPS
from tests.rehearsal.check_grants import (
    CHECK_CONTROLS,
    CheckedDeployment,
    check_grant,
    open_check_grants,
)
from tests.rehearsal.client_steps import check_clients
from tests.rehearsal.cloud_emulator import LOOPBACK, REPOSITORY, EmulatedCloud, find_free_port
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import expect_equal, expect_that
from tests.rehearsal.function_grants import (
    COLD_CONTROLS,
    NOT_ENFORCED,
    WARM_CONTROLS,
    Control,
    FunctionGrants,
    open_function_grants,
)
from tests.rehearsal.kept_data import check_protection, fail_first_deployment
from tests.rehearsal.other_bundles import copy_challenger, write_broken_bundle, write_second_bundle
from tests.rehearsal.page_steps import check_pages, check_preflight
from tests.rehearsal.release_steps import Releases
from tests.rehearsal.runbook_steps import run_runbook
from tests.rehearsal.spare_key import check_quota
from tests.rehearsal.stage_commands import StageCommands
from tests.rehearsal.stage_folder import write_stage_files
from tests.rehearsal.step_report import StepReport
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.manifest import read_manifest

ANSWERS = "The first version answers its known texts."
FIRST_BUNDLE = REPOSITORY / DEFAULT_BUNDLE


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """One stage in one emulator.

    Attributes:
        cloud: The emulator.
        stage: Name of the stage.
        folder: For logs and further bundles.
        report: Where the steps go.
        origins: Origins whose pages may call the API, on free ports of the loopback interface.
        challenger: Bundle that is released after the default one; None for a variant of that one.
    """

    cloud: EmulatedCloud
    stage: str
    folder: Path
    report: StepReport
    origins: tuple[str, ...] = field(default_factory=lambda: choose_origins())
    challenger: Path | None = None

    @property
    def commands(self) -> StageCommands:
        """The stage's commands."""
        return StageCommands(cloud=self.cloud, stage=self.stage, folder=self.folder)

    @property
    def deployed(self) -> DeployedStage:
        """The stage, once it is deployed."""
        return DeployedStage(self.cloud, self.stage)

    @property
    def keeps_data(self) -> bool:
        """Whether the stage's data outlive it."""
        return read_stage(self.stage, folder=self.commands.stage_files).keep_data

    @property
    def has_jobs(self) -> bool:
        """Whether the stage has bulk jobs."""
        return read_stage(self.stage, folder=self.commands.stage_files).jobs is not None

    def prepare(self) -> Inventory:
        """Run ``cdk bootstrap`` and return what is in the account.

        Raises:
            StepError: It fails.
        """
        write_stage_files(self.commands.stage_files, self.stage, self.origins)
        pages = " and ".join(self.origins)
        added = f"two clients, and pages of {pages} may call it"
        self.report.note(f"{self.stage} is as in its file, with {added}.")
        with self.report.step("cdk bootstrap"):
            self.commands.bootstrap()
        return take_inventory(self.cloud)

    def run(self, before: Inventory, *, keep: bool) -> Caller:
        """Deploy, release, operate and destroy the stage.

        Args:
            before: What was in the account before.
            keep: Whether to leave it running.

        Returns:
            A caller of its API.

        Raises:
            StepError: A step failed.
        """
        caller = self.deploy()
        self.release(caller)
        self.check_releases()
        self.operate(caller)
        if not keep:
            self.destroy(before, caller)
        return caller

    def deploy(self) -> Caller:
        """Deploy the first bundle and use it as a caller does; grants are taken away in between.

        Raises:
            StepError: A step failed.
        """
        if self.keeps_data:
            with self.report.step("a first deployment that fails: everything is rolled back"):
                fail_first_deployment(self.deployed, self.commands, FIRST_BUNDLE)
        with self.report.step("make deploy: the first version answers its known texts"):
            said = self.commands.deploy(FIRST_BUNDLE)
            expect_that("make deploy", ANSWERS in said, expected=ANSWERS, got=said)
        caller, grants = self.deployed.open_caller(), open_function_grants(self.deployed)
        with self.report.step("every grant of the function has a control, or a reason against it"):
            grants.check_known()
        for action, control in COLD_CONTROLS.items():
            with self.deployed.fresh_version():
                self._control(grants, action, control, caller)
        with self.report.step("GET /health: the model of the bundle"):
            model = read_manifest(FIRST_BUNDLE).model_id
            expect_equal("model", caller.read_model(), model)
        self._visit(caller)
        for check in CALLER_STEPS:
            with self.report.step(title_of(check.__doc__)):
                check(caller)
        for check_keys in (check_clients, check_quota):
            with self.report.step(title_of(check_keys.__doc__)):
                check_keys(self.deployed, caller)
        for action, control in WARM_CONTROLS.items():
            self._control(grants, action, control, caller)
        for action, reason in NOT_ENFORCED.items():
            self.report.note(f"not shown: without {action}, since {reason}")
        return caller

    def release(self, caller: Caller) -> None:
        """Release a broken bundle, then a second: rolled back, live, rolled back by command.

        Raises:
            StepError: A step failed.
        """
        bundle, broken = (self.folder / "bundles" / name for name in ("second", "broken"))
        if self.challenger:
            copy_challenger(self.challenger, FIRST_BUNDLE, bundle)
        else:
            write_second_bundle(FIRST_BUNDLE, bundle)
        write_broken_bundle(FIRST_BUNDLE, broken)
        releases = Releases(
            stage=self.deployed,
            commands=self.commands,
            caller=caller,
            first=read_manifest(FIRST_BUNDLE).model_id,
            second=read_manifest(bundle).model_id,
            bundle=bundle,
        )
        with self.report.step(
            "a bundle with wrong answers: make deploy fails, and it got no request"
        ):
            releases.refuse_broken(broken)
        if note := releases.choose_canary():
            self.report.note(note)
        with self.report.step("a canary in alarm: make deploy fails, stack and live are as before"):
            releases.roll_back_by_alarm()
        with self.report.step("the same again by canary: shares listed, then the second is live"):
            releases.release_by_canary()
        with self.report.step("windvane releases rollback: the first is live"):
            releases.roll_back_by_command()
        with self.report.step("make deploy of what the stack has: no changes, the second is live"):
            releases.deploy_unchanged()
        with self.report.step("windvane smoke: no fault, and one where another model is expected"):
            releases.smoke()

    def check_releases(self) -> None:
        """Take away each grant of the function that checks releases.

        Raises:
            StepError: A deployment without the grant succeeds, or ends otherwise than documented.
        """
        grants = open_check_grants(self.deployed)
        with self.report.step("every grant of the release check has a control, or a reason"):
            grants.check_known()
        live = self.deployed.read_live()
        [version] = [name for name in self.deployed.list_versions()[-2:] if name not in live]
        deployment = CheckedDeployment(stage=self.deployed, version=version)
        with self.report.step("the release check finds no fault in the version before"):
            deployment.ask_check()
        for action, control in CHECK_CONTROLS.items():
            with self.report.step(f"without {action}: {title_of(control.__doc__)}"):
                check_grant(grants, action, control, deployment)

    def operate(self, caller: Caller) -> None:
        """Run what the runbook tells an operator to type.

        Raises:
            StepError: A command failed.
        """
        with self.report.step(title_of(run_runbook.__doc__)):
            run_runbook(self.deployed, self.commands, caller, has_jobs=self.has_jobs)

    def destroy(self, before: Inventory, caller: Caller) -> None:
        """Destroy the stage; one that keeps its data is deployed again, and finds them.

        Args:
            before: What was in the account before it was deployed.
            caller: A caller of its API.

        Raises:
            StepError: It fails, or leaves more or less than it says.
        """
        keeps = self.deployed.outputs["DestroyKeeps"]
        result = caller.record()
        if self.keeps_data:
            with self.report.step(title_of(check_protection.__doc__)):
                check_protection(self.deployed)
        with self.report.step("make destroy"):
            self.commands.destroy()
        with self.report.step(f"left is what DestroyKeeps names: {keeps}"):
            check_left(before, take_inventory(self.cloud), keeps)
        if self.keeps_data:
            with self.report.step("make deploy again: a result from before is still there"):
                self.commands.deploy(FIRST_BUNDLE)
                caller = self.deployed.open_caller()
                caller.send("GET", f"/v1/results/{result}").expect(200)

    def _visit(self, caller: Caller) -> None:
        with self.report.step(title_of(check_preflight.__doc__)):
            check_preflight(caller, self.origins)
        with self.report.step(title_of(check_pages.__doc__)):
            note = check_pages(caller, self.origins)
        if note:
            self.report.note(note)

    def _control(
        self, grants: FunctionGrants, action: str, control: Control, caller: Caller
    ) -> None:
        with self.report.step(f"without {action}: {title_of(control.__doc__)}"):
            grants.check(action, lambda take_away: control(caller, take_away))


def choose_origins() -> tuple[str, ...]:
    ports = {find_free_port() for _ in range(8)}
    return tuple(f"http://{LOOPBACK}:{port}" for port in sorted(ports)[:2])


def title_of(doc: str | None) -> str:
    """Return the first line of a step's docstring without its period."""
    return (doc or "").partition("\n")[0].removesuffix(".")
