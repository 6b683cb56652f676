"""Input files of jobs that are measured."""

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from benchmarks.bulk.row_kinds import RowKind


def write_rows(path: Path, lines: Sequence[bytes], rows: int, header: bytes = b"") -> Path:
    """Write lines that repeat."""
    with path.open("wb") as file:
        file.write(header)
        for _ in range(rows // len(lines)):
            file.writelines(lines)
        file.writelines(islice(cycle(lines), rows % len(lines)))
    return path


def write_inputs(folder: Path, kind: RowKind, rows: int) -> dict[str, Path]:
    """Write the same texts in the formats that are cut into parts; CSV has quoted texts."""
    return {
        "jsonl": write_rows(folder / "in.jsonl", kind.to_jsonl(), rows),
        "csv": write_rows(folder / "in.csv", kind.to_csv(), rows, b"id,text\n"),
        "text": write_rows(folder / "in.txt", kind.to_text(), rows),
    }
