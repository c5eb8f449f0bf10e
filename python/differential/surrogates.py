"""Random log-probabilities, and the losses that the packages make of them, each with the recipe's words for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from . import formulas, trl_oracle, verl_oracle
from .random_groups import MAX_TOKENS

CASES, ROWS, WIDTH = 32, 4, 8
CAP, FLOOR = 1.5, 0.7


class Case(NamedTuple):
    """Sequences of up to WIDTH tokens; log-probabilities float64 [ROWS, WIDTH], representable as float32."""

    new: Tensor
    old: Tensor
    sampled: Tensor
    reference: Tensor
    advantages: Tensor
    """[ROWS]"""
    lengths: Tensor
    """int64 [ROWS]"""

    @property
    def mask(self) -> Tensor:
        return verl_oracle.token_mask(self.lengths.numpy(), WIDTH)


class Variant(NamedTuple):
    """An objective with options of a recipe, and the package's loss for the same."""

    package: str
    objective: str
    options: dict[str, object]
    loss: Callable[[Case], Tensor]


def random_cases(seed: int) -> list[Case]:
    """CASES cases with ratios on both sides of every clip."""
    rng = np.random.default_rng(seed)

    def exact(values: np.ndarray) -> Tensor:
        return torch.from_numpy(values.astype(np.float32).astype(np.float64))

    def near(logprobs: np.ndarray, spread: float) -> Tensor:
        return exact(np.minimum(logprobs + spread * rng.standard_normal(logprobs.shape), 0))

    def case() -> Case:
        old = -rng.exponential(1, (ROWS, WIDTH)) - 0.01
        new = near(old, rng.choice([0.0005, 0.2, 1.0]))
        return Case(
            new=new,
            old=exact(old),
            sampled=near(old, 0.6),
            # Near enough for verl, which lets no token's k3 exceed 10 (and no log-ratio 20).
            reference=near(new.numpy(), 0.5),
            advantages=exact(rng.standard_normal(ROWS)),
            lengths=torch.from_numpy(rng.integers(1, WIDTH + 1, ROWS)),
        )

    return [case() for _ in range(CASES)]


def loss_and_gradient(variant: Variant, case: Case) -> tuple[float, np.ndarray]:
    """The package's loss, and its gradient by the new log-probabilities [ROWS, WIDTH]."""
    new = case.new.clone().requires_grad_()
    loss = variant.loss(case._replace(new=new))
    loss.backward()
    return loss.item(), new.grad.numpy()


def _verl(
    name: str,
    mode: str,
    low: float,
    high: float,
    dual_clip: float | None = None,
    correction: Callable[[Case], Tensor] | None = None,
) -> Callable[[Case], Tensor]:
    def loss(case: Case) -> Tensor:
        config = verl_oracle.actor_config(mode, low, high, dual_clip)
        # The norm's divisor; verl would otherwise take the padded width.
        config.global_batch_info["loss_scale_factor"] = MAX_TOKENS
        advantages = case.advantages[:, None] * case.mask
        weight = None if correction is None else correction(case)
        return verl_oracle.policy_loss(name, case.new, case.old, advantages, case.mask, config, weight)

    return loss


def _verl_corrected(mode: str) -> Variant:
    find = formulas.geometric_correction if mode.startswith("geometric") else verl_oracle.correction_weights
    return Variant(
        "verl",
        "grpo",
        {"old": "recompute", "correction": mode, "correction_cap": CAP, "correction_floor": FLOOR},
        _verl(
            "vanilla",
            "token-mean",
            0.2,
            0.2,
            None,
            lambda case: find(mode, case.old - case.sampled, case.mask, CAP, FLOOR),
        ),
    )


def _verl_with_kl(kind: str) -> Variant:
    def loss(case: Case) -> Tensor:
        penalty = verl_oracle.kl_penalty(kind, case.new, case.reference, case.mask)
        return _verl("vanilla", "token-mean", 0.2, 0.2)(case) + 0.1 * penalty

    return Variant("verl", "grpo", {"kl_kind": kind, "kl_coef": 0.1}, loss)


def _trl(loss_type: str, level: str, low: float, high: float) -> Callable[[Case], Tensor]:
    return lambda case: trl_oracle.policy_loss(
        loss_type, level, case.new, case.old, case.advantages, case.mask, (low, high)
    )


VARIANTS = [
    *(
        Variant(
            "verl",
            "grpo",
            {"clip_high": 0.28, "dual_clip": 3, "weights": mode, "max_tokens": MAX_TOKENS},
            _verl("vanilla", mode, 0.2, 0.28, 3),
        )
        for mode in verl_oracle.WEIGHT_MODES
    ),
    Variant("verl", "dapo", {}, _verl("vanilla", "token-mean", 0.2, 0.28)),
    Variant("trl", "dapo", {}, _trl("dapo", "token", 0.2, 0.28)),
    Variant("trl", "dr-grpo", {"max_tokens": MAX_TOKENS}, _trl("dr_grpo", "token", 0.2, 0.2)),
    Variant("verl", "gspo", {}, _verl("gspo", "seq-mean-token-mean", 3e-4, 4e-4)),
    Variant("trl", "gspo", {}, _trl("grpo", "sequence", 3e-4, 4e-4)),
    Variant(
        "verl", "gspo", {"clip_low": 0.2, "clip_high": 0.3}, _verl("gspo", "seq-mean-token-mean", 0.2, 0.3)
    ),
    # verl clips CISPO's weight on both sides: a lower bound of 0 is none.
    Variant("verl", "cispo", {"ratio_cap": 1.5}, _verl("cispo", "token-mean", 1, 0.5)),
    Variant("trl", "cispo", {"ratio_cap": 1.5}, _trl("cispo", "token", 0.2, 1.5)),
    *(
        _verl_corrected(mode)
        for mode in (
            "token-truncate",
            "token-mask",
            "sequence-truncate",
            "sequence-mask",
            "geometric-truncate",
            "geometric-mask",
        )
    ),
    *(_verl_with_kl(kind) for kind in ("k1", "k2", "k3")),
]
