"""Each stage synthesized once a session, with a stand-in for the function's package."""

import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from infra import app
from infra.stage_files import read_stage
from infra.stage_tables import Shadow
from infra.stages import Stage
from tests.infra.synthesized import SynthesizedStage, synthesize
from tests.tiny_bundle import write_tiny_bundle
from tests.windvane.monitoring.profiled_bundles import write_profiled_bundle

STAGES = Path(__file__).with_name("stages")
ALL_ON = read_stage("all-on", folder=STAGES)
"""Every setting that both stages leave off."""


@pytest.fixture(scope="session")
def stand_in_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip file in the package's place; what is in it is tested in test_function_package."""
    path = tmp_path_factory.mktemp("package") / "function.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stand_in.py", "")
    return path


@pytest.fixture(scope="session")
def dev(
    tmp_path_factory: pytest.TempPathFactory, stand_in_package: Path, tiny_bundle: Path
) -> SynthesizedStage:
    folder = tmp_path_factory.mktemp("dev")
    return synthesize("dev", folder, package=stand_in_package, bundle=tiny_bundle)


@pytest.fixture(scope="session")
def prod(
    tmp_path_factory: pytest.TempPathFactory, stand_in_package: Path, tiny_bundle: Path
) -> SynthesizedStage:
    folder = tmp_path_factory.mktemp("prod")
    return synthesize("prod", folder, package=stand_in_package, bundle=tiny_bundle)


@pytest.fixture(scope="session")
def all_on(
    tmp_path_factory: pytest.TempPathFactory, stand_in_package: Path, tiny_bundle: Path
) -> SynthesizedStage:
    folder = tmp_path_factory.mktemp("all-on")
    challenger = write_tiny_bundle(tmp_path_factory.mktemp("challenger") / "bundle", temperature=2)

    profiled = write_profiled_bundle(tiny_bundle, tmp_path_factory.mktemp("profiled") / "bundle")

    def read(name: str, overrides: Mapping[str, str]) -> Stage:
        stage = read_stage(name, overrides, folder=STAGES)
        shadow = replace(cast(Shadow, stage.shadow), bundle=str(challenger))
        return replace(stage, shadow=shadow)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "read_stage", read)
        return synthesize(ALL_ON.name, folder, package=stand_in_package, bundle=profiled)


@pytest.fixture(scope="session")
def private(
    tmp_path_factory: pytest.TempPathFactory, stand_in_package: Path, tiny_bundle: Path
) -> SynthesizedStage:
    folder = tmp_path_factory.mktemp("private")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "read_stage", partial(read_stage, folder=STAGES))
        return synthesize("private", folder, package=stand_in_package, bundle=tiny_bundle)


@pytest.fixture(scope="session")
def image_stage(
    tmp_path_factory: pytest.TempPathFactory, stand_in_package: Path, tiny_bundle: Path
) -> SynthesizedStage:
    folder = tmp_path_factory.mktemp("image")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "read_stage", partial(read_stage, folder=STAGES))
        return synthesize("image", folder, package=stand_in_package, bundle=tiny_bundle)


@pytest.fixture(params=["dev", "prod", "all_on"])
def stage(request: pytest.FixtureRequest) -> SynthesizedStage:
    """Each stage in turn."""
    synthesized: SynthesizedStage = request.getfixturevalue(request.param)
    return synthesized
