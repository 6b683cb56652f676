"""Rounding of weights to integers, column by column."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
        """The weight that the codes stand for, float32."""
        return self.codes * self.scales


def round_to_nearest(weight: NDArray[np.float32], largest_code: int) -> IntegerWeight:
    """Round each weight to the nearest code; the widest of a column gets the largest."""
    scales = _column_scales(weight, largest_code)
    codes = np.round(weight / scales).astype(np.int8)
    return IntegerWeight(codes, scales)


def round_with_compensation(
    weight: NDArray[np.float32], activations: NDArray[np.float32], largest_code: int
) -> IntegerWeight:
    """Round row by row, letting the rows still to come make up for each row's error.

    This is GPTQ (Frantar et al. 2022, arXiv:2210.17323): it minimizes the error of
    ``activations @ weight``, not of the weight.

    Args:
        weight: float32, shape (in_channels, out_channels).
        activations: float32, shape (rows, in_channels), as the quantized graph will see them.
        largest_code: Codes lie within ± this.
    """
    scales = _column_scales(weight, largest_code)
    order, inverse_factor = _inverse_hessian_factor(activations)
    remaining = weight[order].astype(np.float64)
    codes = np.zeros_like(remaining)
    for start in range(0, len(remaining), _BLOCK):
        stop = min(start + _BLOCK, len(remaining))
        errors = np.zeros((stop - start, remaining.shape[1]))
        for row in range(start, stop):
            codes[row] = np.clip(np.round(remaining[row] / scales), -largest_code, largest_code)
            error = (remaining[row] - codes[row] * scales) / inverse_factor[row, row]
            remaining[row + 1 : stop] -= np.outer(inverse_factor[row, row + 1 : stop], error)
            errors[row - start] = error
        remaining[stop:] -= inverse_factor[start:stop, stop:].T @ errors
    return IntegerWeight(codes[np.argsort(order)].astype(np.int8), scales)


def _column_scales(weight: NDArray[np.float32], largest_code: int) -> NDArray[np.float32]:
    widest = np.abs(weight).max(axis=0)
    return np.where(widest > 0, widest / largest_code, 1).astype(np.float32)


def _inverse_hessian_factor(
    activations: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Order the channels by weight in the error, and factor the inverse Hessian in that order."""
    hessian = (activations.T @ activations).astype(np.float64)
    diagonal = np.arange(len(hessian))
    hessian[diagonal, diagonal] += _DAMPING * hessian.diagonal().mean() + np.finfo(np.float64).tiny
    order = np.argsort(-hessian.diagonal(), kind="stable")
    inverse = np.linalg.inv(hessian[np.ix_(order, order)])
    return order, np.linalg.cholesky(inverse).T
