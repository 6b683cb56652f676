"""The rehearsal of what dev and prod leave out: callers, a domain, a challenger, drift."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from infra.stage_files import read_stage
from tests.rehearsal.account_inventory import Inventory
from tests.rehearsal.caller import Caller
from tests.rehearsal.expectations import expect_that
from tests.rehearsal.function_grants import FunctionGrants
from tests.rehearsal.monitor_steps import MONITOR_CONTROLS, compare_day, open_monitor_grants
from tests.rehearsal.option_steps import (
    check_clients,
    check_domain,
    check_provisioned,
    check_signatures,
    check_tags,
)
from tests.rehearsal.other_bundles import (
    write_broken_bundle,
    write_challenger,
)
from tests.rehearsal.page_steps import check_preflight
from tests.rehearsal.rehearsal import FIRST_BUNDLE, Rehearsal, title_of
from tests.rehearsal.shadow_steps import (
    API_CONTROLS,
    CHALLENGER_CONTROLS,
    Control,
    ShadowedStage,
    break_challenger,
    compare_in_shadow,
    open_api_grants,
    open_challenger_grants,
)
from tests.rehearsal.stage_commands import MAKE_FAILED
from tests.rehearsal.stage_folder import add_monitor, add_shadow, replace_authorizer
from tests.rehearsal.user_pool import create_user_pool
from windvane.cli.smoke.authorization import UserToken
from windvane.inference.manifest import read_manifest

FAULT = "is live and has faults: text 0 got the label"


def rehearse_options(rehearsal: Rehearsal, before: Inventory, *, keep: bool) -> Caller:
    """Deploy the stage, call it, let other callers in, and destroy it.

    Args:
        rehearsal: Of a stage that `Rehearsal.prepare` has made ready.
        before: What was in the account before.
        keep: Whether to leave it running.

    Returns:
        A caller of its API.

    Raises:
        StepError: A step failed.
    """
    report, stage, commands = rehearsal.report, rehearsal.deployed, rehearsal.commands
    settings = read_stage(rehearsal.stage, folder=commands.stage_files)
    model = read_manifest(FIRST_BUNDLE).model_id
    with report.step("a first bundle with wrong answers: make deploy says so and fails"):
        _deploy_wrong_answers(rehearsal)
    with report.step("make deploy"):
        commands.deploy(FIRST_BUNDLE)
    with report.step(title_of(check_signatures.__doc__)):
        caller = check_signatures(stage, stage.open_caller())
    with report.step(title_of(check_clients.__doc__)):
        check_clients(stage, settings, caller)
    with report.step(title_of(check_tags.__doc__)):
        check_tags(stage, settings)
    with report.step(title_of(check_provisioned.__doc__)):
        check_provisioned(stage, settings)
    with report.step(title_of(check_domain.__doc__)):
        check_domain(stage, settings, caller)
    with report.step(title_of(check_preflight.__doc__)):
        check_preflight(caller, rehearsal.origins)
    with report.step("windvane smoke: it signs, and the key alone does not do"):
        commands.smoke(caller.url, model)
    challenger = rehearsal.folder / "bundles" / "challenger"
    write_challenger(FIRST_BUNDLE, challenger)
    with report.step("make deploy: callers are users of a pool, a challenger answers in shadow"):
        add_shadow(commands.stage_files, rehearsal.stage, challenger)
        add_monitor(commands.stage_files, rehearsal.stage)
        pool = create_user_pool(stage.cloud)
        replace_authorizer(commands.stage_files, rehearsal.stage, pool.arn)
        commands.deploy(FIRST_BUNDLE)
    with report.step("a token is needed: without one 401 token-needed, with one 200"):
        caller.classify().expect_problem(401, "token-needed")
        caller = replace(caller, authorization=UserToken(pool.token))
        caller.classify().expect(200)
        caller.classify(key=None).expect_problem(403, "key-needed")
    with report.step("windvane smoke: it sends the token"):
        commands.smoke(caller.url, model, token=pool.token)
    shadowed = ShadowedStage(
        stage=stage,
        commands=commands,
        caller=caller,
        challenger=read_manifest(challenger).model_id,
    )
    _rehearse_shadow(rehearsal, shadowed)
    _rehearse_monitor(rehearsal, model)
    if not keep:
        rehearsal.destroy(before, caller)
    return caller


def _deploy_wrong_answers(rehearsal: Rehearsal) -> None:
    broken = rehearsal.folder / "bundles" / "broken"
    write_broken_bundle(FIRST_BUNDLE, broken)
    said = rehearsal.commands.deploy(broken, status=MAKE_FAILED)
    expect_that("make deploy", FAULT in said, expected=FAULT, got=said)


def _rehearse_shadow(rehearsal: Rehearsal, shadowed: ShadowedStage) -> None:
    """Compare, then break all that a challenger needs: no caller notices."""
    for check in (compare_in_shadow, break_challenger):
        with rehearsal.report.step(title_of(check.__doc__)):
            check(shadowed)
    grants = open_challenger_grants(shadowed)
    with rehearsal.report.step("every grant of the challenger has a control, or a reason"):
        grants.check_known()
    _take_grants(rehearsal, shadowed, grants, CHALLENGER_CONTROLS)
    with rehearsal.report.step("with all of them, the challenger records again"):
        shadowed.record()
    _take_grants(rehearsal, shadowed, open_api_grants(shadowed), API_CONTROLS)


def _rehearse_monitor(rehearsal: Rehearsal, model: str) -> None:
    """Compare a day's results, then without each grant."""
    report, stage = rehearsal.report, rehearsal.deployed
    grants = open_monitor_grants(stage)
    with report.step("every grant of the drift monitor has a control, or a reason"):
        grants.check_known()
    for action, take_control in MONITOR_CONTROLS.items():
        title = title_of(take_control.__doc__)
        with report.step(f"{grants.function} without {action}: {title}"):
            grants.check(action, partial(take_control, stage))
    with report.step(title_of(compare_day.__doc__)):
        compare_day(stage, model)


def _take_grants(
    rehearsal: Rehearsal,
    shadowed: ShadowedStage,
    grants: FunctionGrants,
    controls: Mapping[str, Control],
) -> None:
    for action, control in controls.items():
        title = f"{grants.function} without {action}: {title_of(control.__doc__)}"
        with rehearsal.report.step(title):
            grants.check(action, partial(control, shadowed))
