"""Exports: the weights for the policy server, with a sequence by which to tell whether it loaded them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor

from rlvr_trainer.batch import Batch
from rlvr_trainer.files import hash_files, publish, temporary_path, version_directory
from rlvr_trainer.packing import pack_tokens
from rlvr_trainer.policy import Policy
from rlvr_trainer.protocol import PROTOCOL_VERSION
from rlvr_trainer.ranks import Ranks, whole

PROBE_TOKENS = 256
PROBE_COMPLETION = 2


@dataclass(frozen=True)
class Probe:
    """A sequence with its log-probabilities after the prompt, at temperature 1, after and before a batch."""

    input_ids: list[int]
    prompt_length: int
    logprobs: list[float]
    parent_logprobs: list[float]


def probe_sequence(batch: Batch) -> tuple[list[int], int] | None:
    """Ids and prompt length of the batch's first sequence with 2 completion tokens, cut to 256 tokens."""
    offsets, actions, ids = batch.offsets, batch.tensors["action_mask"], batch.tensors["input_ids"]
    for start, end in pairwise(offsets):
        places = actions[start:end].nonzero().flatten()
        sequence = ids[start : min(end, start + PROBE_TOKENS)].tolist()
        if len(places) > 0 and 0 < int(places[0]) <= len(sequence) - PROBE_COMPLETION:
            return sequence, int(places[0])
    return None


@torch.no_grad()
def probe_logprobs(policy: Policy, sequence: tuple[list[int], int], ranks: Ranks) -> list[float]:
    """Of each token after the prompt, at temperature 1."""
    policy.eval()
    return policy(pack_tokens(*sequence, ranks.device))[0].tolist()


def save_export(
    folder: Path,
    version: int,
    policy: Policy,
    probe: Probe | None,
    ranks: Ranks,
    alive: Callable[[], None],
) -> dict[str, str]:
    """Writes the export of a version; its name below the epoch. `alive` is called with each parameter."""

    def gather(value: Tensor) -> Tensor:
        alive()
        return whole(value).cpu()

    path = version_directory(folder, version)
    temporary = temporary_path(path)
    if ranks.is_first:
        temporary.mkdir()
    policy.write_export(temporary, gather, ranks.is_first)
    if ranks.is_first:
        manifest = {
            "protocol": PROTOCOL_VERSION,
            "kind": "export",
            "policy_version": version,
            "format": policy.export_format,
            "files": hash_files(temporary),
            "probe": None if probe is None else asdict(probe),
        }
        publish(temporary, path, manifest)
    ranks.barrier()
    return {"directory": f"{folder.name}/{path.name}"}
