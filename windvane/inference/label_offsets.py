"""Numbers that a bundle adds to its logits, fitted to labelled texts of its user."""

from typing import Annotated

import msgspec

Offset = Annotated[float, msgspec.Meta(ge=-1000, le=1000)]


class LabelOffsets(msgspec.Struct, frozen=True):
    """The offsets of a bundle that `windvane calibrate` wrote.

    Attributes:
        values: One per label, in the order of the logits' columns; added to the logits before they
            are divided by the temperature.
        exported_temperature: Temperature of the bundle without offsets, which another calibration
            starts from.
    """

    values: tuple[Offset, ...]
    exported_temperature: Annotated[float, msgspec.Meta(ge=0.01, le=100)]


def check_offsets(offsets: LabelOffsets | None, labels: int) -> None:
    """Check the offsets of a manifest.

    Args:
        offsets: The offsets, if there are any.
        labels: Number of labels of the bundle.

    Raises:
        ValueError: There is not one per label.
    """
    if offsets is not None and len(offsets.values) != labels:
        raise ValueError(f"offsets has {len(offsets.values)} values for {labels} labels")
