"""Batches of texts of similar length, with labels in request order."""

from collections.abc import Sequence

import pytest

from benchmarks.peers.batching import BatchedPeer, iter_batches
from benchmarks.peers.protocol import Setting

TEXTS = ["aa", "a", "aaaa", "aaa", "aaaaa"]


def test_iter_batches_goes_from_the_longest_to_the_shortest() -> None:
    batches = list(iter_batches(TEXTS, 2))

    assert batches == [[4, 2], [3, 0], [1]]


@pytest.mark.parametrize("workers", [1, 2])
def test_batched_peer_returns_labels_in_request_order(workers: int) -> None:
    sizes = []

    def classify_batch(texts: Sequence[str]) -> list[str]:
        sizes.append(len(texts))
        return [str(len(text)) for text in texts]

    peer = BatchedPeer(classify_batch, Setting(threads=1, workers=workers, batch_size=2))

    labels = peer.classify(TEXTS)

    assert labels == ["2", "1", "4", "3", "5"]
    assert sorted(sizes) == [1, 2, 2]
