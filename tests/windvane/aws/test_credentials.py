import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.windvane.aws.fake_aws import (
    Act,
    FakeAws,
    answer,
    answer_json,
    cut_after,
    find_closed_port,
    hang_up,
)
from windvane.aws.credentials import Credentials, CredentialSource
from windvane.aws.errors import AwsSetupError

StartAws = Callable[..., FakeAws]
KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret-xyzzy"}
PROFILE = "[default]\naws_access_key_id = AKPROFILE\naws_secret_access_key = of-profile\n"


def _lend(key: str, *, minutes: float) -> Act:
    """Answer credentials that last some minutes, as Lambda's endpoint does."""
    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    return answer_json(
        {
            "AccessKeyId": key,
            "SecretAccessKey": "secret-xyzzy",
            "Token": "token",
            "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def _source_at(url: str) -> CredentialSource:
    return CredentialSource(
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}/2021-01-01/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let-me-in",
        }
    )


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The credentials file of a machine that has nothing else."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path / "credentials"


def test_source_takes_keys_from_the_environment() -> None:
    source = CredentialSource({**KEYS, "AWS_SESSION_TOKEN": "token"})

    assert source.get() == Credentials(
        access_key_id="AKID",
        secret_access_key="secret-xyzzy",  # noqa: S106 - no secret
        session_token="token",  # noqa: S106 - no secret
    )


def test_source_takes_an_empty_session_token_for_none() -> None:
    assert CredentialSource({**KEYS, "AWS_SESSION_TOKEN": ""}).get().session_token is None


def test_source_shows_lambdas_endpoint_its_token(start_aws: StartAws) -> None:
    aws = start_aws(_lend("AKLAMBDA", minutes=60))

    credentials = _source_at(aws.url).get()

    assert (credentials.access_key_id, credentials.session_token) == ("AKLAMBDA", "token")
    [asked] = aws.asked
    assert (asked.method, asked.path) == ("GET", "/2021-01-01/credentials")
    assert asked.headers["authorization"] == "let-me-in"


def test_source_keeps_credentials_that_last(start_aws: StartAws) -> None:
    aws = start_aws(_lend("AKLAMBDA", minutes=60))
    source = _source_at(aws.url)

    assert source.get() == source.get()
    assert len(aws.asked) == 1


def test_source_asks_anew_before_credentials_end(start_aws: StartAws) -> None:
    aws = start_aws(_lend("AKENDING", minutes=4), _lend("AKFRESH", minutes=60))
    source = _source_at(aws.url)

    keys = [source.get().access_key_id for _ in range(3)]

    assert keys == ["AKENDING", "AKFRESH", "AKFRESH"]


def test_source_keeps_credentials_that_are_still_good_when_its_endpoint_breaks(
    start_aws: StartAws,
) -> None:
    aws = start_aws(_lend("AKENDING", minutes=4), hang_up)
    source = _source_at(aws.url)
    source.get()

    assert source.get().access_key_id == "AKENDING"


@pytest.mark.parametrize(
    "act",
    [
        answer(b"secret-xyzzy is not JSON"),
        answer(b"[]"),
        answer(b"null"),
        answer_json({"message": "secret-xyzzy"}, status=403),
        answer_json({"AccessKeyId": "secret-xyzzy"}),
        answer(
            json.dumps(
                dict.fromkeys(["AccessKeyId", "SecretAccessKey", "Token"], "x")
                | {"Expiration": "secret-xyzzy"}
            ).encode()
        ),
        answer(
            json.dumps(
                dict.fromkeys(["AccessKeyId", "SecretAccessKey", "Token"], "x")
                | {"Expiration": None}
            ).encode()
        ),
        cut_after(b'{"AccessKeyId": "secret-xyzzy"}', 20),
        hang_up,
    ],
    ids=["text", "list", "null", "refusal", "part", "no-date", "null-date", "cut", "hang-up"],
)
def test_source_says_that_lambdas_endpoint_is_broken(start_aws: StartAws, act: Act) -> None:
    aws = start_aws(act)

    with pytest.raises(AwsSetupError, match="Lambda's endpoint for credentials") as caught:
        _source_at(aws.url).get()

    assert "xyzzy" not in str(caught.value)


def test_source_says_that_lambdas_endpoint_is_away() -> None:
    with pytest.raises(AwsSetupError, match="Lambda's endpoint for credentials"):
        _source_at(find_closed_port()).get()


def test_source_asks_boto3s_chain_last(profile: Path) -> None:
    profile.write_text(PROFILE)

    credentials = CredentialSource({}).get()

    assert (credentials.access_key_id, credentials.secret_access_key) == ("AKPROFILE", "of-profile")


def test_source_asks_boto3s_chain_again_now_and_then(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile.write_text(PROFILE)
    source = CredentialSource({})
    first = source.get()
    profile.write_text(PROFILE.replace("AKPROFILE", "AKROTATED"))
    kept = source.get()

    monkeypatch.setattr("windvane.aws.credentials.time.time", lambda: first.expires_at)

    assert kept == first
    assert source.get().access_key_id == "AKROTATED"


@pytest.mark.usefixtures("profile")
def test_source_says_that_there_are_none() -> None:
    with pytest.raises(AwsSetupError, match="aws configure"):
        CredentialSource({}).get()


@pytest.mark.usefixtures("profile")
def test_source_says_what_boto3_finds_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(AwsSetupError, match="nobody"):
        CredentialSource({}).get()


@pytest.mark.parametrize("given", [{}, {"AWS_ACCESS_KEY_ID": "AKID"}], ids=["none", "half"])
def test_source_says_that_there_are_none_where_boto3_is_not_installed(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    not_installed: Any = None
    monkeypatch.setitem(sys.modules, "botocore.session", not_installed)

    with pytest.raises(AwsSetupError, match="environment"):
        CredentialSource(given).get()
