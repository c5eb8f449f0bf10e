"""Fractions: other commands, unreduced, mixed numbers, decimals, percents."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from ..math_text import Final
from .case import Case, Kind, decimal, frac, pick_other, proper, slash, terminates


def draw(rng: Random, kind: Kind) -> Case:
    value = proper(rng, top=40) * (-1 if rng.random() < 0.25 else 1)
    latex = frac(value)
    gold_as = rng.random()
    if gold_as < 0.1 and terminates(value):
        latex = decimal(value)
    elif gold_as < 0.25:
        latex = slash(value)
    elif gold_as < 0.3:
        latex = frac(value, "dfrac")
    gold = Final(latex, decimal(value) if "." in latex else slash(value))
    if kind == "correct":
        final = gold
    elif kind == "equivalent":
        final = pick_other(rng, _forms(rng, value), gold)
    else:
        wrong = rng.choice([other for other in _mistakes(rng, value) if other not in (value, 100 * value)])
        written = Final(frac(wrong), slash(wrong))
        final = rng.choice([written, written, *_forms(rng, wrong)])
    return Case(latex, final, gold)


def _forms(rng: Random, value: Fraction) -> list[Final]:
    sign = "-" if value < 0 else ""
    top, bottom = abs(value.numerator), value.denominator
    k = rng.randint(2, 6)
    places = rng.choice((8, 9, 10, 12))
    forms = [
        Final(frac(value, "dfrac"), slash(value)),
        Final(frac(value, "tfrac"), slash(value)),
        Final(slash(value), slash(value)),
        Final(f"{sign}\\frac{{{k * top}}}{{{k * bottom}}}", f"{sign}{k * top}/{k * bottom}"),
        Final(decimal(value, places), decimal(value, places)),
        Final(decimal(value, places), decimal(value, places)),
        Final(f"\\left({frac(value)}\\right)", f"({slash(value)})"),
        Final(f"\\frac{{{value.numerator}}}{{{bottom}}}", f"{value.numerator} / {bottom}"),
        Final(f"\\frac{{ {value.numerator} }}{{ {bottom} }}"),
    ]
    if bottom < 10 and top < 10:
        forms.append(Final(f"{sign}\\frac{top}{bottom}"))
    if top > bottom > 1:
        whole, rest = divmod(top, bottom)
        mixed = f"{sign}{whole}\\frac{{{rest}}}{{{bottom}}}"
        forms += [Final(mixed, None), Final(mixed.replace("\\frac", "\\dfrac"), None)]
    if terminates(value) and value > 0:
        percent = decimal(100 * value)
        forms.append(Final(f"{percent}\\%", f"{percent}%"))
    return forms


def _mistakes(rng: Random, value: Fraction) -> list[Fraction]:
    top, bottom = value.numerator, value.denominator
    return [
        1 / value,
        -value,
        Fraction(top + 1, bottom),
        Fraction(top - 1, bottom),
        Fraction(top, bottom + 1),
        Fraction(top, bottom) + rng.choice((1, -1)),
        Fraction(top, bottom) / 10,
        Fraction(top * rng.randint(2, 5), bottom),
    ]
