"""The trainer's loss and its gradient against those of TRL and verl, which make_expected.py wrote down."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from rlvr_train.loss import TokenInputs, policy_loss
from rlvr_train.surrogate import LossOptions, LossSettings

GOLDEN = Path(__file__).parents[2] / "test" / "golden" / "objectives.safetensors"
DEFAULTS = {
    "grpo": (LossOptions(), "token-mean"),
    "dapo": (LossOptions(clip_high=0.28), "token-mean"),
    "dr-grpo": (LossOptions(), "seq-mean-token-sum-norm"),
    "gspo": (LossOptions(ratio="sequence", clip_low=3e-4, clip_high=4e-4), "seq-mean-token-mean"),
    "cispo": (LossOptions(ratio_cap=5.0), "token-mean"),
}
"""What the orchestrator tells a trainer for each objective, and how it weighs tokens."""
RENAMED = {"correction_cap": "cap", "correction_floor": "floor"}

TENSORS = load_file(GOLDEN)
with safe_open(GOLDEN, "pt") as file:
    ABOUT = json.loads(file.metadata()["about"])


def token_weights(mode: str, lengths: Tensor, width: int) -> Tensor:
    """[B] -> [B, width], as src/objectives/weights.ts has them."""
    mask = (torch.arange(width) < lengths[:, None]).double()
    divisor = {
        "token-mean": lengths.sum(),
        "seq-mean-token-mean": len(lengths) * lengths[:, None],
        "seq-mean-token-sum": len(lengths),
        "seq-mean-token-sum-norm": len(lengths) * ABOUT["max_tokens"],
    }[mode]
    return mask / divisor


def settings_of(variant: dict) -> tuple[LossSettings, str]:
    options, mode = DEFAULTS[variant["objective"]]
    given = dict(variant["options"])
    mode = given.pop("weights", mode)
    for elsewhere in ("max_tokens", "old"):
        given.pop(elsewhere, None)
    options = replace(options, **{RENAMED.get(name, name): value for name, value in given.items()})
    return LossSettings(*torch.tensor(options.vector(), dtype=torch.float64).unbind(0)), mode


@pytest.mark.parametrize(
    ("index", "variant"),
    list(enumerate(ABOUT["variants"])),
    ids=[f"{v['package']}-{v['objective']}-{index}" for index, v in enumerate(ABOUT["variants"])],
)
def test_loss_and_gradient_are_the_packages(index: int, variant: dict) -> None:
    settings, mode = settings_of(variant)
    for case in range(len(TENSORS["surrogate.new"])):
        given = {
            name: TENSORS[f"surrogate.{name}"][case].double() for name in ("old", "sampled", "reference")
        }
        new = TENSORS["surrogate.new"][case].double().requires_grad_()
        advantages = TENSORS["surrogate.advantages"][case].double()[:, None].expand_as(new)
        weights = token_weights(mode, TENSORS["surrogate.lengths"][case], new.shape[1])
        nothing = torch.zeros_like(weights)
        tokens = TokenInputs(
            given["sampled"], given["old"], given["reference"], advantages, weights, nothing, nothing
        )
        loss, _ = policy_loss(new, nothing, tokens, settings)
        loss.backward()
        expected = TENSORS[f"surrogate.loss.{index}"][case].double()
        torch.testing.assert_close(loss.detach(), expected, atol=1e-5, rtol=1e-6)
        torch.testing.assert_close(
            new.grad, TENSORS[f"surrogate.gradient.{index}"][case].double(), atol=1e-5, rtol=1e-6
        )
