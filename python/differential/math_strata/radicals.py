"""Square and cube roots: unsimplified, unrationalised, reordered, as powers, as decimals."""

from __future__ import annotations

from math import gcd, sqrt
from random import Random
from typing import NamedTuple

from ..math_text import Final
from .case import Case, Kind, nonzero, pick_other

_SQUARE_FREE = (2, 3, 5, 6, 7, 10, 11, 13, 14, 15, 17, 19, 21)


class Radical(NamedTuple):
    """(shift + factor * root(radicand)) / bottom."""

    shift: int
    factor: int
    radicand: int
    bottom: int
    degree: int = 2

    @property
    def value(self) -> float:
        return (self.shift + self.factor * self.radicand ** (1 / self.degree)) / self.bottom


def draw(rng: Random, kind: Kind) -> Case:
    value = _random(rng)
    gold = Final(_latex(value), _plain(value))
    if kind == "correct":
        final = gold
    elif kind == "equivalent":
        final = pick_other(rng, _forms(rng, value), gold)
    else:
        wrong = rng.choice(
            [other for other in _mistakes(rng, value) if abs(other.value - value.value) > 1e-3]
        )
        written = Final(_latex(wrong), _plain(wrong))
        final = rng.choice([written, written, *_forms(rng, wrong)])
    return Case(gold.latex, final, gold)


def _random(rng: Random) -> Radical:
    shape = rng.random()
    radicand = rng.choice(_SQUARE_FREE)
    if shape < 0.1:
        return Radical(0, 1, radicand, 1, 3)
    shift = nonzero(rng, -9, 9) if shape > 0.6 else 0
    factor = rng.choice((1, 2, 3, 4, 5, 6, 7)) * (-1 if rng.random() < (0.4 if shift else 0.15) else 1)
    bottom = rng.choice((2, 3, 4, 5)) if rng.random() < 0.4 else 1
    return Radical(shift, factor, radicand, 1 if gcd(gcd(shift, factor), bottom) > 1 else bottom)


def _root(value: Radical, radicand: int | None = None) -> str:
    inner = value.radicand if radicand is None else radicand
    return f"\\sqrt[3]{{{inner}}}" if value.degree == 3 else f"\\sqrt{{{inner}}}"


def _term(value: Radical) -> str:
    sign = "-" if value.factor < 0 else ""
    return f"{sign}{'' if abs(value.factor) == 1 else abs(value.factor)}{_root(value)}"


def _sum(value: Radical) -> str:
    return f"{value.shift}{'' if value.factor < 0 else '+'}{_term(value)}" if value.shift else _term(value)


def _latex(value: Radical, command: str = "frac") -> str:
    if value.bottom == 1:
        return _sum(value)
    if not value.shift and value.factor < 0:
        return f"-\\{command}{{{_term(value)[1:]}}}{{{value.bottom}}}"
    return f"\\{command}{{{_sum(value)}}}{{{value.bottom}}}"


def _plain(value: Radical) -> str | None:
    if value.degree == 3:
        return None
    root = f"sqrt({value.radicand})"
    term = root if abs(value.factor) == 1 else f"{abs(value.factor)}*{root}"
    if value.factor < 0:
        term = f"-{term}"
    if value.shift:
        term = f"{value.shift} {term[0]} {term[1:]}" if value.factor < 0 else f"{value.shift} + {term}"
    return term if value.bottom == 1 else f"({term})/{value.bottom}"


def _forms(rng: Random, value: Radical) -> list[Final]:
    decimal = f"{value.value:.{rng.choice((8, 9, 10))}f}"
    forms = [
        Final(decimal),
        Final(_latex(value).replace("\\sqrt", " \\sqrt "), None),
        Final(f"\\left({_latex(value)}\\right)"),
    ]
    if value.bottom > 1:
        forms.append(Final(_latex(value, "dfrac")))
        forms.append(Final(_latex(value, "tfrac")))
        if not value.shift:
            forms.append(Final(f"\\frac{{{value.factor}}}{{{value.bottom}}}{_root(value)}"))
    if value.degree == 2:
        sign = "-" if value.factor < 0 else ""
        inner = value.factor**2 * value.radicand
        if not value.shift:
            unsimplified = f"{sign}\\sqrt{{{inner}}}"
            over = "" if value.bottom == 1 else f"/{value.bottom}"
            forms.append(Final(unsimplified + over))
            forms.append(
                Final(
                    f"{sign}\\frac{{{abs(value.factor) * value.radicand}}}{{{value.bottom}\\sqrt{{{value.radicand}}}}}"
                )
            )
        elif value.bottom == 1:
            forms.append(Final(f"{_term(value)}{value.shift:+d}"))
            forms.append(Final(f"{value.shift}{sign or '+'}\\sqrt{{{inner}}}"))
        else:
            part = f"\\frac{{{abs(value.factor) if abs(value.factor) > 1 else ''}{_root(value)}}}{{{value.bottom}}}"
            forms.append(Final(f"\\frac{{{value.shift}}}{{{value.bottom}}}{sign or '+'}{part}"))
        if value.bottom == 1 and not value.shift:
            forms.append(Final(f"{value.factor} \\cdot {value.radicand}^{{1/2}}"))
            forms.append(Final(f"{value.factor}\\cdot\\sqrt{{{value.radicand}}}"))
    else:
        forms.append(Final(f"{value.radicand}^{{1/3}}"))
        forms.append(Final(f"{value.radicand}^{{\\frac{{1}}{{3}}}}"))
    return forms


def _mistakes(rng: Random, value: Radical) -> list[Radical]:
    other = rng.choice([radicand for radicand in _SQUARE_FREE if radicand != value.radicand])
    mistakes = [
        value._replace(radicand=other),
        value._replace(radicand=value.radicand + 1) if not sqrt(value.radicand + 1).is_integer() else value,
        value._replace(factor=value.factor + (1 if value.factor != -1 else -1)),
        value._replace(factor=-value.factor) if value.degree == 2 else value._replace(degree=2),
        value._replace(bottom=value.bottom + 1) if value.degree == 2 else value,
    ]
    if value.shift:
        mistakes += [
            value._replace(shift=-value.shift),
            value._replace(shift=value.shift + rng.choice((10, 11))),
        ]
    return mistakes
