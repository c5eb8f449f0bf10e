"""The warm start: supervised training of a base that half knows the microcosm.

Phase one is clean `+` and `-` until they are learned; phase two is a fixed number of steps of the
noisy corpus, `*` included. A seed whose first phase stays on its plateau is given up.
"""

from __future__ import annotations

import math
import time
from collections import deque

import numpy as np
import torch
from torch import Tensor

from rlvr_train.config import ModelConfig
from rlvr_train.corpus import Noise, batch
from rlvr_train.microcosm import PROMPT_LENGTH
from rlvr_train.model import initial_parameters, sequence_logits
from rlvr_train.muon import Muon

BATCH = 96
CLEAN_LOSS = 0.12
CLEAN_WINDOW = 25
CLEAN_MIN_STEPS, CLEAN_MAX_STEPS = 50, 600
NOISY_STEPS = 700
RAMP = 50
MUON_LR = 0.05
ADAMW_LR = 5e-3


def warm_start(config: ModelConfig, seed: int) -> dict[str, Tensor] | None:
    """Parameters after both phases, or None when the first one did not get there in time."""
    rng = np.random.default_rng(1000 + seed)
    params = {k: v.requires_grad_() for k, v in initial_parameters(config, seed).items()}
    optimizers = make_optimizers(params)
    began = time.monotonic()
    recent: deque[float] = deque(maxlen=CLEAN_WINDOW)
    for step in range(CLEAN_MAX_STEPS):
        scale = min(1.0, (step + 1) / RAMP) * cosine(step / CLEAN_MAX_STEPS)
        recent.append(train_step(config, params, optimizers, batch(rng, BATCH, "+-", None), scale))
        report(seed, "clean", step, recent[-1], began)
        if step >= CLEAN_MIN_STEPS and sum(recent) / len(recent) < CLEAN_LOSS:
            break
    else:
        return None
    for step in range(NOISY_STEPS):
        scale = cosine(step / NOISY_STEPS)
        loss = train_step(config, params, optimizers, batch(rng, BATCH, "+-*", Noise()), scale)
        report(seed, "noisy", step, loss, began)
    return {name: value.detach() for name, value in params.items()}


def cosine(progress: float) -> float:
    """Learning rate relative to its peak: from 1 down to 0.05."""
    return 0.05 + 0.95 * 0.5 * (1.0 + math.cos(math.pi * progress))


def make_optimizers(params: dict[str, Tensor]) -> list[tuple[torch.optim.Optimizer, float]]:
    """Muon for the matrices of the layers, AdamW for the rest; each with its peak learning rate."""
    matrices = [v for name, v in params.items() if name.startswith("layers") and v.ndim == 2]
    chosen = {id(matrix) for matrix in matrices}
    rest = [value for value in params.values() if id(value) not in chosen]
    adamw = torch.optim.AdamW(rest, lr=ADAMW_LR, betas=(0.9, 0.98), weight_decay=0.01)
    return [(Muon(matrices, lr=MUON_LR), MUON_LR), (adamw, ADAMW_LR)]


def train_step(
    config: ModelConfig,
    params: dict[str, Tensor],
    optimizers: list[tuple[torch.optim.Optimizer, float]],
    rows: Tensor,
    scale: float,
) -> float:
    """One step of cross entropy on the responses of `rows` [B, 21]; returns the loss."""
    logits = sequence_logits(config, params, rows[:, :-1])[:, PROMPT_LENGTH - 1 :]
    targets = rows[:, PROMPT_LENGTH:]
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    for optimizer, peak in optimizers:
        optimizer.zero_grad()
        for group in optimizer.param_groups:
            group["lr"] = peak * scale
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(params.values()), 1.0)
    for optimizer, _ in optimizers:
        optimizer.step()
    return loss.item()


def report(seed: int, phase: str, step: int, loss: float, began: float) -> None:
    """A line of progress every 100 steps."""
    if (step + 1) % 100 == 0:
        seconds = time.monotonic() - began
        print(f"seed {seed} {phase} {step + 1} loss {loss:.3f} {seconds:.0f}s", flush=True)
