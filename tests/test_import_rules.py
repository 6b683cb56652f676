"""Which part may import which, read from the source without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("functions", "windvane", "model_export", "infra", "benchmarks")
SOURCES = sorted(path.relative_to(ROOT) for part in PARTS for path in (ROOT / part).rglob("*.py"))
IN_LAMBDA = (
    "functions",
    "windvane.api",
    "windvane.aws",
    "windvane.bundle_download",
    "windvane.bundle_store",
    "windvane.child_processes",
    "windvane.facts",
    "windvane.inference",
    "windvane.jobs",
    "windvane.live_bundle",
    "windvane.model_opening",
    "windvane.monitoring",
    "windvane.observability",
    "windvane.result_log",
    "windvane.rows",
    "windvane.settings",
    "windvane.settings_keys",
    "windvane.settings_server",
    "windvane.settings_values",
    "windvane.shadow",
    "windvane.toml_files",
)
HEAVY = ("torch", "transformers", "optimum", "onnx", "aws_cdk")
REPORTING = ("matplotlib", "scipy", "jinja2", "vaderSentiment")
BOTOCORE = ("boto3", "botocore")
WITH_BOTOCORE = (
    "functions.release_check",
    "functions.bulk_job",
    "windvane.aws.credentials",
    "windvane.jobs.s3_errors",
    "windvane.jobs.s3_storage",
    "windvane.live_bundle",
)


@dataclass(frozen=True)
class Rule:
    """What the modules of a part must not import.

    Attributes:
        part: Modules that the rule binds, those below it included.
        forbidden: Modules that may not be imported, those below them included.
        allowed: Exceptions to `forbidden`.
        exempt: Modules of the part that the rule leaves free.
        on_import_only: Whether an import inside a function, which runs only when called, is fine.
    """

    part: str
    forbidden: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    on_import_only: bool = False


def allow_only(part: str, *allowed: str) -> Rule:
    """Let a part import these parts of ours, beside its own modules, and no others."""
    return Rule(part, PARTS, allowed=(part, *allowed))


RULES = (
    # What goes to Lambda is self-contained and starts fast.
    *(Rule(part, (*HEAVY, "click", "rich", "uvicorn")) for part in IN_LAMBDA),
    *(Rule(part, PARTS, allowed=IN_LAMBDA) for part in IN_LAMBDA),
    # Importing botocore takes longer than all else: laptops alone ask it, for their credentials,
    # and functions whose start nobody waits for.
    *(Rule(part, BOTOCORE, exempt=WITH_BOTOCORE) for part in IN_LAMBDA),
    *(Rule(part, BOTOCORE, on_import_only=True) for part in WITH_BOTOCORE[1:]),
    # A handler is what Lambda calls; nothing else does.
    Rule("windvane", ("functions", "infra", "benchmarks")),
    Rule("model_export", ("functions", "infra", "benchmarks")),
    # The core runs anywhere and does not know who asks.
    allow_only("windvane.facts"),
    allow_only("windvane.inference", "windvane.facts"),
    Rule("windvane.inference", ("aws_lambda_powertools",)),
    allow_only("windvane.aws"),
    allow_only(
        "windvane.settings",
        "windvane.facts",
        "windvane.inference",
        "windvane.settings_keys",
        "windvane.settings_server",
        "windvane.settings_values",
    ),
    allow_only("windvane.settings_keys", "windvane.settings_values"),
    allow_only("windvane.settings_server", "windvane.facts", "windvane.settings_values"),
    allow_only("windvane.settings_values", "windvane.facts"),
    allow_only(
        "windvane.result_log",
        "windvane.aws",
        "windvane.facts",
        "windvane.inference",
        "windvane.observability",
        "windvane.settings",
    ),
    # A shadow knows neither who asks nor what a caller is answered.
    allow_only(
        "windvane.shadow",
        "windvane.aws",
        "windvane.facts",
        "windvane.inference",
        "windvane.observability",
        "windvane.result_log",
    ),
    # Files of texts know no command line.
    allow_only("windvane.rows", "windvane.facts", "windvane.inference"),
    Rule("windvane.rows", ("click", "rich")),
    # Records are compared by what they hold, wherever they come from.
    allow_only("windvane.monitoring", "windvane.inference", "windvane.rows", "windvane.toml_files"),
    allow_only("windvane.toml_files"),
    # An evaluation asks the class that serves, and needs no torch.
    allow_only(
        "windvane.evaluation",
        "windvane.facts",
        "windvane.inference",
        "windvane.monitoring",
        "windvane.rows",
        "windvane.toml_files",
    ),
    Rule("windvane.evaluation", (*HEAVY, "click", "rich")),
    # Pictures, statistics and baselines are extras: figures alone need numpy.
    Rule("windvane.evaluation", REPORTING, on_import_only=True),
    # A calibration adjusts what an evaluation measures, and needs no torch either.
    allow_only(
        "windvane.calibration",
        "model_export.new_folder",
        "windvane.evaluation",
        "windvane.inference",
        "windvane.monitoring",
        "windvane.rows",
    ),
    Rule("windvane.calibration", (*HEAVY, "click", "rich", "scipy", "sklearn")),
    # An export verifies with the class that serves; training reads checkpoints as the export does.
    allow_only(
        "model_export",
        "windvane.evaluation",
        "windvane.facts",
        "windvane.inference",
        "windvane.rows",
    ),
    allow_only(
        "windvane.training",
        "model_export",
        "windvane.evaluation",
        "windvane.facts",
        "windvane.inference",
        "windvane.rows",
    ),
    # The local server serves the API and knows no command.
    allow_only(
        "windvane.server",
        "windvane.interrupts",
        *(part for part in IN_LAMBDA if part != "functions"),
    ),
    allow_only("windvane.interrupts"),
    # Whoever serves or classifies has no torch installed.
    # The names of normalizations are data.
    Rule(
        "windvane.cli",
        ("model_export",),
        allowed=("model_export.normalizations",),
        exempt=("windvane.cli.export",),
        on_import_only=True,
    ),
    Rule(
        "windvane.cli",
        ("windvane.training",),
        allowed=("windvane.training.settings", "windvane.training.plan"),
        on_import_only=True,
    ),
    # Bulk jobs know no command and no function.
    allow_only(
        "windvane.jobs",
        "windvane.aws",
        "windvane.child_processes",
        "windvane.facts",
        "windvane.inference",
        "windvane.rows",
    ),
    allow_only("windvane.child_processes"),
    # The infrastructure names paths, and shares names with the code that it deploys.
    # A deployment reads and hashes a bundle with the same code as the function, and checks the
    # jobs that it starts and the limits of drift as the functions do: no library needed. What
    # packs byte code knows the form that functions unpack.
    allow_only(
        "infra",
        "functions.module_archive",
        "windvane.facts",
        "windvane.inference.bundle_files",
        "windvane.inference.bundle_version",
        "windvane.inference.external_data",
        "windvane.jobs.errors",
        "windvane.jobs.job",
        "windvane.jobs.plan",
        "windvane.monitoring.limit_rules",
        "windvane.prices",
        "windvane.toml_files",
    ),
    allow_only("windvane.prices"),
    allow_only("windvane.toml_files"),
    allow_only("windvane.monitoring.limit_rules"),
    allow_only("windvane.live_bundle", "windvane.facts"),
)


@dataclass(frozen=True)
class Import:
    """One imported name, and whether it is imported as soon as its file is."""

    name: str
    line: int
    on_import: bool


def is_within(module: str, parents: tuple[str, ...]) -> bool:
    return any(module == parent or module.startswith(f"{parent}.") for parent in parents)


def to_module(source: Path) -> str:
    parts = source.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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
    if found.name == "windvane":  # which imports none of its modules by itself
        return False
    return is_within(found.name, rule.forbidden) and not is_within(found.name, rule.allowed)


def breaks_command_rule(module: str, found: Import) -> bool:
    """Whether anything but the list of commands imports a click command's module."""
    return found.name.startswith("windvane.cli.") and ".command." in f"{found.name}."


