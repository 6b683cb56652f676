"""Scaling of activations before a matrix multiplication in 8 bits.

onnxruntime quantizes an input with one scale for the whole text, so a few outlier channels cost all
others their precision. There are two remedies: divide each channel and multiply its weights
(SmoothQuant, Xiao et al. 2022, arXiv:2211.10438), and multiply the widest channels in float
(LLM.int8, Dettmers et al. 2022, arXiv:2208.07339).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_export.schemes import Scheme
from model_export.weight_rounding import round_to_nearest

_SMOOTHING_STRENGTHS = (0.5, 0.65, 0.8, 0.9)
"""Values of SmoothQuant's alpha to try."""
_SPLIT_ERROR_RATIO = 0.8
"""Float channels cost three small operations: used if the error falls below this part of it."""
_SAMPLED_COLUMNS = 256
"""Columns are rounded independently, so the error of a sample stands for the error of all."""
_EPSILON = 1e-5


@dataclass(frozen=True)
class ActivationScaling:
    """How each channel of an input is scaled before it is quantized.

    Attributes:
        divisors: float32, shape (channels,); the weight's rows are multiplied by the same values.
        float_channels: int64, indices of the channels that are multiplied in float instead.
    """

    divisors: NDArray[np.float32]
    float_channels: NDArray[np.int64]

    @property
    def factors(self) -> NDArray[np.float32]:
        """Multipliers of the quantized part of the input: 0 for a float channel."""
        factors = 1 / self.divisors
        factors[self.float_channels] = 0
        return factors.astype(np.float32)


def choose_scaling(
    texts: Sequence[NDArray[np.float32]],
    weight: NDArray[np.float32],
    scheme: Scheme,
    *,
    may_split: bool,
) -> ActivationScaling:
    """Choose the smoothing strength, with or without float channels, with the smallest error.

    Args:
        texts: The input on each text, float32, shape (seq_len, channels).
        weight: float32, shape (channels, out_channels).
        scheme: Says whether to smooth, and how many channels may be multiplied in float.
        may_split: Whether this operation can multiply channels in float.
    """
    channels = len(weight)
    plain = ActivationScaling(np.ones(channels, np.float32), np.array([], np.int64))
    if not scheme.smooth or scheme.largest_code is None:
        return plain
    widths = np.max([np.abs(text).max(axis=0) for text in texts], axis=0)
    divisors = [_smoothing_divisors(widths, weight, strength) for strength in _SMOOTHING_STRENGTHS]
    sample = weight[:, :: max(1, weight.shape[1] // _SAMPLED_COLUMNS)]

    def choose_best(candidates: list[ActivationScaling]) -> tuple[float, ActivationScaling]:
        errors = [
            quantization_error(texts, sample, candidate, scheme.largest_code or 0)
            for candidate in candidates
        ]
        best = int(np.argmin(errors))
        return errors[best], candidates[best]

    smoothed_error, smoothed = choose_best(
        [ActivationScaling(d, plain.float_channels) for d in divisors]
    )
    if not may_split or channels <= 2 * scheme.outlier_channels:
        return smoothed
    split_error, split = choose_best(
        [ActivationScaling(d, _widest(widths / d, scheme.outlier_channels)) for d in divisors]
    )
    return split if split_error < _SPLIT_ERROR_RATIO * smoothed_error else smoothed


def quantize_activations(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Quantize as ONNX's DynamicQuantizeLinear (8 bits, one scale and zero point), and back."""
    low, high = np.minimum(values.min(), 0), np.maximum(values.max(), 0)
    scale = (high - low) / np.float32(255) or np.float32(1)
    zero_point = np.clip(np.round(-low / scale), 0, 255)
    codes = np.clip(np.round(values / scale) + zero_point, 0, 255)
    return np.asarray((codes - zero_point) * scale, dtype=np.float32)


def quantization_error(
    texts: Sequence[NDArray[np.float32]],
    weight: NDArray[np.float32],
    scaling: ActivationScaling,
    largest_code: int,
) -> float:
    """Sum the squared error of the product over the texts, input and weight both quantized."""
    exact = integer_part(weight, scaling)
    rounded = round_to_nearest(exact, largest_code).weight
    total = 0.0
    for text in texts:
        values = text * scaling.factors
        difference = quantize_activations(values) @ rounded - values @ exact
        total += float(np.square(difference).sum())
    return total


def integer_part(weight: NDArray[np.float32], scaling: ActivationScaling) -> NDArray[np.float32]:
    """Return the weight's quantized rows, scaled to match the input; the other rows are 0."""
    rows = np.where(scaling.factors > 0, scaling.divisors, 0).astype(np.float32)
    return weight * rows[:, None]


def _smoothing_divisors(
    widths: NDArray[np.float32], weight: NDArray[np.float32], strength: float
) -> NDArray[np.float32]:
    input_widths = np.maximum(widths, _EPSILON) ** strength
    weight_widths = np.maximum(np.abs(weight).max(axis=1), _EPSILON) ** (1 - strength)
    divisors = input_widths / weight_widths
    return np.asarray(divisors / np.exp(np.log(divisors).mean()), dtype=np.float32)


def _widest(widths: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    return np.sort(np.argsort(-widths)[:count])
