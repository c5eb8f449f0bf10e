"""What TRL computes. Its formulas are inside methods of its trainers, not functions of their own, so trainers are made
without their constructor (no model, no data), what the methods read is set, and sampling, scoring and the forward pass
are answered from arrays. The methods themselves are TRL's, untouched."""

from __future__ import annotations

from collections import defaultdict, deque
from types import SimpleNamespace

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor
from trl.rewards import get_soft_overlong_punishment
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.rloo_trainer import RLOOTrainer

from .random_groups import MAX_TOKENS, Batch

LOSS_OF_WEIGHTS = {
    "token-mean": "dapo",
    "seq-mean-token-mean": "grpo",
    "seq-mean-token-sum-norm": "dr_grpo",
}
"""TRL's loss type for each way of weighing tokens that it has."""


def _trainer(kind: type, **settings: object):
    trainer = object.__new__(kind)
    logs = defaultdict(lambda: deque(maxlen=1))
    logs["rewards"] = defaultdict(deque)
    defaults = {
        "accelerator": Accelerator(cpu=True),
        "model": SimpleNamespace(training=True, is_gradient_checkpointing=False),
        "args": SimpleNamespace(
            per_device_train_batch_size=1,
            gradient_accumulation_steps=1,
            gradient_checkpointing_kwargs=None,
            steps_per_generation=1,
            delta=None,
            use_bias_correction_kl=False,
        ),
        "_tokenizer": SimpleNamespace(pad_token_id=0),
        "_metrics": defaultdict(lambda: defaultdict(list)),
        "_logs": logs,
        "_pending_extra_logs": {},
        "_pending_metrics": {},
        "reward_weights": torch.ones(1, dtype=torch.float64),
        "reward_func_names": ["reward"],
        "reward_funcs": [None],
        "multi_objective_aggregation": "sum_then_normalize",
        "environment_factories": None,
        "environments": None,
        "tools": None,
        "pad_to_multiple_of": None,
        "mask_truncated_completions": False,
        "log_multimodal": False,
        "use_vllm": False,
        "num_iterations": 1,
        "beta": 0.0,
        "reward_clip_range": None,
        "normalize_advantages": False,
    }
    for name, value in {**defaults, **settings}.items():
        setattr(trainer, name, value)
    return trainer


def advantages(batch: Batch) -> dict[str, np.ndarray]:
    """Advantage of each rollout by estimator, [N].

    TRL's groups are all of one size: smaller ones are filled up with completions that nobody could score, which TRL
    leaves out of every statistic.
    """
    size = int(np.bincount(batch.group).max())
    groups = [np.flatnonzero(batch.group == group) for group in np.unique(batch.group)]
    rewards = np.full((len(groups), size), np.nan)
    for row, members in enumerate(groups):
        rewards[row, : len(members)] = batch.rewards[members]
    found = {}
    for name, kind, scale in (
        ("grpo", GRPOTrainer, "group"),
        ("grpo-batch", GRPOTrainer, "batch"),
        ("dr-grpo", GRPOTrainer, "none"),
        ("rloo", RLOOTrainer, "group"),
    ):
        table = _advantage_table(kind, scale, rewards)
        found[name] = np.concatenate([table[row, : len(members)] for row, members in enumerate(groups)])
    return found


def _advantage_table(kind: type, scale: str, rewards: np.ndarray) -> np.ndarray:
    count = rewards.size
    one_token = [[1]] * count
    text = [""] * count
    sampled = (one_token, one_token, text)
    if kind is GRPOTrainer:
        sampled = (one_token, one_token, None, text, None, {}, None, None)
    trainer = _trainer(
        kind,
        scale_rewards=scale,
        num_generations=rewards.shape[1],
        _generate=lambda prompts: sampled,
        _calculate_rewards=lambda *_: torch.from_numpy(rewards).reshape(-1, 1),
        _get_per_token_logps_and_entropies=lambda *_, **__: (torch.zeros(count, 1), None, None),
    )
    output = trainer._generate_and_score_completions([{"prompt": ""}] * count)
    return output["advantages"].numpy().reshape(rewards.shape)


def weights(batch: Batch) -> dict[str, np.ndarray]:
    """Loss weight of each rollout's tokens, [N]: minus the gradient of TRL's loss by a token's log-probability, where
    the ratio is 1 and the advantage 1. TRL is shown the rollouts that have a reward; it would count the others."""
    known = batch.only_known()
    found = {}
    for mode, loss_type in LOSS_OF_WEIGHTS.items():
        zeros = torch.zeros(len(known.lengths), MAX_TOKENS, dtype=torch.float64)
        new = zeros.clone().requires_grad_()
        mask = torch.arange(MAX_TOKENS)[None, :] < torch.from_numpy(known.lengths)[:, None]
        policy_loss(
            loss_type, "token", new, zeros, torch.ones(len(known.lengths)), mask, (0.2, 0.2)
        ).backward()
        values = np.zeros(len(batch.rewards))
        values[batch.known] = -new.grad[:, 0].numpy()
        found[mode] = values
    return found


def policy_loss(
    loss_type: str,
    level: str,
    new: Tensor,
    old: Tensor,
    advantage: Tensor,
    mask: Tensor,
    clip: tuple[float, float],
) -> Tensor:
    """The 0-d loss of GRPOTrainer: new, old, mask [B, T], advantage [B]; clip is epsilon and epsilon_high."""
    trainer = _trainer(
        GRPOTrainer,
        loss_type=loss_type,
        importance_sampling_level=level,
        epsilon_low=clip[0],
        epsilon_high=clip[1],
        max_completion_length=MAX_TOKENS,
        current_gradient_accumulation_steps=1,
        aux_loss_enabled=False,
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        _entropy_bonus_enabled=False,
        _get_per_token_logps_and_entropies=lambda *_, **__: (new, torch.zeros_like(new), None),
    )
    ids = torch.zeros(new.shape, dtype=torch.long)
    return trainer._compute_loss(
        trainer.model,
        {
            "prompt_ids": ids[:, :1],
            "prompt_mask": ids[:, :1],
            "completion_ids": ids,
            "completion_mask": mask.long(),
            "advantages": advantage,
            "old_per_token_logps": old,
            "num_items_in_batch": mask.sum(),
        },
    )


def overlong_penalties(batch: Batch, buffer: int) -> np.ndarray:
    """DAPO's penalty of each completion, [N], by trl.rewards.get_soft_overlong_punishment."""
    penalise = get_soft_overlong_punishment(MAX_TOKENS, buffer)
    return np.array(penalise(completion_ids=[[0] * length for length in batch.lengths]))
