"""Errors of training.

TrainingError
├── BaseModelError   the base cannot be fine-tuned; the message says why
├── TeacherError     a teacher does not go with what is trained
└── ResumeError      the folder holds a run of other settings or data
"""


class TrainingError(Exception):
    """A model could not be trained; the message is one sentence for the person."""


class BaseModelError(TrainingError):
    """The base model cannot be found, loaded or fine-tuned."""


class TeacherError(TrainingError):
    """A teacher's labels are not those of the model that is to learn from it."""


class ResumeError(TrainingError):
    """The output folder holds the state of a run that was started differently."""
