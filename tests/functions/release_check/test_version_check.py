from dataclasses import replace
from pathlib import Path

import pytest

from functions.classify_api.lambda_app import LambdaApp
from functions.release_check.start_up import Expectation
from functions.release_check.version_check import VersionCheck, find_target_version
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.functions.release_check.fake_lambda import FakeCodeDeploy, FakeLambda
from tests.tiny_bundle import LABELS
from windvane.inference.manifest import read_manifest


@pytest.fixture(scope="module")
def app(environ: dict[str, str]) -> LambdaApp:
    return start_lambda_app(environ)


@pytest.fixture
def bundle_version(tiny_bundle: Path) -> str:
    return read_manifest(tiny_bundle).version


@pytest.fixture
def expectation(bundle_version: str) -> Expectation:
    return Expectation(
        bundle_version=bundle_version,
        labels=list(LABELS.values()),
        texts=[("good", "positive"), ("bad", "negative"), ("so so", None)],
        slow_ms=3000,
    )


def find_faults(app: LambdaApp, bundle_version: str, expectation: Expectation) -> list[str]:
    functions = FakeLambda({"7": (bundle_version, app)})
    return VersionCheck(functions, "windvane-dev", "7").find_faults(expectation)


def test_version_that_answers_as_expected_has_no_faults(
    app: LambdaApp, bundle_version: str, expectation: Expectation
) -> None:
    assert find_faults(app, bundle_version, expectation) == []


def test_version_with_another_label_is_told_by_the_place_of_the_text(
    app: LambdaApp, bundle_version: str, expectation: Expectation
) -> None:
    texts = [("good", "positive"), ("bad", "positive")]

    faults = find_faults(app, bundle_version, replace(expectation, texts=texts))

    assert faults == ["text 1 got the label negative, not positive"]


def test_version_with_another_model_is_told(
    app: LambdaApp, bundle_version: str, expectation: Expectation
) -> None:
    faults = find_faults(app, "0123456789ab", expectation)

    assert faults == ["/health answered 200 and not with the model 0123456789ab"]
    assert bundle_version != "0123456789ab"


def test_version_that_is_slow_is_told(
    app: LambdaApp, bundle_version: str, expectation: Expectation
) -> None:
    faults = find_faults(app, bundle_version, replace(expectation, slow_ms=0))

    assert [fault.split(" took ")[0] for fault in faults] == ["text 0", "text 1", "text 2"]


def test_version_that_fails_is_told_by_its_error(
    bundle_version: str, expectation: Expectation
) -> None:
    faults = find_faults(None, bundle_version, expectation)  # type: ignore[arg-type]

    assert faults == ["GET /health failed with AttributeError"]


def test_labels_of_an_earlier_bundle_are_its_own(
    app: LambdaApp, bundle_version: str, expectation: Expectation
) -> None:
    of_another = replace(expectation, bundle_version="0123456789ab", texts=[("good", "negative")])

    assert find_faults(app, bundle_version, of_another) == []


@pytest.mark.parametrize(
    "app_spec",
    [
        '{"version": 0.0, "Resources": [{"f": {"Properties": {"CurrentVersion": "6", '
        '"TargetVersion": "7"}}}]}',
        "version: 0.0\nResources:\n- f:\n    Properties:\n      TargetVersion: 7\n",
        "Properties:\n  TargetVersion: '7'\n  CurrentVersion: '6'\n",
    ],
    ids=["json", "yaml", "yaml, quoted"],
)
def test_target_version_is_that_of_the_app_spec(app_spec: str) -> None:
    assert find_target_version(FakeCodeDeploy(app_spec), "d-1") == "7"


def test_app_spec_without_a_target_is_an_error() -> None:
    with pytest.raises(ValueError, match="no TargetVersion"):
        find_target_version(FakeCodeDeploy("{}"), "d-1")
