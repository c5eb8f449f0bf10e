"""The four graphs of a policy as modules, with positional inputs in the order of their ONNX inputs."""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr_train.adamw import AdamWSettings, clipped_adamw
from rlvr_train.config import ModelConfig
from rlvr_train.loss import TokenInputs, next_token_statistics, policy_loss, shift_right
from rlvr_train.model import sequence_logits, step_logits
from rlvr_train.surrogate import LossSettings


class PolicyGraph(torch.nn.Module):
    """A graph whose first inputs are the parameters, one by one in flat order."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.names = [name for name, _ in config.parameters()]

    def split(self, inputs: tuple[Tensor, ...]) -> tuple[dict[str, Tensor], tuple[Tensor, ...]]:
        """Separate the parameters (by name) from the other inputs."""
        count = len(self.names)
        return dict(zip(self.names, inputs[:count], strict=True)), inputs[count:]


class Step(PolicyGraph):
    """Prefill and decode: see model.step_logits; cache inputs are k and v of layer 0, then layer 1 ..."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """-> logits [B, V], then new k and new v [B, H, S, HD] of each layer."""
        params, (input_ids, positions, last, past_bias, *past) = self.split(inputs)
        logits, keys, values = step_logits(
            self.config, params, input_ids, positions, last, past_bias, past[0::2], past[1::2]
        )
        pairs = zip(keys, values, strict=True)
        return (logits, *(tensor for pair in pairs for tensor in pair))


class Score(PolicyGraph):
    """Log-probability of every token and entropy of the distribution it came from, [B, T] each."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        """input_ids [B, T], temperature [B] -> logprobs, entropy [B, T], 0 for the first token."""
        params, (input_ids, temperature) = self.split(inputs)
        logits = sequence_logits(self.config, params, input_ids)
        logprobs, entropy = next_token_statistics(logits, input_ids, temperature)
        return shift_right(logprobs), shift_right(entropy)


class Grad(PolicyGraph):
    """Gradient of loss.policy_loss: the backward pass is traced into the graph."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        """input_ids, then loss.TokenInputs [B, T] (0 for the first token), temperature [B], loss_settings
        [len(LossSettings)] -> gradient [N] in flat order, metrics [len(METRICS)]."""
        params, (input_ids, *token_inputs, temperature, settings) = self.split(inputs)
        leaves = [params[name].detach().requires_grad_() for name in self.names]
        named = dict(zip(self.names, leaves, strict=True))
        logits = sequence_logits(self.config, named, input_ids)
        logprobs, entropy = next_token_statistics(logits, input_ids, temperature)
        loss, metrics = policy_loss(
            shift_right(logprobs),
            shift_right(entropy),
            TokenInputs(*token_inputs),
            LossSettings(*settings.unbind(0)),
        )
        gradients = torch.autograd.grad(loss, leaves)
        return torch.cat([gradient.reshape(-1) for gradient in gradients]), metrics


class Update(torch.nn.Module):
    """Clipping by global norm and one AdamW step: see adamw.clipped_adamw."""

    def forward(
        self,
        params: Tensor,
        first_moment: Tensor,
        second_moment: Tensor,
        gradient: Tensor,
        optimizer: Tensor,
        step: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Flat vectors [N], optimizer [6], step 0-d -> params, first, second moment, gradient norm."""
        return clipped_adamw(
            params,
            first_moment,
            second_moment,
            gradient,
            step,
            AdamWSettings(*optimizer.unbind(0)),
        )
