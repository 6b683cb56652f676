"""Trains a checkpoint from labelled files."""

from pathlib import Path

from model_export.progress import Track
from windvane.training.fine_tuning import TrainingCallback, fine_tune, remove_state
from windvane.training.naive_bayes import fit_naive_bayes, save_naive_bayes
from windvane.training.plan import TrainingPlan
from windvane.training.preparation import prepare
from windvane.training.record import describe_run
from windvane.training.run_state import RunProgress
from windvane.training.saving import save_checkpoint

BASELINE_FILE = "naive-bayes.npz"


def train(
    plan: TrainingPlan, folder: Path, callback: TrainingCallback, track: Track
) -> RunProgress:
    """Train a classifier, and the baseline on the same texts, and write both.

    Args:
        plan: What to train.
        folder: Folder of the checkpoint; it holds the state of an unfinished run, which continues
            from there.
        callback: Called after each step and evaluation.
        track: Shows the teachers' progress.

    Returns:
        The final progress.

    Raises:
        TrainingError: The base, a teacher or the state in the folder does not go with the plan.
        CheckpointError: A teacher cannot be loaded.
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    prepared = prepare(plan, folder, track)
    progress = fine_tune(prepared.run, callback)
    record = describe_run(prepared.inputs, prepared.run.hardware, progress.history)
    save_checkpoint(folder, prepared.base.model.cpu(), prepared.base.tokenizer, record)
    labelled = [*plan.sources, *plan.corrections]
    save_naive_bayes(fit_naive_bayes(labelled, plan.labels), folder / BASELINE_FILE)
    remove_state(folder)
    return progress
