"""The quantization schemes, by name: what each costs and gains."""

from dataclasses import dataclass

LARGEST_CODE = 127
REDUCED_RANGE = 64
"""onnxruntime's ``reduce_range``: no two products of a code and an 8-bit activation overflow."""


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """How the weights of a graph are stored and its matrices multiplied.

    Attributes:
        help: What it costs and gains, in a line.
        largest_code: Integer weights lie within ± this; None keeps floats.
        smooth: Move activation outliers into the weights (SmoothQuant, arXiv:2211.10438).
        outlier_channels: Widest input channels multiplied in float (LLM.int8, arXiv:2208.07339).
        compensate: Round weights against the calibration texts (GPTQ, arXiv:2210.17323).
        half: Store float weights in 16 bits.
        tolerance: Largest gap of a probability on a parity text that the export lets pass.
    """

    help: str
    tolerance: float
    largest_code: int | None = None
    smooth: bool = False
    outlier_channels: int = 0
    compensate: bool = False
    half: bool = False


DEFAULT_SCHEME = "int8"
SCHEMES = {
    "int8": Scheme(
        help="a quarter of the size, three times as fast; outliers smoothed or kept in float, "
        "weights rounded against the texts; right on every processor",
        tolerance=0.15,
        largest_code=LARGEST_CODE,
        smooth=True,
        outlier_channels=4,
        compensate=True,
    ),
    "int8-plain": Scheme(
        help="a little faster than int8 and quick to make; flips several times as many labels",
        tolerance=0.5,
        largest_code=LARGEST_CODE,
    ),
    "int8-reduce-range": Scheme(
        help="int8 with 7 bits in each weight, as onnxruntime's reduce_range: coarser "
        "than int8, which bounds pairs of weights instead; kept to show the difference",
        tolerance=0.15,
        largest_code=REDUCED_RANGE,
        smooth=True,
        outlier_channels=4,
        compensate=True,
    ),
    "fp16": Scheme(
        help="half the size, fp32's answers to three digits and its speed",
        tolerance=0.01,
        half=True,
    ),
    "fp32": Scheme(help="as trained: full size, exact, slowest", tolerance=0.001),
}
