"""The texts of one request with their predictions and times."""

from collections.abc import Sequence

import msgspec

from windvane.inference.manifest import Manifest
from windvane.inference.predictions import Prediction
from windvane.result_log.recorder import Recorded


class ClassifiedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of one request, classified.

    Attributes:
        manifest: Of the bundle that classified them.
        predictions: One per text.
        chars: Characters of each text.
        recorded: Where the results were recorded.
        classify_ms: Time from the first text to the last.
        encode_ms: Time spent on encoding, added up over the texts.
        run_ms: Time spent in the model, added up over the texts.
        log_ms: Time spent on recording.
    """

    manifest: Manifest
    predictions: Sequence[Prediction]
    chars: Sequence[int]
    recorded: Recorded
    classify_ms: float
    encode_ms: float
    run_ms: float
    log_ms: float
