"""Which part may import which, read from the source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("functions", "evaluation", "model_export", "training", "cli", "infra")
SOURCES = sorted(path.relative_to(ROOT) for part in PARTS for path in (ROOT / part).rglob("*.py"))


@dataclass(frozen=True)
class Rule:
    """What the modules of a part must not import.

    Attributes:
        part: Modules that the rule binds, those below it included.
        forbidden: Modules that may not be imported, those below them included.
        allowed: What is allowed all the same.
        exempt: Modules of the part that the rule leaves free.
        on_import_only: Whether an import inside a function, which runs only when called, is fine.
    """

    part: str
    forbidden: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    on_import_only: bool = False


RULES = (
    # What goes to Lambda is self-contained and starts fast.
    Rule("functions", ("torch", "transformers", "optimum", "onnx", "aws_cdk", "click", "rich")),
    Rule("functions", ("cli", "evaluation", "model_export", "training", "infra")),
    # Importing botocore takes longer than all else: laptops alone ask it, for their credentials.
    Rule("functions", ("boto3", "botocore"), exempt=("functions.aws.credentials",)),
    Rule("functions.aws.credentials", ("boto3", "botocore"), on_import_only=True),
    # The core runs anywhere and does not know who asks.
    Rule("functions.inference", ("aws_lambda_powertools",)),
    Rule("functions.inference", ("functions",), allowed=("functions.inference",)),
    # An evaluation asks the class that serves, and needs no torch.
    Rule("evaluation", ("functions",), allowed=("functions.inference",)),
    Rule("evaluation", ("torch", "transformers", "optimum", "onnx", "click", "rich")),
    Rule("evaluation", ("model_export", "training", "cli", "infra")),
    # Pictures and statistics are for reports: figures alone need numpy.
    Rule("evaluation", ("matplotlib", "scipy", "jinja2"), on_import_only=True),
    # An export verifies with the class that serves; training reads checkpoints as the export does.
    Rule("model_export", ("functions",), allowed=("functions.inference",)),
    Rule("model_export", ("training", "cli", "infra")),
    Rule("training", ("functions",), allowed=("functions.inference",)),
    Rule("training", ("cli", "infra")),
    # Whoever serves or classifies has no torch installed.
    Rule("cli", ("model_export",), exempt=("cli.export",), on_import_only=True),
    Rule("cli", ("training",), allowed=("training.settings", "training.plan"), on_import_only=True),
    Rule("cli", ("infra",)),
    # The infrastructure names paths.
    Rule("infra", ("functions", "evaluation", "model_export", "training", "cli")),
)


@dataclass(frozen=True)
class Import:
    """One imported name, and whether it is imported as soon as its file is."""

    name: str
    line: int
    on_import: bool


def is_within(module: str, parents: tuple[str, ...]) -> bool:
    return any(module == parent or module.startswith(f"{parent}.") for parent in parents)


def find_imports(node: ast.AST, *, on_import: bool = True) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, node.lineno, on_import)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield Import(f"{node.module}.{alias.name}", node.lineno, on_import)
    inside_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    for child in ast.iter_child_nodes(node):
        yield from find_imports(child, on_import=on_import and not inside_function)


def is_broken(rule: Rule, module: str, found: Import) -> bool:
    if not is_within(module, (rule.part,)) or is_within(module, rule.exempt):
        return False
    if rule.on_import_only and not found.on_import:
        return False
    return is_within(found.name, rule.forbidden) and not is_within(found.name, rule.allowed)


def find_broken_rules(source: Path, code: str) -> list[str]:
    parts = source.with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return [
        f"{source.as_posix()}:{found.line}: {rule.part} must not import {found.name}"
        for found in find_imports(ast.parse(code))
        for rule in RULES
        if is_broken(rule, module, found)
    ]


@pytest.mark.parametrize("source", SOURCES, ids=Path.as_posix)
def test_source_imports_only_what_its_part_may(source: Path) -> None:
    code = (ROOT / source).read_text(encoding="utf-8")

    broken = find_broken_rules(source, code)

    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("source", "code", "named"),
    [
        ("functions/settings.py", "import torch", "torch"),
        ("functions/settings.py", "def load():\n    import onnx.helper", "onnx.helper"),
        ("functions/classify_api/api.py", "from rich import print", "rich.print"),
        ("functions/__init__.py", "from cli import main", "cli.main"),
        ("functions/inference/bundle.py", "import boto3", "boto3"),
        ("functions/inference/bundle.py", "import functions.aws.sigv4", "functions.aws.sigv4"),
        ("functions/bundle_download.py", "def ask():\n    import botocore", "botocore"),
        ("functions/result_log/dynamodb.py", "import boto3.dynamodb", "boto3.dynamodb"),
        ("functions/aws/credentials.py", "import botocore.session", "botocore.session"),
        ("functions/inference/bundle.py", "from functions import settings", "functions.settings"),
        ("model_export/parity.py", "import functions.settings", "functions.settings"),
        ("evaluation/figures.py", "def draw():\n    import training.plan", "training.plan"),
        ("evaluation/bias/plots.py", "import matplotlib.pyplot", "matplotlib.pyplot"),
        ("model_export/export.py", "import training.train", "training.train"),
        ("cli/train.py", "import training.train", "training.train"),
        ("cli/serve.py", "from model_export import schemes", "model_export.schemes"),
        ("infra/app.py", "import functions", "functions"),
    ],
)
def test_find_broken_rules_names_file_and_import(source: str, code: str, named: str) -> None:
    broken = find_broken_rules(Path(source), code)

    assert len(broken) == 1
    assert broken[0].startswith(f"{source}:")
    assert broken[0].endswith(f"must not import {named}")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("functions/inference/onnx_session.py", "import onnxruntime"),
        ("functions/classify_api/api.py", "from functions.inference.errors import BundleError"),
        ("model_export/parity.py", "from functions.inference import classifier"),
        ("cli/serve.py", "def serve():\n    import model_export"),
        ("cli/export.py", "import model_export"),
        ("cli/train.py", "from training.settings import TrainingSettings"),
        ("evaluation/bias/plots.py", "def draw():\n    import matplotlib"),
        ("functions/aws/credentials.py", "def ask():\n    import botocore.session"),
    ],
)
def test_find_broken_rules_leaves_what_is_allowed(source: str, code: str) -> None:
    assert find_broken_rules(Path(source), code) == []
