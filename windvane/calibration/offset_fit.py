"""Fits label offsets and a temperature to logits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from windvane.inference.predictions import softmax

Floats = NDArray[np.float64]

LABEL_BALANCE = 0.5
"""A text weighs its label's share of the texts to the power of -0.5: 0 is best for accuracy and
costs recall, 1 is best for recall and costs accuracy. DECISIONS.md (2026-11-27) has figures."""
OFFSET_DEVIATION = 0.5
"""Standard deviation of the normal prior of an offset over the temperature; its mean is 0."""
TEMPERATURE_DEVIATION = 0.2
"""That of the inverse temperature, as a share of the exported one, which is its mean."""

_DIGITS = 4
_BOUNDS = (0.01, 100.0)
"""Of the temperature and its inverse, as in a manifest."""
_MOST_STEPS = 100
_MOST_HALVINGS = 30
_PRECISION = 1e-8


@dataclass(frozen=True)
class FittedOffsets:
    """The result of a fit.

    Attributes:
        offsets: float64, shape (num_labels,); their mean is 0.
        temperature: Divides the logits with the offsets.
    """

    offsets: Floats
    temperature: float

    def apply(self, logits: Floats) -> Floats:
        """Return the logarithms of the odds as the bundle serves them, shape as ``logits``."""
        return (logits + self.offsets) / self.temperature


@dataclass(frozen=True)
class _Posterior:
    """Weighted log-loss and priors over (inverse temperature, offsets over the temperature).

    Convex, so that Newton's method finds its only minimum.
    """

    logits: Floats
    truths: NDArray[np.int64]
    weights: Floats
    center: Floats
    precisions: Floats

    def value(self, parameters: Floats) -> float:
        scores = parameters[0] * self.logits + parameters[1:]
        highest = scores.max(axis=1)
        norms = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
        losses = norms - scores[np.arange(len(scores)), self.truths]
        distance = parameters - self.center
        return float(self.weights @ losses + self.precisions @ distance**2 / 2)

    def newton_step(self, parameters: Floats) -> Floats:
        scores = softmax(parameters[0] * self.logits + parameters[1:])
        errors = scores.copy()
        errors[np.arange(len(scores)), self.truths] -= 1
        gradient = np.append(
            self.weights @ (errors * self.logits).sum(axis=1), self.weights @ errors
        )
        gradient += self.precisions * (parameters - self.center)
        return np.asarray(np.linalg.solve(self._curvature(scores), gradient))

    def _curvature(self, scores: Floats) -> Floats:
        means = (scores * self.logits).sum(axis=1, keepdims=True)
        weighted = self.weights[:, None] * scores
        hessian = np.diag(np.append(0.0, weighted.sum(axis=0)) + self.precisions)
        hessian[1:, 1:] -= weighted.T @ scores
        hessian[0, 0] += (weighted * (self.logits - means) ** 2).sum()
        hessian[0, 1:] = hessian[1:, 0] = (weighted * (self.logits - means)).sum(axis=0)
        return hessian


def fit_offsets(
    logits: Floats, truths: NDArray[np.int64], exported_temperature: float
) -> FittedOffsets:
    """Find the offsets and the temperature that fit best, given their priors.

    The offsets shrink towards 0 and the temperature towards the exported one; the fewer the texts,
    the more (maximum a posteriori).

    Args:
        logits: Without offsets, shape (texts, num_labels).
        truths: Column of each text's true label.
        exported_temperature: Temperature of the bundle without offsets.
    """
    labels = logits.shape[1]
    start = np.append(1 / exported_temperature, np.zeros(labels))
    deviations = np.append(TEMPERATURE_DEVIATION * start[0], np.full(labels, OFFSET_DEVIATION))
    weights = _balance(truths, labels)
    posterior = _Posterior(logits, truths, weights, start, 1 / deviations**2)
    inverse, *shifts = _minimize(posterior).tolist()
    temperature = round(1 / inverse, _DIGITS)
    offsets = np.array(shifts) / inverse
    return FittedOffsets(np.round(offsets - offsets.mean(), _DIGITS), temperature)


def _balance(truths: NDArray[np.int64], labels: int) -> Floats:
    """Weigh each text by its label; the weights sum to the number of texts."""
    counts = np.maximum(np.bincount(truths, minlength=labels), 1)
    weights = counts[truths] ** -LABEL_BALANCE
    balanced: Floats = weights * len(truths) / weights.sum()
    return balanced


def _minimize(posterior: _Posterior) -> Floats:
    parameters = posterior.center
    for _ in range(_MOST_STEPS):
        step = posterior.newton_step(parameters)
        moved = _descend(posterior, parameters, step)
        if np.abs(moved - parameters).max() < _PRECISION:
            break
        parameters = moved
    return parameters


def _descend(posterior: _Posterior, parameters: Floats, step: Floats) -> Floats:
    """Go along the step, or along a half of it and so on until the value falls."""
    value = posterior.value(parameters)
    for halvings in range(_MOST_HALVINGS):
        moved: Floats = parameters - step / 2**halvings
        moved[0] = np.clip(moved[0], *_BOUNDS)
        if posterior.value(moved) < value:
            return moved
    return parameters
