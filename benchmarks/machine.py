"""Processor, system and package versions, which every figure depends on."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.processor_family import INT8_FLAGS, find_family, title_family

PACKAGES = (
    "onnxruntime",
    "tokenizers",
    "torch",
    "transformers",
    "openvino",
    "nncf",
    "ctranslate2",
    "fastapi",
    "flask",
    "uvicorn",
)


def read_machine() -> dict[str, Any]:
    """Read processor, family, cores, int8 instructions, system, versions and date."""
    cpu = _read_cpuinfo()
    flags = (cpu.get("flags") or cpu.get("Features") or "").split()
    return {
        "cpu": cpu.get("model name") or platform.processor() or platform.machine(),
        "family": find_family(cpu),
        "cores": os.cpu_count(),
        "int8_instructions": [flag for flag in INT8_FLAGS if flag in flags],
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "versions": {name: installed for name in PACKAGES if (installed := _version(name))},
        "date": datetime.now(UTC).date().isoformat(),
    }


def caption(machine: Mapping[str, Any]) -> str:
    """Summarize the machine in one line."""
    int8 = ", ".join(machine["int8_instructions"]) or "none"
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['cpu']}, {machine['cores']} cores (family {title_family(machine['family'])}; "
        f"int8 instructions: {int8}), "
        f"{machine['system']}, Python {machine['python']}; {versions}; {machine['date']}."
    )


def _read_cpuinfo() -> dict[str, str]:
    """Read the first processor of ``/proc/cpuinfo``; empty where there is none."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    first = path.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0]
    pairs = (line.split(":", 1) for line in first.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
