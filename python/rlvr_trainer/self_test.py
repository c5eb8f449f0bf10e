"""Tries on a few tokens whether a model can be trained in packed sequences, rather than to know every
architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rlvr_trainer.errors import TrainerError
from rlvr_trainer.packing import Packing

if TYPE_CHECKING:
    from rlvr_trainer.hugging_face import HuggingFacePolicy

TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 0.25}
"""Of logits: what rounding alone may differ."""


@torch.no_grad()
def refuse_untrainable(policy: HuggingFacePolicy, attention: str) -> None:
    """Raises TrainerError `trainer_failed` when the model's packed logits are not those of each sequence
    alone.

    So it is with attention outside of the library's registry, recurrent layers, and logits that are not the
    head's own.
    """
    ids = torch.arange(12) * 7 % policy.vocabulary_size
    lengths = (5, 7)
    dtype = next(policy.model.parameters()).dtype
    policy.eval()
    try:
        packed = policy.logits(policy.hidden_states(ids, Packing.of(lengths, ids.device)))
        policy.model.set_attn_implementation("eager")
        alone = torch.cat([logits_alone(policy, part) for part in ids.split(lengths)])
        policy.model.set_attn_implementation(attention)
    except (TypeError, ValueError, RuntimeError, AttributeError, NotImplementedError) as error:
        raise untrainable(policy, str(error)) from error
    difference = (packed.float() - alone.float()).abs().max().item()
    if not difference <= TOLERANCE.get(dtype, 0.25) * max(1.0, alone.float().abs().max().item()):
        raise untrainable(policy, f"its logits differ by {difference:.3g} from those of each sequence alone")


def logits_alone(policy: HuggingFacePolicy, ids: Tensor) -> Tensor:
    """As the library computes them."""
    return policy.model(input_ids=ids[None], use_cache=False).logits[0]


def untrainable(policy: HuggingFacePolicy, why: str) -> TrainerError:
    """A model that this trainer would train wrongly."""
    return TrainerError(
        "trainer_failed",
        f"models of type {policy.model.config.model_type} cannot be trained in packed sequences: {why}",
        "Take a decoder-only model with plain or sliding-window attention, such as Qwen, Llama or Mistral.",
    )
