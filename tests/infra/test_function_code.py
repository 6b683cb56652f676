import json
from typing import Any

import pytest

from tests.infra.synthesized import SynthesizedStage
from windvane.facts import BULK_HANDLER, FUNCTION_HANDLER

ENTRYPOINT = ["python", "-m", "awslambdaric"]


def read_images(stage: SynthesizedStage) -> dict[str, Any]:
    """Read the container images of a stage's API that a deployment builds and pushes."""
    path = stage.folder / f"windvane-{stage.name}.assets.json"
    images: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["dockerImages"]
    return images


def find_handlers(stage: SynthesizedStage) -> dict[str, list[dict[str, Any]]]:
    """Group the functions of a stage that run an image by their handler."""
    handlers: dict[str, list[dict[str, Any]]] = {}
    for function in stage.find("AWS::Lambda::Function", PackageType="Image"):
        [handler] = function["Properties"]["ImageConfig"]["Command"]
        handlers.setdefault(handler, []).append(function["Properties"])
    return handlers


def test_image_runs_the_api_and_the_jobs(image_stage: SynthesizedStage) -> None:
    functions = find_handlers(image_stage)

    assert {handler: len(found) for handler, found in functions.items()} == {
        FUNCTION_HANDLER: 1,
        BULK_HANDLER: 2,
    }
    for function in (each for found in functions.values() for each in found):
        assert function["ImageConfig"]["EntryPoint"] == ENTRYPOINT
        assert function["Architectures"] == ["x86_64"]
        assert not function.keys() & {"Runtime", "Handler"}
        assert "ImageUri" in function["Code"]


def test_images_are_built_by_the_dockerfile_for_the_stages_processor(
    image_stage: SynthesizedStage,
) -> None:
    images = [image["source"] for image in read_images(image_stage).values()]

    assert images
    assert {image["dockerFile"] for image in images} == {"Dockerfile"}
    assert {image["platform"] for image in images} == {"linux/amd64"}
    assert len({image["directory"] for image in images}) == 1


def test_image_holds_what_the_dockerignore_lets_through(image_stage: SynthesizedStage) -> None:
    [folder, *_] = {image["source"]["directory"] for image in read_images(image_stage).values()}

    sent = {path.name for path in (image_stage.folder / folder).iterdir()}

    assert {"Dockerfile", "functions", "infra", "models", "requirements", "windvane"} <= sent
    assert not sent & {".git", ".venv", "benchmarks", "docs", "node_modules", "stages", "tests"}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_zip_is_the_default(name: str, request: pytest.FixtureRequest) -> None:
    stage: SynthesizedStage = request.getfixturevalue(name)

    assert find_handlers(stage) == {}
    assert read_images(stage) == {}
