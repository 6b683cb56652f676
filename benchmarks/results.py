"""What a run leaves behind: JSON with every figure, Markdown for the README, a plot."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import PeerFigures, ServerFigures
from benchmarks.machine import caption
from benchmarks.plan import Plan
from benchmarks.stages import describe
from benchmarks.table import build_peer_table, build_server_table, to_markdown


@dataclass(frozen=True, kw_only=True)
class Results:
    """One run."""

    machine: dict[str, Any]
    plan: Plan
    peers: Mapping[str, PeerFigures]
    servers: Mapping[str, ServerFigures]
    failures: Mapping[str, str]

    @property
    def notes(self) -> list[str]:
        """Say how the figures came about."""
        notes = [
            f"Measured {caption(self.machine)}",
            "One short text is about 20 tokens, text in, label out; at 2 threads a peer is told to "
            "spread one text over both, which can be slower than one (compare the columns), while "
            "Windvane runs any single text on one. Texts/s: "
            f"{self.plan.bulk_texts} texts of 3 to 200 words on {self.plan.bulk_threads} threads, "
            "each peer with the fastest of the settings tried. In brackets: times Windvane's "
            "figure. Peak memory: of the process that ran these texts. Start: fresh process, warm "
            "page cache, byte-code kept. Packages: for Windvane every pin of "
            "requirements/functions.txt, which leaves out huggingface-hub and its tree, since "
            "tokenizers runs without; for a peer what it imports and all that pip installs with "
            "it (of torch, the CPU build).",
        ]
        return notes + [f"{name} was left out: {why}" for name, why in self.failures.items()]


def write_results(folder: Path, results: Results) -> None:
    """Write ``bench.json``, ``bench.md`` and ``bench.png``."""
    from benchmarks.plot import write_plot  # matplotlib is of no use to the rest

    folder.mkdir(parents=True, exist_ok=True)
    as_json = json.dumps(asdict(results), indent=2, ensure_ascii=False)
    (folder / "bench.json").write_text(as_json + "\n", encoding="utf-8")
    (folder / "bench.md").write_text(build_markdown(results), encoding="utf-8")
    write_plot(
        folder / "bench.png",
        list(results.peers.values()),
        list(results.servers.values()),
        caption(results.machine),
    )


def build_markdown(results: Results) -> str:
    """Write the two tables and what a reader must know to judge them."""
    settings = "; ".join(
        f"{figures.title}: {describe(figures.setting)}"
        for figures in results.peers.values()
        if figures.setting
    )
    parts = [to_markdown(build_peer_table(list(results.peers.values())))]
    if results.servers:
        parts.append(to_markdown(build_server_table(list(results.servers.values()))))
    parts += [f"{note}\n" for note in (*results.notes, f"Settings: {settings}.")]
    return "\n".join(parts)
