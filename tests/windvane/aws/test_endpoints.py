import pytest

from windvane.aws.endpoints import Endpoint, find_bucket, find_dynamodb, find_step_functions
from windvane.aws.errors import AwsSetupError

IRELAND = {"AWS_REGION": "eu-west-1"}


def test_find_dynamodb_names_the_regions_host() -> None:
    assert find_dynamodb(IRELAND) == Endpoint(
        service="dynamodb", region="eu-west-1", host="dynamodb.eu-west-1.amazonaws.com"
    )


def test_find_bucket_names_the_buckets_own_host() -> None:
    assert find_bucket("models", IRELAND) == Endpoint(
        service="s3", region="eu-west-1", host="models.s3.eu-west-1.amazonaws.com"
    )


def test_endpoints_in_china_have_their_own_domain() -> None:
    china = {"AWS_REGION": "cn-north-1"}

    assert find_dynamodb(china).host == "dynamodb.cn-north-1.amazonaws.com.cn"
    assert find_bucket("models", china).host == "models.s3.cn-north-1.amazonaws.com.cn"


def test_endpoints_take_the_default_region_where_no_other_is_set() -> None:
    assert find_dynamodb({"AWS_DEFAULT_REGION": "us-east-2"}).region == "us-east-2"
    assert find_dynamodb({"AWS_DEFAULT_REGION": "us-east-2", **IRELAND}).region == "eu-west-1"


def test_find_bucket_goes_by_path_where_the_endpoint_is_overridden() -> None:
    environ = {**IRELAND, "AWS_ENDPOINT_URL": "http://127.0.0.1:5000/aws/"}

    assert find_bucket("models", environ) == Endpoint(
        service="s3",
        region="eu-west-1",
        host="127.0.0.1:5000",
        base_path="/aws/models",
        tls=False,
    )


def test_endpoints_let_a_services_own_override_win() -> None:
    environ = {
        **IRELAND,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_ENDPOINT_URL_S3": "https://s3.example.org",
    }

    assert find_bucket("models", environ).host == "s3.example.org"
    assert find_bucket("models", environ).tls
    assert find_dynamodb(environ).host == "127.0.0.1:5000"


@pytest.mark.parametrize("environ", [{}, {"AWS_REGION": ""}], ids=["unset", "empty"])
def test_endpoints_say_which_variable_names_the_region(environ: dict[str, str]) -> None:
    with pytest.raises(AwsSetupError, match="AWS_REGION"):
        find_dynamodb(environ)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:5000",
        "ftp://example.org",
        "http://",
        "http:///path",
        "http://[::1",
    ],
)
def test_endpoints_refuse_an_override_that_is_no_url(url: str) -> None:
    with pytest.raises(AwsSetupError, match="AWS_ENDPOINT_URL"):
        find_bucket("models", {**IRELAND, "AWS_ENDPOINT_URL": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:port", "http://user:xyzzy@127.0.0.1:5000"])
def test_endpoints_refuse_an_override_that_cannot_be_connected_to(url: str) -> None:
    with pytest.raises(AwsSetupError, match="AWS_ENDPOINT_URL") as caught:
        find_dynamodb({**IRELAND, "AWS_ENDPOINT_URL": url})

    assert "xyzzy" not in str(caught.value)


@pytest.mark.parametrize(
    ("region", "fips", "host"),
    [
        ("eu-west-1", "false", "states.eu-west-1.amazonaws.com"),
        ("us-east-1", "true", "states-fips.us-east-1.amazonaws.com"),
        ("us-gov-west-1", "true", "states.us-gov-west-1.amazonaws.com"),
        ("us-gov-east-1", "true", "states-fips.us-gov-east-1.amazonaws.com"),
        ("cn-north-1", "false", "states.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_find_step_functions_names_the_host_of_the_state_machines_region(
    region: str, fips: str, host: str
) -> None:
    endpoint = find_step_functions(region, {**IRELAND, "AWS_USE_FIPS_ENDPOINT": fips})

    assert (endpoint.service, endpoint.region, endpoint.host) == ("states", region, host)


def test_find_step_functions_heeds_the_name_that_sdks_have_for_it() -> None:
    environ = {**IRELAND, "AWS_ENDPOINT_URL_SFN": "http://127.0.0.1:5000"}

    assert find_step_functions("eu-west-1", environ).host == "127.0.0.1:5000"
