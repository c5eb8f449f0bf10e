"""What a trainer computes of single tokens under the weights that a batch begins with, as a file of the protocol
(src/trainer/protocol/token-stats.ts)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from safetensors.torch import save
from torch import Tensor

from rlvr_trainer.batch import Batch
from rlvr_trainer.batch_plan import Microbatch
from rlvr_trainer.files import write_file_atomic
from rlvr_trainer.protocol import EpochPaths
from rlvr_trainer.ranks import Ranks


@dataclass(frozen=True)
class SequenceStats:
    """float32 of each action token of a sequence, in order, on the CPU."""

    logprobs: Tensor
    entropies: Tensor


Scored = tuple[Tensor, Tensor]
"""Log-probability and entropy of each weighted token of a microbatch, [A]."""


class TokenStats:
    """Those of a batch, by the ids of its sequences: of what this rank has scored, once of a sequence that
    several optimiser steps train on. A sequence with an action that has no weight is left out, as not all its
    tokens are scored, and so is one with a number that is not finite."""

    def __init__(self, batch: Batch) -> None:
        self.ids = batch.tensors["sequence_id"].tolist()
        self.counts = per_sequence(batch, batch.weighted)
        self.actions = per_sequence(batch, batch.tensors["action_mask"] != 0)
        self.by_id: dict[int, SequenceStats] = {}

    def add(self, microbatch: Microbatch | None, scored: Scored) -> None:
        """What a policy said of a microbatch; None is work without weight."""
        if microbatch is None:
            return
        counts = [self.counts[sequence] for sequence in microbatch.sequences]
        parts = (values.detach().float().cpu().split(counts) for values in scored)
        for sequence, logprobs, entropies in zip(microbatch.sequences, *parts, strict=True):
            is_finite = bool(logprobs.isfinite().all() and entropies.isfinite().all())
            if is_finite and self.counts[sequence] == self.actions[sequence]:
                self.by_id.setdefault(self.ids[sequence], SequenceStats(logprobs, entropies))

    def write(self, paths: EpochPaths, version: int, ranks: Ranks) -> dict[str, object]:
        """All ranks' as one file, which rank 0 writes; gives what the answer says of it."""
        found: dict[int, SequenceStats] = {}
        for part in ranks.gather(self.by_id):
            found = part | found
        if not ranks.is_first or not found:
            return {}
        # In the order of the batch, whatever rank had which.
        stats = [(identity, found[identity]) for identity in dict.fromkeys(self.ids) if identity in found]
        lengths = torch.tensor([0, *(len(each.logprobs) for _, each in stats)])
        content = save(
            {
                "sequence_id": torch.tensor([identity for identity, _ in stats]),
                "cu_seqlens": lengths.cumsum(0).int(),
                "logprobs": torch.cat([each.logprobs for _, each in stats]),
                "entropies": torch.cat([each.entropies for _, each in stats]),
            }
        )
        path = paths.token_stats_of(version)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file_atomic(path, content)
        digest = hashlib.sha256(content).hexdigest()
        return {"token_stats": {"file": str(path.relative_to(paths.root)), "sha256": digest}}


def per_sequence(batch: Batch, chosen: Tensor) -> list[int]:
    """How many of the chosen tokens each sequence has."""
    offsets = batch.tensors["cu_seqlens"].long()
    sums = torch.cat([torch.zeros(1, dtype=torch.int64), chosen.long().cumsum(0)])
    return sums[offsets].diff().tolist()
