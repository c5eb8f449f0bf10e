"""Muon, an optimiser for matrices: momentum whose update is made nearly orthogonal."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised, with decoupled weight decay (K. Jordan, "Muon", 2024)."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.1,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        """Update every matrix [in, out] that has a gradient."""
        for group in self.param_groups:
            for matrix in group["params"]:
                buffer = self.state[matrix].setdefault("momentum", torch.zeros_like(matrix))
                buffer.mul_(group["momentum"]).add_(matrix.grad)
                update = orthogonalised(matrix.grad + group["momentum"] * buffer)
                rate = group["lr"] * max(1.0, matrix.shape[1] / matrix.shape[0]) ** 0.5
                matrix.mul_(1.0 - group["lr"] * group["weight_decay"]).add_(update, alpha=-rate)


def orthogonalised(matrix: Tensor) -> Tensor:
    """A matrix of the same shape with singular values near 1: five quintic Newton-Schulz steps."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x.T if tall else x
