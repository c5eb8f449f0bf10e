"""Golden tensors of every combination of the loss's options, for tests of grad.onnx.

Computed in float64 by reference.py on the shipped weights, then rounded. test/golden/surrogate.safetensors holds:

    input_ids i32[8, 21], temperature f32[8], and f32[8, 21] each of sampling_logprobs, old_logprobs,
    ref_logprobs, advantages, loss_weights, advantages_2, loss_weights_2
        inputs of grad.onnx; without the second pair, both of its tensors are zeros instead
    options f32[8]      clip_low, clip_high, dual_clip, ratio_cap, cap, floor, kl_coef, entropy_coef: what each
                        option is where a combination has it; 0 where it has not
    parameters i32[64]  indices into the flat parameter vector
    RATIO/BOUND/CORRECTION/KL/PAIRS/ENTROPY f32[66]
        expected loss, norm of the gradient, and the gradient at `parameters`: RATIO token or sequence; BOUND
        clip, dual-clip or cispo; CORRECTION none or a mode; KL none, k1, k2 or k3; PAIRS one or two; ENTROPY
        none or bonus

The batch is made so that every bound is crossed in both directions, at every level, by every sign of the
advantage, and so that each option of each combination shows in the loss.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from rlvr_train.config import ModelConfig
from rlvr_train.golden import flatten, make_batch, save_golden
from rlvr_train.loss import TokenInputs
from rlvr_train.reference import ReferenceModel, reference_policy_loss, reference_scores
from rlvr_train.surrogate import LossOptions

SEED = 187  # Of the seeds from 1 on, one whose batch has what is said above.
PARAMETERS = 64
CLIP_LOW, CLIP_HIGH, DUAL_CLIP, RATIO_CAP = 0.2, 0.28, 1.5, 1.4
CAP, FLOOR, KL_COEF, ENTROPY_COEF = 2.0, 0.5, 0.3, 0.2
BASE = LossOptions(clip_low=CLIP_LOW, clip_high=CLIP_HIGH, cap=CAP, floor=FLOOR)

# Means over a row of the logarithms of the ratio (new / old) and of the correction (old / sampled).
RATIO_MEANS = (0.5, -0.4, 0.1, 0.6, -0.5, 0.3, -0.1, 0.45)
CORRECTION_MEANS = (0.06, -0.05, -0.9, -0.04, 0.04, 0.9, -0.3, 1.0)

RATIOS = ("token", "sequence")
BOUNDS = {"clip": {}, "dual-clip": {"dual_clip": DUAL_CLIP}, "cispo": {"ratio_cap": RATIO_CAP}}
CORRECTIONS = (
    "none",
    *(f"{level}-{effect}" for level in ("token", "sequence", "geometric") for effect in ("truncate", "mask")),
)
KLS = ("none", "k1", "k2", "k3")
PAIRS = ("one", "two")
ENTROPIES = {"none": 0.0, "bonus": ENTROPY_COEF}


def combinations() -> Iterator[tuple[tuple[str, ...], LossOptions]]:
    """Every combination: the words of its name, and the options; the fifth word tells whether there are two pairs."""
    for words in itertools.product(RATIOS, BOUNDS, CORRECTIONS, KLS, PAIRS, ENTROPIES):
        ratio, bound, correction, kl, _, entropy = words
        yield (
            words,
            replace(
                BASE,
                **BOUNDS[bound],
                ratio=ratio,
                correction=None if correction == "none" else correction,
                kl_kind="k3" if kl == "none" else kl,
                kl_coef=0.0 if kl == "none" else KL_COEF,
                entropy_coef=ENTROPIES[entropy],
            ),
        )


def token_inputs(logprobs: Tensor, action: Tensor, generator: torch.Generator) -> TokenInputs:
    """What goes with log-probabilities [B, T]; `action` bool [B, T]: where there may be weights."""

    def spread(means: tuple[float, ...], deviation: float) -> Tensor:
        noise = deviation * torch.randn(logprobs.shape, dtype=torch.float64, generator=generator) * active
        centred = noise - noise.sum(1, keepdim=True) / active.sum(1, keepdim=True)
        return centred + torch.tensor(means, dtype=torch.float64)[:, None]

    def weights(share: float) -> Tensor:
        chosen = action & (torch.rand(action.shape, generator=generator) < share)
        return chosen * (0.5 + torch.rand(action.shape, generator=generator)) / 12

    first, second = weights(0.8), weights(0.6)
    active = (first != 0) | (second != 0)
    old = logprobs - spread(RATIO_MEANS, 0.4)
    sampling = old - spread(CORRECTION_MEANS, 0.5)
    ref = logprobs - spread((0.3,) * len(logprobs), 0.5)
    advantages, advantages_2 = torch.randn(2, *logprobs.shape, generator=generator)
    rounded = (value.float() for value in (sampling, old, ref, advantages, first, advantages_2, second))
    return TokenInputs(*rounded)


def without_second_pair(tokens: TokenInputs) -> TokenInputs:
    """The same with zeros in place of the second pair."""
    nothing = torch.zeros_like(tokens.advantages_2)
    return tokens._replace(advantages_2=nothing, loss_weights_2=nothing)


def write_surrogate_golden(config: ModelConfig, params: dict[str, Tensor], path: Path) -> None:
    """Compute every combination on the given weights and write one safetensors file."""
    generator = torch.Generator().manual_seed(SEED)
    model = ReferenceModel(config, {name: value.double() for name, value in params.items()})
    batch = make_batch(model, generator)
    action = torch.logical_or(batch["loss_weights"] != 0, batch["loss_weights_2"] != 0)
    logprobs, entropy = reference_scores(model, batch["input_ids"].long(), batch["temperature"])
    tokens = token_inputs(logprobs.detach(), action, generator)

    expected, gradients = {}, {}
    for words, options in combinations():
        inputs = tokens if words[4] == "two" else without_second_pair(tokens)
        loss, _ = reference_policy_loss(logprobs, entropy, inputs._asdict(), options)
        gradient = flatten(list(torch.autograd.grad(loss, list(model.weights), retain_graph=True)))
        expected["/".join(words)] = loss.detach()
        gradients["/".join(words)] = gradient

    # Of each 64th of the vector, the parameter that the first combination moves most.
    parts = next(iter(gradients.values())).abs().tensor_split(PARAMETERS)
    starts = torch.tensor([0, *(len(part) for part in parts[:-1])]).cumsum(0)
    parameters = starts + torch.stack([part.argmax() for part in parts])
    save_golden(
        {
            "input_ids": batch["input_ids"],
            "temperature": batch["temperature"],
            **tokens._asdict(),
            "options": torch.tensor(
                [CLIP_LOW, CLIP_HIGH, DUAL_CLIP, RATIO_CAP, CAP, FLOOR, KL_COEF, ENTROPY_COEF]
            ),
            "parameters": parameters.int(),
            **{
                name: torch.cat([loss[None], gradients[name].norm()[None], gradients[name][parameters]])
                for name, loss in expected.items()
            },
        },
        path,
    )
