"""The local server with a key and a result log, and the command that is run against it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.windvane.api.serve_process import ServeProcess, run_serve
from tests.windvane.cli.smoke.scripted_service import KEY
from windvane.cli.main import windvane

RunSmoke = Callable[..., Result]


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run without a key or a token of this machine's."""
    for name in ("WINDVANE_SMOKE_KEY", "WINDVANE_SMOKE_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run_smoke() -> RunSmoke:
    """Run ``windvane smoke``; no output may show the key."""

    def run(*arguments: str, **environ: str) -> Result:
        result = CliRunner().invoke(windvane, ["smoke", *arguments], env=environ)
        assert KEY not in result.output
        return result

    return run


@pytest.fixture(scope="session")
def recording_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeProcess]:
    """The default model, which records its results and asks for a key."""
    folder: Path = tmp_path_factory.mktemp("smoke")
    environ = {
        "WINDVANE_API_KEYS": KEY,
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{folder / 'results.db'}",
    }
    with run_serve(environ=environ) as server:
        yield server
