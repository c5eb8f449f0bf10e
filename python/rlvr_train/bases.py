"""The search for bases: warm starts of seeds 1, 2, 3, ... until enough of them pass the acceptance test."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rlvr_train.acceptance import Figures, measure
from rlvr_train.config import ModelConfig
from rlvr_train.warm_start import warm_start

WANTED = 3
MOST_SEEDS = 40
PROCESSES = 2


@dataclass(frozen=True)
class Attempt:
    """A warm start and what became of it; no weights and no figures if it never got to its noisy phase."""

    seed: int
    weights: dict[str, np.ndarray] | None = None
    figures: Figures | None = None

    @property
    def failures(self) -> list[str]:
        """Why the base is not accepted; empty if it is."""
        return self.figures.failures() if self.figures else ["clean phase stayed on a plateau"]

    def params(self) -> dict[str, Tensor]:
        """The weights as tensors."""
        return {name: torch.from_numpy(value) for name, value in (self.weights or {}).items()}


def attempt(task: tuple[ModelConfig, int]) -> Attempt:
    """Warm start and measure one seed, on one thread."""
    config, seed = task
    torch.set_num_threads(1)
    params = warm_start(config, seed)
    if params is None:
        return Attempt(seed)
    arrays = {name: value.numpy() for name, value in params.items()}
    return Attempt(seed, arrays, measure(config, params))


def search(config: ModelConfig) -> list[Attempt]:
    """Every attempt up to the one that completes the wanted number of accepted bases, in seed order."""
    tried: list[Attempt] = []
    accepted = 0
    tasks = [(config, seed) for seed in range(1, MOST_SEEDS + 1)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        for result in pool.imap(attempt, tasks):
            tried.append(result)
            accepted += not result.failures
            verdict = "accepted" if not result.failures else "; ".join(result.failures)
            print(f"seed {result.seed}: {verdict} ({accepted} of {len(tried)})", flush=True)
            if accepted == WANTED:
                return tried
    raise RuntimeError(f"only {accepted} of {MOST_SEEDS} seeds gave a base")
