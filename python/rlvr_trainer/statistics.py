"""Log-probabilities and entropies for vocabularies whose logits must not be held for all tokens at once."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

CHUNK_TOKENS = 1024
"""Tokens whose logits are held together: 0.6 GB of float32 for a vocabulary of 150,000."""

Head = Callable[[Tensor], Tensor]


def token_statistics(
    head: Head, hidden: Tensor, targets: Tensor, temperature: Tensor, entropy_gradient: bool
) -> tuple[Tensor, Tensor]:
    """The same as rlvr_train.loss.next_token_statistics of the logits head(hidden), in chunks of tokens.

    hidden [A, D], targets [A] ids, temperature [A] -> log-probability of each target and entropy of its
    distribution, float32 [A] each. The backward pass computes a chunk's logits again. Without
    `entropy_gradient` the entropy is a number to report, which spares the backward pass work and memory.
    """

    def chunk(hidden: Tensor, targets: Tensor, temperature: Tensor) -> tuple[Tensor, Tensor]:
        scaled = head(hidden).float() / temperature[:, None]
        log_probabilities = torch.log_softmax(scaled, -1)
        chosen = log_probabilities.gather(-1, targets[:, None]).squeeze(-1)
        known = log_probabilities if entropy_gradient else log_probabilities.detach()
        entropy = -(known.exp() * known).sum(-1)
        return chosen, entropy

    chunks = (values.split(CHUNK_TOKENS) for values in (hidden, targets, temperature))
    recompute = torch.is_grad_enabled()
    parts = [
        checkpoint(chunk, *inputs, use_reentrant=False) if recompute else chunk(*inputs)
        for inputs in zip(*chunks, strict=True)
    ]
    chosen, entropy = zip(*parts, strict=True)
    return torch.cat(chosen), torch.cat(entropy)
