"""The loss under every combination of its options, against the formulas token by token in float64."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rlvr_train.golden_surrogate import combinations, token_inputs, without_second_pair
from rlvr_train.loss import TokenInputs, policy_loss
from rlvr_train.reference import reference_policy_loss
from rlvr_train.surrogate import LossOptions, LossSettings, correction, kl_penalty, surrogate

ROWS, TIME = 8, 7
ALL = torch.ones(1, 3, dtype=torch.bool)


def settings_of(**options: object) -> LossSettings:
    vector = torch.tensor(LossOptions(**options).vector(), dtype=torch.float64)
    return LossSettings(*vector.unbind(0))


@pytest.fixture(scope="module")
def batch() -> tuple[Tensor, Tensor, TokenInputs]:
    """Log-probabilities and entropies with gradients, and what goes with them."""
    generator = torch.Generator().manual_seed(3)
    logprobs, entropy = -3 * torch.rand(2, ROWS, TIME, dtype=torch.float64, generator=generator)
    action = torch.rand(ROWS, TIME, generator=generator) < 0.9
    tokens = token_inputs(logprobs, action, generator)
    doubles = TokenInputs(*(values.double() for values in tokens))
    return logprobs.requires_grad_(), (-entropy).requires_grad_(), doubles


@pytest.mark.parametrize(
    ("words", "options"), [pytest.param(*each, id="-".join(each[0])) for each in combinations()]
)
def test_loss_gradients_and_metrics_are_the_formulas(
    words: tuple[str, ...], options: LossOptions, batch: tuple[Tensor, Tensor, TokenInputs]
) -> None:
    logprobs, entropy, tokens = batch
    if words[4] == "one":
        tokens = without_second_pair(tokens)
    settings = LossSettings(*torch.tensor(options.vector(), dtype=torch.float64).unbind(0))
    loss, metrics = policy_loss(logprobs, entropy, tokens, settings)
    expected, expected_metrics = reference_policy_loss(logprobs, entropy, tokens._asdict(), options)
    exactly = {"rtol": 1e-12, "atol": 1e-12}
    torch.testing.assert_close(loss, expected, **exactly)
    torch.testing.assert_close(metrics, expected_metrics, **exactly)
    leaves = [logprobs, entropy]
    found = torch.autograd.grad(loss, leaves)
    wanted = torch.autograd.grad(expected, leaves, allow_unused=True, materialize_grads=True)
    assert wanted[0].abs().max() > 0.01
    for mine, theirs in zip(found, wanted, strict=True):
        torch.testing.assert_close(mine, theirs, **exactly)


LOG_WEIGHTS = torch.tensor([[0.9, -0.2, 0.1]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("mode", "cap", "expected"),
    [
        ("token-truncate", 2.0, [2.0, 0.818731, 1.105171]),
        ("token-mask", 2.0, [0.0, 0.818731, 1.105171]),
        ("sequence-truncate", 3.0, [2.225541] * 3),
        ("sequence-truncate", 2.0, [2.0] * 3),
        ("sequence-mask", 3.0, [2.225541] * 3),
        ("sequence-mask", 2.0, [0.0] * 3),
        ("geometric-truncate", 2.0, [1.305605] * 3),
        ("geometric-mask", 2.0, [1.305605] * 3),
        ("geometric-mask", 1.3, [0.0] * 3),
        (None, 2.0, [1.0] * 3),
    ],
)
def test_correction(mode: str | None, cap: float, expected: list[float]) -> None:
    found = correction(LOG_WEIGHTS, ALL, settings_of(correction=mode, cap=cap, floor=0.5))
    torch.testing.assert_close(found[0], torch.tensor(expected, dtype=torch.float64), atol=1e-6, rtol=0)


def test_only_masks_look_at_the_floor() -> None:
    below = torch.full((1, 3), -1.0, dtype=torch.float64)
    truncated = correction(below, ALL, settings_of(correction="token-truncate", floor=0.5))
    masked = correction(below, ALL, settings_of(correction="token-mask", floor=0.5))
    torch.testing.assert_close(truncated, below.exp())
    assert masked.tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("k1", [0.2, -0.1, -1.0]),
        ("k2", [0.02, 0.005, 0.5]),
        ("k3", [0.018731, 0.005171, 0.718282]),
    ],
)
def test_kl_penalty(kind: str, expected: list[float]) -> None:
    new, ref = torch.tensor([[-1.0, -0.5, -2.0], [-1.2, -0.4, -1.0]], dtype=torch.float64)
    found = kl_penalty(new, ref, settings_of(kl_kind=kind, kl_coef=1.0))
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64), atol=1e-6, rtol=0)


def test_a_sequence_ratio_passes_its_gradient_to_all_its_tokens() -> None:
    old = torch.tensor([[-1.0, -2.0, -0.5]], dtype=torch.float64)
    new = (old + torch.tensor([[0.1, -0.3, 0.0]])).requires_grad_()
    nothing = torch.zeros_like(old)
    weights = torch.tensor([[0.0, 1.0, 1.0]], dtype=torch.float64)
    tokens = TokenInputs(old, old, old, torch.ones_like(old), weights, nothing, nothing)
    loss, _ = policy_loss(new, nothing, tokens, settings_of(ratio="sequence"))
    ratio = torch.tensor(-0.15, dtype=torch.float64).exp()
    torch.testing.assert_close(loss, -2 * ratio, atol=1e-7, rtol=0)
    (gradient,) = torch.autograd.grad(loss, new)
    torch.testing.assert_close(gradient, -weights * ratio, atol=1e-7, rtol=0)


def test_what_is_not_chosen_may_overflow() -> None:
    old = torch.tensor([[-1000.0, -1.0, -1.0]], dtype=torch.float64)
    new = torch.full((1, 3), -1.0, dtype=torch.float64, requires_grad=True)
    gains = torch.ones_like(old)
    for options in ({"ratio_cap": 5.0}, {}):
        terms, cut = surrogate(new - old, new, gains, settings_of(**options))
        assert cut.tolist() == [[True, False, False]]
        (gradient,) = torch.autograd.grad(terms.sum(), new)
        assert gradient.isfinite().all() and gradient[0, 1] == -1.0
    penalty = kl_penalty(new, -old, settings_of(kl_kind="k1", kl_coef=1.0))
    (gradient,) = torch.autograd.grad(penalty.sum(), new)
    assert gradient.tolist() == [[1.0, 1.0, 1.0]]
