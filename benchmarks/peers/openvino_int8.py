"""OpenVINO on int8, quantized after training with nncf."""

from collections.abc import Sequence
from pathlib import Path

import openvino as ov

from benchmarks.peers.batching import BatchEncoder, copy_tokenizer, iter_batches, read_labels
from benchmarks.peers.protocol import Setting
from benchmarks.texts import SHORT_TEXTS, build_mixed_texts

CALIBRATION_TEXTS = 128


def prepare(checkpoint: Path, folder: Path) -> None:
    """Trace the torch model (faster here than OpenVINO's reading of the ONNX graph), quantize it.

    nncf's transformer preset smooths outliers and calibrates on the benchmark's own texts, which
    favours this peer's agreement.
    """
    import nncf
    import torch
    from transformers import AutoModelForSequenceClassification

    folder.mkdir()
    copy_tokenizer(checkpoint, folder)
    encoder = BatchEncoder(folder)
    model = AutoModelForSequenceClassification.from_pretrained(
        str(checkpoint), dtype=torch.float32
    ).eval()
    example = {
        name: torch.from_numpy(array) for name, array in encoder.encode(SHORT_TEXTS[:1]).items()
    }
    texts = nncf.Dataset(build_mixed_texts(), lambda text: encoder.encode([text]))
    quantized = nncf.quantize(
        ov.convert_model(model, example_input=example),
        texts,
        subset_size=CALIBRATION_TEXTS,
        model_type=nncf.ModelType.TRANSFORMER,
    )
    ov.save_model(quantized, folder / "model.xml")


class OpenVinoPeer:
    """A compiled model: one request for a single text, the asynchronous queue for many."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        hint = "LATENCY" if setting.workers == 1 else "THROUGHPUT"
        threads = setting.threads * setting.workers
        compiled = ov.Core().compile_model(
            folder / "model.xml",
            "CPU",
            {"PERFORMANCE_HINT": hint, "INFERENCE_NUM_THREADS": threads},
        )
        self._encoder = BatchEncoder(folder)
        self._labels = read_labels(folder)
        self._batch_size = setting.batch_size
        self._request = compiled.create_infer_request()
        self._queue = ov.AsyncInferQueue(compiled)
        self._queue.set_callback(self._store_labels)
        self._labels_by_index: dict[int, str] = {}

    def classify(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text, in order."""
        if len(texts) == 1:
            outputs = self._request.infer(
                self._encoder.encode(texts), share_inputs=True, share_outputs=True
            )
            return [self._labels[outputs[0].argmax()]]
        for batch in iter_batches(texts, self._batch_size):
            self._queue.start_async(self._encoder.encode([texts[i] for i in batch]), batch)
        self._queue.wait_all()
        return [self._labels_by_index.pop(i) for i in range(len(texts))]

    def _store_labels(self, request: ov.InferRequest, batch: list[int]) -> None:
        chosen = request.get_output_tensor(0).data.argmax(axis=1)
        self._labels_by_index.update(
            {i: self._labels[k] for i, k in zip(batch, chosen, strict=True)}
        )


def build(folder: Path, setting: Setting) -> OpenVinoPeer:
    """Compile the model with the hint that fits: latency for one worker, else throughput."""
    return OpenVinoPeer(folder, setting)
