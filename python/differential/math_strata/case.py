"""What a stratum draws, and the writings of numbers that several strata share."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Literal, NamedTuple

from ..math_text import Final

Kind = Literal["correct", "equivalent", "corrupted"]


class Case(NamedTuple):
    """A reference answer and what the response gives as its final answer."""

    answer: str
    """Bare LaTeX or a bare number, without dollar signs."""
    final: Final
    gold: Final
    """The reference answer as a response would mention it before a wrong final answer."""
    prose: tuple[str, ...] = ()
    """Sentences with `{x}` that state the answer without box or marker; empty: the general endings."""


def nonzero(rng: Random, low: int, high: int) -> int:
    """A random integer of the range other than 0."""
    return rng.choice([value for value in range(low, high + 1) if value != 0])


def frac(value: Fraction, command: str = "frac") -> str:
    """A fraction in LaTeX, its sign in front; an integer where it is one."""
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return f"{sign}\\{command}{{{abs(value.numerator)}}}{{{value.denominator}}}"


def slash(value: Fraction) -> str:
    """A fraction in plain text."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def terminates(value: Fraction) -> bool:
    """Whether the decimal of the fraction ends."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def decimal(value: Fraction, places: int = 8) -> str:
    """The decimal of a fraction: exact where it ends within the places, otherwise rounded to them."""
    text = f"{float(value):.{places}f}"
    return text.rstrip("0").rstrip(".") if Fraction(text) == value else text


def proper(rng: Random, top: int = 20, bottom: int = 16) -> Fraction:
    """A fraction in lowest terms that is no integer."""
    while True:
        value = Fraction(rng.randint(1, top), rng.randint(2, bottom))
        if value.denominator > 1:
            return value


def pick_other(rng: Random, forms: list[Final], than: Final) -> Final:
    """One of the forms that is not written like the given one."""
    return rng.choice([form for form in forms if form.latex != than.latex])
