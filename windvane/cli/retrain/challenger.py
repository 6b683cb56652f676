"""Trains and exports a challenger, each unless an earlier run has done it."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from model_export.normalizations import DEFAULT_NORMALIZATION, NORMALIZATIONS
from windvane.cli.errors import CliError
from windvane.cli.messages import print_message
from windvane.cli.packages import require_packages
from windvane.cli.retrain.retrain_data import RetrainData
from windvane.cli.retrain.retrain_folder import RetrainFolder
from windvane.cli.retrain.retrain_inputs import RetrainArguments
from windvane.cli.train.run import find_teacher_cache, train_with_progress
from windvane.inference.manifest import Manifest
from windvane.rows.label_maps import SENTIMENTS
from windvane.rows.labelled_set import LabelledSet
from windvane.training.plan import TrainingPlan

FEWEST_TO_CALIBRATE = 50
"""Few texts, all of them right, would make the model sure of everything."""
PACKAGES = ("torch", "transformers", "sklearn", "optimum.exporters.onnx")


def require_checkpoint(champion: str | None, chosen: str | None) -> str:
    """Return the folder of the checkpoint to start from.

    Args:
        champion: URI of the champion's bundle; None for the included model.
        chosen: The folder that the user names, if any.

    Raises:
        CliError: There is no such folder.
    """
    if chosen is None and champion and "://" in champion:
        raise CliError(f"Name the checkpoint of {champion} with --checkpoint.")
    folder = Path(chosen) if chosen else Path(champion or "").resolve().parent / "checkpoint"
    if not folder.is_dir():
        raise CliError(
            f"There is no checkpoint in {folder}; name the one that the champion was exported "
            "from with --checkpoint."
        )
    return str(folder)


def _find_normalization(champion: Manifest) -> str:
    """Return the name of the champion's normalization; the default's, if it is unknown here."""
    name = champion.normalization
    return name if name is not None and name in NORMALIZATIONS else DEFAULT_NORMALIZATION


def train_challenger(
    folder: RetrainFolder,
    checkpoint: str,
    data: RetrainData,
    champion: Manifest,
    arguments: RetrainArguments,
) -> None:
    """Fine-tune the champion's checkpoint on the corrections and the replayed data.

    On replayed texts the champion's own probabilities are learned beside the labels, so that it
    forgets less: learning without forgetting (Li and Hoiem 2016, arXiv:1606.09282). The weights are
    chosen on the corrections themselves and on the dev files, so that what is learned is weighed
    against what is forgotten.

    Raises:
        TrainingError: The checkpoint cannot be used.
    """
    from windvane.training.base_labels import read_base_labels
    from windvane.training.record import RECORD_FILE
    from windvane.training.run_state import holds_state

    if (folder.checkpoint / RECORD_FILE).exists() and not holds_state(folder.checkpoint):
        return
    labels = read_base_labels(checkpoint)
    plan = TrainingPlan(
        base=checkpoint,
        labels=labels,
        sources=data.replay,
        corrections=[data.learned],
        development=[data.learned, *data.dev],
        augmented=labels == SENTIMENTS if arguments.augment is None else arguments.augment,
        teachers=[Path(checkpoint)],
        teacher_cache=find_teacher_cache(),
        settings=arguments.settings,
        normalization=_find_normalization(champion),
    )
    train_with_progress(plan, folder.checkpoint)


def export_challenger(folder: RetrainFolder, champion: Manifest, data: RetrainData) -> None:
    """Export the checkpoint by the champion's scheme, under its name, and read texts as it does.

    Fewer than `FEWEST_TO_CALIBRATE` dev texts leave the champion's temperature, which is printed.
    Its offsets belong to its weights, so the challenger has none, which is printed too.

    Raises:
        ExportError: The checkpoint cannot be exported, or its bundle fails the parity check.
        OSError: The folder cannot be written.
    """
    if folder.has_bundle:
        return
    if champion.offsets:
        print_message(
            "The champion is calibrated, and the new bundle is not; `windvane calibrate` does it.",
            err=True,
        )
    require_packages("export", *PACKAGES)
    from model_export.checkpoint import load_checkpoint
    from model_export.export import ExportOptions, export_bundle
    from model_export.schemes import DEFAULT_SCHEME, SCHEMES
    from model_export.text_files import ACTIVATION_TEXTS_FILE, PARITY_TEXTS_FILE

    is_known = champion.quantization in SCHEMES
    options = ExportOptions(
        parity_texts=_read_lines(PARITY_TEXTS_FILE),
        activation_texts=_read_lines(ACTIVATION_TEXTS_FILE),
        scheme=champion.quantization if is_known else DEFAULT_SCHEME,
        name=champion.name,
        licence=str(champion.source.get("licence", "")),
        languages=champion.languages or (),
        held_out=_choose_calibration(data.dev),
        temperature=champion.exported_temperature,
        normalization=_find_normalization(champion),
        window_tokens=champion.window_tokens,
    )
    with Progress(console=Console(stderr=True)) as progress:
        checkpoint = load_checkpoint(str(folder.checkpoint))
        export_bundle(checkpoint, folder.bundle, options, progress.track)


def _choose_calibration(dev: Sequence[LabelledSet]) -> Sequence[LabelledSet]:
    if sum(len(each.texts) for each in dev) >= FEWEST_TO_CALIBRATE:
        return dev
    print_message(
        "The new bundle keeps the champion's temperature, since another one needs "
        f"{FEWEST_TO_CALIBRATE} dev texts.",
        err=True,
    )
    return ()


def _read_lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
