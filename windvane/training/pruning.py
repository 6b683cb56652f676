"""Takes neurons out of the feed-forward layers of a checkpoint, and fits the rest to their work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel

from model_export.checkpoint import WEIGHTS_FILE, Checkpoint, load_checkpoint
from model_export.normalizations import DEFAULT_NORMALIZATION
from model_export.progress import Track, untracked
from model_export.text_normalization import normalize_checkpoint
from windvane.inference.bundle_files import sha256_of
from windvane.training.batches import cut_window, group_by_length, pad
from windvane.training.errors import PruningError
from windvane.training.examples import encode_texts
from windvane.training.hardware import Hardware, find_hardware
from windvane.training.record import read_record
from windvane.training.saving import save_checkpoint

_WIDTHS = ("intermediate_size", "hidden_dim")
"""Names of a configuration for the neurons of a feed-forward layer; DistilBERT has the second."""
_BATCH_TEXTS = 64
_DAMPING = 1e-3
"""Added to the diagonal of the Gram matrix, as a share of its mean; GPTQ adds a hundredth."""

_LEAST_DAMPING = 1e-12
"""For a layer that no text goes through, or that moves no answer."""


@dataclass(frozen=True)
class PruningOptions:
    """Options of a pruning.

    Attributes:
        neurons: Neurons of each feed-forward layer that stay.
        texts: Texts that the neurons are chosen and fitted on, at least one.
        normalization: Name of the rules that texts are read with.
        max_tokens: Longest text; of a longer one the beginning is read.
        seed: Seed of the labels that are drawn from the model's own answers.
        half: Whether the checkpoint is stored in float16, half the size.
    """

    neurons: int
    texts: Sequence[str]
    normalization: str = DEFAULT_NORMALIZATION
    max_tokens: int = 128
    seed: int = 1
    half: bool = False


@dataclass(frozen=True)
class _FeedForward:
    """The two matrices of a feed-forward layer, into the neurons and out of them, and its bias."""

    up: nn.Linear
    down: nn.Linear
    bias: torch.Tensor


def prune_checkpoint(
    name: Path, folder: Path, options: PruningOptions, track: Track = untracked
) -> list[float]:
    """Write a checkpoint whose feed-forward layers have fewer neurons.

    One after the other, the neuron goes whose loss the rest can make up for best (optimal brain
    surgeon, Hassibi and Stork 1993; layer by layer, Frantar and Alistarh 2022, arXiv:2208.11580).
    An error counts by how far it would move the answer, which the gradient tells: of the last layer
    of BERT, only the first token counts. What is left is an ordinary, smaller checkpoint, to be
    fine-tuned with the whole one as its teacher.

    Args:
        name: Folder of the whole checkpoint.
        folder: Folder of the new one; it is created.
        options: The options.
        track: Shows progress.

    Returns:
        What each layer lost: the squared error of its output, as a share of the squared output.

    Raises:
        CheckpointError: The checkpoint cannot be loaded.
        PruningError: Its layers cannot be pruned so.
        OSError: The folder cannot be written.
    """
    checkpoint = load_checkpoint(str(name))
    layers = _find_feed_forward(checkpoint, options.neurons)
    hardware = find_hardware()
    checkpoint.model.to(hardware.device)
    grams = _measure(checkpoint, layers, options, hardware, track)
    losses = [
        _prune(layer, gram.cpu(), options.neurons)
        for layer, gram in track(
            list(zip(layers, grams, strict=True)), description="Pruning", total=len(layers)
        )
    ]
    config = checkpoint.model.config
    setattr(config, _find_width(config), options.neurons)
    record = {
        "pruned": {"name": name.name, "sha256": sha256_of(name / WEIGHTS_FILE), "losses": losses},
        "neurons": options.neurons,
        "texts": len(options.texts),
        "seed": options.seed,
        "normalization": options.normalization,
        "before": read_record(name),
    }
    model = checkpoint.model.cpu().half() if options.half else checkpoint.model.cpu()
    save_checkpoint(folder, model, checkpoint.tokenizer, record)
    return losses


def _find_width(config: PretrainedConfig) -> str:
    return next((name for name in _WIDTHS if isinstance(getattr(config, name, None), int)), "")


def _find_feed_forward(checkpoint: Checkpoint, neurons: int) -> list[_FeedForward]:
    """Find the pairs of matrices between which a layer is as wide as the configuration says."""
    width = getattr(checkpoint.config, _find_width(checkpoint.config), 0)
    linear = [each for each in checkpoint.model.modules() if isinstance(each, nn.Linear)]
    ups = [each for each in linear if each.out_features == width != each.in_features]
    downs = [each for each in linear if each.in_features == width != each.out_features]
    count = getattr(checkpoint.config, "num_hidden_layers", 0)
    biases = [each.bias for each in downs if each.bias is not None]
    if not width or not len(ups) == len(downs) == len(biases) == count:
        raise PruningError(
            f"{checkpoint.name} cannot be pruned: it has no feed-forward layers of two matrices "
            "with a bias, one pair a layer."
        )
    if neurons >= width:
        raise PruningError(
            f"The feed-forward layers of {checkpoint.name} have {width:,} neurons; keep fewer."
        )
    return [_FeedForward(*layer) for layer in zip(ups, downs, biases, strict=True)]


def _measure(
    checkpoint: Checkpoint,
    layers: Sequence[_FeedForward],
    options: PruningOptions,
    hardware: Hardware,
    track: Track,
) -> list[torch.Tensor]:
    """Measure the Gram matrix of each layer's neurons and a constant, rows weighted by gradient.

    Returns:
        float64, shape (neurons + 1, neurons + 1), one for each layer.
    """
    batches = list(_encode(checkpoint, options))
    grams = [_new_gram(layer, hardware.device) for layer in layers]
    random = torch.Generator(hardware.device).manual_seed(options.seed)
    with _recording([layer.down for layer in layers]) as recorded:
        for ids, mask in track(batches, description="Reading the texts", total=len(batches)):
            recorded.clear()
            gradients = _find_gradients(
                checkpoint.model,
                ids.to(hardware.device),
                mask.to(hardware.device),
                recorded,
                random,
            )
            for gram, (hidden, _), gradient in zip(grams, recorded, gradients, strict=True):
                _add_rows(gram, hidden, gradient)
    return grams


def _encode(
    checkpoint: Checkpoint, options: PruningOptions
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    tokenizer = normalize_checkpoint(checkpoint, options.normalization).tokenizer
    encoded = encode_texts(tokenizer, options.texts)
    for batch in group_by_length(encoded, _BATCH_TEXTS):
        windows = [cut_window(encoded[i], options.max_tokens, 0) for i in batch]
        yield pad(windows, checkpoint.config.pad_token_id)


def _new_gram(layer: _FeedForward, device: str) -> torch.Tensor:
    size = layer.down.in_features + 1
    return torch.zeros(size, size, dtype=torch.float64, device=device)


@contextmanager
def _recording(modules: Sequence[nn.Module]) -> Iterator[list[tuple[torch.Tensor, torch.Tensor]]]:
    """Record the input and the output of modules, in the order in which they are called."""
    recorded: list[tuple[torch.Tensor, torch.Tensor]] = []

    def record(_module: nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        recorded.append((inputs[0].detach(), output))

    handles = [module.register_forward_hook(record) for module in modules]
    try:
        yield recorded
    finally:
        for handle in handles:
            handle.remove()


def _find_gradients(
    model: PreTrainedModel,
    input_ids: torch.Tensor,
    attention_mask: torch.Tensor,
    recorded: Sequence[tuple[torch.Tensor, torch.Tensor]],
    random: torch.Generator,
) -> tuple[torch.Tensor, ...]:
    """Find the gradients of the recorded outputs, for labels drawn from the model's answers."""
    logits = model(input_ids=input_ids, attention_mask=attention_mask).logits
    drawn = torch.multinomial(logits.detach().softmax(-1), 1, generator=random)[:, 0]
    loss = nn.functional.cross_entropy(logits, drawn, reduction="sum")
    return torch.autograd.grad(loss, [output for _, output in recorded])


