"""What verl computes: its own functions from verl.trainer.ppo, called in float64."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from torch import Tensor
from verl.trainer.ppo import core_algos
from verl.trainer.ppo.rollout_corr_helper import compute_rollout_correction_weights
from verl.workers.config import ActorConfig

from .random_groups import MAX_TOKENS, Batch

WEIGHT_MODES = ("token-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm")


def token_mask(lengths: np.ndarray, width: int) -> Tensor:
    """[B] -> float64 [B, width]: 1 for the tokens that there are."""
    return (torch.arange(width)[None, :] < torch.from_numpy(lengths)[:, None]).double()


def advantages(batch: Batch) -> dict[str, np.ndarray]:
    """Advantage of each rollout by estimator, [N]; 0 where the reward is missing, which verl never sees."""
    known = batch.only_known()
    mask = token_mask(known.lengths, MAX_TOKENS)
    # Outcome rewards sit on the last token.
    last = torch.from_numpy(known.lengths - 1)[:, None]
    rewards = torch.zeros_like(mask).scatter(1, last, torch.from_numpy(known.rewards)[:, None])
    arguments = {"token_level_rewards": rewards, "response_mask": mask}
    grouped = {**arguments, "index": known.group}
    found = {
        "grpo": core_algos.compute_grpo_outcome_advantage(**grouped),
        "dr-grpo": core_algos.compute_grpo_outcome_advantage(**grouped, norm_adv_by_std_in_grpo=False),
        "rloo": core_algos.compute_rloo_outcome_advantage(**grouped),
        "reinforce-pp": core_algos.compute_reinforce_plus_plus_outcome_advantage(
            **arguments, config=SimpleNamespace(gamma=1.0)
        ),
        "reinforce-pp-baseline": core_algos.compute_reinforce_plus_plus_baseline_outcome_advantage(**grouped),
    }
    return {name: _scatter(batch, _one_a_row(tokens, mask)) for name, (tokens, _) in found.items()}


def _one_a_row(tokens: Tensor, mask: Tensor) -> np.ndarray:
    """The value that all tokens of a row share, [B]."""
    first = tokens[:, :1]
    assert torch.allclose(tokens, first * mask, atol=1e-12)
    return first[:, 0].numpy()


def _scatter(batch: Batch, known_values: np.ndarray) -> np.ndarray:
    values = np.zeros(len(batch.rewards))
    values[batch.known] = known_values
    return values


def weights(batch: Batch) -> dict[str, np.ndarray]:
    """Loss weight of each rollout's tokens by mode, [N]: the gradient of agg_loss by a token's loss.

    seq-mean-token-sum-norm divides by `loss_scale_factor`, given here as the most tokens there can be. Without it
    verl divides by the width of the padded batch, which changes from batch to batch.
    """
    known = batch.only_known()
    mask = token_mask(known.lengths, MAX_TOKENS)
    found = {}
    for mode in WEIGHT_MODES:
        losses = torch.zeros_like(mask, requires_grad=True)
        core_algos.agg_loss(losses, mask, mode, loss_scale_factor=MAX_TOKENS).backward()
        found[mode] = _scatter(batch, _one_a_row(losses.grad, mask))
    return found


def actor_config(mode: str, low: float, high: float, dual_clip: float | None) -> ActorConfig:
    """The part of verl's configuration that its policy losses read."""
    return ActorConfig(
        strategy="fsdp",
        rollout_n=1,
        ppo_micro_batch_size_per_gpu=1,
        clip_ratio_low=low,
        clip_ratio_high=high,
        # verl always has a dual clip; none is one that no ratio reaches.
        clip_ratio_c=1e30 if dual_clip is None else dual_clip,
        loss_agg_mode=mode,
    )


def policy_loss(
    name: str,
    new: Tensor,
    old: Tensor,
    advantage: Tensor,
    mask: Tensor,
    config: ActorConfig,
    correction: Tensor | None,
) -> Tensor:
    """The 0-d loss of verl's registered policy loss `name`; all tensors [B, T]."""
    loss, _ = core_algos.get_policy_loss_fn(name)(
        old_log_prob=old,
        log_prob=new,
        advantages=advantage,
        response_mask=mask,
        loss_agg_mode=config.loss_agg_mode,
        config=config,
        rollout_is_weights=correction,
    )
    return loss


def correction_weights(mode: str, log_ratio: Tensor, mask: Tensor, cap: float, floor: float) -> Tensor:
    """verl's importance weights against a mismatch: truncated, or masked outside [floor, cap] (IcePop); [B, T]."""
    level, treatment = mode.split("-")
    threshold: float | str = cap if treatment == "truncate" else f"{floor}_{cap}"
    try:
        found, _ = compute_rollout_correction_weights(log_ratio, mask, level, threshold)
    except ZeroDivisionError:
        # Where all tokens are masked, verl's effective sample size (a metric) divides by the 0 that is the answer.
        return torch.zeros_like(log_ratio)
    return found


def kl_penalty(kind: str, new: Tensor, reference: Tensor, mask: Tensor) -> Tensor:
    """The 0-d mean over tokens of verl's estimate of the KL to the reference."""
    return core_algos.agg_loss(core_algos.kl_penalty(new, reference, kind), mask, "token-mean")
