"""The policy and its loss a second time, out of PyTorch's own parts: what the graphs are checked against.

It shares no computation with model.py and loss.py, and is written for reading, not for speed.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from rlvr_train.config import ModelConfig
from rlvr_train.loss import METRICS
from rlvr_train.surrogate import LossOptions

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


def reference_policy_loss(
    logprobs: Tensor, entropy: Tensor, batch: dict[str, Tensor], options: LossOptions
) -> tuple[Tensor, Tensor]:
    """Loss and metrics of loss.policy_loss, written token by token as in the formulas.

    logprobs, entropy [B, T]; `batch` has the token inputs of grad.onnx by name.
    """
    losses, rows = [], []
    for b in range(len(logprobs)):
        row = {name: values[b] for name, values in batch.items() if values.shape == logprobs.shape}
        tokens = [t for t in range(len(logprobs[b])) if row["loss_weights"][t] or row["loss_weights_2"][t]]
        if not tokens:
            continue
        old, sampled = row["old_logprobs"], row["sampling_logprobs"]
        log_ratios = {t: logprobs[b, t] - old[t] for t in tokens}
        log_weights = {t: old[t] - sampled[t] for t in tokens}
        for t in tokens:
            new = logprobs[b, t]
            log_ratio = mean(log_ratios) if options.ratio == "sequence" else log_ratios[t]
            ratio = log_ratio.exp()
            factor = reference_correction(log_weights, t, options)
            penalty = options.kl_coef * divergence(new - row["ref_logprobs"][t], options.kl_kind)
            penalty = penalty - options.entropy_coef * entropy[b, t]
            total, surrogate, cut = 0.0, 0.0, False
            for suffix in ("", "_2"):
                weight, gain = row[f"loss_weights{suffix}"][t], row[f"advantages{suffix}"][t]
                if weight == 0:
                    continue
                term, bound = reference_surrogate(ratio, new, gain, options)
                surrogate = surrogate + weight * factor * term
                total = total + weight * (factor * term + penalty)
                cut = cut or bound
            losses.append(total)
            entries = {
                "loss": total,
                "surrogate": surrogate,
                "tokens": 1.0,
                "entropy": entropy[b, t],
                "kl_sampler": divergence(sampled[t] - new, "k3"),
                "clipped": float(cut),
                "ratio": ratio,
                "abs_log_ratio": abs(log_ratios[t]),
                "mismatch_kl": divergence(sampled[t] - old[t], "k3"),
                "abs_log_w": abs(log_weights[t]),
            }
            rows.append([torch.as_tensor(value).item() for value in entries.values()])
    table = torch.tensor(rows, dtype=torch.float64)
    metrics = torch.cat([table.sum(0), table[:, METRICS.index("ratio")].max()[None]])
    return torch.stack(losses).sum(), metrics


def mean(values: dict[int, Tensor]) -> Tensor:
    """Of a sequence's tokens."""
    return torch.stack(list(values.values())).sum() / len(values)


def reference_surrogate(
    ratio: Tensor, new: Tensor, gain: Tensor, options: LossOptions
) -> tuple[Tensor, bool]:
    """Surrogate of one token, and whether a bound took effect."""
    if options.ratio_cap > 0:
        capped = min(ratio.item(), options.ratio_cap)
        return -capped * gain * new, capped < ratio.item()
    plain = ratio * gain
    bounded = ratio.clamp(1 - options.clip_low, 1 + options.clip_high) * gain
    objective = torch.min(plain, bounded)
    if options.dual_clip > 0 and gain < 0 and objective < options.dual_clip * gain:
        return -options.dual_clip * gain, True
    return -objective, bool(bounded < plain)


def reference_correction(log_weights: dict[int, Tensor], token: int, options: LossOptions) -> float:
    """Factor on the surrogate of one token."""
    if options.correction is None:
        return 1.0
    level, effect = options.correction.split("-")
    logarithm = {
        "token": lambda: log_weights[token],
        "sequence": lambda: mean(log_weights) * len(log_weights),
        "geometric": lambda: mean(log_weights),
    }[level]()
    weight = math.exp(logarithm)
    if effect == "truncate":
        return min(weight, options.cap)
    return weight if options.floor <= weight <= options.cap else 0.0


def divergence(d: Tensor, kind: str) -> Tensor:
    """Estimate of KL(p || other) at a sample of p, from d = log p - log other."""
    return {"k1": d, "k2": d * d / 2, "k3": (-d).exp() + d - 1}[kind]


def reference_loss(
    model: ReferenceModel, batch: dict[str, Tensor], options: LossOptions
) -> tuple[Tensor, Tensor]:
    """Loss and metrics of a batch under a model."""
    logprobs, entropy = reference_scores(model, batch["input_ids"].long(), batch["temperature"])
    return reference_policy_loss(logprobs, entropy, batch, options)
