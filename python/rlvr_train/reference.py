"""The policy and its loss a second time, out of PyTorch's own parts: what the graphs are checked against.

It shares no computation with model.py and loss.py, and is written for reading, not for speed.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from rlvr_train.config import ModelConfig
from rlvr_train.loss import METRICS, LossSettings

LAYER_PARAMETERS = (
    "attention_norm",
    "attention_out",
    "attention_qkv",
    "mlp_down",
    "mlp_norm",
    "mlp_up",
)


class ReferenceModel(torch.nn.Module):
    """The transformer out of PyTorch's own modules and attention."""

    def __init__(self, config: ModelConfig, params: dict[str, Tensor]) -> None:
        super().__init__()
        self.config = config
        self.flat_names = list(params)
        self.weights = torch.nn.ParameterList([params[name].clone() for name in params])

    def forward(self, input_ids: Tensor) -> Tensor:
        """Logits [B, T, V] of whole sequences [B, T] int64."""
        p = dict(zip(self.flat_names, self.weights, strict=True))
        heads, width = self.config.num_attention_heads, self.config.hidden_size
        x = F.embedding(input_ids, p["token_embedding"])
        x = x + p["position_embedding"][: input_ids.shape[1]]
        for layer in range(self.config.num_hidden_layers):
            w = {name: p[f"layers.{layer}.{name}"] for name in LAYER_PARAMETERS}
            normed = F.rms_norm(x, (width,), w["attention_norm"], 1e-5)
            query, key, value = (
                part.unflatten(-1, (heads, -1)).transpose(1, 2)
                for part in F.linear(normed, w["attention_qkv"].T).chunk(3, -1)
            )
            attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
            x = x + F.linear(attended.transpose(1, 2).flatten(2), w["attention_out"].T)
            normed = F.rms_norm(x, (width,), w["mlp_norm"], 1e-5)
            x = x + F.linear(F.silu(F.linear(normed, w["mlp_up"].T)), w["mlp_down"].T)
        return F.linear(F.rms_norm(x, (width,), p["final_norm"], 1e-5), p["head"].T)


def reference_scores(model: ReferenceModel, ids: Tensor, temperature: Tensor) -> tuple[Tensor, Tensor]:
    """logprobs and entropy [B, T] about each token; 0 for the first."""
    distribution = torch.distributions.Categorical(logits=model(ids)[:, :-1] / temperature[:, None, None])
    first = torch.zeros(len(ids), 1)
    logprobs = distribution.log_prob(ids[:, 1:])
    return torch.cat([first, logprobs], 1), torch.cat([first, distribution.entropy()], 1)


def reference_loss(model: ReferenceModel, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Loss and metrics, written token by token as in the formulas."""
    settings = LossSettings(*batch["loss_settings"].tolist())
    logprobs, entropy = reference_scores(model, batch["input_ids"].long(), batch["temperature"])
    losses, rows = [], []
    for b, t in batch["loss_weights"].nonzero().tolist():
        weight, gain = batch["loss_weights"][b, t], batch["advantages"][b, t]
        new, old, ref = logprobs[b, t], batch["old_logprobs"][b, t], batch["ref_logprobs"][b, t]
        ratio = (new - old).exp()
        plain = -ratio * gain
        bounded = ratio.clamp(1 - settings.clip_low, 1 + settings.clip_high)
        surrogate = torch.max(plain, -bounded * gain)
        cut = bool(surrogate > plain)
        if settings.dual_clip > 0 and gain < 0 and surrogate > -settings.dual_clip * gain:
            surrogate, cut = -settings.dual_clip * gain, True
        divergence = (ref - new).exp() - (ref - new) - 1
        token = surrogate + settings.kl_coef * divergence - settings.entropy_coef * entropy[b, t]
        losses.append(weight * token)
        rows.append(
            torch.stack(
                [
                    weight * token,
                    weight * surrogate,
                    torch.ones(()),
                    entropy[b, t],
                    ratio - 1 - (new - old),
                    torch.tensor(float(cut)),
                    ratio,
                    (new - old).abs(),
                ]
            ).detach()
        )
    table = torch.stack(rows)
    metrics = torch.cat([table.sum(0), table[:, METRICS.index("ratio")].max()[None]])
    return torch.stack(losses).sum(), metrics
