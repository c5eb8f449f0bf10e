"""Sequences one behind the other in one row of tokens, without padding, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr_trainer.batch import Batch
from rlvr_trainer.batch_plan import Microbatch


@dataclass(frozen=True)
class Packing:
    """How N packed tokens and padded rows [S, L] correspond."""

    rows: int
    """S, sequences."""
    width: int
    """L, tokens of the longest."""
    positions: Tensor
    """[N]: place of a token in its sequence."""
    to_rows: Tensor
    """[S * L]: the token at each place of the rows; any token for padding."""
    to_tokens: Tensor
    """[N]: the place in the rows of each token."""

    @classmethod
    def of(cls, lengths: Sequence[int], device: torch.device) -> Packing:
        """Packing of sequences of these lengths."""
        rows, width = len(lengths), max(lengths)
        counts = torch.tensor(lengths)
        inside = torch.arange(width) < counts[:, None]
        starts = counts.cumsum(0) - counts
        index = torch.arange(width).expand(rows, width)
        to_rows = torch.where(inside, starts[:, None] + index, 0).flatten()
        parts = index[inside], to_rows, inside.flatten().nonzero().flatten()
        return cls(rows, width, *(part.to(device) for part in parts))

    def pad(self, values: Tensor) -> Tensor:
        """[N, ...] -> [S, L, ...]; what is at padding means nothing."""
        return values.index_select(0, self.to_rows).unflatten(0, (self.rows, self.width))

    def unpad(self, values: Tensor) -> Tensor:
        """[S, L, ...] -> [N, ...]."""
        return values.flatten(0, 1).index_select(0, self.to_tokens)


@dataclass(frozen=True)
class PackedMicrobatch:
    """N packed tokens of S sequences, of which A have a weight."""

    input_ids: Tensor
    """int64 [N]."""
    packing: Packing
    """Of the N tokens."""
    predecessors: Tensor
    """int64 [A]: the token whose logits are about each weighted one."""
    targets: Tensor
    """int64 [A]: ids of the weighted tokens."""
    temperature: Tensor
    """[A]."""
    weighted: Packing
    """Of the A weighted tokens."""
    values: dict[str, Tensor]
    """[A] each: the batch's numbers about the weighted tokens, by their names in the protocol."""


VALUES = ("sampling_logprobs", "ref_logprobs", "advantages", "weights", "advantages_2", "weights_2")


def pack_microbatch(batch: Batch, plan: Microbatch, device: torch.device) -> PackedMicrobatch:
    """A microbatch of a batch, on the device of the model."""
    tensors, offsets, weighted = batch.tensors, batch.offsets, batch.weighted
    starts = [offsets[sequence] for sequence in plan.sequences]
    tokens = torch.cat(
        [torch.arange(start, start + length) for start, length in zip(starts, plan.lengths, strict=True)]
    )
    active = weighted[tokens].nonzero().flatten()
    chosen = tokens[active]
    counts = [
        int(weighted[start : start + length].sum())
        for start, length in zip(starts, plan.lengths, strict=True)
    ]
    temperature = tensors["temperature"][list(plan.sequences)].repeat_interleave(torch.tensor(counts))
    ids = tensors["input_ids"].long()
    return PackedMicrobatch(
        input_ids=ids[tokens].to(device),
        packing=Packing.of(plan.lengths, device),
        predecessors=(active - 1).to(device),
        targets=ids[chosen].to(device),
        temperature=temperature.to(device),
        weighted=Packing.of(counts, device),
        values={name: tensors[name][chosen].to(device) for name in VALUES if name in tensors},
    )


def empty_microbatch(device: torch.device) -> PackedMicrobatch:
    """Work without weight, for a rank that has none left: one sequence of two tokens."""
    nothing = torch.zeros(1, device=device)
    return PackedMicrobatch(
        input_ids=torch.zeros(2, dtype=torch.int64, device=device),
        packing=Packing.of([2], device),
        predecessors=torch.zeros(1, dtype=torch.int64, device=device),
        targets=torch.zeros(1, dtype=torch.int64, device=device),
        temperature=torch.ones(1, device=device),
        weighted=Packing.of([1], device),
        values={name: nothing for name in ("sampling_logprobs", "advantages", "weights")},
    )


def pack_tokens(input_ids: Sequence[int], prompt_length: int, device: torch.device) -> PackedMicrobatch:
    """One sequence of which every token after the prompt counts, at temperature 1."""
    ids = torch.tensor(input_ids, device=device)
    count = len(input_ids) - prompt_length
    return PackedMicrobatch(
        input_ids=ids,
        packing=Packing.of([len(input_ids)], device),
        predecessors=torch.arange(prompt_length - 1, len(input_ids) - 1, device=device),
        targets=ids[prompt_length:],
        temperature=torch.ones(count, device=device),
        weighted=Packing.of([count], device),
        values={},
    )
