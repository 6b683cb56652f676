"""Results of each processor family, in ``benchmarks/results/<family>.json``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.command_line import write_json
from benchmarks.many_texts import ManyTextsFigures
from benchmarks.paths import RESULTS_FOLDER
from benchmarks.peer_figures import PeerFigures, ServerFigures
from benchmarks.plan import Plan
from benchmarks.processor_family import VENDORS


@dataclass(frozen=True, kw_only=True)
class StageRun:
    """A stage that was measured.

    Attributes:
        machine: The machine, with the date.
        plan: How much was measured.
    """

    machine: Mapping[str, Any]
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class PeerRun(StageRun):
    """Libraries in processes, by name; reasons by title for those left out."""

    figures: Mapping[str, PeerFigures]
    failures: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ServerRun(StageRun):
    """Servers by name, under the load of one generator."""

    load_generator: str
    figures: Mapping[str, ServerFigures]
    failures: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ManyTextsRun(StageRun):
    """``windvane classify`` on a file."""

    figures: ManyTextsFigures


@dataclass(frozen=True, kw_only=True)
class FamilyResults:
    """The last run of each stage on processors of one family; None for a stage never measured."""

    family: str
    peers: PeerRun | None = None
    servers: ServerRun | None = None
    many_texts: ManyTextsRun | None = None

    def with_run(self, run: StageRun) -> "FamilyResults":
        """Replace the run of its stage."""
        match run:
            case PeerRun():
                return replace(self, peers=run)
            case ServerRun():
                return replace(self, servers=run)
            case ManyTextsRun():
                return replace(self, many_texts=run)
        raise TypeError(f"No stage has {type(run).__name__}.")


def family_file(family: str, folder: Path = RESULTS_FOLDER) -> Path:
    """Name the file of a family."""
    return folder / f"{family}.json"


def read_family(family: str, folder: Path = RESULTS_FOLDER) -> FamilyResults:
    """Read the results of a family; none yet if there is no file."""
    path = family_file(family, folder)
    if not path.exists():
        return FamilyResults(family=family)
    return msgspec.json.decode(path.read_bytes(), type=FamilyResults)


def read_families(folder: Path = RESULTS_FOLDER) -> list[FamilyResults]:
    """Read the results of every family that was measured, in the order of their names."""
    paths = sorted(path for vendor in VENDORS for path in folder.glob(f"{vendor}-*.json"))
    return [read_family(path.stem, folder) for path in paths]


def write_run(run: StageRun, folder: Path = RESULTS_FOLDER) -> Path:
    """Write a run into the file of its family, beside its other stages."""
    results = read_family(run.machine["family"], folder).with_run(run)
    path = family_file(results.family, folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(path, results)
    return path
