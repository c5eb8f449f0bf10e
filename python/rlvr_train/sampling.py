"""Sampling from a policy in PyTorch, for prompts of one length."""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr_train.config import ModelConfig
from rlvr_train.microcosm import RESPONSE_LENGTH
from rlvr_train.model import HIDDEN_BIAS, Parameters, sequence_logits, step_logits


@torch.no_grad()
def sample(
    config: ModelConfig,
    params: Parameters,
    prompts: Tensor,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Responses at temperature 1: prompts [B, P] int64 -> tokens and log-probabilities [B, 6].

    After the ending token come padding and log-probability 0.
    """
    rows, length = prompts.shape
    layers = range(config.num_hidden_layers)
    shape = (rows, config.num_attention_heads, length + RESPONSE_LENGTH, config.head_size)
    keys = [torch.zeros(shape) for _ in layers]
    values = [torch.zeros(shape) for _ in layers]
    bias = torch.full((rows, shape[2]), HIDDEN_BIAS)
    tokens = torch.full((rows, RESPONSE_LENGTH), config.pad_token_id)
    logprobs = torch.zeros(rows, RESPONSE_LENGTH)
    alive = torch.ones(rows, dtype=torch.bool)
    ids, used = prompts, 0
    for index in range(RESPONSE_LENGTH):
        width = ids.shape[1]
        positions = torch.arange(used, used + width).expand(rows, width)
        last = torch.full((rows,), width - 1)
        logits, new_keys, new_values = step_logits(config, params, ids, positions, last, bias, keys, values)
        for layer in layers:
            keys[layer][:, :, used : used + width] = new_keys[layer]
            values[layer][:, :, used : used + width] = new_values[layer]
        used += width
        bias[:, :used] = 0.0
        scores = torch.log_softmax(logits, -1)
        ids = torch.multinomial(scores.exp(), 1, generator=generator)
        chosen = ids[:, 0]
        tokens[:, index] = torch.where(alive, chosen, config.pad_token_id)
        picked = scores.gather(1, ids)[:, 0]
        logprobs[:, index] = torch.where(alive, picked, torch.zeros(()))
        alive = alive & (chosen != config.eos_token_id)
    return tokens, logprobs


@torch.no_grad()
def exact_probabilities(config: ModelConfig, params: Parameters, prompts: Tensor, answers: Tensor) -> Tensor:
    """Probability [B] of sampling exactly the given responses [B, 6]: the product over their tokens."""
    rows = torch.cat([prompts, answers], 1)
    logits = sequence_logits(config, params, rows[:, :-1])[:, prompts.shape[1] - 1 :]
    scores = torch.log_softmax(logits, -1).gather(2, answers[:, :, None])[:, :, 0]
    return scores.sum(1).exp()
