"""The environment of commands that call AWS."""

from functools import cache

import botocore.loaders
import pytest

from tests.moto_server import REGION

share_loader = cache(botocore.loaders.create_loader)


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names a region and nothing else of AWS, whatever this machine has."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # Each command makes a session of its own, which would parse AWS's API models again.
    monkeypatch.setattr("botocore.session.create_loader", share_loader)
    monkeypatch.setenv("AWS_REGION", REGION)
    return monkeypatch
