"""Matrices and vectors: other brackets, spacing, entries written otherwise, a factor taken out."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from ..math_text import Final
from .case import Case, Kind, decimal, frac, pick_other, terminates

_Matrix = list[list[Fraction]]
_SHAPES = ((2, 2), (2, 2), (2, 2), (3, 3), (2, 3), (3, 2), (3, 1), (2, 1), (1, 3))


def draw(rng: Random, kind: Kind) -> Case:
    rows, columns = rng.choice(_SHAPES)
    bottoms = (1, 1, 2, 3, 4, 5) if rng.random() < 0.3 else (1,)
    matrix = [
        [Fraction(rng.randint(-9, 9), rng.choice(bottoms)) for _ in range(columns)] for _ in range(rows)
    ]
    environment = rng.choice(("pmatrix", "pmatrix", "bmatrix"))
    gold = Final(_written(matrix, environment))
    if kind == "correct":
        final = gold
    elif kind == "equivalent":
        final = pick_other(rng, _forms(rng, matrix), gold)
    else:
        wrong = rng.choice([other for other in _mistakes(rng, matrix) if other != matrix])
        final = rng.choice([Final(_written(wrong, environment)), *_forms(rng, wrong)])
    return Case(gold.latex, final, gold)


def _written(matrix: _Matrix, environment: str, gap: str = " & ", end: str = " \\\\ ", entry=frac) -> str:
    body = end.join(gap.join(entry(value) for value in row) for row in matrix)
    return f"\\begin{{{environment}}} {body} \\end{{{environment}}}"


def _array(matrix: _Matrix, left: str, right: str) -> str:
    body = _written(matrix, "array").replace("\\begin{array}", f"\\begin{{array}}{{{'c' * len(matrix[0])}}}")
    return f"\\left{left} {body} \\right{right}"


def _forms(rng: Random, matrix: _Matrix) -> list[Final]:
    entries = [value for row in matrix for value in row]
    forms = [
        Final(_written(matrix, "bmatrix")),
        Final(_written(matrix, "pmatrix")),
        Final(_written(matrix, "bmatrix", gap="&", end="\\\\")),
        Final(_array(matrix, "(", ")")),
        Final(_array(matrix, "[", "]")),
        Final(_written(matrix, "pmatrix", entry=lambda value: frac(value, "dfrac"), end="\\\\ ")),
    ]
    if any(value.denominator > 1 for value in entries) and all(terminates(value) for value in entries):
        forms += [Final(_written(matrix, "pmatrix", entry=decimal))] * 2
    if rng.random() < 0.15:
        forms.append(Final(_written(matrix, "pmatrix", end=" \\\\\n")))
    if rng.random() < 0.3:
        name = rng.choice(("A", "M", "\\mathbf{v}"))
        forms.append(Final(f"{name} = {_written(matrix, 'pmatrix')}"))
    bottom = max(value.denominator for value in entries)
    if bottom > 1 and all((value * bottom).denominator == 1 for value in entries):
        scaled = [[value * bottom for value in row] for row in matrix]
        forms += [Final(f"\\frac{{1}}{{{bottom}}} {_written(scaled, 'pmatrix')}")] * 3
    return forms


def _mistakes(rng: Random, matrix: _Matrix) -> list[_Matrix]:
    row, column = rng.randrange(len(matrix)), rng.randrange(len(matrix[0]))

    def changed(value: Fraction) -> _Matrix:
        return [
            [value if (i, j) == (row, column) else old for j, old in enumerate(line)]
            for i, line in enumerate(matrix)
        ]

    mistakes = [
        [list(line) for line in zip(*matrix, strict=True)],
        changed(matrix[row][column] + rng.choice((1, -1))),
        changed(-matrix[row][column]),
        [[-value for value in line] for line in matrix],
        matrix[::-1],
        [line[::-1] for line in matrix],
        [*matrix, [Fraction(0)] * len(matrix[0])],
    ]
    return mistakes + ([matrix[:-1]] if len(matrix) > 2 else [])
