"""What the function does not need of its wheels: whole folders, and debug sections of libraries."""

import shutil
import struct
from pathlib import Path

UNUSED = (
    "*.dist-info",
    ".lock",
    "bin",
    # onnxruntime's tools ask for these; running a graph does not.
    "flatbuffers",
    "google",
    "packaging",
    "onnxruntime/backend",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    # A second copy of the runtime, for C programs: the Python module has its own inside.
    "onnxruntime/capi/libonnxruntime.so.*",
    "numpy/f2py",
    "numpy/_core/_*_tests.*.so",
    "numpy/_core/_simd.*.so",
    "**/tests",
    "**/*.a",
    "**/*.h",
    "**/*.pxd",
    "**/*.pyi",
    "**/*.pyx",
)
"""Paths, as glob patterns from the folder that the wheels were installed in."""

ELF64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"
ELF_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")


def trim_wheels(folder: Path) -> None:
    """Remove what is never used from a folder of installed wheels."""
    for pattern in UNUSED:
        for path in sorted(folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    for library in [*folder.rglob("*.so"), *folder.rglob("*.so.*")]:
        strip_sections(library)


def strip_sections(library: Path) -> None:
    """Cut an ELF file after its last segment; any other file is left as it is.

    The loader maps segments. Sections (symbol tables, debug information) are for linkers and
    debuggers, and stand behind the segments: binutils' strip would need to know the other
    processor, this does not. See https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html.
    """
    with library.open("r+b") as file:
        start = file.read(ELF_HEADER.size)
        if not start.startswith(ELF64_LITTLE_ENDIAN) or len(start) < ELF_HEADER.size:
            return
        header = list(ELF_HEADER.unpack(start))
        program_headers, program_header_count = header[5], header[10]
        file.seek(program_headers)
        segments = file.read(PROGRAM_HEADER.size * program_header_count)
        ends = [ELF_HEADER.size, program_headers + len(segments)]
        ends += [offset + size for _, _, offset, _, _, size, _, _ in _unpack(segments)]
        # No section table, no sections, no names of sections.
        header[6], header[12], header[13] = 0, 0, 0
        file.seek(0)
        file.write(ELF_HEADER.pack(*header))
        file.truncate(max(ends))


def _unpack(segments: bytes) -> list[tuple[int, ...]]:
    return list(PROGRAM_HEADER.iter_unpack(segments))
