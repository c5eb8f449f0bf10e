"""The noisy corpus of the warm start: prompts of the microcosm with responses that are often wrong.

Two kinds of error, different for the cliff and for the other arms, so that practice on the easier
arms does not free knowledge of the cliff: `+` and `-` slip to any other digit, `*` mostly to its
misconception "product plus 3". A hint makes the facts that it is about more often right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rlvr_train.microcosm import (
    MODULUS,
    Problem,
    apply,
    computations,
    hint_fields,
    prompt,
    written,
)
from rlvr_train.tokenizer import EOS_ID, encode


@dataclass(frozen=True)
class Noise:
    """How often things are right in the noisy phase."""

    hinted: float = 0.5
    add: float = 0.985
    sub: float = 0.8
    mul_unhinted: float = 0.07
    mul_knowledge: float = 0.5
    mul_strong: float = 0.6
    misconception: float = 0.6
    direction: float = 0.7
    direction_hinted: float = 0.97

    def fact_rate(self, operation: str, hint: str) -> float:
        """Probability that one result is right; `hint` is a name such as K1, or empty."""
        if operation != "*":
            return self.add if operation == "+" else self.sub
        if not hint:
            return self.mul_unhinted
        return self.mul_knowledge if hint.startswith("K") else self.mul_strong


def noisy_results(rng: np.random.Generator, problem: Problem, hint: str, noise: Noise) -> list[int]:
    """Running results in which errors carry on; those shown by a solution hint are right."""
    shown = int(hint[1]) if hint.startswith("S") else 0
    order = problem.ordered
    tells_order = hint.startswith(("P", "S")) or hint == "K2"
    reads = noise.direction_hinted if tells_order else noise.direction
    if problem.direction == "<" and not shown and rng.random() > reads:
        order = problem.operands
    rate = noise.fact_rate(problem.operation, hint)
    value, results = problem.start, []
    for index, operand in enumerate(order):
        right = apply(problem.operation, value, operand)
        if index < shown or rng.random() < rate:
            value = right
        elif problem.operation == "*" and rng.random() < noise.misconception:
            value = (right + 3) % MODULUS
        else:
            value = int((right + rng.integers(1, MODULUS)) % MODULUS)
        results.append(value)
    return results


def batch(rng: np.random.Generator, size: int, operations: str, noise: Noise | None) -> Tensor:
    """Prompts and responses of the warm split [size, 21] int64; without noise all are right."""
    rows = []
    for _ in range(size):
        operation = operations[rng.integers(len(operations))]
        pool = computations(operation)["warm"]
        problem = written(pool[rng.integers(len(pool))], operation, "><"[rng.integers(2)])
        fields = hint_fields(problem)
        hint = ""
        if rng.random() < (noise or Noise()).hinted:
            hint = list(fields)[rng.integers(len(fields))]
        text = prompt(problem, fields[hint]) if hint else prompt(problem)
        results = noisy_results(rng, problem, hint, noise) if noise else problem.results
        rows.append([*encode(text), *encode("".join(map(str, results))), EOS_ID])
    return torch.tensor(rows)
