"""The peers: their titles, the packages that they need, and how they can batch."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.package_sizes import read_pinned_names
from benchmarks.paths import ROOT
from benchmarks.peers.protocol import Setting


@dataclass(frozen=True, kw_only=True)
class PeerSpec:
    """One peer.

    Attributes:
        name: Module in ``benchmarks/peers``.
        title: Name in the tables.
        packages: Distributions that it needs.
        with_required: Whether their requirements count too, as with ``pip install``.
        batches: Whether it can run several texts in one batch.
        workers: Whether it can run several batches at once.
        same_checkpoint: Whether its labels can be compared with torch's.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    with_required: bool = True
    batches: bool = True
    workers: bool = True
    same_checkpoint: bool = True

    def iter_bulk_settings(self, threads: int, batch_sizes: tuple[int, ...]) -> Iterator[Setting]:
        """List the ways to spread many texts over ``threads`` threads."""
        for batch_size in batch_sizes if self.batches else (1,):
            yield Setting(threads=threads, workers=1, batch_size=batch_size)
            if self.workers and threads > 1:
                yield Setting(threads=1, workers=threads, batch_size=batch_size)


WINDVANE = "windvane"
TORCH = "transformers_pipeline"
DYNAMIC_INT8 = "onnxruntime_int8"

PEERS = (
    PeerSpec(
        name=WINDVANE,
        title="Windvane",
        # Everything installed for it, for HTTP too; the file says what is left out.
        packages=read_pinned_names(ROOT / "requirements" / "functions.txt"),
        with_required=False,
        batches=False,
        workers=False,
    ),
    PeerSpec(
        name="ctranslate2_int8",
        title="CTranslate2 int8",
        packages=("ctranslate2", "tokenizers", "numpy"),
    ),
    PeerSpec(
        name="openvino_int8",
        title="OpenVINO int8",
        packages=("openvino", "tokenizers", "numpy"),
    ),
    PeerSpec(
        name=DYNAMIC_INT8,
        title="onnxruntime dynamic int8",
        packages=("onnxruntime", "tokenizers", "numpy"),
    ),
    PeerSpec(
        name="onnxruntime_fp32",
        title="onnxruntime fp32",
        packages=("onnxruntime", "tokenizers", "numpy"),
    ),
    PeerSpec(
        name=TORCH,
        title="pipeline (torch)",
        packages=("transformers", "torch"),
        workers=False,
    ),
    PeerSpec(
        name="distilbert_pipeline",
        title="pipeline, DistilBERT shape",
        packages=("transformers", "torch"),
        workers=False,
        same_checkpoint=False,
    ),
)
