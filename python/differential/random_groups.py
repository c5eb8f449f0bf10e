"""Random groups of rollouts, the same on every machine: what all oracles are asked about."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BATCHES = 40
GROUPS_A_BATCH = 25
MAX_TOKENS = 40
"""Longest completion; what `max_tokens` is in the tests."""
NO_ANSWER = -1


class Batch(NamedTuple):
    """Groups of one optimiser step, rollouts in order of their groups."""

    group: np.ndarray
    """Which group each rollout belongs to, int64 [N]."""
    rewards: np.ndarray
    """float64 [N], representable as float32; NaN where a verdict is missing."""
    lengths: np.ndarray
    """Tokens of each completion, int64 [N]."""
    answers: np.ndarray
    """The answer of each rollout, int64 [N]; NO_ANSWER where none could be read."""

    @property
    def known(self) -> np.ndarray:
        """Which rollouts have a reward, bool [N]."""
        return ~np.isnan(self.rewards)

    def only_known(self) -> Batch:
        """The rollouts that have a reward: packages without null rewards see only these."""
        return Batch(*(field[self.known] for field in self))


def random_batches(seed: int) -> list[Batch]:
    """BATCHES x GROUPS_A_BATCH groups of 2 to 16 rollouts; at least two of each have a reward."""
    rng = np.random.default_rng(seed)
    return [_random_batch(rng) for _ in range(BATCHES)]


def _random_batch(rng: np.random.Generator) -> Batch:
    sizes = rng.integers(2, 17, GROUPS_A_BATCH)
    total = int(sizes.sum())
    return Batch(
        group=np.repeat(np.arange(GROUPS_A_BATCH), sizes),
        rewards=np.concatenate([_random_rewards(rng, size) for size in sizes]),
        lengths=rng.integers(1, MAX_TOKENS + 1, total),
        answers=np.where(rng.random(total) < 0.1, NO_ANSWER, rng.integers(0, 4, total)),
    )


def _random_rewards(rng: np.random.Generator, size: int) -> np.ndarray:
    kind = rng.choice(["binary", "quarters", "real", "signed", "flat"], p=[0.5, 0.15, 0.15, 0.05, 0.15])
    rewards = {
        "binary": lambda: rng.integers(0, 2, size).astype(np.float64),
        "quarters": lambda: rng.integers(0, 5, size) / 4,
        "real": lambda: rng.random(size),
        "signed": lambda: rng.standard_normal(size),
        "flat": lambda: np.full(size, rng.choice([0.0, 1.0, 0.7])),
    }[kind]()
    rewards = rewards.astype(np.float32).astype(np.float64)
    if size > 2 and rng.random() < 0.2:
        rewards[rng.choice(size, rng.integers(1, size - 1), replace=False)] = np.nan
    return rewards
