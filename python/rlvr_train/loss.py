"""The one loss of every trainer: a surrogate with KL and entropy terms, per token.

The orchestrator puts all of its credit into advantages and loss weights; this loss adds up and
never normalises, so the gradients of microbatches (and ranks) add up to the gradient of the batch.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rlvr_train.surrogate import (
    LossSettings,
    correction,
    k3,
    kl_penalty,
    ratio_logarithm,
    surrogate,
)

METRICS = (
    "loss",
    "surrogate",
    "tokens",
    "entropy",
    "kl_sampler",
    "clipped",
    "ratio",
    "abs_log_ratio",
    "mismatch_kl",
    "abs_log_w",
    "ratio_max",
)
"""Entries of the metrics vector: sums over the active tokens, but `ratio_max` is a maximum. `loss` and
`surrogate` are weighted by the loss weights, the rest count each token once. `kl_sampler` estimates
KL(sampler || new), `mismatch_kl` KL(sampler || old); `abs_log_ratio` is |new - old| and `abs_log_w`
|old - sampled|; `clipped` counts tokens at which a bound on the ratio took effect."""


class TokenInputs(NamedTuple):
    """Tensors [B, T] about the same tokens, in the order of the inputs of grad.onnx.

    A token is active when one of its two loss weights is not 0.
    """

    sampling_logprobs: Tensor
    old_logprobs: Tensor
    ref_logprobs: Tensor
    advantages: Tensor
    loss_weights: Tensor
    advantages_2: Tensor
    loss_weights_2: Tensor


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


def policy_loss(
    logprobs: Tensor, entropy: Tensor, tokens: TokenInputs, settings: LossSettings
) -> tuple[Tensor, Tensor]:
    """Sum over tokens, and over both pairs of advantage A and loss weight, of
    weight * (w surrogate(A) + KL penalty - entropy_coef * entropy).

    logprobs (new) and entropy [B, T]; returns the 0-d loss and the metrics [len(METRICS)]. See surrogate.py
    for the surrogate, its correction w and the KL penalty. Tokens that are not active count nowhere, whatever
    their other values.
    """
    pairs = (
        (tokens.advantages, tokens.loss_weights),
        (tokens.advantages_2, tokens.loss_weights_2),
    )
    active = torch.logical_or(tokens.loss_weights != 0, tokens.loss_weights_2 != 0)
    zero = torch.zeros_like(logprobs)
    new, sampled, old, ref = (torch.where(active, values, zero) for values in (logprobs, *tokens[:3]))
    log_ratio = ratio_logarithm(new - old, active, settings)
    factor = correction(old - sampled, active, settings)

    weighted, cut = zero, torch.zeros_like(active)
    for advantages, weights in pairs:
        counts = weights != 0
        terms, bound = surrogate(log_ratio, new, torch.where(counts, advantages, zero), settings)
        weighted = weighted + factor * terms * weights
        cut = torch.logical_or(cut, torch.logical_and(bound, counts))
    penalty = kl_penalty(new, ref, settings) - settings.entropy_coef * entropy
    loss = (weighted + penalty * (tokens.loss_weights + tokens.loss_weights_2)).sum()

    count = active.to(logprobs.dtype)
    ratio = torch.exp(log_ratio)
    metrics = torch.stack(
        [
            loss,
            weighted.sum(),
            count.sum(),
            (entropy * count).sum(),
            (k3(sampled, new) * count).sum(),
            cut.to(count.dtype).sum(),
            (ratio * count).sum(),
            (torch.abs(new - old) * count).sum(),
            (k3(sampled, old) * count).sum(),
            (torch.abs(old - sampled) * count).sum(),
            (ratio * count).max(),
        ]
    )
    return loss, metrics.detach()
