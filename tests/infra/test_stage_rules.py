from pathlib import Path

import pytest

from infra.stage_files import check_region, read_stage
from infra.stages import StageError
from tests.infra.conftest import ALL_ON

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
CERTIFICATE = f'certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/{ID}"'
CLIENT = """
[[clients]]
name = "{name}"
requests_per_second = 1
burst = 1
requests_per_day = 1
"""


JOBS = {"inputs": '["s3://acme/in/"]', "outputs": '["s3://acme-out/"]'}


def jobs(lines: str) -> str:
    """Write a table of bulk jobs with these lines."""
    key = lines.partition(" ")[0]
    rest = [f"{name} = {value}" for name, value in JOBS.items() if name != key]
    return "\n".join(["[jobs]", *rest, lines])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('domain_name = "a.example.com"', "key domain_name: needs a certificate_arn."),
        (CERTIFICATE, "key certificate_arn: needs a domain_name."),
        (
            "disable_execute_api_endpoint = true",
            "key disable_execute_api_endpoint: needs a domain_name, or nothing answers.",
        ),
        ('base_path = "text"', "key base_path: needs a domain_name."),
        (
            f'{CERTIFICATE}\ndomain_name = "a.example.com"\nbase_path = "v1"',
            "key base_path: v1 is the begin of paths of the API.",
        ),
        ('base_path = "a/b"', "key base_path: expected `str` matching regex"),
        ("private = true", "key private: needs vpc_endpoint_ids, or nobody reaches the API."),
        (
            f'private = true\nvpc_endpoint_ids = ["vpce-0a1b2c3d"]\n{CERTIFICATE}\n'
            'domain_name = "a.example.com"',
            "key private: goes with no domain_name,",
        ),
        (
            'vpc_endpoint_ids = ["vpce-0a1b2c3d"]',
            "key vpc_endpoint_ids: needs private = true, or the API stays on the internet.",
        ),
        (
            'private = true\nvpc_endpoint_ids = ["vpc-0a1b2c3d"]',
            "key vpc_endpoint_ids[0]: expected `str` matching regex",
        ),
        (
            "private = true\nvpc_endpoint_ids = ["
            + ", ".join(f'"vpce-{number:08x}"' for number in range(21))
            + "]",
            "key vpc_endpoint_ids: expected `array` of length <= 20",
        ),
        (
            'package = "image"\nsnap_start = true',
            'key snap_start: needs package = "zip": Lambda takes no snapshots of images.',
        ),
        ('package = "container"', "key package: must be zip or image."),
        ('domain_name = "https://a.example.com"', "key domain_name: expected `str` matching"),
        (
            'allowed_origins = ["https://app.example.com/page"]',
            "key allowed_origins: https://app.example.com/page is no origin",
        ),
        ('allowed_origins = ["https://App.example.com"]', "key allowed_origins: https://App"),
        ('allowed_origins = ["app.example.com"]', "key allowed_origins: app.example.com is no"),
        ('allowed_origins = ["*"]', "key allowed_origins: * is no origin"),
        (CLIENT.format(name="a") * 2, "key clients: 2 clients have the name a."),
        (CLIENT.format(name="a-b") + CLIENT.format(name="ab"), "key clients: 2 clients have"),
        (CLIENT.format(name="a") + CLIENT.format(name="A"), "key clients: 2 clients have"),
        (CLIENT.format(name="a\\n"), "key clients[0].name: expected `str` matching regex"),
        (
            f'key_ids = ["abc123"]\n{CLIENT.format(name="a")}key_ids = ["abc123"]',
            "key key_ids: abc123 is there 2 times.",
        ),
        ('key_ids = ["abc,123"]', "key key_ids[0]: expected `str` matching regex"),
        (
            "".join(CLIENT.format(name=f"a{number}") for number in range(91)),
            "key clients: expected `array` of length <= 90.",
        ),
        ('[[clients]]\nname = "a"', "key clients[0]: object missing required field"),
        (CLIENT.format(name="a b"), "key clients[0].name: expected `str` matching regex"),
        ('kms_key_arn = "alias/mine"', "key kms_key_arn: must be the ARN of a kms key."),
        ('authorizer = "me"', "key authorizer: must be the ARN of a cognito-idp userpool or iam."),
        ("budget_usd = 0", "key budget_usd: expected `float` > 0.0."),
        (
            jobs('inputs = ["acme/in/"]'),
            "key jobs.inputs: must be locations in S3 that end with a slash, such as "
            "s3://bucket/prefix/.",
        ),
        (jobs('inputs = ["s3://acme/in"]'), "key jobs.inputs: must be locations"),
        (jobs('inputs = ["s3://acme/*/"]'), "key jobs.inputs: must be locations"),
        (jobs("inputs = []"), "key jobs.inputs: must be locations"),
        (jobs('outputs = ["s3://out"]'), "key jobs.outputs: must be locations"),
        (
            jobs('outputs = ["s3://acme/in/out/"]'),
            "key jobs.outputs: s3://acme/in/out/ is inside the input s3://acme/in/, so that a job",
        ),
        (jobs("concurrency = 0"), "key jobs.concurrency: expected `int` >= 1."),
        (jobs('schedule = "daily"'), "key jobs.schedule: must be such as rate(1 day)"),
        (jobs("start_on_uploads = true"), "key jobs: object contains unknown field"),
        (jobs('kms_key_arns = ["alias/mine"]'), "key jobs.kms_key_arns: must be ARNs of kms keys."),
        (jobs('job = { format = "csv" }'), "key jobs.job: needs a schedule or start_on_upload"),
        (
            jobs('start_on_upload = true\njob = { format = "word" }'),
            "key jobs.job.format: invalid enum value",
        ),
        (
            jobs("start_on_upload = true\njob = { columns = 1 }"),
            "key jobs.job: object contains unknown field `columns`.",
        ),
        (
            jobs('start_on_upload = true\njob = { input = "s3://acme/in/" }'),
            "key jobs.job.input: is chosen by inputs and outputs.",
        ),
        (
            jobs('start_on_upload = true\njob = { layout = "comprehend", output_format = "csv" }'),
            "key jobs.job.output_format: jsonl, where the layout is comprehend.",
        ),
        ("[jobs]", "key jobs: object missing required field `inputs`."),
        (
            jobs("start_on_upload = true\njob = { min_score = 1.5 }"),
            "key jobs.job.min_score: expected `float` <= 1.0.",
        ),
        (
            "[monitor.limits]\nlable = { psi = 0.1 }",
            'key monitor.limits: there is no feature "lable"; there are: every, label, score',
        ),
        (
            "[monitor.limits]\nrepeats = { psi = 0.1 }",
            'key monitor.limits: there is no figure of "repeats" "psi"; there are: share.',
        ),
        ("[monitor.limits.every]", "key monitor.limits: there is no limit."),
        ("[monitor.limits.every]\npsi = -1", "key monitor.limits[...][...]: expected `float` >= 0"),
        (
            f'{CERTIFICATE}\ndomain_name = "a.example.com"\n'
            f'kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/{ID}"',
            "key certificate_arn: all must be of one region, and there are certificate_arn of "
            "eu-west-1, kms_key_arn of eu-central-1.",
        ),
    ],
)
def test_stage_that_contradicts_itself_is_refused_in_one_sentence(
    tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "pr-42.toml").write_text(content, encoding="utf-8")

    with pytest.raises(StageError) as refused:
        read_stage("pr-42", folder=tmp_path)

    assert str(refused.value).startswith(f"{tmp_path.name}/pr-42.toml, {sentence}")
    assert "\n" not in str(refused.value)


def test_stage_may_ask_for_signed_requests(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('authorizer = "iam"', encoding="utf-8")

    assert read_stage("a", folder=tmp_path).authorizer == "iam"


def test_certificate_of_another_region_is_refused() -> None:
    check_region(ALL_ON, "eu-west-1")

    with pytest.raises(StageError) as refused:
        check_region(ALL_ON, "us-east-1")

    assert str(refused.value) == (
        "stages/all-on.toml, key certificate_arn: it is of another region than the deployment, "
        "which goes to us-east-1."
    )
