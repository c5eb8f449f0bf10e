"""One optimiser step on flat vectors: clipping by global norm, then AdamW."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class AdamWSettings(NamedTuple):
    """Scalars, each a 0-d tensor; in this order in the `optimizer` vector of update.onnx."""

    lr: Tensor
    beta1: Tensor
    beta2: Tensor
    eps: Tensor
    weight_decay: Tensor
    max_norm: Tensor


def clipped_adamw(
    params: Tensor,
    first_moment: Tensor,
    second_moment: Tensor,
    gradient: Tensor,
    step: Tensor,
    settings: AdamWSettings,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """New params, first and second moment (each [N]) and the gradient's norm before clipping (0-d).

    The same as torch.nn.utils.clip_grad_norm_ followed by torch.optim.AdamW (decoupled weight decay
    of every parameter, arXiv 1711.05101); `step` counts from 1.
    """
    norm = torch.sqrt((gradient * gradient).sum())
    scale = torch.clamp(settings.max_norm / (norm + 1e-6), max=1.0)
    # Scalars are combined first: each vector operation below is a pass over N numbers.
    first = first_moment * settings.beta1 + gradient * (scale * (1.0 - settings.beta1))
    squared = scale * scale * (1.0 - settings.beta2)
    second = second_moment * settings.beta2 + gradient * gradient * squared
    root = torch.sqrt(1.0 - torch.pow(settings.beta2, step))
    rate = settings.lr * root / (1.0 - torch.pow(settings.beta1, step))
    decayed = params * (1.0 - settings.lr * settings.weight_decay)
    return (
        decayed - rate * first / (torch.sqrt(second) + settings.eps * root),
        first,
        second,
        norm,
    )
