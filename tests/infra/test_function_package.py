"""The package as a deployment builds it, and small ones that show one rule each."""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from functions.module_archive import ARCHIVE_FILE, LENGTH_BYTES, MAGIC_BYTES, Entry
from infra.byte_code import find_compiler
from infra.function_package import (
    KEPT_PACKAGES,
    MAX_UNZIPPED_BYTES,
    MAX_ZIPPED_BYTES,
    FunctionPackageError,
    PackageTarget,
    build_function_package,
)
from infra.import_cost import (
    ANNOTATION_IMPORTS,
    DEFERRED_PACKAGES,
    DOCSTRING_MODULES,
    LAZY_PACKAGES,
)
from infra.module_archive import IMPORTED_BEFORE
from infra.package_zip import unzip_beside
from tests.conftest import REPOSITORY
from tests.test_import_rules import build_import_graph
from tests.test_requirements import read_pins
from windvane.facts import BULK_HANDLER, FUNCTION_HANDLER, MONITOR_HANDLER, SHADOW_HANDLER

ARM64 = PackageTarget(architecture="arm64")
HANDLER = "functions/classify_api/handler.py"
NO_SUCH_PYTHON = PackageTarget(architecture="arm64", python="3.99")
SHIPPED = {
    "aws_lambda_powertools",
    "functions",
    "jmespath",
    "licenses",
    "msgspec",
    "numpy",
    "numpy.libs",
    "onnxruntime",
    "tokenizers",
    "typing_extensions.py",
    "windvane",
}
NOT_IN_LAMBDA = {
    "boto3",
    "botocore",
    "cli",
    "click",
    "evaluation",
    "model_export",
    "rich",
    "server",
    "torch",
    "training",
    "uvicorn",
}
NO_LICENCE_FILE = {"flatbuffers", "onnxruntime", "tokenizers"}
"""Their wheels have none in dist-info; onnxruntime's is beside its modules."""
UNCHECKED_HASH = (1).to_bytes(4, "little")
"""The second word of such a .pyc; see https://peps.python.org/pep-0552/."""


