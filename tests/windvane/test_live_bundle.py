from typing import Any

import boto3
import pytest

from windvane.live_bundle import find_live_bundle


class FakeLambda:
    """Knows the configuration of one alias."""

    def get_function_configuration(self, *, FunctionName: str, Qualifier: str) -> Any:  # noqa: N803 - AWS's names
        assert (FunctionName, Qualifier) == ("windvane-dev", "live")
        return {"Environment": {"Variables": {"WINDVANE_BUNDLE_URI": "s3://models/bundles/1/"}}}


def test_live_bundle_is_that_of_the_live_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "client", lambda service: {"lambda": FakeLambda()}[service])

    assert find_live_bundle("windvane-dev") == "s3://models/bundles/1/"
