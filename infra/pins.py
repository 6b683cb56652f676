r"""The hashes of ``requirements/``: `make pins` writes them, `--require-hashes` compares them.

To change a version, edit its line (``name==version \``) and run `make pins`. Each pin gets the
sha256 of every file of its release, so that one file serves every platform and Python.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import uv

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
TORCH = "torch.txt"
"""The one file whose packages come from PyTorch's own index: its CPU builds are not on PyPI."""

COMPILE = (
    *("--generate-hashes", "--universal", "--no-deps", "--no-config", "--quiet"),
    *("--no-header", "--no-annotate", "--color", "never"),
)


class PinsError(Exception):
    """The hashes of a file cannot be had; the message names the file."""


def list_pins(text: str) -> list[str]:
    """List the pins of a requirements file without their hashes, each with its marker if any."""
    lines = (line.removesuffix("\\").rstrip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(("#", " "))]


def write_hashes(path: Path) -> None:
    """Replace the hashes of a file; its pins and its first comment stay.

    Raises:
        PinsError: The index does not have a release, or does not answer. The file is unchanged.
    """
    text = path.read_text(encoding="utf-8")
    source = ["--torch-backend", "cpu"] if path.name == TORCH else []
    compiled = subprocess.run(  # noqa: S603 - uv, and our own arguments
        [uv.find_uv_bin(), "pip", "compile", *COMPILE, *source, "-"],
        input="\n".join(list_pins(text)),
        capture_output=True,
        text=True,
        check=False,
    )
    if compiled.returncode:
        reason = " ".join(compiled.stderr.split())
        raise PinsError(f"{path.name} keeps its hashes, none newer can be had: {reason}")
    comment = [line for line in text.splitlines(keepends=True) if line.startswith("#")]
    path.write_text("".join(comment) + compiled.stdout.rstrip() + "\n", encoding="utf-8")


def write_all(paths: Iterable[Path]) -> int:
    """Replace the hashes of some files and return the exit status.

    A file whose index does not answer does not keep the others from being written.
    """
    status = 0
    for path in paths:
        try:
            write_hashes(path)
        except PinsError as error:
            sys.stderr.write(f"{error}\n")
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(write_all(sorted(REQUIREMENTS.glob("*.txt"))))
