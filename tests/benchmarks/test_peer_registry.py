"""Every registered peer is there to be measured."""

from importlib.util import find_spec

import pytest

from benchmarks.peer_registry import PEERS, TORCH, WINDVANE, PeerSpec
from benchmarks.peers.protocol import Setting


@pytest.mark.parametrize("spec", PEERS, ids=lambda spec: spec.name)
def test_registry_names_modules_that_exist(spec: PeerSpec) -> None:
    assert find_spec(f"benchmarks.peers.{spec.name}")


def test_registry_lists_windvane_first_and_the_reference_of_labels() -> None:
    names = [spec.name for spec in PEERS]

    assert names[0] == WINDVANE
    assert TORCH in names
    assert len(set(names)) == len(names)


def test_registry_counts_what_we_install_for_windvane() -> None:
    spec = PEERS[0]

    assert {"onnxruntime", "tokenizers", "numpy", "msgspec", "protobuf"} <= set(spec.packages)
    assert "huggingface-hub" not in spec.packages
    assert not spec.with_required


@pytest.mark.parametrize(
    ("batches", "workers", "expected"),
    [
        pytest.param(False, False, [(2, 1, 1)], id="neither"),
        pytest.param(True, False, [(2, 1, 8), (2, 1, 16)], id="batches"),
        pytest.param(False, True, [(2, 1, 1), (1, 2, 1)], id="workers"),
        pytest.param(
            True, True, [(2, 1, 8), (1, 2, 8), (2, 1, 16), (1, 2, 16)], id="batches and workers"
        ),
    ],
)
def test_bulk_settings_use_all_threads_in_every_way(
    batches: bool, workers: bool, expected: list[tuple[int, int, int]]
) -> None:
    spec = PeerSpec(name="peer", title="Peer", packages=(), batches=batches, workers=workers)

    settings = list(spec.iter_bulk_settings(2, (8, 16)))

    assert settings == [Setting(*numbers) for numbers in expected]


def test_bulk_settings_on_one_thread_have_one_worker() -> None:
    spec = PeerSpec(name="peer", title="Peer", packages=())

    settings = list(spec.iter_bulk_settings(1, (8,)))

    assert settings == [Setting(threads=1, workers=1, batch_size=8)]
