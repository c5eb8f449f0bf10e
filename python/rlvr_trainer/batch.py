"""A batch as it comes: packed, ragged tensors and a manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from rlvr_trainer.errors import TrainerError
from rlvr_trainer.files import read_verified
from rlvr_trainer.protocol import BatchManifest

FILE = "batch.safetensors"
PER_SEQUENCE = {"temperature": torch.float32, "opt_step": torch.int32, "sequence_id": torch.int64}
PER_TOKEN = {
    "input_ids": torch.int32,
    "action_mask": torch.uint8,
    "sampling_logprobs": torch.float32,
    "policy_version": torch.int32,
    "advantages": torch.float32,
    "weights": torch.float32,
}
OPTIONAL = {"ref_logprobs": torch.float32, "advantages_2": torch.float32, "weights_2": torch.float32}
REQUIRED = {"cu_seqlens": torch.int32, **PER_TOKEN, **PER_SEQUENCE}


@dataclass(frozen=True)
class Batch:
    """S sequences, N tokens; sequence s has entries offsets[s] to offsets[s + 1] of what is one a token."""

    manifest: BatchManifest
    tensors: dict[str, Tensor]
    """By their names in the protocol; the optional ones only where the batch has them."""

    @property
    def offsets(self) -> list[int]:
        """S + 1 of them."""
        return self.tensors["cu_seqlens"].tolist()

    @property
    def sequences(self) -> int:
        """S."""
        return len(self.tensors["cu_seqlens"]) - 1

    @property
    def weighted(self) -> Tensor:
        """bool [N]: tokens with a loss weight."""
        second = self.tensors.get("weights_2")
        first = self.tensors["weights"] != 0
        return first if second is None else first | (second != 0)


def read_batch(directory: Path, reread_seconds: float) -> Batch:
    """Reads and checks a batch directory.

    Raises TrainerError `missing_file`, `bad_checkpoint` (damaged), `protocol_violation` (tensors that do not
    fit together) or `trainer_failed` (tensors that this trainer does not use).
    """
    manifest = read_verified(directory, BatchManifest, reread_seconds)
    if FILE not in manifest.files:
        raise malformed(f"its manifest lists no {FILE}")
    try:
        tensors = load_file(directory / FILE)
    except SafetensorError as error:
        raise malformed(f"{FILE} cannot be read: {error}") from error
    batch = Batch(manifest, tensors)
    refuse_unknown(batch)
    check_batch(batch)
    return batch


def refuse_unknown(batch: Batch) -> None:
    """Refuses what would otherwise silently be left out, or would do nothing."""
    unknown = [name for name in batch.tensors if name not in REQUIRED and name not in OPTIONAL]
    if unknown:
        raise TrainerError(
            "trainer_failed",
            f"the PyTorch trainer does not use the tensor {', '.join(unknown)}",
            "Leave it out: credit from a teacher belongs in the advantages. Or use another trainer.",
        )
    objective = batch.manifest.objective
    if objective.correction is not None and objective.old == "sampler":
        raise TrainerError(
            "protocol_violation",
            f"the correction {objective.correction.mode} needs old log-probabilities of its own",
            'Set old to "recompute". With "sampler" the old log-probabilities are the sampler\'s: nothing to '
            "correct.",
        )


def check_batch(batch: Batch) -> None:
    """Checks what must hold of every batch, whoever wrote it."""
    tensors, steps = batch.tensors, len(batch.manifest.learning_rates)
    for name, dtype in REQUIRED.items():
        if name not in tensors:
            raise malformed(f"it has no tensor {name}")
        if tensors[name].dtype != dtype or tensors[name].ndim != 1:
            raise malformed(f"{name} is no vector of {dtype}")
    if ("advantages_2" in tensors) != ("weights_2" in tensors):
        raise malformed("advantages_2 and weights_2 come together")
    tokens = len(tensors["input_ids"])
    if batch.sequences < 1:
        raise malformed("it has no sequences")
    for name, values in tensors.items():
        expected = batch.sequences if name in PER_SEQUENCE else tokens
        if name != "cu_seqlens" and values.shape != (expected,):
            raise malformed(f"{name} has {values.numel()} entries instead of {expected}")
        if values.is_floating_point() and not values.isfinite().all():
            raise malformed(f"{name} has a number that is not finite")
    offsets = tensors["cu_seqlens"].long()
    if offsets[0] != 0 or offsets[-1] != tokens:
        raise malformed("cu_seqlens does not span the tokens")
    for index, length in enumerate(offsets.diff().tolist()):
        if length < 2:
            raise malformed(f"sequence {index} has {length} tokens, fewer than 2")
    for index, step in enumerate(tensors["opt_step"].tolist()):
        if not 0 <= step < steps:
            raise malformed(
                f"sequence {index} belongs to optimiser step {step}, but there are {steps} learning rates"
            )
    for index, temperature in enumerate(tensors["temperature"].tolist()):
        if not temperature > 0:
            raise malformed(f"sequence {index} has temperature {temperature}")
    weighted = batch.weighted
    for token in (weighted & (tensors["action_mask"] == 0)).nonzero().flatten().tolist():
        raise malformed(f"token {token} is no action but has a weight")
    for token in offsets[:-1][weighted[offsets[:-1]]].tolist():
        raise malformed(f"token {token} is the first of its sequence but has a weight")


def refuse_misfit(batch: Batch, version: int, vocabulary_size: int, max_length: int | None) -> None:
    """Refuses a batch for another version of the policy, or with ids or lengths that the policy does not
    have."""
    if batch.manifest.policy_version != version:
        raise TrainerError(
            "protocol_violation",
            f"the batch is for policy version {batch.manifest.policy_version}, the trainer is at {version}",
            "Train batches in order; after a restart, replay those since the checkpoint.",
        )
    longest = int(batch.tensors["cu_seqlens"].diff().max())
    if max_length is not None and longest > max_length:
        raise TrainerError(
            "protocol_violation",
            f"a sequence has {longest} tokens, the policy takes {max_length}",
            "Lower the completions' max_tokens, or use a policy with more positions.",
        )
    ids = batch.tensors["input_ids"]
    foreign = ids[(ids < 0) | (ids >= vocabulary_size)]
    if len(foreign) > 0:
        raise TrainerError(
            "protocol_violation",
            f"token id {foreign[0].item()} is outside the policy's {vocabulary_size} tokens",
            "Sample and train with the same policy directory.",
        )


def malformed(why: str) -> TrainerError:
    """What is wrong with a batch, as an error."""
    return TrainerError(
        "protocol_violation",
        f"the batch is not what trainer protocol 1 says: {why}",
        "This is a bug in what wrote the batch.",
    )
