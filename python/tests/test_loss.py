"""The loss and the optimiser against known numbers and PyTorch's own."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from rlvr_train.adamw import AdamWSettings, clipped_adamw
from rlvr_train.loss import METRICS, TokenInputs, next_token_statistics, policy_loss
from rlvr_train.primitives import rms_norm, silu
from rlvr_train.surrogate import LossOptions, LossSettings

OLD = torch.tensor([[-1.0, -2.0, -0.5, 0.0], [-0.3, -1.5, -2.5, -0.7]])
NEW = torch.tensor([[-0.7, -2.5, -0.5, 0.0], [-0.6, -1.2, -2.0, -0.7]])
GAIN = torch.tensor([[1.0], [-1.0]]).expand(2, 4)
MASK = torch.tensor([[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]])
NOTHING = torch.zeros(2, 4)


def loss_and_metrics(weights: Tensor, options: LossOptions) -> tuple[float, dict[str, float]]:
    tokens = TokenInputs(OLD + 0.1, OLD, OLD, GAIN, weights, NOTHING, NOTHING)
    settings = LossSettings(*torch.tensor(options.vector()).unbind(0))
    loss, metrics = policy_loss(NEW, torch.ones(2, 4), tokens, settings)
    return loss.item(), dict(zip(METRICS, metrics.tolist(), strict=True))


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (MASK / 7, 0.284578),
        (MASK / torch.tensor([[6.0], [8.0]]), 0.132067),
        (MASK / 2, 0.996025),
        (MASK / 8, 0.249006),
    ],
    ids=["token-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm"],
)
def test_surrogate_adds_up_by_weight(weights: Tensor, expected: float) -> None:
    loss, _ = loss_and_metrics(weights, LossOptions(dual_clip=3))
    assert loss == pytest.approx(expected, abs=1e-6)


def test_clip_higher() -> None:
    loss, _ = loss_and_metrics(MASK / 7, LossOptions(dual_clip=3, clip_high=0.28))
    assert loss == pytest.approx(0.273150, abs=1e-6)


def test_metrics() -> None:
    _, metrics = loss_and_metrics(MASK, LossOptions(dual_clip=1.2))
    ratio = (NEW - OLD).exp()[MASK > 0]
    to_sampler = ratio / math.exp(0.1)
    assert metrics["tokens"] == metrics["entropy"] == 7
    assert metrics["ratio"] == pytest.approx(ratio.sum().item(), abs=1e-5)
    assert metrics["ratio_max"] == pytest.approx(ratio.max().item())
    assert metrics["abs_log_ratio"] == pytest.approx(1.9, abs=1e-5)
    assert metrics["kl_sampler"] == pytest.approx((to_sampler - 1 - to_sampler.log()).sum().item(), abs=1e-5)
    assert metrics["mismatch_kl"] == pytest.approx(7 * (math.exp(-0.1) - 1 + 0.1), abs=1e-5)
    assert metrics["abs_log_w"] == pytest.approx(0.7, abs=1e-5)
    # Row 1: e^.3 is above the clip. Row 2: e^-.3 below it; e^.3 and e^.5 above the dual clip.
    assert metrics["clipped"] == 4
    # e^.3 twice and e^.5.
    assert loss_and_metrics(MASK, LossOptions(ratio_cap=1.3))[1]["clipped"] == 3


def test_next_token_statistics_at_a_temperature() -> None:
    logits = torch.tensor([[[0.0, 2.0], [4.0, 0.0], [0.0, 0.0]]])
    temperature = torch.tensor([2.0])
    chosen, entropy = next_token_statistics(logits, torch.tensor([[0, 1, 0]]), temperature)
    high, low = torch.tensor([1.0]).sigmoid().item(), torch.tensor([2.0]).sigmoid().item()
    torch.testing.assert_close(chosen[0, :2].exp(), torch.tensor([high, low]))
    expected = torch.distributions.Categorical(logits=logits / 2).entropy()
    torch.testing.assert_close(entropy, expected)


@pytest.mark.parametrize("name", ["rms_norm", "silu"])
def test_backward_by_hand(name: str) -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(3, 2, 5, dtype=torch.float64, generator=generator, requires_grad=True)
    gain = torch.randn(5, dtype=torch.float64, generator=generator, requires_grad=True)
    function, inputs = (rms_norm, (x, gain)) if name == "rms_norm" else (silu, (x,))
    assert torch.autograd.gradcheck(function, inputs)


def test_adamw_is_pytorchs() -> None:
    generator = torch.Generator().manual_seed(0)
    expected = torch.nn.Parameter(torch.randn(50, generator=generator))
    optimizer = torch.optim.AdamW([expected], lr=1e-2, betas=(0.9, 0.98), weight_decay=0.1)
    settings = AdamWSettings(*torch.tensor([1e-2, 0.9, 0.98, 1e-8, 0.1, 1.0]).unbind(0))
    params, first, second = expected.detach().clone(), torch.zeros(50), torch.zeros(50)
    for step, size in enumerate([0.01, 3.0, 0.1, 10.0], 1):
        expected.grad = size * torch.randn(50, generator=generator)
        gradient = expected.grad.clone()
        norm = torch.nn.utils.clip_grad_norm_([expected], 1.0)
        optimizer.step()
        params, first, second, found = clipped_adamw(
            params, first, second, gradient, torch.tensor(float(step)), settings
        )
        torch.testing.assert_close(found, norm)
    torch.testing.assert_close(params, expected.detach(), atol=1e-5, rtol=0)
