"""A bundle with a profile, and a log of results."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from tests.windvane.monitoring.observations import MODEL, make_profile
from windvane.cli.main import windvane
from windvane.inference.manifest import read_manifest, write_manifest
from windvane.monitoring.observation import Observation
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_id import new_result_id
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.timestamps import parse_timestamp_ms

Run = Callable[..., Result]
Record = Callable[[Sequence[Observation]], None]
NEVER = 4_102_444_800


@pytest.fixture
def profiled_bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    """The tiny bundle with a profile of invented texts."""
    folder = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, folder)
    manifest = read_manifest(folder)
    write_manifest(folder, msgspec.structs.replace(manifest, profile=make_profile()))
    return folder


@pytest.fixture
def result_log(tmp_path: Path) -> Iterator[SqliteResultLog]:
    with closing(SqliteResultLog(tmp_path / "results.db")) as log:
        yield log


@pytest.fixture
def record(result_log: SqliteResultLog, profiled_bundle: Path) -> Record:
    """Record observations as results of the bundle."""
    model_id = read_manifest(profiled_bundle).model_id

    def write(observations: Sequence[Observation]) -> None:
        result_log.write([to_record(each, model_id) for each in observations])

    return write


@pytest.fixture
def run(profiled_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `windvane monitor` on the bundle and the log."""
    monkeypatch.setenv("WINDVANE_RESULT_LOG_URI", f"sqlite:///{tmp_path / 'results.db'}")
    monkeypatch.setenv("WINDVANE_BUNDLE_URI", str(profiled_bundle))
    return lambda *arguments: CliRunner().invoke(windvane, ["monitor", *map(str, arguments)])


def to_record(observation: Observation, model_id: str) -> ResultRecord:
    """Make a record of an observation; one of the invented model becomes the bundle's."""
    fields = msgspec.structs.asdict(observation)
    if observation.model == MODEL:
        fields["model"] = model_id
    return ResultRecord(
        **fields,
        result_id=new_result_id(parse_timestamp_ms(observation.created_at)),
        scores={observation.label: observation.score},
        route="/sentiment",
        expires_at=NEVER,
    )
