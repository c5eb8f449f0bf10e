"""Clipping by global norm and AdamW: rlvr_train.adamw on parameters of which each rank may hold a part."""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr_trainer.policy import Policy
from rlvr_trainer.protocol import OptimizerSettings
from rlvr_trainer.ranks import local, whole

Snapshot = tuple[int, list[Tensor]]


class Optimizer:
    """Moments of every trained parameter, in float32, from zero."""

    def __init__(self, policy: Policy) -> None:
        self.parameters = dict(policy.trained())
        self.adamw = torch.optim.AdamW(self.parameters.values(), lr=0.0)
        self.steps = 0
        for value in self.parameters.values():
            self.adamw.state[value] = {
                "step": torch.tensor(0.0),
                "exp_avg": torch.zeros_like(value),
                "exp_avg_sq": torch.zeros_like(value),
            }

    def clip(self, max_norm: float) -> float:
        """Scales the gradients to at most a global norm; what the norm was before."""
        for value in self.parameters.values():
            # A parameter that no token reached decays like the others.
            if value.grad is None:
                value.grad = torch.zeros_like(value)
        norm = torch.nn.utils.clip_grad_norm_(self.parameters.values(), max_norm)
        return whole(norm).item()

    def step(self, settings: OptimizerSettings, learning_rate: float) -> None:
        """One step along the gradients (decoupled weight decay, arXiv 1711.05101); then there are none."""
        self.steps += 1
        for group in self.adamw.param_groups:
            group["lr"] = learning_rate
            group["betas"] = (settings.beta1, settings.beta2)
            group["eps"] = settings.eps
            group["weight_decay"] = settings.weight_decay
        self.adamw.step()
        self.forget_gradients()

    def forget_gradients(self) -> None:
        """As after a step."""
        self.adamw.zero_grad(set_to_none=True)

    def state(self) -> dict[str, dict[str, Tensor]]:
        """Everything that training goes on from, by parameter: views, to save or to load into."""
        moments = {name: self.adamw.state[value] for name, value in self.parameters.items()}
        return {
            "weights": {name: value.detach() for name, value in self.parameters.items()},
            "first_moment": {name: state["exp_avg"] for name, state in moments.items()},
            "second_moment": {name: state["exp_avg_sq"] for name, state in moments.items()},
        }

    def count_steps(self, steps: int) -> None:
        """Says at which step the state that was loaded is."""
        self.steps = steps
        for value in self.parameters.values():
            self.adamw.state[value]["step"] = torch.tensor(float(steps))

    def snapshot(self) -> Snapshot:
        """A copy of this rank's part of the state, in the host's memory."""
        return self.steps, [value.to("cpu", copy=True) for value in self._parts()]

    @torch.no_grad()
    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to it."""
        steps, values = snapshot
        for target, value in zip(self._parts(), values, strict=True):
            target.copy_(value)
        self.count_steps(steps)

    def _parts(self) -> list[Tensor]:
        return [local(value) for values in self.state().values() for value in values.values()]