@pytest.fixture(scope="module")
def package() -> Path:
    """What `make deploy` would upload."""
    return build_function_package(ARM64)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose function needs one small wheel: the modules that a build rewrites."""
    inits = [f"{package}/__init__.py" for package in (*LAZY_PACKAGES, *DEFERRED_PACKAGES)]
    importing = {
        module: f'"""It imports."""\nfrom {imported} import T\n'.encode()
        for module, imported in ANNOTATION_IMPORTS.items()
    }
    modules = dict.fromkeys((*inits, *DOCSTRING_MODULES), b"") | importing
    wheel = write_wheel(tmp_path, "small", modules)
    root = tmp_path / "root"
    (root / HANDLER).parent.mkdir(parents=True)
    (root / HANDLER).write_text("def handler(event, context): return event\n")
    (root / "requirements").mkdir()
    (root / "requirements" / "functions.txt").write_text(pin_wheel(wheel))
    (root / "LICENSE").write_text("Apache License")
    return root


def pin_wheel(wheel: Path) -> str:
    name = wheel.name.partition("-")[0]
    return f"{name} @ {wheel.as_uri()} --hash=sha256:{hash_of(wheel)}\n"


def write_wheel(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    about = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        for path, text in about.items():
            archive.writestr(f"{name}-1.0.dist-info/{path}", text)
    return wheel


def list_names(package: Path) -> list[str]:
    with zipfile.ZipFile(package) as archive:
        return archive.namelist()


def test_package_is_the_same_bytes_when_built_again(package: Path, tmp_path: Path) -> None:
    again = build_function_package(ARM64, cache=tmp_path)

    assert again != package
    assert again.name == package.name
    assert hash_of(again) == hash_of(package)


def hash_of(package: Path) -> str:
    return hashlib.sha256(package.read_bytes()).hexdigest()


def test_package_is_below_its_limits(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        unzipped = sum(member.file_size for member in archive.infolist())

    assert package.stat().st_size < MAX_ZIPPED_BYTES <= 40_000_000
    assert unzipped < MAX_UNZIPPED_BYTES <= 120_000_000


def test_package_holds_the_function_and_what_it_imports(package: Path) -> None:
    names = list_names(package)

    assert {name.split("/")[0] for name in names} == SHIPPED
    assert HANDLER in names


@pytest.mark.parametrize(
    ("handler", "imported"),
    [
        (FUNCTION_HANDLER, {"windvane.settings", "windvane.result_log.dynamodb.dynamodb_log"}),
        (MONITOR_HANDLER, {"windvane.live_bundle", "windvane.monitoring.drift_report"}),
        (SHADOW_HANDLER, {"windvane.shadow.challenger", "windvane.bundle_download"}),
        (BULK_HANDLER, {"windvane.jobs.planning", "windvane.jobs.s3_storage"}),
    ],
)
def test_package_holds_every_module_that_a_handler_imports_now_or_later(
    package: Path, handler: str, imported: set[str]
) -> None:
    modules = find_reachable(handler.rpartition(".")[0])

    files = {to_source(module) for module in modules}

    assert imported <= modules
    assert files <= set(list_names(package))


def find_reachable(module: str) -> set[str]:
    """List our modules that a module imports, anywhere in its code and in that of the others."""
    graph = build_import_graph()
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        if (name := waiting.pop()) in reached or name not in graph:
            continue
        reached.add(name)
        waiting += [*graph[name], name.rpartition(".")[0], *find_named_modules(name, graph)]
    return reached


def find_named_modules(module: str, modules: Collection[str]) -> set[str]:
    """List the modules whose names a module holds as strings, to import them by name."""
    source = (REPOSITORY / to_source(module)).read_text(encoding="utf-8")
    return set(re.findall(r'"([\w.]+)(?::\w+)?"', source)) & set(modules)


def to_source(module: str) -> str:
    path = module.replace(".", "/")
    return f"{path}/__init__.py" if (REPOSITORY / path).is_dir() else f"{path}.py"


def test_package_leaves_out_what_runs_elsewhere(package: Path) -> None:
    parts = {part for name in list_names(package) for part in Path(name).with_suffix("").parts}

    assert parts >= {"windvane", "functions", "onnxruntime"}
    assert parts.isdisjoint(NOT_IN_LAMBDA)


def test_package_holds_the_page(package: Path) -> None:
    files = (REPOSITORY / "windvane" / "api" / "console" / "static").iterdir()

    page = {f"windvane/api/console/static/{file.name}" for file in files}

    assert "windvane/api/console/static/index.html" in page
    assert page <= set(list_names(package))


def test_package_holds_libraries_for_its_architecture_only(package: Path) -> None:
    libraries = [name for name in list_names(package) if ".so" in name]

    assert any("aarch64" in name for name in libraries)
    assert not [name for name in libraries if "x86_64" in name]


@pytest.mark.skipif(find_compiler("3.13") is None, reason="there is no Python 3.13 to compile with")
def test_package_holds_byte_code_of_every_module_in_one_file(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        byte_code = {name: archive.read(name) for name in names if name.endswith(".pyc")}
        packed = archive.read(f"functions/{ARCHIVE_FILE}")

    index_start = MAGIC_BYTES + LENGTH_BYTES
    index_end = index_start + int.from_bytes(packed[MAGIC_BYTES:index_start], "little")
    index: dict[str, Entry] = json.loads(packed[index_start:index_end])
    sources = {name for name in names if name.endswith(".py")}
    start, end = index[HANDLER]
    assert index.keys() == sources - set(IMPORTED_BEFORE)
    assert {to_source_path(name) for name in byte_code} == set(IMPORTED_BEFORE)
    assert {content[:MAGIC_BYTES] for content in byte_code.values()} == {packed[:MAGIC_BYTES]}
    assert {content[4:8] for content in byte_code.values()} == {UNCHECKED_HASH}
    assert b"/var/task/functions/classify_api/handler.py" in packed[index_end:][start:end]


def to_source_path(pyc: str) -> str:
    return re.sub(r"__pycache__/(\w+)\.cpython-313\.pyc", r"\1.py", pyc)


def test_package_gives_every_file_one_date_and_lets_lambda_read_it(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        members = archive.infolist()

    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.external_attr >> 16 for member in members} == {0o100644}


def test_build_takes_a_finished_package_from_the_cache(root: Path, tmp_path: Path) -> None:
    package = build_function_package(ARM64, cache=tmp_path, root=root)
    package.write_bytes(b"kept")

    again = build_function_package(ARM64, cache=tmp_path, root=root)

    assert again == package
    assert again.read_bytes() == b"kept"


def test_build_keeps_the_newest_packages_and_the_other_targets(root: Path, tmp_path: Path) -> None:
    other = build_function_package(NO_SUCH_PYTHON, cache=tmp_path, root=root)
    built = []
    for number in range(KEPT_PACKAGES + 1):
        (root / HANDLER).write_text(f"number = {number}\n")
        built.append(build_function_package(ARM64, cache=tmp_path, root=root))
        unzip_beside(built[-1])

    assert {path.name for path in tmp_path.glob("arm64-*.zip")} == {
        package.name for package in [other, *built[1:]]
    }
    assert not built[0].with_suffix("").exists()


@pytest.mark.parametrize("changed", [HANDLER, "requirements/functions.txt"])
def test_build_makes_another_package_of_other_inputs(
    root: Path, tmp_path: Path, changed: str
) -> None:
    package = build_function_package(ARM64, cache=tmp_path, root=root)
    with (root / changed).open("a") as file:
        file.write("# changed\n")

    again = build_function_package(ARM64, cache=tmp_path, root=root)

    assert again != package


def test_build_leaves_out_what_python_and_tools_leave_behind(root: Path, tmp_path: Path) -> None:
    for left in (
        "functions/classify_api/__pycache__/handler.cpython-311.pyc",
        "functions/classify_api/.DS_Store",
        "functions/notes.txt",
        "windvane/cli/main.py",
    ):
        (root / left).parent.mkdir(parents=True, exist_ok=True)
        (root / left).write_text("left behind")

    package = build_function_package(NO_SUCH_PYTHON, cache=tmp_path, root=root)

    ours = [name for name in list_names(package) if name.startswith(("functions", "windvane"))]
    assert ours == [HANDLER]


def test_build_warns_where_there_is_no_python_to_compile_with(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build_function_package(NO_SUCH_PYTHON, cache=tmp_path, root=root)

    assert "no Python 3.99" in capsys.readouterr().err


def test_build_refuses_a_torch_sized_wheel_and_names_it(root: Path, tmp_path: Path) -> None:
    torch = write_wheel(tmp_path, "torch", {"torch/lib/libtorch_cpu.so": bytes(200_000_000)})
    with (root / "requirements" / "functions.txt").open("a") as requirements:
        requirements.write(pin_wheel(torch))

    with pytest.raises(FunctionPackageError, match=r"200\.\d MB unzipped.* torch 200\.0 MB"):
        build_function_package(ARM64, cache=tmp_path / "cache", root=root)

    assert list((tmp_path / "cache").iterdir()) == []


def test_build_refuses_what_does_not_compress(root: Path, tmp_path: Path) -> None:
    (root / HANDLER).with_name("weights.bin").write_bytes(os.urandom(MAX_ZIPPED_BYTES + 1))

    with pytest.raises(FunctionPackageError, match=r"40\.\d MB zipped.* functions 40\.\d MB"):
        build_function_package(ARM64, cache=tmp_path / "cache", root=root)


def test_build_names_a_wheel_that_cannot_be_had(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    (root / "requirements" / "functions.txt").write_text(
        f"windvane-has-no-such-wheel==1.0 --hash=sha256:{0:064}\n"
    )

    with pytest.raises(FunctionPackageError, match="windvane-has-no-such-wheel"):
        build_function_package(ARM64, cache=tmp_path / "cache", root=root)


def test_build_refuses_a_wheel_of_another_hash_or_of_none(root: Path, tmp_path: Path) -> None:
    requirements = root / "requirements" / "functions.txt"
    pin, _, hashed = requirements.read_text().partition(" --hash=")

    for changed in (f"{pin} --hash=sha256:{0:064}\n", f"{pin}\n"):
        requirements.write_text(changed)
        with pytest.raises(FunctionPackageError, match=r"[Hh]ash"):
            build_function_package(ARM64, cache=tmp_path / "cache", root=root)

    assert hashed
    assert list((tmp_path / "cache").iterdir()) == []


def test_package_holds_the_licences_of_every_distribution_and_ours(package: Path) -> None:
    names = list_names(package)
    pins = read_pins(REPOSITORY / "requirements" / "functions.txt")

    for name, version in pins.items():
        folder = f"licenses/{name.replace('-', '_')}-{version}"
        metadata = read_member(package, f"{folder}/METADATA")
        assert f"Version: {version}\n" in metadata
        assert re.search("^(License|Classifier: License)", metadata, re.MULTILINE), name
        assert [file for file in names if file.startswith(f"{folder}/LICENSE")] or (
            name in NO_LICENCE_FILE
        )
    assert read_member(package, "licenses/windvane/LICENSE") == (
        (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    )
    assert "onnxruntime/ThirdPartyNotices.txt" in names
    assert not [name for name in names if ".dist-info" in name]


def read_member(package: Path, name: str) -> str:
    with zipfile.ZipFile(package) as archive:
        return archive.read(name).decode()


def test_target_refuses_a_processor_that_lambda_has_not() -> None:
    with pytest.raises(FunctionPackageError, match="'armv7'; allowed is arm64 or x86_64"):
        PackageTarget(architecture="armv7")  # type: ignore[arg-type]


def test_unzip_beside_gives_the_folder_once(root: Path, tmp_path: Path) -> None:
    package = build_function_package(NO_SUCH_PYTHON, cache=tmp_path, root=root)

    folder = unzip_beside(package)
    (folder / "functions" / "mark").touch()

    assert (folder / HANDLER).exists()
    assert (unzip_beside(package) / "functions" / "mark").exists()
