"""The CDK app: what `cdk synth` and `cdk deploy` run.

It reads its context, which the Makefile passes on:

=============  ========================================  =====================
context        is                                        default
=============  ========================================  =====================
stage          name of a file in ``stages/``             dev
`OVERRIDABLE`  replaces a key of the file in this        what the file says
               deployment alone
local          anything: the bundle goes into the        in the bucket
               package, for ``sam local``
=============  ========================================  =====================
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from aws_cdk import App, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infra.challenger_bundle import read_challenger
from infra.data_stack import DataStack
from infra.drift_monitor import check_profile
from infra.function_package import (
    ROOT,
    FunctionPackageError,
    PackageTarget,
    build_function_package,
)
from infra.known_texts import KnownTextsError, read_known_texts
from infra.local_package import put_bundle_inside
from infra.model_bundle import ModelBundleError, read_model_bundle
from infra.monthly_budget import STAGE_TAG
from infra.permissions_boundary import bound_roles
from infra.stage_files import check_region, read_stage
from infra.stages import Stage, StageError
from infra.windvane_stack import WindvaneStack

BuildPackage = Callable[[PackageTarget], Path]

DEFAULT_STAGE = "dev"
OVERRIDABLE = ("alarm_email", "architecture", "bundle")
"""Keys of a stage's file that the Makefile's variables replace for one deployment."""


def build_app(app: App, build_package: BuildPackage = build_function_package) -> WindvaneStack:
    """Add the two stacks of the stage that the app's context names; return the API's.

    Args:
        app: The app with the context.
        build_package: Builds the function's zip file.

    Raises:
        FunctionPackageError: The function's package cannot be built, or is too large.
        KnownTextsError: The bundle's known texts cannot be used.
        ModelBundleError: There is no sound bundle in the folder, or in the challenger's.
        StageError: There is no such stage, or its file or an override is wrong.
    """
    context = app.node.try_get_context
    overrides = {key: context(key) for key in OVERRIDABLE if context(key)}
    stage = read_stage(context("stage") or DEFAULT_STAGE, overrides)
    if region := os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"):
        check_region(stage, region)
    for key in overrides:
        _say_override(key, stage)
    if stage.alarm_email is None:
        sys.stderr.write(
            f"Nobody is told of alarms: stages/{stage.name}.toml has no alarm_email.\n"
        )
    bundle = read_model_bundle(Path(stage.bundle))
    known_texts = read_known_texts(bundle, Path(stage.known_texts) if stage.known_texts else None)
    check_profile(stage, bundle)
    challenger = read_challenger(stage, bundle)
    if stage.package == "image" and not context("local"):
        package = ROOT
    else:
        package = build_package(PackageTarget(architecture=stage.architecture))
    if context("local"):
        package = put_bundle_inside(package, bundle)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    data = DataStack(app, stage=stage)
    api = WindvaneStack(
        app,
        stage=stage,
        bundle=bundle,
        known_texts=known_texts,
        challenger=challenger,
        package=package,
        data=data,
    )
    for stack in (data, api):
        bound_roles(stack, stage.permissions_boundary)
        for tag, value in {**stage.tags, STAGE_TAG: stage.name}.items():
            Tags.of(stack).add(tag, value)
    return api


def _say_override(key: str, stage: Stage) -> None:
    sys.stderr.write(
        f"This time alone, {key} is {getattr(stage, key)}; the next deployment goes by "
        f"stages/{stage.name}.toml.\n"
    )


def main() -> None:
    """Write the stack's template and assets, or exit with one sentence that says why not."""
    app = App()
    try:
        build_app(app)
    except (FunctionPackageError, KnownTextsError, ModelBundleError, StageError) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
