"""Golden tensors: what PyTorch computes on the shipped policy, for tests of the ONNX graphs.

Computed in float64 with plain autograd, torch.optim.AdamW and clip_grad_norm_ on a model of PyTorch's own
functions that shares no code with the exported one, then rounded. test/golden/tiny.safetensors holds, with P the
number of parameters (in flat order), V = 24, M = len(grad_metrics):

    grad.input_ids i32[8, 21], grad.temperature f32[8], grad.loss_settings f32[13] and f32[8, 21] each of
    grad.sampling_logprobs, grad.old_logprobs, grad.ref_logprobs, grad.advantages, grad.loss_weights,
    grad.advantages_2, grad.loss_weights_2
        inputs of grad.onnx: rows of 17 to 21 tokens, padded on the right, weights 0 on prompts,
        on padding and on some response tokens; see golden_surrogate.py for other loss settings
    grad.gradient f32[P], grad.metrics f32[M]      expected outputs (gradient: within 1e-6)
    update.optimizer f32[6]                        input of update.onnx
    update.params f32[P]    expected parameters after 5 steps of gradient and update on this batch,
                            starting from zero moments (within 1e-4)
    update.gradient_norms f32[5]                   expected norm before clipping, of each step
    score.logprobs, score.entropy f32[8, 21]       expected outputs of score.onnx for grad.input_ids and
                                                   grad.temperature; padding included
    step.prompt_ids i32[6, 15], step.prompt_lengths i32[6]    a ragged prefill, padded on the right
    step.prompt_logits f32[6, V]                   expected logits of each row's last prompt token
    step.decode_ids i32[3, 6]                      tokens then fed one by one
    step.decode_logits f32[3, 6, V]                expected logits after each of them
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from rlvr_train.acceptance import encode_problems
from rlvr_train.config import ModelConfig
from rlvr_train.microcosm import PROMPT_LENGTH
from rlvr_train.problem_sets import problem_set
from rlvr_train.reference import ReferenceModel, reference_loss, reference_scores
from rlvr_train.surrogate import LossOptions
from rlvr_train.tokenizer import encode

ROWS, TIME, STEPS = 8, 21, 5
PROMPTS, PROMPT_TIME, DECODES = 6, 15, 3
SEED = 11
OPTIONS = LossOptions(clip_low=0.2, clip_high=0.28, dual_clip=1.5, kl_coef=0.05, entropy_coef=0.02)
LR, BETAS, EPS, WEIGHT_DECAY, MAX_NORM = 1e-3, (0.9, 0.98), 1e-8, 0.01, 0.5


def flatten(tensors: list[Tensor]) -> Tensor:
    """The flat vector of tensors that are in flat order."""
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors])


def make_batch(model: ReferenceModel, generator: torch.Generator) -> dict[str, Tensor]:
    """A ragged batch of half-right answers, other log-probabilities near the model's own."""
    prompts, answers = encode_problems(problem_set("development")["sub-rev"][:ROWS], "")
    ids = torch.cat([prompts, answers], 1)
    slips = torch.randint(encode("0")[0], encode("6")[0] + 1, answers.shape, generator=generator)
    slipped = torch.rand(answers.shape, generator=generator) < 0.3
    ids[:, PROMPT_LENGTH:] = torch.where(slipped, slips, answers)
    lengths = torch.randint(PROMPT_LENGTH + 2, TIME + 1, (ROWS, 1), generator=generator)
    index = torch.arange(TIME)
    ids = torch.where(index < lengths, ids, model.config.pad_token_id)
    action = (index >= PROMPT_LENGTH) & (index < lengths)
    action &= torch.rand(ids.shape, generator=generator) < 0.9
    temperature = torch.tensor([1.0, 1.0, 1.0, 1.0, 0.7, 0.7, 1.3, 1.3])
    with torch.no_grad():
        logprobs, _ = reference_scores(model, ids, temperature)
    old, ref, advantages = torch.randn(3, ROWS, TIME, generator=generator)
    weights = action * (0.5 + torch.rand(ids.shape, generator=generator)) / action.sum()
    sampling, advantages_2 = torch.randn(2, ROWS, TIME, generator=generator)
    action_2 = (index >= PROMPT_LENGTH) & (index < lengths)
    action_2 &= torch.rand(ids.shape, generator=generator) < 0.5
    return {
        "input_ids": ids.int(),
        "sampling_logprobs": (logprobs + 0.4 * old + 0.1 * sampling).float(),
        "old_logprobs": (logprobs + 0.4 * old).float(),
        "ref_logprobs": (logprobs + 0.2 * ref).float(),
        "advantages": advantages,
        "loss_weights": weights,
        "advantages_2": advantages_2,
        "loss_weights_2": 0.5 * action_2 / action_2.sum(),
        "temperature": temperature,
        "loss_settings": torch.tensor(OPTIONS.vector()),
    }


