"""Rounds weights to integers, column by column, without overflow on any processor.

x86 processors without VNNI multiply pairs of neighbouring rows with unsigned 8-bit activations and
add the two products in 16 bits, where they saturate (Intel, "Nuances of int8 computations", oneDNN
documentation). onnxruntime's ``reduce_range`` avoids it by halving the range of every weight. Here
each column gets the finest scale at which none of its pairs can overflow, worth most of a bit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_export.schemes import LARGEST_CODE

MAX_PAIR_SUM = 128
"""Bound on the sum of two neighbouring codes of equal sign: 255 * 128 still fits 16 bits."""
_BLOCK = 128
_DAMPING = 0.01


@dataclass(frozen=True)
class IntegerWeight:
    """Integer codes and the scale of each column: weight = codes * scales.

    Attributes:
        codes: int8, shape (in_channels, out_channels).
        scales: float32, shape (out_channels,).
    """

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]

    @property
    def weight(self) -> NDArray[np.float32]:
        """The dequantized weight, float32."""
        return self.codes * self.scales


def round_to_nearest(weight: NDArray[np.float32], largest_code: int) -> IntegerWeight:
    """Round each weight to the nearest code.

    Args:
        weight: float32, shape (in_channels, out_channels).
        largest_code: Codes lie within ± this, and pairs of rows within `MAX_PAIR_SUM`.
    """
    scales = _overflow_free_scales(weight, largest_code)
    codes = np.round(weight / scales)
    for row in range(1, len(codes), 2):  # two codes rounded up can exceed the bound by one
        codes[row] = np.clip(codes[row], *_allowed_codes(codes[row - 1], largest_code))
    return IntegerWeight(codes.astype(np.int8), scales)


def round_rows(table: NDArray[np.float32]) -> IntegerWeight:
    """Round a table with one scale per row; its rows are never multiplied as integers.

    Returns:
        Codes of the table's shape; scales of shape (rows, 1).
    """
    widest = np.abs(table).max(axis=1, keepdims=True)
    scales = np.where(widest > 0, widest / LARGEST_CODE, 1).astype(np.float32)
    return IntegerWeight(np.round(table / scales).astype(np.int8), scales)


def round_with_compensation(
    weight: NDArray[np.float32], activations: NDArray[np.float32], largest_code: int
) -> IntegerWeight:
    """Round row by row, and correct the remaining rows for each row's error.

    This is GPTQ (Frantar et al. 2022, arXiv:2210.17323), which minimizes the error of
    ``activations @ weight``, not of the weight.

    Args:
        weight: float32, shape (in_channels, out_channels).
        activations: float32, shape (rows, in_channels), as the quantized graph computes them.
        largest_code: Codes lie within ± this.
    """
    scales = _overflow_free_scales(weight, largest_code)
    order, inverse_factor = _inverse_hessian_factor(activations)
    remaining = weight[order].astype(np.float64)
    codes = np.zeros_like(remaining)
    position = np.argsort(order)
    for start in range(0, len(remaining), _BLOCK):
        stop = min(start + _BLOCK, len(remaining))
        errors = np.zeros((stop - start, remaining.shape[1]))
        for row in range(start, stop):
            neighbour = order[row] ^ 1  # rows 0 and 1 are a pair, rows 2 and 3 the next
            partner = codes[position[neighbour]] if neighbour < len(codes) else codes[row]
            bounds = _allowed_codes(partner, largest_code)
            codes[row] = np.clip(np.round(remaining[row] / scales), *bounds)
            error = (remaining[row] - codes[row] * scales) / inverse_factor[row, row]
            remaining[row + 1 : stop] -= np.outer(inverse_factor[row, row + 1 : stop], error)
            errors[row - start] = error
        remaining[stop:] -= inverse_factor[start:stop, stop:].T @ errors
    return IntegerWeight(codes[position].astype(np.int8), scales)


def _overflow_free_scales(weight: NDArray[np.float32], largest_code: int) -> NDArray[np.float32]:
    """Find each column's finest scale at which its largest weight and its largest pair both fit."""
    even = weight[: len(weight) // 2 * 2]
    first, second = even[::2], even[1::2]
    pairs = np.where(np.sign(first) == np.sign(second), np.abs(first + second), 0)
    widest = np.maximum(
        np.abs(weight).max(axis=0) / largest_code, pairs.max(axis=0, initial=0) / MAX_PAIR_SUM
    )
    return np.where(widest > 0, widest, 1).astype(np.float32)


def _allowed_codes(
    partner: NDArray[np.float64], largest_code: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bound a row's codes given those of the other row of its pair."""
    lowest = np.maximum(-largest_code, np.maximum(-partner, 0) - MAX_PAIR_SUM)
    highest = np.minimum(largest_code, MAX_PAIR_SUM - np.maximum(partner, 0))
    return lowest, highest


def _inverse_hessian_factor(
    activations: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Order channels by their share of the error, and factor the inverse Hessian in that order."""
    hessian = (activations.T @ activations).astype(np.float64)
    diagonal = np.arange(len(hessian))
    hessian[diagonal, diagonal] += _DAMPING * hessian.diagonal().mean() + np.finfo(np.float64).tiny
    order = np.argsort(-hessian.diagonal(), kind="stable")
    inverse = np.linalg.inv(hessian[np.ix_(order, order)])
    return order, np.linalg.cholesky(inverse).T