def find_broken_rules(source: Path, code: str) -> list[str]:
    module = to_module(source)
    found_imports = list(find_imports(ast.parse(code)))
    return [
        *(
            f"{source.as_posix()}:{found.line}: {rule.part} must not import {found.name}"
            for found in found_imports
            for rule in RULES
            if is_broken(rule, module, found)
        ),
        *(
            f"{source.as_posix()}:{found.line}: windvane must not import {found.name}"
            for found in found_imports
            if breaks_command_rule(module, found)
        ),
    ]


def build_import_graph() -> dict[str, set[str]]:
    """List the modules of ours that each module imports, wherever in it the import stands."""
    modules = {to_module(source) for source in SOURCES}
    graph: dict[str, set[str]] = {}
    for source in SOURCES:
        code = (ROOT / source).read_text(encoding="utf-8")
        names = {found.name for found in find_imports(ast.parse(code))}
        graph[to_module(source)] = {
            name if name in modules else name.rpartition(".")[0]
            for name in names
            if is_within(name, PARTS)
        } & modules
    return graph


def test_no_module_imports_itself_through_others() -> None:
    graph = build_import_graph()
    assert len(graph) > 300  # an empty graph would pass

    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"import circle: {' -> '.join(error.args[1])}")

    assert set(order) == set(graph)


