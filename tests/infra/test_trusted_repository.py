import pytest

from infra.trusted_repository import TrustedRepository, TrustError

PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    "repository",
    [
        "",
        "windvane",
        "acme/*",
        "*/windvane",
        "acme/windvane:ref",
        "acme/windvane\n",
        "acme@12/windvane",
        "https://github.com/acme/windvane",
    ],
)
def test_repository_that_is_none_is_refused(repository: str) -> None:
    with pytest.raises(TrustError, match=r"^REPOSITORY names "):
        TrustedRepository(repository=repository)


@pytest.mark.parametrize("environments", [[], [""], ["dev", "*"], ["dev:prod"], ["prod-read-only"]])
def test_environment_that_is_none_is_refused(environments: list[str]) -> None:
    with pytest.raises(TrustError, match=r"^ENVIRONMENTS lists "):
        TrustedRepository(repository="acme/windvane", environments=environments)


@pytest.mark.parametrize("provider", ["", "github", PROVIDER.replace("githubusercontent", "evil")])
def test_provider_of_another_issuer_is_refused(provider: str) -> None:
    with pytest.raises(TrustError, match=r"^PROVIDER is the ARN "):
        TrustedRepository(repository="acme/windvane", provider_arn=provider)