def _add_rows(gram: torch.Tensor, hidden: torch.Tensor, gradient: torch.Tensor) -> None:
    """Add the tokens of a batch, each by the length of its gradient; padding has none."""
    rows = torch.cat([hidden, torch.ones_like(hidden[..., :1])], -1)
    rows = (rows * gradient.norm(dim=-1, keepdim=True)).flatten(0, -2)
    gram += (rows.T @ rows).double()


@torch.no_grad()
def _prune(layer: _FeedForward, gram: torch.Tensor, neurons: int) -> float:
    """Take neurons out of a layer until as many are left; returns the error's share."""
    up, down = layer.up, layer.down
    width = down.in_features
    weight = torch.cat([down.weight.T, layer.bias[None]]).double().cpu()
    whole = float(((gram @ weight) * weight).sum())
    damping = max(_DAMPING * float(gram.diagonal()[:width].mean()), _LEAST_DAMPING)
    damped = gram + damping * torch.eye(width + 1).double()
    inverse = torch.linalg.inv(damped)
    kept = torch.ones(width, dtype=torch.bool)
    lost = 0.0
    for _ in range(width - neurons):
        costs = (weight**2).sum(1)[:width] / inverse.diagonal()[:width]
        neuron = int(costs.masked_fill(~kept, torch.inf).argmin())
        lost += float(costs[neuron])
        column = inverse[:, neuron] / inverse[neuron, neuron]
        weight.addr_(column, weight[neuron].clone(), alpha=-1)
        inverse.addr_(column, inverse[neuron].clone(), alpha=-1)
        inverse[neuron, neuron] = 1  # the row and the column are zero now
        kept[neuron] = False
    device = up.weight.device
    _replace(up, up.weight[kept.to(device)], up.bias[kept.to(device)])
    _replace(down, weight[:width][kept].T.to(up.weight), weight[width].to(up.weight))
    return lost / whole if whole else 0.0


def _replace(linear: nn.Linear, weight: torch.Tensor, bias: torch.Tensor) -> None:
    linear.weight, linear.bias = nn.Parameter(weight.contiguous()), nn.Parameter(bias.clone())
    linear.out_features, linear.in_features = weight.shape
