"""Two operations whose backward passes are written by hand, because autograd's are several times slower.

The forward passes are spelt so that ONNX Runtime recognises and fuses them when nothing else reads
their intermediate values; the backward passes therefore recompute what they need.
"""

from __future__ import annotations

import torch
from torch import Tensor

NORM_EPS = 1e-5


class _RmsNorm(torch.autograd.Function):
    """See rms_norm."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: Tensor, gain: Tensor) -> Tensor:
        ctx.save_for_backward(x, gain)
        return _rms_norm(x, gain)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, upstream: Tensor) -> tuple[Tensor, Tensor]:
        # With n = x / rms: dx = (g u - n mean(g u n)) / rms and dg = sum over rows of u n.
        x, gain = ctx.saved_tensors
        inverse = 1.0 / torch.sqrt((x * x).mean(-1, keepdim=True) + NORM_EPS)
        normed = x * inverse
        product = upstream * normed
        projection = (product * gain).mean(-1, keepdim=True)
        gain_gradient = product.reshape(-1, x.shape[-1]).sum(0)
        return (upstream * gain - normed * projection) * inverse, gain_gradient


class _Silu(torch.autograd.Function):
    """See silu."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: Tensor) -> Tensor:
        gate = torch.sigmoid(x)
        result = x * gate
        ctx.save_for_backward(gate, result)
        return result

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, upstream: Tensor) -> Tensor:
        # d/dx x s(x) = s + x s (1 - s)
        gate, result = ctx.saved_tensors
        return upstream * (gate + result * (1.0 - gate))


def _rms_norm(x: Tensor, gain: Tensor) -> Tensor:
    return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + NORM_EPS) * gain


def rms_norm(x: Tensor, gain: Tensor) -> Tensor:
    """x / sqrt(mean(x^2) + eps) * gain over the last axis (arXiv 1910.07467); x [..., D], gain [D]."""
    if torch.is_grad_enabled() and (x.requires_grad or gain.requires_grad):
        return _RmsNorm.apply(x, gain)
    return _rms_norm(x, gain)


def silu(x: Tensor) -> Tensor:
    """x * sigmoid(x), any shape."""
    if torch.is_grad_enabled() and x.requires_grad:
        return _Silu.apply(x)
    return x * torch.sigmoid(x)
