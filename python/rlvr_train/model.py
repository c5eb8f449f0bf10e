"""A decoder-only character transformer as functions of its parameters.

Pre-RMSNorm, learned absolute positions, fused query/key/value projection, SiLU
MLP of four times the width, no biases, untied head. Sequences are padded on the right, so the causal
mask is the only one that a whole sequence needs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from rlvr_train.config import ModelConfig
from rlvr_train.primitives import rms_norm, silu

HIDDEN_BIAS = -1e9

Parameters = Mapping[str, Tensor]


def initial_parameters(config: ModelConfig, seed: int) -> dict[str, Tensor]:
    """Random float32 parameters, in flat order.

    Matrices have standard deviation 1/sqrt(in) (projections back into the residual stream 0.4 of
    that, the head 0.1 of it), embeddings 0.05, norms are 1.
    """
    generator = torch.Generator().manual_seed(seed)
    result = {}
    for name, shape in config.parameters():
        if name.endswith("norm"):
            result[name] = torch.ones(shape)
            continue
        deviation = 0.05 if name.endswith("embedding") else 1.0 / math.sqrt(shape[0])
        if name.endswith(("attention_out", "mlp_down")):
            deviation *= 0.4
        if name == "head":
            deviation *= 0.1
        result[name] = torch.randn(shape, generator=generator) * deviation
    return result


def one_hot(indices: Tensor, size: int) -> Tensor:
    """Integers of any shape [...] -> float32 [..., size]."""
    return (indices[..., None] == torch.arange(size)).to(torch.float32)


def project_heads(
    config: ModelConfig, params: Parameters, layer: int, x: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries (scaled by 1/sqrt(head size)), keys, values of a layer: x [B, S, D] -> 3 x [B, H, S, HD]."""
    batch, length = x.shape[0], x.shape[1]
    normed = rms_norm(x, params[f"layers.{layer}.attention_norm"])
    weight = params[f"layers.{layer}.attention_qkv"]
    to_query, to_key, to_value = weight.chunk(3, 1)
    heads = (batch, length, config.num_attention_heads, config.head_size)
    query, key, value = (
        (normed @ part).reshape(heads).transpose(1, 2)
        for part in (to_query * config.head_size**-0.5, to_key, to_value)
    )
    return query, key, value


def finish_layer(params: Parameters, layer: int, x: Tensor, attended: Tensor) -> Tensor:
    """Output projection and MLP: x [B, S, D], attended [B, H, S, HD] -> [B, S, D]."""
    merged = attended.transpose(1, 2).reshape(x.shape)
    x = x + merged @ params[f"layers.{layer}.attention_out"]
    up = rms_norm(x, params[f"layers.{layer}.mlp_norm"]) @ params[f"layers.{layer}.mlp_up"]
    return x + silu(up) @ params[f"layers.{layer}.mlp_down"]


def causal_bias(length: int) -> Tensor:
    """[S, S] float32: 0 where the key is not after the query, else HIDDEN_BIAS."""
    index = torch.arange(length)
    return (index[None, :] > index[:, None]).to(torch.float32) * HIDDEN_BIAS


def sequence_logits(config: ModelConfig, params: Parameters, input_ids: Tensor) -> Tensor:
    """Logits of every next token: input_ids [B, T] integers -> [B, T, V]."""
    return sequence_hidden(config, params, input_ids) @ params["head"]


def sequence_hidden(config: ModelConfig, params: Parameters, input_ids: Tensor) -> Tensor:
    """What the head makes logits of: input_ids [B, T] integers -> [B, T, D]."""
    length = input_ids.shape[1]
    positions = one_hot(torch.arange(length), config.max_position_embeddings)
    x = one_hot(input_ids, config.vocab_size) @ params["token_embedding"]
    x = x + positions @ params["position_embedding"]
    bias = causal_bias(length)
    for layer in range(config.num_hidden_layers):
        query, key, value = project_heads(config, params, layer, x)
        weights = torch.softmax(query @ key.transpose(-1, -2) + bias, -1)
        x = finish_layer(params, layer, x, weights @ value)
    return rms_norm(x, params["final_norm"])


def step_logits(
    config: ModelConfig,
    params: Parameters,
    input_ids: Tensor,
    positions: Tensor,
    last: Tensor,
    past_bias: Tensor,
    past_keys: list[Tensor],
    past_values: list[Tensor],
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """Logits after S new tokens given P cached ones, and the new tokens' keys and values.

    input_ids, positions [B, S] integers; last [B]: which of the S tokens to return the logits of;
    past_bias [B, P]: 0 for a cached token, HIDDEN_BIAS for an empty slot; past_keys, past_values: per
    layer [B, H, P, HD]. Returns logits [B, V] and per layer [B, H, S, HD] twice. Scores of new tokens
    come before those of the cache, so that widening the cache appends zeros to a row's probabilities.
    """
    batch, length = input_ids.shape
    flat = (batch * length,)
    x = torch.index_select(params["token_embedding"], 0, input_ids.reshape(flat))
    x = x + torch.index_select(params["position_embedding"], 0, positions.reshape(flat))
    x = x.reshape(batch, length, config.hidden_size)
    bias, hidden = causal_bias(length), past_bias[:, None, None, :]
    new_keys, new_values = [], []
    for layer, (past_key, past_value) in enumerate(zip(past_keys, past_values, strict=True)):
        query, key, value = project_heads(config, params, layer, x)
        new_keys.append(key)
        new_values.append(value)
        scores = torch.cat(
            [query @ key.transpose(-1, -2) + bias, query @ past_key.transpose(-1, -2) + hidden], -1
        )
        weights = torch.softmax(scores, -1)
        attended = weights[..., :length] @ value + weights[..., length:] @ past_value
        x = finish_layer(params, layer, x, attended)
    chosen = torch.arange(batch, dtype=last.dtype) * length + last
    x = torch.index_select(x.reshape(-1, config.hidden_size), 0, chosen)
    return rms_norm(x, params["final_norm"]) @ params["head"], new_keys, new_values
