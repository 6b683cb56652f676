import json
import zipfile
from pathlib import Path

from infra.local_package import FOLDER, put_bundle_inside
from infra.model_bundle import read_model_bundle
from tests.conftest import REPOSITORY
from tests.infra.synthesized import SynthesizedStage

ENVIRONMENT = json.loads((REPOSITORY / "infra" / "sam_environment.json").read_text())["Parameters"]


def test_put_bundle_inside_leaves_the_package_and_adds_the_bundle(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    package = tmp_path / "package.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("functions/handler.py", "")
    before = package.read_bytes()

    copy = put_bundle_inside(package, read_model_bundle(tiny_bundle))

    assert package.read_bytes() == before
    with zipfile.ZipFile(copy) as archive:
        names = set(archive.namelist())
        added = {path.name: archive.read(f"{FOLDER}/{path.name}") for path in tiny_bundle.iterdir()}
    assert names == {"functions/handler.py", *(f"{FOLDER}/{name}" for name in added)}
    assert added == {path.name: path.read_bytes() for path in tiny_bundle.iterdir()}


def test_sam_environment_sets_only_what_the_template_has(stage: SynthesizedStage) -> None:
    functions = [one["Properties"] for one in stage.find("AWS::Lambda::Function")]
    (variables,) = (
        one["Environment"]["Variables"]
        for one in functions
        if one["Handler"].startswith("functions.classify_api.")
    )

    assert ENVIRONMENT.keys() <= variables.keys()
    assert ENVIRONMENT["WINDVANE_BUNDLE_URI"] == f"/var/task/{FOLDER}"
