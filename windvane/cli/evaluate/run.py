"""Runs ``windvane evaluate``: measures the bundle on labelled files."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from windvane import load_classifier
from windvane.cli.errors import CliError, file_errors
from windvane.cli.evaluate.baseline import Baseline, compare_baselines, find_baselines
from windvane.cli.evaluate.behaviour import is_past_limit, run_behaviour
from windvane.cli.evaluate.evaluation_results import Evaluation, FileEvaluation
from windvane.cli.evaluate.outputs import Form, show_evaluation, write_report
from windvane.cli.labelling_options import OTHER_LABELS, LabellingOptions, apply_options
from windvane.cli.output_files import refuse_overwriting
from windvane.cli.packages import require_packages
from windvane.cli.progress import progress_bar
from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures
from windvane.evaluation.behaviour.suite import SHIPPED_SUITE
from windvane.evaluation.file_measurement import build_figures, compare
from windvane.evaluation.set_prediction import predict_set
from windvane.inference.classifier import Classifier
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.rejects import Rejects


@dataclass(frozen=True, kw_only=True)
class EvaluateOptions(LabellingOptions):
    """The options of the command, under the names of their parameters."""

    bundle: str
    files: Sequence[LabelledFile]
    threads: int | None
    as_json: bool
    as_summary: bool
    beside: Sequence[str]
    baselines: Sequence[str]
    report: Path | None
    min_score: float | None
    no_texts: bool
    behaviour: bool
    behaviour_suite: Path | None
    max_failure_rate: float | None


@dataclass(frozen=True)
class Models:
    """The bundle to evaluate, and the models to compare it with."""

    classifier: Classifier
    beside: dict[str, Classifier]
    baselines: dict[str, Baseline]


def run_evaluation(options: EvaluateOptions) -> bool:
    """Measure the bundle on each file, and on the behaviour suite, and show the figures.

    Returns:
        Whether rows had to be left out, or a capability exceeds the failure rate.

    Raises:
        CliError: A file cannot be read, a label is not one of the bundle's, or the report needs a
            package that is not installed or a folder that is not there.
        EvaluationError: The behaviour suite cannot be used.
        InferenceError: A bundle cannot be used.
        SettingsError: A variable of the environment holds a value that is not allowed.
        TrainingError: A baseline cannot be read.
    """
    if options.report:
        _require_report(options.report, options.files)
    with file_errors(), ExitStack() as stack:
        models = _open_models(options, stack)
        labels = models.classifier.labels
        files = [apply_options(file, labels, options) for file in options.files]
        behaviour = _run_behaviour(models.classifier, options)  # first: its errors show at once
        evaluation = Evaluation(
            models.classifier.manifest,
            [_evaluate(file, models, options.min_score) for file in files],
            behaviour,
        )
        if options.report:  # first: a reader of the tables may close the pipe early
            write_report(evaluation, options.report, with_texts=not options.no_texts)
        show_evaluation(evaluation, _choose_form(options))
    past_limit = behaviour is not None and is_past_limit(behaviour, options.max_failure_rate)
    return past_limit or any(file.rejected for file in evaluation.files)


def _require_report(path: Path, files: Sequence[LabelledFile]) -> None:
    """Refuse a report that cannot be written, before minutes of work are spent."""
    require_packages("evaluate", "jinja2", "matplotlib")
    refuse_overwriting([file.path for file in files], report=path)


def _open_models(options: EvaluateOptions, stack: ExitStack) -> Models:
    threads = options.threads
    classifier = stack.enter_context(load_classifier(options.bundle, threads=threads))
    beside = {
        folder: stack.enter_context(load_classifier(folder, threads=threads))
        for folder in options.beside
    }
    for name, other in beside.items():
        if set(other.labels) != set(classifier.labels):
            raise CliError(f"{name} has other labels than the bundle; it cannot be put beside it.")
    baselines = find_baselines(options.bundle, options.baselines) if options.files else {}
    return Models(classifier, beside, baselines)


def _run_behaviour(classifier: Classifier, options: EvaluateOptions) -> BehaviourFigures | None:
    if not options.behaviour:
        return None
    return run_behaviour(classifier, options.behaviour_suite or SHIPPED_SUITE)


def _evaluate(file: LabelledFile, models: Models, min_score: float | None) -> FileEvaluation:
    rejects = Rejects(None, file.path)
    labels = models.classifier.labels
    labelled = read_labelled_file(file, labels, rejects, other_labels=OTHER_LABELS)
    models_count = 1 + len(models.beside)
    with progress_bar(models_count * len(labelled.texts)) as advance:
        done = 0

        def step(texts: int) -> None:
            nonlocal done
            done += texts
            advance(done, done)

        predicted = predict_set(models.classifier, labelled, step)
        rivals = [
            compare(name, predict_set(other, labelled, step), predicted)
            for name, other in models.beside.items()
        ]
    rivals += compare_baselines(models.baselines, predicted)
    return FileEvaluation(file.path, rejects.count, build_figures(predicted, rivals, min_score))


def _choose_form(options: EvaluateOptions) -> Form:
    if options.as_json:
        return "json"
    return "summary" if options.as_summary else "tables"
