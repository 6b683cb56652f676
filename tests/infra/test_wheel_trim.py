"""Libraries as wheels bring them, before and after the trim."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.wheel_trim import strip_sections, trim_wheels

LOAD = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("_core", sys.argv[1])
module_from_spec(spec)
"""


@pytest.mark.parametrize(
    "unused",
    [
        "numpy/tests/test_numpy.py",
        "numpy/_core/include/numpy/ndarrayobject.h",
        "onnxruntime/capi/libonnxruntime.so.1.32.0",
        "onnxruntime/quantization/quantize.py",
        "tokenizers/__init__.pyi",
        "tokenizers-0.22.2.dist-info/METADATA",
    ],
)
def test_trim_wheels_removes_what_is_never_used(tmp_path: Path, unused: str) -> None:
    used = tmp_path / "onnxruntime" / "capi" / "libonnxruntime_providers_shared.so"
    for path in (used, tmp_path / unused):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    trim_wheels(tmp_path)

    assert not (tmp_path / unused).exists()
    assert used.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="libraries here are not ELF files")
def test_strip_sections_leaves_a_library_that_loads(tmp_path: Path) -> None:
    installed = find_spec("msgspec._core")
    assert installed is not None
    library = tmp_path / "_core.so"
    library.write_bytes(Path(str(installed.origin)).read_bytes())
    size = library.stat().st_size

    strip_sections(library)

    assert library.stat().st_size < size
    subprocess.run([sys.executable, "-c", LOAD, str(library)], check=True)


def test_strip_sections_leaves_other_files_as_they_are(tmp_path: Path) -> None:
    linker_script = tmp_path / "libm.so"
    linker_script.write_text("GROUP ( /lib64/libm.so.6 )")

    strip_sections(linker_script)

    assert linker_script.read_text() == "GROUP ( /lib64/libm.so.6 )"
