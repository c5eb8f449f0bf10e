"""The loss and the optimiser against known numbers and PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rlvr_train.adamw import AdamWSettings, clipped_adamw
from rlvr_train.loss import METRICS, LossSettings, k3, next_token_statistics, policy_loss
from rlvr_train.primitives import rms_norm, silu

OLD = torch.tensor([[-1.0, -2.0, -0.5, 0.0], [-0.3, -1.5, -2.5, -0.7]])
NEW = torch.tensor([[-0.7, -2.5, -0.5, 0.0], [-0.6, -1.2, -2.0, -0.7]])
GAIN = torch.tensor([[1.0], [-1.0]]).expand(2, 4)
MASK = torch.tensor([[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]])


def surrogate(weights: Tensor, high: float = 0.2) -> float:
    settings = LossSettings(*torch.tensor([0.2, high, 3.0, 0.0, 0.0]).unbind(0))
    loss, _ = policy_loss(NEW, torch.zeros(2, 4), OLD, OLD, GAIN, weights, settings)
    return loss.item()


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
    assert surrogate(weights) == pytest.approx(expected, abs=1e-6)


def test_clip_higher() -> None:
    assert surrogate(MASK / 7, high=0.28) == pytest.approx(0.273150, abs=1e-6)


def test_k3() -> None:
    new, ref = torch.tensor([-1.0, -0.5, -2.0]), torch.tensor([-1.2, -0.4, -1.0])
    expected = torch.tensor([0.018731, 0.005171, 0.718282])
    torch.testing.assert_close(k3(new, ref), expected, atol=1e-6, rtol=0)


def test_metrics() -> None:
    settings = LossSettings(*torch.tensor([0.2, 0.2, 1.2, 0.0, 0.0]).unbind(0))
    _, values = policy_loss(NEW, torch.ones(2, 4), OLD, OLD, GAIN, MASK, settings)
    metrics = dict(zip(METRICS, values.tolist(), strict=True))
    ratio = (NEW - OLD).exp()[MASK > 0]
    assert metrics["tokens"] == metrics["entropy"] == 7
    assert metrics["ratio"] == pytest.approx(ratio.sum().item(), abs=1e-5)
    assert metrics["ratio_max"] == pytest.approx(ratio.max().item())
    assert metrics["abs_log_ratio"] == pytest.approx(1.9, abs=1e-5)
    assert metrics["kl_old"] == pytest.approx((ratio - 1 - ratio.log()).sum().item(), abs=1e-5)
    # Row 1: e^.3 is above the clip. Row 2: e^-.3 below it; e^.3 and e^.5 above the dual clip.
    assert metrics["clipped"] == 4


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
