from functools import partial
from pathlib import Path

import pytest
from aws_cdk import App, aws_s3

from infra import app as app_module
from infra.app import build_app
from infra.function_package import FunctionPackageError, PackageTarget
from infra.model_bundle import ModelBundleError
from infra.stage_files import read_stage
from infra.stages import StageError
from tests.infra.conftest import STAGES
from tests.infra.synthesized import CONTEXT
from windvane.facts import DEFAULT_BUNDLE


def refuse_to_build(_: object) -> Path:
    raise AssertionError("The package is built before the context is checked.")


@pytest.mark.parametrize(
    ("context", "error", "sentence"),
    [
        ({"stage": "production"}, StageError, r"There is no stages/production\.toml"),
        (
            {"architecture": "riscv"},
            StageError,
            "the command line, key architecture: must be arm64",
        ),
        ({"bundle": "no/such/folder"}, ModelBundleError, r"no/such/folder has no readable man"),
    ],
    ids=["stage", "architecture", "bundle"],
)
def test_app_refuses_context_in_one_sentence_before_anything_is_built(
    context: dict[str, str], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as raised:
        build_app(App(context=context), refuse_to_build)

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("error", [FunctionPackageError, ModelBundleError, StageError])
def test_main_says_why_not_and_fails(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def build_app(_: App) -> None:
        raise error("It is 130 MB, and may be 120.")

    monkeypatch.setattr(app_module, "build_app", build_app)

    with pytest.raises(SystemExit) as stopped:
        app_module.main()

    assert stopped.value.code == "It is 130 MB, and may be 120."


def test_app_takes_the_default_bundle_and_stage(
    stand_in_package: Path, shipped_bundle: Path
) -> None:
    stack = build_app(App(context=CONTEXT), lambda _: stand_in_package)

    assert stack.stack_name == "windvane-dev"
    assert shipped_bundle == DEFAULT_BUNDLE


def test_app_builds_the_package_for_the_architecture_that_is_asked_for(
    stand_in_package: Path, tiny_bundle: Path
) -> None:
    built: list[PackageTarget] = []

    def build(target: PackageTarget) -> Path:
        built.append(target)
        return stand_in_package

    context = {**CONTEXT, "bundle": str(tiny_bundle), "architecture": "x86_64"}

    build_app(App(context=context), build)

    assert [target.architecture for target in built] == ["x86_64"]


@pytest.mark.parametrize(("local", "built"), [(None, 0), ("yes", 1)], ids=["deployed", "sam"])
def test_app_builds_no_zip_file_for_an_image_that_is_deployed(
    stand_in_package: Path,
    tiny_bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
    local: str | None,
    built: int,
) -> None:
    targets: list[PackageTarget] = []

    def build(target: PackageTarget) -> Path:
        targets.append(target)
        return stand_in_package

    monkeypatch.setattr(app_module, "read_stage", partial(read_stage, folder=STAGES))
    context = {**CONTEXT, "stage": "image", "bundle": str(tiny_bundle), "local": local}

    build_app(App(context=context), build)

    assert len(targets) == built


def test_app_synthesizes_with_a_bootstrap_of_its_own(
    tmp_path: Path, stand_in_package: Path, tiny_bundle: Path
) -> None:
    own = {"bundle": str(tiny_bundle), "@aws-cdk/core:bootstrapQualifier": "company"}
    app = App(outdir=str(tmp_path), context={**CONTEXT, **own})
    build_app(app, lambda _: stand_in_package)

    app.synth()

    template = (tmp_path / "windvane-dev.template.json").read_text(encoding="utf-8")
    assert "cdk-company-assets" in template
    assert "hnb659fds" not in template


def test_app_fails_where_a_rule_is_broken(
    tmp_path: Path, stand_in_package: Path, tiny_bundle: Path
) -> None:
    app = App(outdir=str(tmp_path), context={**CONTEXT, "bundle": str(tiny_bundle)})
    stack = build_app(app, lambda _: stand_in_package)
    aws_s3.Bucket(stack, "Careless")

    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        app.synth()
