"""Intervals and unions: other spacing, reordered unions, as inequalities."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import NamedTuple

from ..math_text import Final
from .case import Case, Kind, decimal, frac, pick_other, slash, terminates


class Interval(NamedTuple):
    """From low to high; None where it does not end."""

    low: Fraction | None
    high: Fraction | None
    left: str
    right: str


def draw(rng: Random, kind: Kind) -> Case:
    parts = _random(rng)
    as_relation = len(parts) == 1 and rng.random() < 0.25
    latex = _relation(parts[0]) if as_relation else _union(parts)
    gold = Final(latex, _relation_plain(parts[0]) if as_relation else _plain(parts))
    if kind == "correct":
        final = gold
    elif kind == "equivalent":
        forms = _forms(rng, parts)
        if as_relation:
            # Inequalities for an interval are rare in what models write; the other way round they are not.
            forms += [Final(_relation(parts[0]).replace("\\leq", "\\le"), None)] * 2
        elif len(parts) == 1 and rng.random() < 0.06:
            forms = [Final(_relation(parts[0]))]
        final = pick_other(rng, forms, gold)
    else:
        wrong = rng.choice([other for other in _mistakes(rng, parts) if other != parts])
        if as_relation:
            final = Final(_relation(wrong[0]), _relation_plain(wrong[0]))
        else:
            final = rng.choice([Final(_union(wrong), _plain(wrong)), *_forms(rng, wrong)])
    return Case(latex, final, gold)


def _random(rng: Random) -> list[Interval]:
    def end() -> Fraction:
        return Fraction(rng.randint(-20, 20), rng.choice((1, 1, 1, 2, 3, 4, 5)))

    shape = rng.random()
    ends = sorted({end() for _ in range(12)})[::3][:4]
    left, right = rng.choice("(["), rng.choice(")]")
    if shape < 0.4:
        return [Interval(ends[0], ends[1], left, right)]
    if shape < 0.55:
        return [Interval(ends[0], None, left, ")")]
    if shape < 0.7:
        return [Interval(None, ends[0], "(", right)]
    if shape < 0.9:
        return [Interval(None, ends[0], "(", right), Interval(ends[1], None, left, ")")]
    return [Interval(ends[0], ends[1], left, right), Interval(ends[2], None, rng.choice("(["), ")")]


def _end(value: Fraction | None, sign: str, write: Callable[[Fraction], str] = frac) -> str:
    return f"{sign}\\infty" if value is None else write(value)


def _one(part: Interval, gap: str = "") -> str:
    return f"{part.left}{_end(part.low, '-')},{gap}{_end(part.high, '')}{part.right}"


def _union(parts: list[Interval], gap: str = "") -> str:
    return " \\cup ".join(_one(part, gap) for part in parts)


def _plain(parts: list[Interval]) -> str | None:
    """Without LaTeX, as some models write one interval; two of them are mostly written in LaTeX."""
    if len(parts) > 1 or parts[0].low is None or parts[0].high is None:
        return None
    return f"{parts[0].left}{slash(parts[0].low)}, {slash(parts[0].high)}{parts[0].right}"


def _relation(part: Interval) -> str:
    less = {"(": "<", "[": "\\leq"}[part.left], {")": "<", "]": "\\leq"}[part.right]
    if part.low is None:
        return f"x {less[1]} {frac(part.high)}"
    if part.high is None:
        more = ">" if part.left == "(" else "\\geq"
        return f"x {more} {frac(part.low)}"
    return f"{frac(part.low)} {less[0]} x {less[1]} {frac(part.high)}"


def _relation_plain(part: Interval) -> str | None:
    if part.low is None or part.high is None:
        return None
    less = {"(": "<", "[": "<="}[part.left], {")": "<", "]": "<="}[part.right]
    return f"{slash(part.low)} {less[0]} x {less[1]} {slash(part.high)}"


def _forms(rng: Random, parts: list[Interval]) -> list[Final]:
    forms = [
        Final(_union(parts, gap=" ")),
        Final(_union(parts, gap="\\,")),
        Final(" \\cup ".join(f"\\left{_one(part)}"[:-1] + f"\\right{part.right}" for part in parts)),
        Final(f"x \\in {_union(parts)}"),
        Final(_union(parts).replace("\\frac", "\\dfrac")),
    ]
    if len(parts) > 1:
        forms += [Final(_union(parts[::-1]))] * 3
        forms.append(Final(_union(parts).replace(" ", "")))
    if rng.random() < 0.1:
        forms.append(Final(_union(parts).replace("\\infty", "∞").replace("\\cup", "∪")))
    if any(part.high is None for part in parts):
        forms.append(Final(_union(parts).replace(",\\infty", ",+\\infty")))
    ends = [end for part in parts for end in (part.low, part.high) if end is not None]
    if any(end.denominator > 1 for end in ends) and all(terminates(end) for end in ends):
        written = [
            f"{part.left}{_end(part.low, '-', decimal)},{_end(part.high, '', decimal)}{part.right}"
            for part in parts
        ]
        forms += [Final(" \\cup ".join(written))] * 2
    return forms


def _mistakes(rng: Random, parts: list[Interval]) -> list[list[Interval]]:
    index = rng.randrange(len(parts))
    part = parts[index]

    def changed(**fields: object) -> list[Interval]:
        return [*parts[:index], part._replace(**fields), *parts[index + 1 :]]

    mistakes = []
    if part.low is not None:
        mistakes += [changed(left={"(": "[", "[": "("}[part.left])] * 2
        mistakes += [changed(low=part.low - 1), changed(low=part.low - Fraction(1, 7))]
    if part.high is not None:
        mistakes += [changed(right={")": "]", "]": ")"}[part.right])] * 2
        mistakes += [changed(high=part.high + Fraction(1, 9))]
    if part.low is not None and part.high is not None:
        mistakes.append(changed(low=part.low - 2))
    if len(parts) > 1:
        mistakes += [parts[:1], parts[1:]]
    elif part.low is None:
        mistakes.append([Interval(part.high, None, "(" if part.right == ")" else "[", ")")])
    elif part.high is None:
        mistakes.append([Interval(None, part.low, "(", ")" if part.left == "(" else "]")])
    return mistakes
