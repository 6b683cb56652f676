"""Device and precision of training."""

import pytest
import torch

from windvane.training.hardware import find_hardware


@pytest.mark.parametrize(
    ("capabilities", "bfloat16"),
    [
        ({"avx2": True, "avx512_bf16": False, "amx_bf16": False}, False),
        ({"avx2": True, "avx512_bf16": True, "amx_bf16": False}, True),
        ({"avx512_bf16": True, "amx_bf16": True}, True),
        ({}, False),
    ],
    ids=["AVX2", "AVX-512 BF16", "AMX", "ARM"],
)
def test_find_hardware_takes_bfloat16_where_the_processor_multiplies_it(
    monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, bool], bfloat16: bool
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)

    hardware = find_hardware()

    assert (hardware.device, hardware.bfloat16) == ("cpu", bfloat16)
