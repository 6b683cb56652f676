import pytest

from windvane.jobs.allowed_locations import check_locations
from windvane.jobs.errors import JobFieldError
from windvane.jobs.job import Job

INPUTS = ("s3://texts/new/", "s3://archive/")
OUTPUTS = ("s3://results/",)


def check(input_location: str = "s3://texts/new/", output: str = "s3://results") -> None:
    job = Job(input=input_location, output=output)
    check_locations(job, inputs=INPUTS, outputs=OUTPUTS)


@pytest.mark.parametrize(
    "location", ["s3://texts/new/", "s3://texts/new/a.csv", "s3://archive/", "s3://archive/2/3.txt"]
)
def test_locations_below_allowed_ones_are_read(location: str) -> None:
    check(location)


def test_prefixes_are_bounded_as_objects_are() -> None:
    def check_prefix(location: str) -> None:
        job = Job(input=location, is_prefix=True, output="s3://results")
        check_locations(job, inputs=INPUTS, outputs=OUTPUTS)

    check_prefix("s3://texts/new/re")
    for outside in ("s3://texts/new", "s3://texts/ne", "s3://texts", "s3://archive"):
        with pytest.raises(JobFieldError, match="input: below"):
            check_prefix(outside)


@pytest.mark.parametrize(
    "location", ["s3://results", "s3://results/", "s3://results/of/all", "s3://results/a b/"]
)
def test_locations_below_allowed_ones_are_written(location: str) -> None:
    check(output=location)


@pytest.mark.parametrize(
    "location",
    [
        "s3://texts/",
        "s3://texts/new",
        "s3://texts/newer/a.csv",
        "s3://archive-other/a.csv",
        "s3://archive",
        "s3://texts/new/../old/a.csv",
        "s3://texts/new/./a.csv",
        "s3://texts/new//a.csv",
        "s3://texts/new/..",
        "s3://texts/new/a\n.csv",
        "S3://texts/new/a.csv",
        "https://texts/new/a.csv",
        "/texts/new/a.csv",
    ],
)
def test_other_locations_are_not_read(location: str) -> None:
    with pytest.raises(JobFieldError, match=r"^input: (below s3://texts/new/ or|s3://bucket/path)"):
        check(location)


@pytest.mark.parametrize(
    "location",
    ["s3://results-other", "s3://result", "s3://texts/new", "s3://results/..", "s3://results//"],
)
def test_other_locations_are_not_written(location: str) -> None:
    with pytest.raises(JobFieldError, match=r"^output: "):
        check("s3://archive/a.csv", location)


def test_nothing_is_read_where_nothing_is_allowed() -> None:
    with pytest.raises(JobFieldError, match="there are none"):
        check_locations(Job(input="s3://a/b", output="s3://c"), inputs=(), outputs=OUTPUTS)
