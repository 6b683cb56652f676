"""The classifier: turns texts into predictions, each text by itself."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import Self

from windvane.inference.bundle import Bundle
from windvane.inference.onnx_session import OnnxSession
from windvane.inference.predictions import Prediction, to_prediction
from windvane.inference.step_times import StepTimes
from windvane.inference.text_encoder import TextEncoder
from windvane.inference.windows import average_logits


class Classifier:
    """Classifies texts with one bundle; safe to call from several threads.

    Windows run one by one, up to ``threads`` at a time and never as a batch, so that a text's
    scores do not depend on the other texts.
    """

    def __init__(self, bundle: Bundle, *, threads: int) -> None:
        """Open the bundle's tokenizer and session.

        Raises:
            BundleCorruptError: The tokenizer or the session cannot be opened.
        """
        self.manifest = bundle.manifest
        self.labels = bundle.manifest.labels
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="windvane")
        session = self._pool.submit(OnnxSession, bundle.model_path)  # while the tokenizer opens
        self._encoder = TextEncoder(
            bundle.tokenizer_path,
            max_tokens=self.manifest.max_tokens,
            vocabulary_size=self.manifest.vocabulary_size,
        )
        self._session = session.result()

    def __enter__(self) -> Self:
        """Let a with statement close the classifier."""
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        """Classify texts.

        Args:
            texts: Any strings without lone surrogates; an empty one is classified like any other.
            times: Collects the duration of each step.

        Returns:
            One prediction per text, in the order of ``texts``.

        Raises:
            ModelRunError: The model could not be run.
            TypeError: ``texts`` is a single string, whose characters would each be a text.
        """
        if isinstance(texts, str):
            raise TypeError("texts is a string; pass a list of texts, such as [text].")
        classify = partial(self._classify_text, times=times or StepTimes())
        if len(texts) == 1 or self.threads == 1:
            return [classify(text) for text in texts]
        return list(self._pool.map(classify, texts))

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, without running the model."""
        return self._encoder.count_tokens(self._encoder.encode(text))

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown()

    def _classify_text(self, text: str, times: StepTimes) -> Prediction:
        started = perf_counter()
        windows = self._encoder.encode(text)
        encoded = perf_counter()
        logits = [self._session.run(window.input_ids) for window in windows]
        times.add((encoded - started) * 1e3, (perf_counter() - encoded) * 1e3)
        return to_prediction(
            average_logits(windows, logits),
            self.labels,
            temperature=self.manifest.temperature,
            tokens=self._encoder.count_tokens(windows),
            windows=len(windows),
        )
