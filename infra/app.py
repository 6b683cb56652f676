"""The CDK app: what `cdk synth` and `cdk deploy` run.

It reads its context, which the Makefile passes on:

============  ==================================  ==============================
context       is                                  default
============  ==================================  ==============================
stage         one of `infra.stages.STAGES`        dev
bundle        folder of the bundle to deploy      models/sentiment-minilm/bundle
architecture  arm64 or x86_64                     the stage's
alarm_email   subscriber of the alarms            nobody
local         anything: the bundle goes into the  in the bucket
              package, for ``sam local``
============  ==================================  ==============================
"""

import sys
from collections.abc import Callable
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.function_package import FunctionPackageError, PackageTarget, build_function_package
from infra.local_package import put_bundle_inside
from infra.model_bundle import ModelBundleError, read_model_bundle
from infra.stages import DEV, StageError, find_stage
from infra.windvane_stack import WindvaneStack
from windvane.facts import DEFAULT_BUNDLE

BuildPackage = Callable[[PackageTarget], Path]


def build_app(app: App, build_package: BuildPackage = build_function_package) -> WindvaneStack:
    """Add the stack that the app's context describes.

    Args:
        app: The app with the context.
        build_package: Builds the function's zip file.

    Raises:
        FunctionPackageError: The function's package cannot be built, or is too large.
        ModelBundleError: There is no sound bundle in the folder.
        StageError: There is no such stage or architecture.
    """
    context = app.node.try_get_context
    stage = find_stage(context("stage") or DEV.name, context("architecture"))
    bundle = read_model_bundle(Path(context("bundle") or DEFAULT_BUNDLE))
    package = build_package(PackageTarget(architecture=stage.architecture))
    if context("local"):
        package = put_bundle_inside(package, bundle)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    email = context("alarm_email") or None
    return WindvaneStack(app, stage=stage, bundle=bundle, package=package, alarm_email=email)


def main() -> None:
    """Write the stack's template and assets, or exit with one sentence that says why not."""
    app = App()
    try:
        build_app(app)
    except (FunctionPackageError, ModelBundleError, StageError) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
