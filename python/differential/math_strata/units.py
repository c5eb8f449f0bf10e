"""Quantities: units in LaTeX or in words, left out or added, degrees, currency."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from ..math_text import Final
from .case import Case, Kind, decimal, frac, pick_other

_UNITS = {
    "cm": ("centimeters", "m"),
    "m": ("meters", "cm"),
    "km": ("kilometers", "m"),
    "kg": ("kilograms", "g"),
    "g": ("grams", "kg"),
    "ft": ("feet", "inches"),
    "mph": ("miles per hour", "feet"),
    "inches": ("inches", "feet"),
    "hours": ("hours", "minutes"),
    "minutes": ("minutes", "hours"),
    "dollars": ("dollars", "cents"),
    "cm^2": ("square centimeters", "cm^3"),
    "m^2": ("square meters", "m"),
    "degrees": ("degrees", "radians"),
}


def draw(rng: Random, kind: Kind) -> Case:
    shape = rng.random()
    if shape < 0.12:
        return _degrees(rng, kind)
    if shape < 0.27:
        return _money(rng, kind)
    unit = rng.choice(list(_UNITS))
    value = rng.choice(
        (
            Fraction(rng.randint(2, 400)),
            Fraction(rng.randint(2, 400)),
            Fraction(rng.randint(3, 99), rng.choice((2, 4, 5, 10))),
        )
    )
    bare = rng.random() < 0.35
    number = decimal(value) if rng.random() < 0.7 else frac(value)
    gold = Final(
        number if bare else f"{number} {_text(unit)}", None if "frac" in number else f"{number} {unit}"
    )
    if kind == "correct":
        return Case(gold.latex, Final(number, gold.plain) if bare else gold, gold)
    if kind == "equivalent":
        return Case(gold.latex, pick_other(rng, _forms(value, unit), gold), gold)
    if not bare and rng.random() < 0.15:
        return Case(gold.latex, rng.choice(_forms(value, _UNITS[unit][1], named=True)), gold)
    wrong = rng.choice([other for other in _mistakes(rng, value) if other != value])
    return Case(gold.latex, rng.choice(_forms(wrong, unit)), gold)


def _text(unit: str, command: str = "text") -> str:
    name, _, power = unit.partition("^")
    return f"\\{command}{{ {name}}}" + (f"^{power}" if power else "")


def _forms(value: Fraction, unit: str, named: bool = False) -> list[Final]:
    number = decimal(value)
    words, _ = _UNITS.get(unit, (unit, ""))
    forms = [
        Final(
            f"{number}\\,\\text{{{unit}}}" if "^" not in unit else f"{number}\\,{_text(unit)}",
            f"{number} {unit}",
        ),
        Final(f"{number} {_text(unit, 'mathrm')}", f"{number} {words}"),
        Final(f"{number} \\text{{ {words}}}", f"{number} {words}"),
        Final(
            f"{number}{_text(unit)}",
            f"{number}{unit}" if len(unit) < 4 and "^" not in unit else f"{number} {words}",
        ),
        Final(f"{frac(value)} {_text(unit)}", f"{number} {words}"),
    ]
    return forms if named else [*forms, Final(number, number), Final(number, number)]


def _mistakes(rng: Random, value: Fraction) -> list[Fraction]:
    return [
        value + 1,
        value - 1,
        -value,
        10 * value,
        value / 10,
        2 * value,
        value + Fraction(1, 2),
        value + rng.randint(3, 9),
    ]


def _degrees(rng: Random, kind: Kind) -> Case:
    value = rng.randint(5, 175)
    gold = (
        Final(f"{value}^\\circ", f"{value} degrees") if rng.random() < 0.7 else Final(str(value), str(value))
    )
    if kind == "correct":
        return Case(gold.latex, gold, gold)
    angle = (
        value
        if kind == "equivalent"
        else rng.choice((180 - value + (value == 90), value + 1, value - 1, -value, value + 10))
    )
    forms = [
        Final(f"{angle}^\\circ", f"{angle}°"),
        Final(f"{angle}^{{\\circ}}", f"{angle} degrees"),
        Final(f"{angle} \\text{{ degrees}}", f"{angle} degrees"),
        Final(f"{angle}", f"{angle}"),
        Final(f"{angle}\\degree", f"{angle}°"),
    ]
    return Case(gold.latex, pick_other(rng, forms, gold), gold)


def _money(rng: Random, kind: Kind) -> Case:
    cents = rng.choice((rng.randint(1, 200) * 100, rng.randint(101, 9999)))
    text = f"{cents / 100:.2f}" if cents % 100 or rng.random() < 0.3 else str(cents // 100)
    gold = Final(f"\\${text}", f"${text}") if rng.random() < 0.6 else Final(text, f"${text}")
    if kind == "correct":
        return Case(gold.latex, gold, gold)
    paid = (
        cents
        if kind == "equivalent"
        else rng.choice((cents + 100, cents - 1, cents * 10, cents + 10, -cents))
    )
    amount = f"{paid / 100:.2f}"
    forms = [
        Final(f"\\${amount}", f"${amount}"),
        Final(amount, amount),
        Final(f"{amount} \\text{{ dollars}}", f"{amount} dollars"),
    ]
    if paid % 100 == 0:
        forms += [
            Final(f"\\${paid // 100}", f"${paid // 100}"),
            Final(str(paid // 100), f"{paid // 100} dollars"),
        ]
    return Case(gold.latex, pick_other(rng, forms, gold), gold)