@pytest.mark.parametrize("source", SOURCES, ids=Path.as_posix)
def test_source_imports_only_what_its_part_may(source: Path) -> None:
    code = (ROOT / source).read_text(encoding="utf-8")

    broken = find_broken_rules(source, code)

    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("source", "code", "named"),
    [
        ("windvane/observability.py", "import torch", "torch"),
        ("windvane/observability.py", "def load():\n    import onnx.helper", "onnx.helper"),
        ("windvane/api/routes.py", "from rich import print", "rich.print"),
        ("windvane/api/routes.py", "from windvane.cli import main", "windvane.cli.main"),
        ("windvane/server/local_app.py", "import functions.x", "functions.x"),
        ("windvane/bundle_download.py", "def ask():\n    import botocore", "botocore"),
        ("windvane/result_log/dynamodb/log.py", "import boto3.dynamodb", "boto3.dynamodb"),
        ("windvane/aws/credentials.py", "import botocore.session", "botocore.session"),
        ("windvane/inference/bundle.py", "import windvane.settings", "windvane.settings"),
        ("windvane/inference/bundle.py", "import windvane.aws.sigv4", "windvane.aws.sigv4"),
        ("windvane/rows/text_input.py", "import windvane.cli.errors", "windvane.cli.errors"),
        ("model_export/parity.py", "import windvane.settings", "windvane.settings"),
        ("windvane/evaluation/x.py", "import windvane.training.plan", "windvane.training.plan"),
        ("windvane/evaluation/bias/plots.py", "import matplotlib.pyplot", "matplotlib.pyplot"),
        ("model_export/export.py", "import windvane.training.x", "windvane.training.x"),
        ("windvane/cli/train/run.py", "import windvane.training.x", "windvane.training.x"),
        ("windvane/cli/serve/run.py", "from model_export import x", "model_export.x"),
        (
            "windvane/cli/bias/run.py",
            "import windvane.cli.bias.command as c",
            "windvane.cli.bias.command",
        ),
        ("infra/app.py", "import windvane.settings", "windvane.settings"),
    ],
)
def test_find_broken_rules_names_file_and_import(source: str, code: str, named: str) -> None:
    broken = find_broken_rules(Path(source), code)

    assert {line.partition(": ")[0].rpartition(":")[0] for line in broken} == {source}
    assert {line.rpartition("must not import ")[2] for line in broken} == {named}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("windvane/inference/onnx_session.py", "import onnxruntime"),
        ("functions/classify_api/lambda_app.py", "from windvane.api.routes import build_routes"),
        ("windvane/api/routes.py", "from windvane.inference.errors import BundleError"),
        ("model_export/parity.py", "from windvane.inference import classifier"),
        ("windvane/cli/serve/run.py", "def serve():\n    import model_export"),
        ("windvane/cli/export/run.py", "import model_export"),
        ("windvane/cli/train/run.py", "from windvane.training.settings import TrainingSettings"),
        ("windvane/cli/bias/command.py", "def bias():\n    import windvane.cli.bias.run"),
        ("windvane/evaluation/bias/plots.py", "def draw():\n    import matplotlib"),
        ("windvane/aws/credentials.py", "def ask():\n    import botocore.session"),
        ("infra/app.py", "from windvane.facts import LIVE_ALIAS"),
    ],
)
def test_find_broken_rules_leaves_what_is_allowed(source: str, code: str) -> None:
    assert find_broken_rules(Path(source), code) == []
