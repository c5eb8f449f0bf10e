"""Attention of packed sequences for any Hugging Face model that takes its attention from the library's
registry."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from rlvr_trainer.packing import Packing

NAME = "rlvr_packed"


def packed_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    packing: Packing,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    s_aux: Tensor | None = None,
    **_: object,
) -> tuple[Tensor, None]:
    """query [1, H, N, E], key and value [1, K, N, E] -> [1, N, H, E]: each sequence for itself.

    The sequences are laid out as padded rows for this alone: padding comes after the tokens of a row, so that
    the causal mask hides it, and without a mask of its own PyTorch takes its fastest kernel. Dropout is left
    out: it would blur the ratio of new and old probabilities. Raises ValueError for soft caps and sinks
    (`s_aux`), which that kernel does not have: a short trial may not show that they are missing.
    """
    if softcap is not None or s_aux is not None:
        raise ValueError("its attention has a soft cap or sinks")
    query, key, value = (
        packing.pad(heads[0].transpose(0, 1)).transpose(1, 2) for heads in (query, key, value)
    )
    window = None
    if sliding_window is not None and packing.width > sliding_window:
        place = torch.arange(packing.width, device=query.device)
        distance = place[:, None] - place[None, :]
        window = (distance >= 0) & (distance < sliding_window)
    attended = scaled_dot_product_attention(
        query,
        key,
        value,
        attn_mask=window,
        is_causal=window is None,
        scale=scaling,
        enable_gqa=query.shape[1] != key.shape[1],
    )
    return packing.unpad(attended.transpose(1, 2))[None], None


AttentionInterface.register(NAME, packed_attention)
