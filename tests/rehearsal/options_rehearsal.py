"""The rehearsal of the options that dev and prod leave out: callers, keys, tags and a domain."""

from dataclasses import replace

from infra.stage_files import read_stage
from tests.rehearsal.account_inventory import Inventory
from tests.rehearsal.caller import Caller
from tests.rehearsal.expectations import expect_that
from tests.rehearsal.option_steps import (
    check_clients,
    check_domain,
    check_provisioned,
    check_signatures,
    check_tags,
)
from tests.rehearsal.other_bundles import write_broken_bundle
from tests.rehearsal.page_steps import check_preflight
from tests.rehearsal.rehearsal import FIRST_BUNDLE, Rehearsal, title_of
from tests.rehearsal.stage_commands import MAKE_FAILED
from tests.rehearsal.stage_folder import replace_authorizer
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
    with report.step("make deploy: the callers are users of a pool from here on"):
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
    if not keep:
        rehearsal.destroy(before, caller)
    return caller


def _deploy_wrong_answers(rehearsal: Rehearsal) -> None:
    broken = rehearsal.folder / "bundles" / "broken"
    write_broken_bundle(FIRST_BUNDLE, broken)
    said = rehearsal.commands.deploy(broken, status=MAKE_FAILED)
    expect_that("make deploy", FAULT in said, expected=FAULT, got=said)
