"""The lineage of a bundle: what it was made from, and what a gate decided about it."""

from typing import Annotated

import msgspec

_Text = Annotated[str, msgspec.Meta(max_length=400)]
_Figure = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
MOST_COMMAND_CHARS = 4000


class DataFile(msgspec.Struct, frozen=True):
    """A labelled file of a retraining or a calibration.

    Attributes:
        role: ``corrections``, ``held_out_corrections``, ``replay``, ``dev``, ``evaluation`` or
            ``calibration``.
        file: Its name.
        sha256: Hash of its bytes, in hexadecimal.
        texts: Number of its texts that were used.
    """

    role: Annotated[str, msgspec.Meta(max_length=40)]
    file: _Text
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    texts: Annotated[int, msgspec.Meta(ge=0)]


class GateLimit(msgspec.Struct, frozen=True):
    """A limit of the gate, with the figures of both models."""

    table: _Text
    metric: _Text
    limit: Annotated[str, msgspec.Meta(max_length=40)]
    bound: _Figure
    champion: _Figure | None
    challenger: _Figure | None
    kept: bool


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """How a bundle came from another one.

    Attributes:
        parent: Version of the bundle that was in use.
        created_at: ISO 8601, UTC.
        command: The command that made it.
        data: The files that it was made from and measured on.
        gate_sha256: Hash of the gate file.
        gate: What the gate decided.
    """

    parent: Annotated[str, msgspec.Meta(max_length=100)]
    created_at: Annotated[str, msgspec.Meta(max_length=40)]
    command: Annotated[str, msgspec.Meta(max_length=MOST_COMMAND_CHARS)]
    data: Annotated[list[DataFile], msgspec.Meta(max_length=200)] = []
    gate_sha256: Annotated[str, msgspec.Meta(max_length=64)] = ""
    gate: Annotated[list[GateLimit], msgspec.Meta(max_length=2500)] = []

    @property
    def is_kept(self) -> bool:
        """Whether the bundle keeps every limit of the gate."""
        return all(limit.kept for limit in self.gate)
