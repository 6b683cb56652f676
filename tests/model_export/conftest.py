"""Tiny checkpoints and their bundles, each made once."""

from functools import cache

import pytest

from model_export.checkpoint import Checkpoint, load_checkpoint
from model_export.export import ExportOptions, export_bundle
from model_export.progress import untracked
from tests.model_export.exported import Exported, ExportTiny, LoadTiny
from tests.model_export.shipped_texts import ACTIVATION_TEXTS, PARITY_TEXTS
from tests.model_export.tiny_checkpoints import declare_logit, write_tiny_checkpoint


@pytest.fixture(scope="session")
def load_tiny(tmp_path_factory: pytest.TempPathFactory) -> LoadTiny:
    """Load the checkpoint of a family with so many labels."""

    @cache
    def load(family: str, num_labels: int) -> Checkpoint:
        folder = tmp_path_factory.mktemp("checkpoint") / f"{family}-{num_labels}"
        write_tiny_checkpoint(family, folder, num_labels=num_labels)
        if num_labels == 1:
            declare_logit(folder)
        return load_checkpoint(str(folder))

    return load


@pytest.fixture(scope="session")
def export_tiny(load_tiny: LoadTiny, tmp_path_factory: pytest.TempPathFactory) -> ExportTiny:
    """Export that checkpoint by a scheme, whatever the gap."""

    @cache
    def export(family: str, num_labels: int, scheme: str) -> Exported:
        folder = tmp_path_factory.mktemp("bundle") / f"{family}-{num_labels}-{scheme}"
        options = ExportOptions(
            parity_texts=PARITY_TEXTS,
            activation_texts=ACTIVATION_TEXTS,
            scheme=scheme,
            tolerance=1,
        )
        manifest, report = export_bundle(load_tiny(family, num_labels), folder, options, untracked)
        return Exported(folder, manifest, report)

    return export


@pytest.fixture(scope="session")
def bert(load_tiny: LoadTiny) -> Checkpoint:
    """BERT with three labels."""
    return load_tiny("bert", 3)
