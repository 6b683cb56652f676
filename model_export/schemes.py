"""Quantization schemes, by name.

To add one, add it to `SCHEMES`: the export, its parity check and the command's help read it there.
"""

from dataclasses import dataclass, replace

LARGEST_CODE = 127
REDUCED_RANGE = 64
"""onnxruntime's ``reduce_range``: the sum of two products with 8-bit activations fits 16 bits."""


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """How weights are stored and matrices multiplied.

    Attributes:
        help: Size, speed and accuracy in one line, for the command's help.
        largest_code: Integer weights lie within ± this; None keeps float weights.
        smooth: Move activation outliers into the weights (SmoothQuant, arXiv:2211.10438).
        shift_first_token: Take its usual values off the first token, and add their product again.
        compensate: Correct the rounding for recorded activations (GPTQ, arXiv:2210.17323).
        half: Store float weights in 16 bits.
        tolerance: Largest gap of a probability that passes the parity check.
    """

    help: str
    tolerance: float
    largest_code: int | None = None
    smooth: bool = False
    shift_first_token: bool = False
    compensate: bool = False
    half: bool = False


_INT8 = Scheme(
    help="a quarter of the size, three times as fast; outliers smoothed or shifted away, "
    "weights rounded against the texts; right on every processor",
    tolerance=0.15,
    largest_code=LARGEST_CODE,
    smooth=True,
    shift_first_token=True,
    compensate=True,
)
DEFAULT_SCHEME = "int8"
SCHEMES = {
    "int8": _INT8,
    "int8-plain": Scheme(
        help="a little faster than int8 and quick to make; flips several times as many labels",
        tolerance=0.5,
        largest_code=LARGEST_CODE,
    ),
    "int8-reduce-range": replace(
        _INT8,
        help="int8 with 7 bits in each weight, as onnxruntime's reduce_range: coarser "
        "than int8, which bounds pairs of weights instead; kept to show the difference",
        largest_code=REDUCED_RANGE,
    ),
    "fp16": Scheme(
        help="half the size, fp32's scores to three digits and its speed",
        tolerance=0.01,
        half=True,
    ),
    "fp32": Scheme(help="as trained: full size, exact, slowest", tolerance=0.001),
}
