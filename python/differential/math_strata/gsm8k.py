"""Whole numbers as GSM8K's problems end in, with currency, separators and units around them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from random import Random

from ..math_text import Final
from .case import Case, Kind, pick_other

_FILE = Path(__file__).parents[3] / "test" / "verifiers" / "gsm8k" / "final-numbers.json"
_NUMBERS: list[str] = [n for part in ("test", "train") for n in json.loads(_FILE.read_text())[part]]
_LARGE = [n for n in _NUMBERS if len(n.replace(",", "").lstrip("-")) > 3]

_PROSE = (
    "So in the end there are {x} left.",
    "That makes {x} altogether.",
    "She therefore has {x} in total.",
    "They need {x} for the whole trip.",
    "In total he pays {x}.",
)
_THINGS = ("apples", "minutes", "dollars", "pages", "miles", "students")


def draw(rng: Random, kind: Kind) -> Case:
    answer = rng.choice(_LARGE if rng.random() < 0.3 else _NUMBERS)
    value = int(answer.replace(",", ""))
    gold = Final(answer, answer)
    if kind == "correct":
        final = gold
    elif kind == "equivalent":
        final = pick_other(rng, _forms(rng, value), gold)
    else:
        wrong = rng.choice([other for other in _mistakes(rng, value) if other != value])
        written = decimal_text(wrong)
        final = rng.choice([Final(written, written), Final(written, written), *_forms(rng, wrong)])
    return Case(answer, final, gold, _PROSE if rng.random() < 0.25 else ())


def decimal_text(value: int | Fraction) -> str:
    return str(value) if isinstance(value, int) else f"{float(value):.10g}"


def _forms(rng: Random, value: int | Fraction) -> list[Final]:
    text = decimal_text(value)
    thing = rng.choice(_THINGS)
    forms = [Final(f"{text} \\text{{ {thing}}}", f"{text} {thing}")]
    if value >= 0:
        forms += [Final(f"\\${text}", f"${text}")]
    if 0 < value <= 100:
        forms += [Final(f"{text}\\%", f"{text}%")]
    if isinstance(value, int):
        forms += [Final(f"{value}.00", f"{value}.00"), Final(f"{value}.0", f"{value}.0")]
        if value >= 0:
            forms += [Final(f"\\${value}.00", f"${value}.00")]
        if abs(value) >= 1000:
            forms += [Final(f"{value:,}", f"{value:,}")] * 2
            forms += [Final(f"{value:,}".replace(",", "{,}"), f"{value:,} {thing}")]
            forms += [Final(f"\\${value:,}", f"${value:,}")] if value >= 0 else []
            forms += [Final(f"{value:,}".replace(",", "\\,"))] if rng.random() < 0.15 else []
        elif rng.random() < 0.15:
            forms += [Final(f"\\frac{{{2 * value}}}{{2}}", f"{2 * value}/2")]
    return forms


def _mistakes(rng: Random, value: int) -> list[int | Fraction]:
    digits = str(abs(value))
    swapped = int(digits[1] + digits[0] + digits[2:]) if len(digits) > 1 else value + 2
    mistakes: list[int | Fraction] = [value + 1, value - 1, -value, value * 10, value * 2, swapped]
    mistakes += [value + rng.randint(2, 30), Fraction(2 * value + 1, 2)]
    return mistakes + ([value // 10] if value > 100 else [])
