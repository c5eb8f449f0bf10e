"""Answers stated in a plain sentence at the end: no box and no marker to look for."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from ..math_text import Final
from .case import Case, Kind, decimal, frac, pick_other, proper, slash, terminates

_COUNTS = (
    "So there are {x} ways to choose them.",
    "That leaves us with {x} marbles in the bag.",
    "Therefore the shop sold {x} tickets on that day.",
    "This means that the train needs {x} minutes.",
    "We conclude that the sum of the digits is {x}.",
    "So the value we were looking for is {x}.",
    "Hence the area equals {x}.",
    "Consequently, the smallest such number is {x}.",
    "It follows that {x} marbles are left in the bag.",
    "So {x} is the sum that was asked for.",
)
_CHANCES = (
    "Therefore the slope of the tangent is {x}.",
    "So the sum of the series comes out as {x}.",
    "This means that one batch needs as many cups as {x}.",
    "Hence the slope of the line is {x}.",
    "The ratio is therefore {x}.",
    "It follows that {x} is the slope of the tangent.",
    "We see that {x} is the value of the series.",
    "This shows that {x} cups are needed for one batch.",
    "So {x} is the ratio of the two lengths.",
)
_LISTS = (
    "So the solutions are {x}.",
    "Thus the possible values are {x}.",
)
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def draw(rng: Random, kind: Kind) -> Case:
    shape = rng.random()
    if shape < 0.5:
        return _count(rng, kind)
    return _chance(rng, kind) if shape < 0.88 else _list(rng, kind)


def _count(rng: Random, kind: Kind) -> Case:
    value = rng.choice((rng.randint(2, 99), rng.randint(100, 99_999)))
    gold = Final(str(value), str(value))
    if kind == "correct":
        return Case(gold.latex, gold, gold, _COUNTS)
    if kind == "equivalent":
        forms = [
            Final(f"{value}.0", f"{value}.0"),
            Final(f"**{value}**", f"**{value}**"),
            Final(f"{value}.00", f"{value}.00"),
        ]
        if value >= 1000:
            forms += [
                Final(f"{value:,}".replace(",", "{,}"), f"{value:,}"),
                Final(f"{value:,}", f"{value:,}"),
            ] * 3
        if value <= 12:
            forms += [Final(f"\\text{{{_WORDS[value - 2]}}}", _WORDS[value - 2])]
        form = pick_other(rng, forms, gold)
        return Case(gold.latex, form._replace(latex=form.latex.replace("*", "")), gold, _COUNTS)
    wrong = rng.choice((value + 1, value - 1, -value, 10 * value, 2 * value, value + rng.randint(2, 40)))
    comma = f"{wrong:,}" if rng.random() < 0.5 else str(wrong)
    return Case(gold.latex, Final(comma.replace(",", "{,}"), comma), gold, _COUNTS)


def _chance(rng: Random, kind: Kind) -> Case:
    value = proper(rng)
    gold = Final(frac(value), slash(value))
    if kind == "correct":
        return Case(gold.latex, gold, gold, _CHANCES)
    if kind == "equivalent":
        k = rng.randint(2, 5)
        forms = [
            Final(decimal(value, 9), decimal(value, 9)),
            Final(
                f"\\frac{{{k * value.numerator}}}{{{k * value.denominator}}}",
                f"{k * value.numerator}/{k * value.denominator}",
            ),
            Final(slash(value), f"{value.numerator} / {value.denominator}"),
            Final(frac(value, "dfrac"), slash(value)),
        ]
        if terminates(value):
            forms.append(Final(f"{decimal(100 * value)}\\%", f"{decimal(100 * value)}%"))
        return Case(gold.latex, pick_other(rng, forms, gold), gold, _CHANCES)
    mistakes = [
        1 / value,
        -value,
        1 - value,
        value + 1,
        Fraction(value.numerator + 1, value.denominator),
        value / 2,
    ]
    wrong = rng.choice([other for other in mistakes if other not in (value, 100 * value)])
    final = rng.choice((Final(frac(wrong), slash(wrong)), Final(decimal(wrong, 9), decimal(wrong, 9))))
    return Case(gold.latex, final, gold, _CHANCES)


def _list(rng: Random, kind: Kind) -> Case:
    low, high = sorted(rng.sample(range(-20, 30), 2))
    gold = Final(f"{low},{high}")
    if kind == "correct":
        return Case(gold.latex, gold, gold, _LISTS)
    if kind == "equivalent":
        forms = [Final(f"{high}, {low}"), Final(f"{low}, {high}"), Final(f"\\{{{low}, {high}\\}}")]
        return Case(gold.latex, pick_other(rng, forms, gold), gold, _LISTS)
    others = ((low, high + 1), (-low, high), (low - 1, high), (low, -high), (low + 1, high + 1))
    wrong = rng.choice([other for other in others if set(other) != {low, high} and other[0] != other[1]])
    return Case(gold.latex, Final(f"{wrong[0]}, {wrong[1]}"), gold, _LISTS)
