"""Straight from the papers, where no package has a function: MaxRL, COPO, and the geometric correction."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from .random_groups import NO_ANSWER, Batch


def maxrl_rewards(batch: Batch) -> np.ndarray:
    """1 where the reward is above 0, else 0, [N]; MaxRL takes nothing else. NaN stays NaN."""
    return np.where(batch.known, (np.nan_to_num(batch.rewards) > 0).astype(np.float64), np.nan)


def maxrl(batch: Batch) -> np.ndarray:
    """(r - mean) / mean within the group, [N]; 0 where the mean is 0 (arXiv 2602.02710)."""
    rewards = maxrl_rewards(batch)
    found = np.zeros(len(rewards))
    for group in np.unique(batch.group):
        members = (batch.group == group) & batch.known
        mean = rewards[members].mean()
        if mean > 0:
            found[members] = (rewards[members] - mean) / mean
    return found


def copo(batch: Batch, consistency: bool) -> dict[str, np.ndarray]:
    """COPO (arXiv 2508.04138) with k = 5, b = 1: `global` advantage and `share` of the local loss, [N].

    An answer that could not be read agrees with nothing, as in the paper's release, where the whole text stands in.
    """
    members = [np.flatnonzero((batch.group == group) & batch.known) for group in np.unique(batch.group)]
    entropies = np.array([_entropy(batch.answers[rows]) for rows in members])
    sizes = np.array([len(rows) for rows in members])
    scores = np.array([batch.rewards[rows].mean() for rows in members])
    if consistency:
        scores = scores * (1 - (1 - 1 / sizes) / np.log2(sizes) * entropies)
    advantages = (scores - scores.mean()) / (scores.std(ddof=1) + 1e-6)
    found = {"global": np.zeros(len(batch.rewards)), "share": np.zeros(len(batch.rewards))}
    for rows, advantage, entropy in zip(members, advantages, entropies, strict=True):
        found["global"][rows] = advantage
        found["share"][rows] = 1 / (1 + np.exp(-5 * (entropy - 1)))
    return found


def _entropy(answers: np.ndarray) -> float:
    read = answers[answers != NO_ANSWER]
    _, counts = np.unique(read, return_counts=True)
    counts = np.concatenate([counts, np.ones(len(answers) - len(read))])
    probabilities = counts / counts.sum()
    return float(-(probabilities * np.log2(probabilities)).sum())


def geometric_correction(mode: str, log_ratio: Tensor, mask: Tensor, cap: float, floor: float) -> Tensor:
    """exp(mean log-ratio of the sequence), at most cap, or 0 outside [floor, cap]; [B, T].

    verl has this only as a filter (seq_mean_k1) that also takes the tokens out of the denominator.
    """
    ratio = ((log_ratio * mask).sum(-1) / mask.sum(-1)).exp()[:, None].expand_as(mask)
    if mode == "geometric-truncate":
        return ratio.clamp(max=cap)
    return ratio * ((ratio >= floor) & (ratio <= cap))
