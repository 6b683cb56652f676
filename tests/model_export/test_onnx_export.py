"""optimum converts the checkpoint, or one sentence says that it cannot."""

from dataclasses import replace

import pytest
import torch

from model_export.checkpoint import Checkpoint
from model_export.errors import ConversionError
from model_export.onnx_export import export_onnx


class Untraceable(torch.nn.Module):
    """A model that fails when it is run, as one with a missing dependency does."""

    def __init__(self, original: torch.nn.Module) -> None:
        super().__init__()
        self.config = original.config
        self.original = original

    def forward(self, **_: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("the kernel is missing\nand a long explanation")


def test_export_onnx_holds_its_weights(bert: Checkpoint) -> None:
    model = export_onnx(bert)

    weights = sum(len(item.raw_data) for item in model.graph.initializer)
    assert weights >= 0.95 * 4 * bert.model.num_parameters()
    assert [output.name for output in model.graph.output] == ["logits"]


def test_export_onnx_says_in_a_sentence_that_it_cannot(bert: Checkpoint) -> None:
    broken = replace(bert, model=Untraceable(bert.model))

    with pytest.raises(ConversionError) as raised:
        export_onnx(broken)

    message = str(raised.value)
    assert message.startswith(f"optimum cannot convert {bert.name} (model type bert) to ONNX: ")
    assert "\n" not in message
