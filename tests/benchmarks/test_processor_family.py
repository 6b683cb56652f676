"""Families by vendor and strongest int8 instructions."""

import pytest

from benchmarks.processor_family import VENDORS, find_family, is_arm, title_family

INTEL, AMD = "GenuineIntel", "AuthenticAMD"


@pytest.mark.parametrize(
    ("cpu", "architecture", "family", "title"),
    [
        pytest.param(
            {"vendor_id": INTEL, "flags": "avx2 avx_vnni avx512_vnni amx_int8"},
            "x86_64",
            "intel-amx",
            "Intel with AMX",
            id="AMX",
        ),
        pytest.param(
            {"vendor_id": AMD, "flags": "avx2 avx512_vnni avx_vnni"},
            "x86_64",
            "amd-avx512-vnni",
            "AMD with AVX-512 VNNI",
            id="Zen 4 and later",
        ),
        pytest.param(
            {"vendor_id": AMD, "flags": "sse2 avx2"},
            "x86_64",
            "amd-avx2",
            "AMD with AVX2",
            id="AVX2 only",
        ),
        pytest.param(
            {"CPU part": "0xd0c", "Features": "fp asimd asimddp"},
            "aarch64",
            "arm-neoverse-n1",
            "Arm Neoverse N1 (Graviton2)",
            id="Graviton2",
        ),
        pytest.param(
            {"CPU part": "0xfff", "Features": "asimd asimddp i8mm"},
            "aarch64",
            "arm-i8mm",
            "Arm with int8 matrix instructions",
            id="another arm64",
        ),
        pytest.param({}, "arm64", "arm-neon", "Arm with NEON", id="arm64 without /proc"),
        pytest.param({}, "x86_64", "x86-sse", "x86 with SSE", id="x86 without /proc"),
    ],
)
def test_family_is_vendor_and_strongest_instructions(
    cpu: dict[str, str], architecture: str, family: str, title: str
) -> None:
    found = find_family(cpu, architecture)

    assert found == family
    assert title_family(found) == title
    assert found.startswith(VENDORS)
    assert is_arm(found) == (architecture != "x86_64")
