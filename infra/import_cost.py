"""Rewrites of installed packages that make their import cheaper, without changing their behaviour.

An ``__init__`` that imports far more than the function uses gets a lazy module ``__getattr__``
(PEP 562), as in Scientific Python's SPEC 1 (https://scientific-python.org/specs/spec-0001/).
Modules that only attach docstrings are emptied, and what only annotations name is not imported.
"""

import ast
from pathlib import Path

LAZY_PACKAGES = (
    "aws_lambda_powertools",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/event_handler/openapi",
    "aws_lambda_powertools/utilities/data_classes",
    "msgspec",
    "tokenizers",
)
"""powertools' resolvers for services other than API Gateway bring asyncio, and its event classes
those of every source of events. Not used are its merging of OpenAPI documents, msgspec's modules
for JSON schemas, TOML and YAML, and the tokenizers that tokenizers trains."""

DEFERRED_PACKAGES = ("aws_lambda_powertools/utilities/jmespath_utils",)
"""The logger imports this for keys that it is not given here, and with it jmespath."""

DOCSTRING_MODULES = ("numpy/_core/_add_newdocs.py", "numpy/_core/_add_newdocs_scalars.py")

ANNOTATION_IMPORTS = {"numpy/linalg/_linalg.py": "numpy._typing"}
"""Modules, and what they import for annotations alone. numpy's types for type checkers take longer
to import than its linear algebra."""

GETATTR = """

_LAZY = {lazy!r}


def __getattr__(name):
    if name not in _LAZY:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    from importlib import import_module
    module_name, attribute = _LAZY[name]
    module = import_module(module_name)
    value = globals()[name] = getattr(module, attribute) if attribute else module
    return value
"""


DEFERRING_INIT = '''\
"""Imports what stood here when it is asked for."""


def __getattr__(name):
    from importlib import import_module
    return getattr(import_module(f"{__name__}._deferred"), name)
'''


def cut_import_cost(site_packages: Path) -> None:
    """Rewrite the modules named above, in place."""
    for package in LAZY_PACKAGES:
        init = site_packages / package / "__init__.py"
        init.write_text(to_lazy_init(init.read_text("utf-8"), package.replace("/", ".")), "utf-8")
    for package in DEFERRED_PACKAGES:
        defer_package(site_packages, package)
    for module in DOCSTRING_MODULES:
        (site_packages / module).write_text("", "utf-8")
    for module, imported in ANNOTATION_IMPORTS.items():
        path = site_packages / module
        path.write_text(postpone_annotations(path.read_text("utf-8"), imported), "utf-8")


def defer_package(site_packages: Path, package: str) -> None:
    """Move a package's ``__init__`` aside, to be imported when a name of it is asked for."""
    init = site_packages / package / "__init__.py"
    init.rename(init.with_name("_deferred.py"))
    init.write_text(DEFERRING_INIT, "utf-8")


def to_lazy_init(source: str, package: str) -> str:
    """Rewrite the source of a package's ``__init__``.

    What it imports from its own modules is imported at first use; names that it uses itself are
    imported as before.
    """
    tree = ast.parse(source)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lazy: dict[str, tuple[str, str | None]] = {}
    statements: list[ast.stmt] = []
    for node in tree.body:
        names = _find_own_names(node, package)
        if names and not used & names.keys():
            lazy |= names
        else:
            statements.append(node)
    tree.body = statements
    return ast.unparse(tree) + GETATTR.format(lazy=lazy)


def postpone_annotations(source: str, imported: str) -> str:
    """Rewrite the source of a module that imports names for its annotations alone.

    Python evaluates no annotation of it any more (PEP 563).

    Args:
        source: The module's source, with a docstring.
        imported: Name of the module that it imports them from.

    Raises:
        ValueError: It does not import them, or uses one elsewhere.
    """
    tree = ast.parse(source)
    imports = [
        node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == imported
    ]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    if not names or names & _find_evaluated_names(tree):
        raise ValueError(f"{imported} is not imported for annotations alone.")
    postponing = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
    docstring, *statements = [node for node in tree.body if node not in imports]
    tree.body = [docstring, postponing, *statements]
    return ast.unparse(ast.fix_missing_locations(tree))


def _find_evaluated_names(tree: ast.AST) -> set[str]:
    """Find the names that a module uses outside of annotations."""
    annotations = {
        id(name)
        for node in ast.walk(tree)
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if annotation
        for name in ast.walk(annotation)
    }
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in annotations
    }


def _find_own_names(node: ast.stmt, package: str) -> dict[str, tuple[str, str | None]]:
    """Map the names that a statement imports from the package itself to module and attribute.

    The attribute is None for a module.
    """
    if not isinstance(node, ast.ImportFrom):
        return {}
    if not node.module:
        modules = node.names if node.level == 1 else []
        return {alias.asname or alias.name: (f"{package}.{alias.name}", None) for alias in modules}
    module = f"{package}.{node.module}" if node.level == 1 else node.module
    if node.level > 1 or not module.startswith(f"{package}."):
        return {}
    return {alias.asname or alias.name: (module, alias.name) for alias in node.names}
