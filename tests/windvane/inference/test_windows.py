"""Windows and the average of their logits."""

import numpy as np
import pytest

from windvane.inference.windows import Window, average_logits, overlap_tokens


def make_window(text_tokens: int) -> Window:
    return Window(list(range(text_tokens + 2)), text_tokens)


def test_average_logits_weighs_windows_by_their_tokens() -> None:
    windows = [make_window(3), make_window(1)]
    logits = [np.array([4, 0], np.float32), np.array([0, 2], np.float32)]

    average = average_logits(windows, logits)

    # (3 * 4 + 1 * 0) / 4 and (3 * 0 + 1 * 2) / 4
    assert average.tolist() == [3.0, 0.5]
    assert average.dtype == np.float32


def test_average_logits_of_three_windows() -> None:
    windows = [make_window(10), make_window(10), make_window(5)]
    logits = [np.array([value], np.float32) for value in (1.0, 2.0, -1.0)]

    # (10 * 1 + 10 * 2 + 5 * -1) / 25
    assert average_logits(windows, logits).tolist() == [1.0]


def test_average_logits_of_one_window_are_its_own() -> None:
    logits = np.array([0.1, 0.2], np.float32)

    assert average_logits([make_window(0)], [logits]) is logits


@pytest.mark.parametrize(("max_tokens", "overlap"), [(512, 16), (128, 16), (32, 8), (16, 4)])
def test_overlap_tokens_is_at_most_a_quarter(max_tokens: int, overlap: int) -> None:
    assert overlap_tokens(max_tokens) == overlap
