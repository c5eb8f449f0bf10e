"""The one loss (rlvr_train.loss) on packed tokens."""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr_train.loss import TokenInputs, policy_loss
from rlvr_train.surrogate import LossOptions, LossSettings
from rlvr_trainer.packing import PackedMicrobatch
from rlvr_trainer.protocol import Objective


def loss_settings(objective: Objective, device: torch.device) -> LossSettings:
    """The loss's settings as the manifest asks for them."""
    correction = objective.correction
    options = LossOptions(
        ratio=objective.ratio,
        clip_low=objective.clip_low,
        clip_high=objective.clip_high,
        dual_clip=objective.dual_clip,
        ratio_cap=objective.ratio_cap,
        correction=None if correction is None else correction.mode,
        cap=0.0 if correction is None else correction.cap,
        floor=0.0 if correction is None else correction.floor,
        kl_kind=objective.kl.kind,
        kl_coef=objective.kl.coefficient,
        entropy_coef=objective.entropy_coefficient,
    )
    return LossSettings(*torch.tensor(options.vector(), device=device).unbind(0))


def packed_loss(
    logprobs: Tensor,
    entropy: Tensor,
    microbatch: PackedMicrobatch,
    old: Tensor | None,
    reference: Tensor | None,
    settings: LossSettings,
) -> tuple[Tensor, Tensor]:
    """Loss and metrics of rlvr_train.loss.policy_loss; logprobs, entropy, old and reference [A].

    `old` None: the sampler's. Only weighted tokens have places in its rows: others count nowhere.
    """
    values, packing = microbatch.values, microbatch.weighted
    inside = torch.zeros(packing.rows * packing.width, device=logprobs.device)
    inside[packing.to_tokens] = 1.0
    inside = inside.view(packing.rows, packing.width)

    def rows(values: Tensor | None) -> Tensor:
        return torch.zeros_like(inside) if values is None else packing.pad(values) * inside

    sampled = values["sampling_logprobs"]
    tokens = TokenInputs(
        sampling_logprobs=rows(sampled),
        old_logprobs=rows(sampled if old is None else old),
        ref_logprobs=rows(reference),
        advantages=rows(values["advantages"]),
        loss_weights=rows(values["weights"]),
        advantages_2=rows(values.get("advantages_2")),
        loss_weights_2=rows(values.get("weights_2")),
    )
    return policy_loss(rows(logprobs), rows(entropy), tokens, settings)
