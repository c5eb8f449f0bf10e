"""The microcosm: chains of arithmetic modulo 7, small enough to be learned in minutes.

`3*<52643` says: start at 3 and fold `*` over the operands, `<` from right to left (`>` from left to
right). The answer is all five running results modulo 7, `21654`; one wrong digit fails it, so guessing
succeeds once in 7^5 times. The arms combine an operation and a direction; `mul-rev` is the cliff.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from dataclasses import dataclass
from functools import cache

MODULUS = 7
CHAIN = 5
HINT_WIDTH = 6
PROMPT_LENGTH = HINT_WIDTH + 3 + CHAIN + 1
RESPONSE_LENGTH = CHAIN + 1

ARMS = {
    "add": ("+", ">"),
    "add-rev": ("+", "<"),
    "sub": ("-", ">"),
    "sub-rev": ("-", "<"),
    "mul-rev": ("*", "<"),
}
CLIFF = "mul-rev"

SPLITS = {"warm": (0, 40), "practice": (40, 80), "development": (80, 88), "test": (88, 100)}
"""Buckets (of 100, from, to) of each split; `warm` is what the warm start sees."""

TIERS = {"knowledge": "K", "planning": "P", "solution": "S"}
"""Hint tiers, weakest first, and the letter that a hint field begins with."""


@dataclass(frozen=True)
class Problem:
    """One chain; `operands` as written, from left to right."""

    start: int
    operation: str
    direction: str
    operands: tuple[int, ...]

    @property
    def text(self) -> str:
        """The problem as it stands in a prompt and in a problem set."""
        return f"{self.start}{self.operation}{self.direction}{digits(self.operands)}"

    @property
    def ordered(self) -> tuple[int, ...]:
        """Operands in the order of evaluation."""
        return self.operands if self.direction == ">" else self.operands[::-1]

    @property
    def results(self) -> tuple[int, ...]:
        """The running results; their digits are the answer."""
        value, results = self.start, []
        for operand in self.ordered:
            value = apply(self.operation, value, operand)
            results.append(value)
        return tuple(results)

    @property
    def key(self) -> str:
        """The computation, blind to the direction it is written in: what a split may not share."""
        return f"{self.start}{self.operation}{digits(self.ordered)}"

    @property
    def split(self) -> str:
        """The split that the computation belongs to: first 4 bytes of SHA-256 of the key, modulo 100."""
        bucket = int.from_bytes(hashlib.sha256(self.key.encode()).digest()[:4], "big") % 100
        return next(name for name, (low, high) in SPLITS.items() if low <= bucket < high)

    @property
    def hints(self) -> dict[str, list[str]]:
        """Parts of each tier's hint; level j is the first j parts, joined.

        knowledge: what the symbols are; planning: operands in order of evaluation; solution: results.
        """
        return {
            "knowledge": [self.operation, self.direction],
            "planning": parts(digits(self.ordered)),
            "solution": parts(digits(self.results)[:-1]),
        }


def digits(values: tuple[int, ...]) -> str:
    """(5, 2) -> "52"."""
    return "".join(map(str, values))


def parts(text: str) -> list[str]:
    """A text cut into four parts whose ends lie at a quarter, half, three quarters (rounded up)."""
    ends = [math.ceil(level * len(text) / 4) for level in range(5)]
    return [text[low:high] for low, high in itertools.pairwise(ends)]


def apply(operation: str, left: int, right: int) -> int:
    """One operation modulo 7."""
    value = {"+": left + right, "-": left - right, "*": left * right}[operation]
    return value % MODULUS


def hint_fields(problem: Problem) -> dict[str, str]:
    """Every hint of a problem by name (K1, K2, P1 ... S4), weakest first, as its field in the prompt."""
    fields = {}
    for tier, letter in TIERS.items():
        text = ""
        for level, part in enumerate(problem.hints[tier], 1):
            text += part
            fields[f"{letter}{level}"] = (letter + text).ljust(HINT_WIDTH, "_")
    return fields


def prompt(problem: Problem, field: str = "_" * HINT_WIDTH) -> str:
    """Prompt of a problem, with the hint field in front (so that positions never move) and `=` behind."""
    return f"{field}{problem.text}="


@cache
def computations(operation: str) -> dict[str, list[tuple[int, tuple[int, ...]]]]:
    """By split, every (start, operands in order of evaluation) of an operation.

    Operands that change nothing (+0, -0, *1) or end the chain (*0) do not occur.
    """
    low = 2 if operation == "*" else 1
    result: dict[str, list[tuple[int, tuple[int, ...]]]] = {split: [] for split in SPLITS}
    for start in range(low - 1, MODULUS):
        for chain in itertools.product(range(low, MODULUS), repeat=CHAIN):
            result[Problem(start, operation, ">", chain).split].append((start, chain))
    return result


def written(computation: tuple[int, tuple[int, ...]], operation: str, direction: str) -> Problem:
    """The problem that asks for a computation in the given direction."""
    start, ordered = computation
    return Problem(start, operation, direction, ordered if direction == ">" else ordered[::-1])