def training_tensors(model: ReferenceModel, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradient and metrics at the start, and what five optimiser steps lead to; trains the model."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=LR, betas=BETAS, eps=EPS, weight_decay=WEIGHT_DECAY)
    norms, gradients, metrics = [], [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, values = reference_loss(model, batch, OPTIONS)
        loss.backward()
        gradients.append(flatten([weight.grad for weight in model.weights]))
        metrics.append(values)
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM))
        optimizer.step()
    return {
        "grad.gradient": gradients[0],
        "grad.metrics": metrics[0],
        "update.optimizer": torch.tensor([LR, *BETAS, EPS, WEIGHT_DECAY, MAX_NORM]),
        "update.params": flatten(list(model.weights)),
        "update.gradient_norms": torch.stack(norms).detach(),
    }


@torch.no_grad()
def step_tensors(model: ReferenceModel, generator: torch.Generator) -> dict[str, Tensor]:
    """A ragged prefill and decodes; expected logits come from whole sequences."""
    lengths = torch.tensor([15, 12, 9, 15, 7, 11])
    ids = torch.randint(2, model.config.vocab_size, (PROMPTS, PROMPT_TIME), generator=generator)
    ids = torch.where(torch.arange(PROMPT_TIME) < lengths[:, None], ids, model.config.pad_token_id)
    fed = torch.randint(2, model.config.vocab_size, (DECODES, PROMPTS), generator=generator)
    logits = torch.stack(
        [
            torch.stack(
                [
                    model(torch.cat([ids[row, : lengths[row]], fed[:count, row]])[None])[0, -1]
                    for row in range(PROMPTS)
                ]
            )
            for count in range(DECODES + 1)
        ]
    )
    return {
        "step.prompt_ids": ids.int(),
        "step.prompt_lengths": lengths.int(),
        "step.prompt_logits": logits[0].contiguous(),
        "step.decode_ids": fed.int(),
        "step.decode_logits": logits[1:].contiguous(),
    }


def write_golden(config: ModelConfig, params: dict[str, Tensor], path: Path) -> None:
    """Compute everything on the given weights and write one safetensors file."""
    generator = torch.Generator().manual_seed(SEED)
    model = ReferenceModel(config, {name: value.double() for name, value in params.items()})
    batch = make_batch(model, generator)
    with torch.no_grad():
        logprobs, entropy = reference_scores(model, batch["input_ids"].long(), batch["temperature"])
    tensors = {f"grad.{name}": value for name, value in batch.items()}
    tensors |= {"score.logprobs": logprobs, "score.entropy": entropy}
    tensors |= step_tensors(model, generator)
    tensors |= training_tensors(model, batch)
    save_golden(tensors, path)


def save_golden(tensors: dict[str, Tensor], path: Path) -> None:
    """Write tensors, float32 where they are of floats."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rounded = {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}
    save_file({name: value.contiguous() for name, value in rounded.items()}, path)
    path.chmod(0o644)
