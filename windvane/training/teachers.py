"""Teachers: larger classifiers whose answers a smaller one learns from."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_export.checkpoint import Checkpoint, load_checkpoint
from windvane.inference.bundle_files import sha256_of
from windvane.inference.predictions import softmax
from windvane.training.answers import Track, answer, untracked
from windvane.training.errors import TeacherError
from windvane.training.examples import encode_texts
from windvane.training.hardware import Hardware

_WEIGHTS = "model.safetensors"


class Teachers:
    """Answer texts together: the mean of their probabilities."""

    def __init__(self, folders: Sequence[Path], labels: Sequence[str], cache: Path) -> None:
        """Remember where the teachers are; they are loaded when a text needs them.

        Args:
            folders: Checkpoints.
            labels: Names in the order of the pupil's logits.
            cache: Folder for their answers, so that a run that goes on has them at once.

        Raises:
            TeacherError: A folder holds no weights.
        """
        self._folders = folders
        self._labels = list(labels)
        self._cache = cache
        self.sha256 = {folder.name: _hash_weights(folder) for folder in folders}

    def answer(
        self, texts: Sequence[str], hardware: Hardware, *, max_tokens: int, track: Track = untracked
    ) -> NDArray[np.float32]:
        """Answer texts.

        Returns:
            float32 probabilities, shape (texts, num_labels), in the order of the pupil's labels.

        Raises:
            CheckpointError: A teacher cannot be loaded.
            TeacherError: Its labels are not the pupil's.
        """
        answers = [
            self._answer_one(folder, texts, hardware, max_tokens, track) for folder in self._folders
        ]
        return np.asarray(np.mean(answers, axis=0), dtype=np.float32)

    def _answer_one(
        self,
        folder: Path,
        texts: Sequence[str],
        hardware: Hardware,
        max_tokens: int,
        track: Track,
    ) -> NDArray[np.float32]:
        asked = hashlib.sha256(
            "\0".join([self.sha256[folder.name], str(max_tokens), *texts]).encode()
        )
        path = self._cache / f"answers-{asked.hexdigest()[:16]}.npy"
        if not path.exists():
            teacher = load_checkpoint(str(folder))
            columns = self._columns(teacher)
            teacher.model.to(hardware.device)
            tokenizer = teacher.tokenizer
            tokenizer.backend_tokenizer.no_padding()
            tokenizer.backend_tokenizer.no_truncation()
            logits = answer(
                teacher.model,
                encode_texts(tokenizer, texts),
                hardware,
                max_tokens=max_tokens,
                track=track,
            )
            self._cache.mkdir(parents=True, exist_ok=True)
            part_written = path.with_suffix(".part.npy")
            np.save(part_written, softmax(logits)[:, columns])
            part_written.replace(path)
        return np.asarray(np.load(path), dtype=np.float32)

    def _columns(self, teacher: Checkpoint) -> list[int]:
        column = {label: i for i, label in teacher.id2label.items()}
        if sorted(column) != sorted(self._labels):
            raise TeacherError(
                f"The teacher {teacher.name} has other labels ({', '.join(column)}) than the model "
                f"to train ({', '.join(self._labels)})."
            )
        return [column[label] for label in self._labels]


def _hash_weights(folder: Path) -> str:
    try:
        return sha256_of(folder / _WEIGHTS)
    except OSError as error:
        raise TeacherError(f"The teacher {folder} holds no {_WEIGHTS}.") from error
