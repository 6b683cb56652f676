"""Scaling of activations before a matrix multiplication in 8 bits.

onnxruntime quantizes an input with one scale for the whole text, so a few outliers cost all other
values their precision. There are two remedies, which change nothing in float: divide each channel
and multiply its weights (SmoothQuant, Xiao et al. 2022, arXiv:2211.10438), and subtract constants
from the first token's row and add their product to the result. The second removes the outliers of
an attention sink (Sun et al. 2024, "Massive activations", arXiv:2402.17762): on BERT they stand in
the row of [CLS] and are almost the same for every text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_export.schemes import Scheme
from model_export.weight_rounding import round_to_nearest

_SMOOTHING_STRENGTHS = (0.5, 0.65, 0.8, 0.9)
"""Values of SmoothQuant's alpha to try."""
_WORTHWHILE_ERROR_RATIO = 0.6
"""A remedy that takes longer is used if the error falls below this part of it."""
_COPY_COST = 0.6
"""Time to copy a tensor for a shift, as a part of the time to multiply it for a division."""
_SAMPLED_COLUMNS = 256
"""Columns are rounded independently, so the error of a sample stands for the error of all."""
_EPSILON = 1e-5


@dataclass(frozen=True)
class ActivationScaling:
    """How an input is changed before it is quantized.

    Attributes:
        divisors: float32, shape (channels,); the weight's rows are multiplied by the same values.
        first_token: float32, shape (channels,); subtracted from the first token's row.
    """

    divisors: NDArray[np.float32]
    first_token: NDArray[np.float32]

    @property
    def divides(self) -> bool:
        """Whether a divisor differs from 1."""
        return bool(np.any(self.divisors != 1))

    @property
    def shifts(self) -> bool:
        """Whether the first token's row changes."""
        return bool(np.any(self.first_token))

    def scale(self, text: NDArray[np.float32]) -> NDArray[np.float32]:
        """Change the input of one text, shape (seq_len, channels), as the graph does."""
        scaled = text / self.divisors
        scaled[0] -= self.first_token / self.divisors
        return scaled

    def scale_weight(self, weight: NDArray[np.float32]) -> NDArray[np.float32]:
        """Multiply the weight's rows by the divisors."""
        return weight * self.divisors[:, None]


def choose_scaling(
    texts: Sequence[NDArray[np.float32]],
    weight: NDArray[np.float32],
    scheme: Scheme,
    *,
    may_shift: bool,
) -> ActivationScaling:
    """Choose among no remedy, either and both; a slower one only if it is much more precise.

    Args:
        texts: The input on each text, float32, shape (seq_len, channels).
        weight: float32, shape (channels, out_channels).
        scheme: Says which remedies to try.
        may_shift: Whether rows are tokens, and the first row of the product can be corrected.
    """
    channels, out_channels = weight.shape
    largest_code = scheme.largest_code or 0
    sample = weight[:, :: max(1, out_channels // _SAMPLED_COLUMNS)]
    shifts = [np.zeros(channels, np.float32)]
    if scheme.shift_first_token and may_shift:
        shifts.append(np.mean([text[0] for text in texts], axis=0, dtype=np.float32))
    best = ActivationScaling(np.ones(channels, np.float32), shifts[0])
    if not scheme.smooth:
        return best
    least_error = quantization_error(texts, sample, best, largest_code)
    remedies = [_smoothed(texts, weight, shift) for shift in shifts]
    remedies += [[ActivationScaling(best.divisors, shift)] for shift in shifts[1:]]
    for candidates in sorted(remedies, key=lambda each: _cost(each[0], weight)):
        errors = [quantization_error(texts, sample, each, largest_code) for each in candidates]
        if min(errors) < _WORTHWHILE_ERROR_RATIO * least_error:
            least_error, best = min(errors), candidates[int(np.argmin(errors))]
    return best


def find_divisors(
    texts: Sequence[NDArray[np.float32]], weight: NDArray[np.float32], largest_code: int
) -> NDArray[np.float32]:
    """Find the divisors with the smallest error, where dividing takes no time.

    Args:
        texts: The input on each text, float32, shape (seq_len, channels).
        weight: float32, shape (channels, out_channels).
        largest_code: Codes of the weight lie within ± this.

    Returns:
        float32, shape (channels,); all 1 where no others are better.
    """
    plain = ActivationScaling(np.ones(len(weight), np.float32), np.zeros(len(weight), np.float32))
    candidates = [plain, *_smoothed(texts, weight, plain.first_token)]
    return min(
        candidates, key=lambda each: quantization_error(texts, weight, each, largest_code)
    ).divisors


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
    """Sum the squared error of the product over the texts, input and weight both quantized.

    Infinite where a product overflows, which the check of the activations reports.
    """
    exact = scaling.scale_weight(weight)
    rounded = round_to_nearest(exact, largest_code).weight
    total = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for text in texts:
            values = scaling.scale(text)
            difference = quantize_activations(values) @ rounded - values @ exact
            total += float(np.square(difference).sum())
    return total if np.isfinite(total) else np.inf


def _smoothed(
    texts: Sequence[NDArray[np.float32]], weight: NDArray[np.float32], shift: NDArray[np.float32]
) -> list[ActivationScaling]:
    """List the scalings that shift by this and divide, one for each strength."""
    shifted = ActivationScaling(np.ones(len(weight), np.float32), shift)
    widths = np.max([np.abs(shifted.scale(text)).max(axis=0) for text in texts], axis=0)
    divisors = [_smoothing_divisors(widths, weight, strength) for strength in _SMOOTHING_STRENGTHS]
    return [ActivationScaling(each, shift) for each in divisors]


def _cost(scaling: ActivationScaling, weight: NDArray[np.float32]) -> float:
    """Estimate the run time for a token, in values of a tensor that are multiplied."""
    channels, out_channels = weight.shape
    copied = _COPY_COST * (channels + out_channels)
    return float(channels * scaling.divides + copied * scaling.shifts)


def _smoothing_divisors(
    widths: NDArray[np.float32], weight: NDArray[np.float32], strength: float
) -> NDArray[np.float32]:
    input_widths = np.maximum(widths, _EPSILON) ** strength
    weight_widths = np.maximum(np.abs(weight).max(axis=1), _EPSILON) ** (1 - strength)
    divisors = input_widths / weight_widths
    return np.asarray(divisors / np.exp(np.log(divisors).mean()), dtype=np.float32)
