"""The servers of the HTTP stage: ours with and without its log, and its peers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.load.http_client import HOST
from benchmarks.paths import ROOT
from benchmarks.server_process import FLASK_SERVER, WINDVANE_SERVER, ServerSpec
from benchmarks.servers.model_folder import FOLDER_VARIABLE

OWN_ENVIRONMENTS = ROOT / "build" / "bench"
"""Virtual environments of servers whose packages do not go with ours: `make setup-bench`."""
SQLITE_SERVER = "windvane_log"
PATH = "/predict"
BENTOML = ("--host", HOST, "--port", "{port}", "--quiet")


def build_servers(model: Path, scratch: Path, threads: int) -> tuple[ServerSpec, ...]:
    """List the servers, ours as ``make serve`` runs it first.

    Args:
        model: Folder of the dynamic int8 model.
        scratch: Folder for the result log.
        threads: Cores that each may use, hence its workers where it takes a process for each.
    """
    environ = {FOLDER_VARIABLE: str(model)}
    return (
        replace(
            WINDVANE_SERVER,
            name=SQLITE_SERVER,
            title="Windvane as `make serve` (SQLite log)",
            environ={"WINDVANE_RESULT_LOG_URI": f"sqlite:///{scratch / 'results.db'}"},
        ),
        WINDVANE_SERVER,
        _build_fastapi("fastapi_int8", "FastAPI + onnxruntime dynamic int8", environ),
        _build_fastapi(
            "fastapi_int8",
            f"FastAPI + the same int8, {threads} workers",
            environ,
            workers=threads,
        ),
        _build_fastapi("fastapi_core", "FastAPI + Windvane's core", {}),
        ServerSpec(
            name="litserve",
            title="LitServe + the same int8",
            command=("benchmarks.servers.litserve_int8", "{port}", str(threads)),
            path=PATH,
            environ=environ,
            python=_find_python("litserve"),
        ),
        ServerSpec(
            name="bentoml",
            title="BentoML + the same int8",
            command=("bentoml", "serve", "benchmarks.servers.bentoml_int8:Sentiment", *BENTOML),
            path=PATH,
            environ={**environ, "BENTO_WORKERS": str(threads), "BENTOML_DO_NOT_TRACK": "True"},
            python=_find_python("bentoml"),
        ),
        FLASK_SERVER,
    )


def _build_fastapi(
    module: str, title: str, environ: Mapping[str, str], *, workers: int = 1
) -> ServerSpec:
    app = f"benchmarks.servers.{module}:app"
    options = ("--port", "{port}", "--workers", str(workers), "--log-level", "warning")
    return ServerSpec(
        name=module if workers == 1 else f"{module}_workers",
        title=title,
        command=("uvicorn", app, *options, "--no-access-log"),
        path=PATH,
        environ=environ,
    )


def explain_missing(spec: ServerSpec) -> str | None:
    """Say why a server cannot be started; None if its interpreter is installed."""
    if spec.python.exists():
        return None
    return f"its environment is not installed; `make setup-bench` installs build/bench/{spec.name}"


def _find_python(name: str) -> Path:
    return OWN_ENVIRONMENTS / name / "bin" / "python"
