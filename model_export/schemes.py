"""The quantization schemes, by name: what each costs and gains."""

from dataclasses import dataclass

NO_OVERFLOW = 64
"""Largest weight code whose products with two 8-bit activations fit 16 bits (255 * 64 * 2).

x86 processors without VNNI add such pairs in 16 bits and saturate; onnxruntime calls this
``reduce_range``.
"""
FULL_RANGE = 127


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
        largest_code=NO_OVERFLOW,
        smooth=True,
        outlier_channels=4,
        compensate=True,
    ),
    "int8-plain": Scheme(
        help="a little faster than int8 and quick to make; flips several times as many labels",
        tolerance=0.5,
        largest_code=NO_OVERFLOW,
    ),
    "int8-full-range": Scheme(
        help="int8 with one more bit in each weight: nearer to fp32, but wrong on x86 without VNNI",
        tolerance=0.15,
        largest_code=FULL_RANGE,
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
