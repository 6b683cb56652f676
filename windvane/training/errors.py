"""Errors of training.

TrainingError
├── AveragingError   checkpoints do not go together
├── BaseModelError   the base model cannot be used; the message says why
├── PruningError     a checkpoint's layers cannot be pruned
├── TeacherError     a teacher cannot be used for this model
└── ResumeError      the folder holds a run with other settings or data
"""


class TrainingError(Exception):
    """A model could not be trained; the message is one sentence for the user."""


class AveragingError(TrainingError):
    """Checkpoints have other labels, vocabularies or shapes than each other."""


class BaseModelError(TrainingError):
    """The base model cannot be found, loaded or fine-tuned."""


class PruningError(TrainingError):
    """A checkpoint has no feed-forward layers that can be pruned, or too small ones."""


class TeacherError(TrainingError):
    """A teacher has no weights, or other labels than the model to train."""


class ResumeError(TrainingError):
    """The output folder holds the state of a run with other settings or data."""
