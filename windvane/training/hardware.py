"""Device and precision of training."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch

_BFLOAT16_UNITS = ("amx_bf16", "avx512_bf16")
"""Where a processor has neither of them, bfloat16 is slower than float32."""


@dataclass(frozen=True)
class Hardware:
    """A device and its precision.

    Attributes:
        device: ``cuda`` where there is a GPU, else ``cpu``.
        bfloat16: Whether matrices are multiplied in bfloat16; the weights stay float32.
    """

    device: str
    bfloat16: bool

    def precision(self) -> AbstractContextManager[object]:
        """Return a context in which matrices are multiplied in the fast precision."""
        if not self.bfloat16:
            return nullcontext()
        return torch.autocast(self.device, dtype=torch.bfloat16)

    def describe(self) -> str:
        """Return the device's name and the precision."""
        name = torch.cuda.get_device_name() if self.device == "cuda" else "CPU"
        return f"{name}, {'bfloat16' if self.bfloat16 else 'float32'}"


def find_hardware() -> Hardware:
    """Choose the GPU if there is one, and bfloat16 where the hardware multiplies it natively."""
    if torch.cuda.is_available():
        return Hardware("cuda", torch.cuda.is_bf16_supported())
    capabilities = torch.cpu.get_capabilities()
    return Hardware("cpu", any(capabilities.get(unit) for unit in _BFLOAT16_UNITS))
