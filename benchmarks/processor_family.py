"""Processor families: figures of one family can be compared, figures of two cannot."""

import platform
from collections.abc import Mapping

INT8_FLAGS = ("avx2", "avx_vnni", "avx512_vnni", "amx_int8", "asimddp", "i8mm", "sve2")
"""Instructions of int8 inference, as ``/proc/cpuinfo`` names them."""

VENDORS = ("amd", "arm", "intel", "x86")
"""What the name of a family begins with."""
_VENDOR_IDS = {"GenuineIntel": "intel", "AuthenticAMD": "amd"}
_X86_INSTRUCTIONS = {
    "amx_int8": "amx",
    "avx512_vnni": "avx512-vnni",
    "avx_vnni": "avx-vnni",
    "avx2": "avx2",
}
"""The strongest first."""
_ARM_INSTRUCTIONS = {"i8mm": "i8mm", "asimddp": "dotprod"}
_ARM_CORES = {"0xd0c": "neoverse-n1", "0xd40": "neoverse-v1", "0xd4f": "neoverse-v2"}
"""``CPU part`` of Graviton2, 3 and 4: https://github.com/aws/aws-graviton-getting-started"""
_TITLES = {
    "intel": "Intel",
    "amd": "AMD",
    "arm": "Arm",
    "x86": "x86",
    "amx": "AMX",
    "avx512-vnni": "AVX-512 VNNI",
    "avx-vnni": "AVX-VNNI",
    "avx2": "AVX2",
    "neoverse-n1": "Neoverse N1 (Graviton2)",
    "neoverse-v1": "Neoverse V1 (Graviton3)",
    "neoverse-v2": "Neoverse V2 (Graviton4)",
    "i8mm": "int8 matrix instructions",
    "dotprod": "dot product instructions",
}


def find_family(cpu: Mapping[str, str], architecture: str | None = None) -> str:
    """Name the family of a processor, for example ``amd-avx512-vnni``.

    Args:
        cpu: Fields of one processor in ``/proc/cpuinfo``; may be empty.
        architecture: ``uname -m``; by default this machine's.
    """
    architecture = architecture or platform.machine()
    if architecture in {"aarch64", "arm64"}:
        flags = cpu.get("Features", "").split()
        kind = _ARM_CORES.get(cpu.get("CPU part", "")) or _find_first(_ARM_INSTRUCTIONS, flags)
        return f"arm-{kind or 'neon'}"
    vendor = _VENDOR_IDS.get(cpu.get("vendor_id", ""), "x86")
    kind = _find_first(_X86_INSTRUCTIONS, cpu.get("flags", "").split())
    return f"{vendor}-{kind or 'sse'}"


def title_family(family: str) -> str:
    """Write a family for readers, for example ``AMD with AVX-512 VNNI``."""
    vendor, _, kind = family.partition("-")
    joint = " " if kind in _ARM_CORES.values() else " with "
    return _TITLES.get(vendor, vendor) + joint + _TITLES.get(kind, kind.upper())


def is_arm(family: str) -> bool:
    """Tell whether the family is arm64, which Lambda runs by default."""
    return family.startswith("arm-")


def _find_first(names: Mapping[str, str], flags: list[str]) -> str | None:
    return next((name for flag, name in names.items() if flag in flags), None)
