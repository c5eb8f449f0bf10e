"""Finite sets, tuples and sets of pairs: reordered, elements written otherwise, without braces."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from ..math_text import Final
from .case import Case, Kind, decimal, frac, pick_other, slash, terminates

_Pair = tuple[Fraction, ...]


def draw(rng: Random, kind: Kind) -> Case:
    shape = rng.random()
    if shape < 0.6:
        return _set(rng, kind)
    if shape < 0.85:
        return _tuple(rng, kind)
    return _set_of_pairs(rng, kind)


def _numbers(rng: Random, count: int, rational: float = 0.3) -> list[Fraction]:
    bottoms = (1, 2, 3, 4, 5, 8) if rng.random() < rational else (1,)
    found: dict[Fraction, None] = {}
    while len(found) < count:
        found[Fraction(rng.randint(-15, 15), rng.choice(bottoms))] = None
    return list(found)


def _braces(elements: list[str], gap: str = ",", left: str = "\\{", right: str = "\\}") -> str:
    return left + gap.join(elements) + right


def _set(rng: Random, kind: Kind) -> Case:
    values = _numbers(rng, rng.randint(2, 5))
    if rng.random() < 0.6:
        values.sort()
    elements = [frac(value) for value in values]
    plain = "{" + ", ".join(slash(value) for value in values) + "}"
    gold = Final(_braces(elements), plain)
    if kind == "correct":
        return Case(gold.latex, gold, gold)
    if kind == "equivalent":
        return Case(gold.latex, pick_other(rng, _set_forms(rng, values), gold), gold)
    wrong = rng.choice([other for other in _changed(rng, values) if set(other) != set(values)])
    return Case(
        gold.latex,
        rng.choice([Final(_braces([frac(value) for value in wrong])), *_set_forms(rng, wrong)]),
        gold,
    )


def _set_forms(rng: Random, values: list[Fraction]) -> list[Final]:
    shuffled = rng.sample(values, len(values))
    elements = [frac(value) for value in shuffled]
    plain = [slash(value) for value in shuffled]
    forms = [Final(_braces(elements), "{" + ", ".join(plain) + "}")] * 4
    forms += [
        Final(_braces(elements, ", ", "\\left\\{", "\\right\\}")),
        Final(_braces(elements, ",\\, ", "\\{ ", " \\}")),
        Final(_braces([element.replace("frac", "dfrac") for element in elements], ", ")),
        Final(", ".join(elements)),
        Final(f"x \\in {_braces(elements, ', ')}"),
    ]
    if rng.random() < 0.15:
        forms.append(Final(_braces(elements, ", ", "\\lbrace ", " \\rbrace")))
    if any(value.denominator > 1 for value in values) and all(terminates(value) for value in values):
        forms += [Final(_braces([decimal(value) for value in shuffled], ", "))] * 2
    return forms


def _changed(rng: Random, values: list[Fraction]) -> list[list[Fraction]]:
    index = rng.randrange(len(values))
    rest = values[:index] + values[index + 1 :]
    extra = max(values) + rng.randint(1, 4)
    return [
        rest if len(rest) > 1 else [*values, extra],
        [*values, extra],
        [*rest, values[index] + rng.choice((1, -1))],
        [*rest, -values[index]],
        [-value for value in values],
    ]


def _tuple(rng: Random, kind: Kind) -> Case:
    values = _numbers(rng, rng.choice((2, 2, 3)))
    gold = Final(_pair(values), "(" + ", ".join(slash(value) for value in values) + ")")
    if kind == "correct":
        return Case(gold.latex, gold, gold)
    if kind == "equivalent":
        return Case(gold.latex, pick_other(rng, _tuple_forms(values), gold), gold)
    index = rng.randrange(len(values))
    mistakes = [
        values[::-1],
        values[::-1],
        [*values[:index], values[index] + rng.choice((1, -1)), *values[index + 1 :]],
        [*values[:index], -values[index], *values[index + 1 :]],
        [*values, values[0]],
    ]
    wrong = rng.choice([other for other in mistakes if other != values])
    return Case(gold.latex, rng.choice([Final(_pair(wrong)), *_tuple_forms(wrong)]), gold)


def _pair(values: list[Fraction] | _Pair, gap: str = ",") -> str:
    return "(" + gap.join(frac(value) for value in values) + ")"


def _tuple_forms(values: list[Fraction]) -> list[Final]:
    plain = "(" + ", ".join(slash(value) for value in values) + ")"
    forms = [
        Final(_pair(values, ", "), plain),
        Final(_pair(values, ",\\;")),
        Final(f"\\left( {_pair(values, ', ')[1:-1]} \\right)"),
        Final(_pair(values, ", ").replace("frac", "dfrac"), plain),
        Final(_pair(values, ", ").replace("(", "\\left(").replace(")", "\\right)")),
    ]
    if any(value.denominator > 1 for value in values) and all(terminates(value) for value in values):
        forms += [Final("(" + ", ".join(decimal(value) for value in values) + ")")] * 2
    if len(values) == 2:
        forms.append(Final(f"(x, y) = {_pair(values, ', ')}", f"(x, y) = {plain}"))
    return forms


def _set_of_pairs(rng: Random, kind: Kind) -> Case:
    pairs: list[_Pair] = [tuple(_numbers(rng, 2, 0.1)) for _ in range(rng.choice((2, 2, 3)))]
    gold = Final(_braces([_pair(pair) for pair in pairs]))
    if kind == "corrupted":
        index = rng.randrange(len(pairs))
        mistakes: list[list[_Pair]] = [
            pairs[:index] + pairs[index + 1 :]
            if len(pairs) > 2
            else [*pairs, (pairs[0][0] + 1, pairs[0][1])],
            [*pairs[:index], pairs[index][::-1], *pairs[index + 1 :]],
            [*pairs[:index], (pairs[index][0] + 1, pairs[index][1]), *pairs[index + 1 :]],
        ]
        pairs = rng.choice([other for other in mistakes if set(other) != set(pairs)])
    if kind == "correct":
        return Case(gold.latex, gold, gold)
    shuffled = [_pair(pair, ", ") for pair in rng.sample(pairs, len(pairs))]
    forms = [Final(_braces(shuffled, ", ")), Final(_braces(shuffled, ", ", "\\left\\{ ", " \\right\\}"))]
    forms.append(Final(", ".join(shuffled)) if rng.random() < 0.5 else forms[0])
    return Case(gold.latex, pick_other(rng, forms, gold), gold)
