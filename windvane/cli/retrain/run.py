"""Runs ``windvane retrain``."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from windvane import load_classifier
from windvane.bundle_store import open_bundle
from windvane.cli.errors import file_errors
from windvane.cli.gate.run import decide, require_bias_packages, show_page, to_json, write_page
from windvane.cli.messages import describe_command, print_message
from windvane.cli.output_files import open_output
from windvane.cli.packages import require_packages
from windvane.cli.retrain.challenger import (
    PACKAGES,
    export_challenger,
    require_checkpoint,
    train_challenger,
)
from windvane.cli.retrain.challenger_language import copy_language_test
from windvane.cli.retrain.challenger_profile import profile_challenger
from windvane.cli.retrain.lineage_record import build_lineage, write_lineage
from windvane.cli.retrain.retrain_folder import DECISION_FILE, REPORT_FILES, RetrainFolder
from windvane.cli.retrain.retrain_inputs import Champion, RetrainArguments, read_data
from windvane.cli.retrain.retrain_tables import build_notes
from windvane.evaluation.gate.figures import Pair
from windvane.evaluation.gate.gate_file import load_gate
from windvane.evaluation.gate.gate_page import GatePage
from windvane.evaluation.gate.model_comparison import plan_comparison, require_same_labels
from windvane.inference.classifier import Classifier
from windvane.inference.lineage import Lineage
from windvane.settings import load_settings


def run_retraining(arguments: RetrainArguments) -> bool:
    """Retrain, compare and decide.

    Returns:
        Whether the challenger keeps every limit of the gate.

    Raises:
        CliError: A file, the checkpoint or the output folder cannot be used, or a package is
            missing.
        EvaluationError: The gate file or the corrections cannot be used, or the labels differ.
        ExportError: The challenger cannot be exported.
        InferenceError: The champion cannot be used.
        ResultLogError: The result log cannot be read.
        RowsError: A labelled file cannot be used.
        TrainingError: The checkpoint cannot be trained.
    """
    require_packages("train", *PACKAGES)
    require_packages("evaluate", "jinja2", "matplotlib")
    gate = load_gate(arguments.gate_path)
    require_bias_packages(gate)
    bundle = open_bundle(arguments.champion or load_settings(os.environ).bundle_uri)
    with (
        file_errors(),
        load_classifier(bundle.folder, threads=arguments.threads) as champion,
    ):
        checkpoint = _require_checkpoint(arguments, champion)
        folder = RetrainFolder(arguments.output)
        data = read_data(arguments, folder, gate, Champion(champion, checkpoint))
        plan = plan_comparison(gate, data.sets(), champion.labels)  # refuses before the long work
        train_challenger(folder, checkpoint, data, bundle.manifest, arguments)
        export_challenger(folder, bundle.manifest, data)
        copy_language_test(bundle, folder)
        with load_classifier(folder.bundle, threads=arguments.threads) as challenger:
            page = decide(gate, plan, Pair(champion, challenger))
            profile = profile_challenger(challenger, data.dev)
        page = replace(page, notes=build_notes(folder.read_counts(), data.describe()))
        lineage = build_lineage(page, gate, data.describe(), created_at=datetime.now(UTC))
        write_lineage(folder.bundle, lineage, page, profile)
        _write_pages(folder, page, lineage)
    show_page(page, as_json=False)
    _say_what_next(folder, page)
    return page.is_kept


def _require_checkpoint(arguments: RetrainArguments, champion: Classifier) -> str:
    from windvane.training.base_labels import read_base_labels

    champion_uri = arguments.champion or load_settings(os.environ).bundle_uri
    checkpoint = require_checkpoint(champion_uri, arguments.checkpoint)
    require_same_labels(Pair(champion.labels, read_base_labels(checkpoint)))
    return checkpoint


def _write_pages(folder: RetrainFolder, page: GatePage, lineage: Lineage) -> None:
    for name in REPORT_FILES:
        write_page(page, folder.root / name)
    content: dict[str, Any] = {**to_json(page), "lineage": msgspec.to_builtins(lineage)}
    with open_output(str(folder.root / DECISION_FILE)) as stream:
        stream.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _say_what_next(folder: RetrainFolder, page: GatePage) -> None:
    if page.is_kept:
        serve = describe_command("serve", "--bundle", folder.bundle)
        print_message(f"Try it: {serve}. Release it: make deploy BUNDLE={folder.bundle}")
