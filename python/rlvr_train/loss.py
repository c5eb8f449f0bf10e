"""The one loss of every trainer: a clipped surrogate with KL and entropy terms, per token.

The orchestrator puts all of its credit into `advantages` and `loss_weights`; this loss adds up and
never normalises, so the gradients of microbatches (and ranks) add up to the gradient of the batch.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

METRICS = (
    "loss",
    "surrogate",
    "tokens",
    "entropy",
    "kl_old",
    "clipped",
    "ratio",
    "abs_log_ratio",
    "ratio_max",
)
"""Entries of the metrics vector: sums over the tokens whose loss weight is not 0, but `ratio_max`
is a maximum. `loss` and `surrogate` are weighted by the loss weights, the rest count each token
once. `kl_old` estimates KL(old || new); `clipped` counts tokens at which either clip took effect."""


class LossSettings(NamedTuple):
    """Scalars (0-d tensors or numbers), in the order of the `loss_settings` vector of grad.onnx."""

    clip_low: Tensor | float
    clip_high: Tensor | float
    dual_clip: Tensor | float
    kl_coef: Tensor | float
    entropy_coef: Tensor | float


def shift_right(values: Tensor) -> Tensor:
    """[B, T] about the next token -> [B, T] about the token itself; 0 for the first."""
    return torch.cat([torch.zeros_like(values[:, :1]), values[:, :-1]], 1)


def shift_left(values: Tensor) -> Tensor:
    """[B, T] about the token itself -> [B, T] about the next token; 0 for the last."""
    return torch.cat([values[:, 1:], torch.zeros_like(values[:, :1])], 1)


def next_token_statistics(logits: Tensor, input_ids: Tensor, temperature: Tensor) -> tuple[Tensor, Tensor]:
    """Log-probability of each next token, and entropy of the distribution that it is drawn from.

    logits [B, T, V], input_ids [B, T] integers, temperature [B] -> two [B, T] in nats; entry t is
    about input_ids[t + 1], so the last one means nothing. The distribution is softmax(logits /
    temperature). One-hot products instead of gathers keep scatters out of the exported backward.
    """
    scaled = logits / temperature[:, None, None]
    log_probabilities = torch.log_softmax(scaled, -1)
    targets = shift_left(input_ids)[:, :, None] == torch.arange(logits.shape[-1])
    chosen = (log_probabilities * targets.to(logits.dtype)).sum(-1)
    entropy = -(torch.softmax(scaled, -1) * log_probabilities).sum(-1)
    return chosen, entropy


def k3(logprobs: Tensor, other_logprobs: Tensor) -> Tensor:
    """Estimate of KL(p || other) at samples of p: e^(-d) + d - 1, d = logprobs - other_logprobs.

    Schulman, "Approximating KL divergence": unbiased, never negative.
    """
    difference = logprobs - other_logprobs
    return torch.exp(-difference) + difference - 1.0


def policy_loss(
    logprobs: Tensor,
    entropy: Tensor,
    old_logprobs: Tensor,
    ref_logprobs: Tensor,
    advantages: Tensor,
    loss_weights: Tensor,
    settings: LossSettings,
) -> tuple[Tensor, Tensor]:
    """Sum over tokens of weight * (surrogate + kl_coef * k3(new, ref) - entropy_coef * entropy).

    All tensors [B, T] about the same tokens; returns the 0-d loss and the metrics [len(METRICS)].
    surrogate = -min(ratio A, clip(ratio, 1 - clip_low, 1 + clip_high) A) (PPO, arXiv 1707.06347;
    two bounds: DAPO, arXiv 2503.14476), and for A < 0 at most -dual_clip A when dual_clip > 0
    (dual-clip PPO, arXiv 1912.09729). Tokens of weight 0 count nowhere, whatever their other values.
    """
    active = loss_weights != 0
    count = active.to(logprobs.dtype)
    zero = torch.zeros_like(logprobs)
    old = torch.where(active, old_logprobs, zero)
    ref = torch.where(active, ref_logprobs, zero)
    new = torch.where(active, logprobs, zero)
    gain = torch.where(active, advantages, zero)

    ratio = torch.exp(new - old)
    low, high = 1.0 - settings.clip_low, 1.0 + settings.clip_high
    bounded = torch.minimum(torch.maximum(ratio, low), high)
    plain, clipped = -ratio * gain, -bounded * gain
    ceiling = torch.where(
        torch.logical_and(gain < 0, settings.dual_clip > 0),
        -settings.dual_clip * gain,
        torch.full_like(gain, torch.finfo(gain.dtype).max),
    )
    surrogate = torch.minimum(torch.maximum(plain, clipped), ceiling)
    divergence = k3(new, ref)
    token_loss = surrogate + settings.kl_coef * divergence - settings.entropy_coef * entropy
    loss = (token_loss * loss_weights).sum()

    cut = torch.logical_or(clipped > plain, torch.maximum(plain, clipped) > ceiling)
    metrics = torch.stack(
        [
            loss,
            (surrogate * loss_weights).sum(),
            count.sum(),
            (entropy * count).sum(),
            (k3(old, new) * count).sum(),
            (cut.to(count.dtype) * count).sum(),
            (ratio * count).sum(),
            (torch.abs(new - old) * count).sum(),
            (ratio * count).max(),
        ]
    )
    return loss, metrics.detach()
