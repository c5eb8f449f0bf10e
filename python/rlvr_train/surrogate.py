"""The parts of the loss, each chosen by numbers so that one graph computes every objective.

Only the part that is chosen may pass a gradient, and no part may see what could make it overflow while it
is not chosen: 0 times infinity is not a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

LEVELS = ("none", "token", "sequence", "geometric")
"""Levels of the correction: the index of one is its code in LossSettings.correction_level."""

KL_KINDS = ("k1", "k2", "k3")


@dataclass(frozen=True)
class LossOptions:
    """What a trainer is told, named as in a batch's manifest; 0 is off for every coefficient and bound."""

    ratio: str = "token"
    clip_low: float = 0.2
    clip_high: float = 0.2
    dual_clip: float = 0.0
    ratio_cap: float = 0.0
    correction: str | None = None
    cap: float = 2.0
    floor: float = 0.0
    kl_kind: str = "k3"
    kl_coef: float = 0.0
    entropy_coef: float = 0.0

    def vector(self) -> list[float]:
        """The `loss_settings` of grad.onnx."""
        level, _, effect = (self.correction or "none").partition("-")
        return [
            self.clip_low,
            self.clip_high,
            self.dual_clip,
            self.ratio_cap,
            float(self.ratio == "sequence"),
            float(LEVELS.index(level)),
            float(effect == "mask"),
            self.cap,
            self.floor,
            *(self.kl_coef * (kind == self.kl_kind) for kind in KL_KINDS),
            self.entropy_coef,
        ]


class LossSettings(NamedTuple):
    """The same as scalars (0-d tensors), in the order of the `loss_settings` vector of grad.onnx.

    sequence_ratio and correction_masks are flags (0 or 1), correction_level is an index of LEVELS.
    """

    clip_low: Tensor
    clip_high: Tensor
    dual_clip: Tensor
    ratio_cap: Tensor
    sequence_ratio: Tensor
    correction_level: Tensor
    correction_masks: Tensor
    correction_cap: Tensor
    correction_floor: Tensor
    kl_k1: Tensor
    kl_k2: Tensor
    kl_k3: Tensor
    entropy_coef: Tensor


def sequence_sum_and_mean(values: Tensor, active: Tensor) -> tuple[Tensor, Tensor]:
    """[B, 1] each, over a row's active tokens; `values` [B, T] are 0 elsewhere."""
    total = values.sum(1, keepdim=True)
    return total, total / active.to(values.dtype).sum(1, keepdim=True).clamp(min=1.0)


def ratio_logarithm(log_ratio: Tensor, active: Tensor, settings: LossSettings) -> Tensor:
    """Logarithm of each token's ratio [B, T], from new - old: the token's own, or its sequence's mean.

    The sequence's ratio exp(mean log-ratio) is GSPO's (arXiv 2507.18071); its gradient reaches all its tokens.
    """
    _, mean = sequence_sum_and_mean(log_ratio, active)
    return torch.where(settings.sequence_ratio > 0, mean, log_ratio)


def surrogate(
    log_ratio: Tensor, logprobs: Tensor, advantages: Tensor, settings: LossSettings
) -> tuple[Tensor, Tensor]:
    """The surrogate of each token [B, T], and whether a bound took effect.

    -min(ratio A, clip(ratio, 1 - clip_low, 1 + clip_high) A) (PPO, arXiv 1707.06347; two bounds: DAPO,
    arXiv 2503.14476), for A < 0 at most -dual_clip A (dual-clip PPO, arXiv 1912.09729). With a ratio_cap,
    -min(ratio, ratio_cap) A logprob instead, the minimum without gradient (CISPO, arXiv 2506.13585).
    """
    capped = settings.ratio_cap > 0
    value = torch.exp(log_ratio.detach())
    low, high = 1.0 - settings.clip_low, 1.0 + settings.clip_high
    plain = -value * advantages
    bounded = -torch.minimum(torch.maximum(value, low), high) * advantages
    worst = torch.maximum(plain, bounded)
    ceiling = torch.where(
        torch.logical_and(advantages < 0, settings.dual_clip > 0),
        -settings.dual_clip * advantages,
        torch.full_like(advantages, torch.finfo(advantages.dtype).max),
    )
    cut = torch.logical_or(bounded > plain, worst > ceiling)
    ratio = torch.exp(torch.where(torch.logical_or(capped, cut), log_ratio.detach(), log_ratio))
    clipped = torch.where(cut, torch.minimum(worst, ceiling), -ratio * advantages)
    weighted = -torch.minimum(value, settings.ratio_cap) * advantages * logprobs
    # ONNX Runtime has no Where of booleans.
    over = torch.logical_and(capped, value > settings.ratio_cap)
    bound = torch.logical_or(over, torch.logical_and(cut, torch.logical_not(capped)))
    return torch.where(capped, weighted, clipped), bound


def correction(log_weight: Tensor, active: Tensor, settings: LossSettings) -> Tensor:
    """Factor w of each token [B, T] from old - sampled: truncated importance sampling, or a mask.

    w is exp of the token's own log-weight, of its sequence's sum, or of its sequence's mean ("geometric"); at
    most the cap, or, when it masks, 0 outside [floor, cap].
    """
    total, mean = sequence_sum_and_mean(log_weight, active)
    level = settings.correction_level
    chosen = torch.where(level == LEVELS.index("token"), log_weight, torch.zeros_like(log_weight))
    chosen = torch.where(level == LEVELS.index("sequence"), total, chosen)
    weight = torch.exp(torch.where(level == LEVELS.index("geometric"), mean, chosen))
    outside = torch.logical_or(weight < settings.correction_floor, weight > settings.correction_cap)
    masked = torch.where(outside, torch.zeros_like(weight), weight)
    truncated = torch.minimum(weight, settings.correction_cap)
    limited = torch.where(settings.correction_masks > 0, masked, truncated)
    return torch.where(level == LEVELS.index("none"), torch.ones_like(weight), limited).detach()


def k3(logprobs: Tensor, other_logprobs: Tensor) -> Tensor:
    """Estimate of KL(p || other) at samples of p: e^(-d) + d - 1, d = logprobs - other_logprobs.

    Schulman, "Approximating KL divergence": unbiased, never negative.
    """
    difference = logprobs - other_logprobs
    return torch.exp(-difference) + difference - 1.0


def kl_penalty(logprobs: Tensor, ref_logprobs: Tensor, settings: LossSettings) -> Tensor:
    """Sum of coefficient times estimate, of d = logprobs - ref: k1 is d, k2 is d^2 / 2, k3 as above."""
    difference = logprobs - ref_logprobs
    reference = torch.where(settings.kl_k3 > 0, ref_logprobs, logprobs)
    return (
        settings.kl_k1 * difference
        + settings.kl_k2 * difference * difference / 2.0
        + settings.kl_k3 * k3(logprobs, reference)
    )
