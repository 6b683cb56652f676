"""The inputs of ``windvane retrain``: arguments, files and corrections."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from windvane.cli.gate.run import read_evaluation_files
from windvane.cli.messages import print_message
from windvane.cli.retrain.correction_sources import CorrectionSource, read_corrections
from windvane.cli.retrain.retrain_data import (
    CORRECTIONS,
    HELD_OUT,
    RetrainData,
    describe_files,
    read_corrections_file,
    read_replay,
    split_dev,
)
from windvane.cli.retrain.retrain_folder import RetrainFolder, fingerprint_of
from windvane.evaluation.corrections import check_corrections
from windvane.evaluation.gate.gate_file import Gate
from windvane.evaluation.gate.model_comparison import Sets, plan_comparison
from windvane.inference.bundle_files import sha256_of
from windvane.inference.classifier import Classifier
from windvane.result_log.query import ResultQuery
from windvane.rows.labelled_files import LabelledFile
from windvane.rows.reading import Reading
from windvane.training.settings import TrainingSettings

WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, kw_only=True)
class RetrainArguments:
    """Values of the command's options, under the names of their parameters."""

    files: Sequence[LabelledFile]
    corrections: LabelledFile | None
    result_log: str | None
    texts: str | None
    from_ms: int | None
    to_ms: int | None
    min_corrections: int
    corrections_weight: float
    replay: Sequence[LabelledFile]
    dev: Sequence[LabelledFile]
    champion: str | None
    checkpoint: str | None
    gate_path: Path
    output: Path
    overwrite: bool
    augment: bool | None
    reading: Reading
    threads: int | None
    settings: TrainingSettings


@dataclass(frozen=True)
class Champion:
    """The model in use, and the folder of the checkpoint that it was exported from."""

    classifier: Classifier
    checkpoint: str


def read_data(
    arguments: RetrainArguments, folder: RetrainFolder, gate: Gate, champion: Champion
) -> RetrainData:
    """Read every file; the corrections of an interrupted run are read from its folder.

    Raises:
        CliError: A file or the output folder cannot be used, or there is no correction.
        EvaluationError: The gate file or the corrections cannot be used.
        ResultLogError: The result log cannot be read.
        RowsError: A labelled file cannot be used.
        OSError: A file cannot be read or written.
    """
    labels = champion.classifier.labels
    evaluation = read_evaluation_files(arguments.files, arguments.reading, labels, gate)
    _require_tables(gate, evaluation, labels)
    fingerprint = _fingerprint(arguments, champion)
    folder.begin(fingerprint, overwrite=arguments.overwrite)
    if not folder.has_corrections:
        checked = check_corrections(
            read_corrections(_build_source(arguments)),
            labels,
            list(evaluation.values()),
            fewest=arguments.min_corrections,
        )
        folder.keep(fingerprint, checked)
    for what, count in folder.read_counts().items():
        print_message(f"corrections {what}: {count:,}", err=True)
    learned = read_corrections_file(folder.learned, labels, arguments.corrections_weight)
    held_out = read_corrections_file(folder.held_out, labels, 1.0)
    replay = read_replay(
        [_describe(file, arguments) for file in arguments.replay],
        labels,
        [learned, held_out, *evaluation.values()],
    )
    dev = read_replay([_describe(file, arguments) for file in arguments.dev], labels, [held_out])
    replay, dev = split_dev(replay, dev, arguments.settings.seed)
    return RetrainData(
        learned=learned, held_out=held_out, replay=replay, dev=dev, evaluation=evaluation
    )


def _require_tables(gate: Gate, evaluation: Sets, labels: Sequence[str]) -> None:
    """Refuse a mistake in the gate file before anything is read or written."""
    any_set = next(iter(evaluation.values()))
    plan_comparison(gate, {**evaluation, CORRECTIONS: any_set, HELD_OUT: any_set}, labels)


def _build_source(arguments: RetrainArguments) -> CorrectionSource:
    file = arguments.corrections
    return CorrectionSource(
        file=file and _describe(file, arguments),
        result_log=arguments.result_log,
        query=ResultQuery(from_ms=arguments.from_ms, to_ms=arguments.to_ms),
        texts=arguments.texts,
        reading=arguments.reading,
    )


def _fingerprint(arguments: RetrainArguments, champion: Champion) -> str:
    """Hash what determines the result, but for the result log, which grows meanwhile."""
    own = [arguments.corrections] if arguments.corrections else []
    return fingerprint_of(
        {
            "champion": champion.classifier.manifest.version,
            "checkpoint": _hash_weights(champion.checkpoint),
            "settings": asdict(arguments.settings),
            "augment": arguments.augment,
            "weight": arguments.corrections_weight,
            "fewest": arguments.min_corrections,
            "log": [arguments.result_log, arguments.from_ms, arguments.to_ms, arguments.texts],
            "reading": str(arguments.reading),
            "files": [
                describe_files(files)
                for files in (own, arguments.replay, arguments.dev, arguments.files)
            ],
        }
    )


def _hash_weights(checkpoint: str) -> str:
    weights = Path(checkpoint) / WEIGHTS_FILE
    return sha256_of(weights) if weights.is_file() else ""


def _describe(file: LabelledFile, arguments: RetrainArguments) -> LabelledFile:
    return replace(file, reading=arguments.reading)
