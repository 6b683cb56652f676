"""Teachers: larger classifiers whose probabilities a smaller model learns from."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_export.checkpoint import WEIGHTS_FILE, Checkpoint, load_checkpoint
from model_export.progress import Track, untracked
from windvane.inference.bundle_files import sha256_of
from windvane.inference.predictions import softmax
from windvane.training.errors import TeacherError
from windvane.training.examples import encode_texts
from windvane.training.hardware import Hardware
from windvane.training.logits import compute_logits


class Teachers:
    """Predicts with every teacher, and averages their probabilities."""

    def __init__(self, folders: Sequence[Path], labels: Sequence[str], cache: Path) -> None:
        """Hash the teachers; a teacher is loaded only if its probabilities are not in the cache.

        Args:
            folders: Checkpoints.
            labels: Names in the order of the student's logits.
            cache: Folder for the probabilities, so that a continued run has them at once.

        Raises:
            TeacherError: A folder holds no weights.
        """
        self._folders = folders
        self._labels = list(labels)
        self._cache = cache
        self.sha256 = {folder.name: _hash_weights(folder) for folder in folders}

    def predict(
        self, texts: Sequence[str], hardware: Hardware, *, max_tokens: int, track: Track = untracked
    ) -> NDArray[np.float32]:
        """Predict the probabilities of texts.

        Returns:
            float32, shape (texts, num_labels), in the order of the student's labels.

        Raises:
            CheckpointError: A teacher cannot be loaded.
            TeacherError: A teacher's labels are not the student's.
        """
        probabilities = [
            self._predict_cached(folder, texts, hardware, max_tokens, track)
            for folder in self._folders
        ]
        return np.asarray(np.mean(probabilities, axis=0), dtype=np.float32)

    def _predict_cached(
        self,
        folder: Path,
        texts: Sequence[str],
        hardware: Hardware,
        max_tokens: int,
        track: Track,
    ) -> NDArray[np.float32]:
        key = hashlib.sha256(
            "\0".join([self.sha256[folder.name], str(max_tokens), *texts]).encode()
        ).hexdigest()[:16]
        path = self._cache / f"answers-{key}.npy"
        if not path.exists():
            teacher = load_checkpoint(str(folder))
            columns = self._find_columns(teacher)
            teacher.model.to(hardware.device)
            logits = compute_logits(
                teacher.model,
                encode_texts(teacher.tokenizer, texts),
                hardware,
                max_tokens=max_tokens,
                track=track,
            )
            self._cache.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".part.npy")
            np.save(temporary, softmax(logits)[:, columns])
            temporary.replace(path)
        return np.asarray(np.load(path), dtype=np.float32)

    def _find_columns(self, teacher: Checkpoint) -> list[int]:
        """Find the teacher's column of each of the student's labels."""
        column = {label: i for i, label in teacher.id2label.items()}
        if sorted(column) != sorted(self._labels):
            raise TeacherError(
                f"The teacher {teacher.name} has other labels ({', '.join(column)}) than the model "
                f"to train ({', '.join(self._labels)})."
            )
        return [column[label] for label in self._labels]


def _hash_weights(folder: Path) -> str:
    try:
        return sha256_of(folder / WEIGHTS_FILE)
    except OSError as error:
        raise TeacherError(f"The teacher {folder} holds no {WEIGHTS_FILE}.") from error
