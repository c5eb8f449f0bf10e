"""What the trainer needs of a language model, whatever kind it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import torch
from torch import Tensor, nn

from rlvr_trainer.packing import PackedMicrobatch, Packing
from rlvr_trainer.statistics import token_statistics

Gather = Callable[[Tensor], Tensor]
"""The whole of a parameter on the CPU, of which each rank may hold a part; all ranks call it."""


class Policy(nn.Module, ABC):
    """A language model in training."""

    export_format: str
    """`weights` or `lora`."""
    vocabulary_size: int
    max_length: int | None
    """Most tokens of a sequence; None when the model has no limit."""
    compute_dtype: torch.dtype
    """Of activations."""

    @abstractmethod
    def hidden_states(self, input_ids: Tensor, packing: Packing) -> Tensor:
        """What the head makes logits of: packed ids [N] -> [N, D]. No sequence sees another."""

    @abstractmethod
    def logits(self, hidden: Tensor) -> Tensor:
        """[A, D] -> [A, V]."""

    def adapter_off(self) -> AbstractContextManager | None:
        """Makes it the policy of version 0 for as long as the context lasts; None when only a copy is."""
        return None

    @abstractmethod
    def write_export(self, directory: Path, gather: Gather, writes: bool) -> None:
        """Writes the weights for the policy server. All ranks call it; one writes."""

    @property
    @abstractmethod
    def blocks(self) -> list[nn.Module]:
        """Layers whose weights are gathered together when ranks share them."""

    def trained(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Parameters that learn, by name."""
        return ((name, value) for name, value in self.named_parameters() if value.requires_grad)

    def forward(self, microbatch: PackedMicrobatch, entropy_gradient: bool = False) -> tuple[Tensor, Tensor]:
        """Log-probability and entropy of each weighted token, float32 [A] each."""
        with self.precision(microbatch.input_ids.device):
            hidden = self.hidden_states(microbatch.input_ids, microbatch.packing)
            chosen = hidden.index_select(0, microbatch.predecessors)
            return token_statistics(
                self.logits, chosen, microbatch.targets, microbatch.temperature, entropy_gradient
            )

    def precision(self, device: torch.device) -> AbstractContextManager:
        """Computes in the policy's dtype with weights that are kept in float32."""
        if self.compute_dtype == torch.float32:
            return nullcontext()
        return torch.autocast(device.type, self.compute_dtype)
