"""The classifier: turns texts into predictions, each text by itself."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from windvane.inference.bundle import Bundle
from windvane.inference.language import LanguageTest, load_language_test
from windvane.inference.manifest import Manifest
from windvane.inference.onnx_session import OnnxSession
from windvane.inference.predictions import Prediction, to_prediction
from windvane.inference.step_times import StepTimes
from windvane.inference.text_encoder import TextEncoder
from windvane.inference.windows import EncodedText, average_logits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windvane.inference.replaced_parts import Offsets

TextT = TypeVar("TextT")


class Classifier:
    """Classifies texts with one bundle; safe to call from several threads.

    Windows run one by one, up to ``threads`` at a time and never as a batch, so that a text's
    scores do not depend on the other texts.
    """

    def __init__(self, bundle: Bundle, *, threads: int) -> None:
        """Open the bundle's tokenizer and session.

        Raises:
            BundleCorruptError: The tokenizer, the language weights or the session cannot be opened,
                or a file that was not verified before does not match the manifest.
            BundleNotFoundError: Such a file is missing.
        """
        self.manifest = bundle.manifest
        self.labels = bundle.manifest.labels
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="windvane")
        try:
            self._open(bundle)
        except BaseException:
            self._pool.shutdown(wait=False)
            raise

    def _open(self, bundle: Bundle) -> None:
        session = self._pool.submit(OnnxSession, bundle.model_path)
        # Hashing needs no GIL, which opening the tokenizer holds: the session opens meanwhile.
        bundle.verify_rest()
        self._encoder = TextEncoder(
            bundle.tokenizer_path,
            max_tokens=self.manifest.longest_window_tokens,
            vocabulary_size=self.manifest.vocabulary_size,
        )
        self._offsets = _load_offsets(bundle.manifest)
        self._language_test = _load_language_test(bundle)
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
            TypeError: ``texts`` is a single string, whose characters would each be a text, or
                holds something else than strings.
        """
        if isinstance(texts, str):
            raise TypeError("texts is a string; pass a list of texts, such as [text].")
        if isinstance(texts, bytes) or not all(isinstance(text, str) for text in texts):
            raise TypeError("texts holds something that is not a string; pass a list of strings.")
        times = times or StepTimes()
        return self._map(lambda text: self._run(self.encode(text, times), times), texts)

    def encode(self, text: str, times: StepTimes | None = None) -> EncodedText:
        """Encode a text for `classify_encoded`, which shows its tokens before the model runs.

        Args:
            text: As in `classify`.
            times: Collects the duration.

        Raises:
            ModelRunError: The tokenizer failed.
        """
        started = perf_counter()
        encoded = self._encoder.encode(text)
        if times is not None:
            times.add(encode_ms=(perf_counter() - started) * 1e3)
        return encoded

    def normalize(self, text: str) -> str:
        """Return a text as the bundle's rules rewrite it, such as with its links masked.

        Raises:
            ModelRunError: The tokenizer failed.
        """
        return self._encoder.normalize(text)

    def find_replaced_parts(self, text: str) -> "list[Offsets]":
        """Find the parts of a text that the bundle's rules replace, such as links.

        Raises:
            ModelRunError: The tokenizer failed.
        """
        return self._encoder.find_replaced_parts(text)

    def classify_encoded(
        self, texts: Sequence[EncodedText], times: StepTimes | None = None
    ) -> list[Prediction]:
        """Classify texts that this classifier has encoded, as `classify` does."""
        times = times or StepTimes()
        return self._map(lambda text: self._run(text, times), texts)

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown()

    def _map(
        self, classify: Callable[[TextT], Prediction], texts: Sequence[TextT]
    ) -> list[Prediction]:
        if len(texts) == 1 or self.threads == 1:
            return [classify(text) for text in texts]
        return list(self._pool.map(classify, texts))

    def _run(self, text: EncodedText, times: StepTimes) -> Prediction:
        started = perf_counter()
        logits = [self._session.run(window.input_ids) for window in text.windows]
        times.add(run_ms=(perf_counter() - started) * 1e3)
        test = self._language_test
        return to_prediction(
            self._add_offsets(average_logits(text.windows, logits)),
            self.labels,
            text,
            temperature=self.manifest.temperature,
            language=test.find_language(text.input_ids) if test else None,
        )

    def _add_offsets(self, logits: "NDArray[np.float32]") -> "NDArray[np.float32]":
        """Add the bundle's offsets; logits that are not one per label are refused later."""
        if self._offsets is None or logits.shape != self._offsets.shape:
            return logits
        return logits + self._offsets


def _load_offsets(manifest: Manifest) -> "NDArray[np.float32] | None":
    return None if manifest.offsets is None else np.array(manifest.offsets.values, np.float32)


def _load_language_test(bundle: Bundle) -> LanguageTest | None:
    manifest = bundle.manifest
    if bundle.language_path is None or not manifest.languages or not manifest.vocabulary_size:
        return None
    [language] = manifest.languages
    return load_language_test(bundle.language_path, language, manifest.vocabulary_size)
