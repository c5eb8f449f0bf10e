"""Expressions, equations and inequalities: terms reordered, sides swapped, expanded or factored, turned round."""

from __future__ import annotations

from random import Random

from ..math_text import Final
from .case import Case, Kind, nonzero, pick_other

_Form = tuple[str, str | None]
_NAMES = ("x", "x", "n", "t", "a", "y")


def draw(rng: Random, kind: Kind) -> Case:
    shape = rng.choice((_solution, _line, _polynomial, _factored, _quotient, _inequality, _conic))
    gold, equivalents, mistakes = shape(rng)
    written = Final(gold[0], gold[1])
    if kind == "correct":
        return Case(gold[0], written, written)
    if kind == "equivalent":
        return Case(gold[0], pick_other(rng, [Final(*form) for form in equivalents], written), written)
    return Case(gold[0], pick_other(rng, [Final(*form) for form in mistakes], written), written)


def term(factor: int, letters: str, first: bool = False) -> str:
    """One term of a sum with its sign; nothing for a factor of 0."""
    if factor == 0:
        return ""
    sign = "-" if factor < 0 else "" if first else "+"
    size = "" if abs(factor) == 1 and letters else str(abs(factor))
    return f"{sign}{size}{letters}"


def total(*terms: tuple[int, str]) -> str:
    """A sum of terms."""
    text = ""
    for factor, letters in terms:
        text += term(factor, letters, first=text == "")
    return text or "0"


def _both(text: str) -> _Form:
    """The same in LaTeX and in plain text, which a power or a fraction is not."""
    return text, None if "^" in text or "\\" in text else text


def _solution(rng: Random) -> tuple[_Form, list[_Form], list[_Form]]:
    name, value = rng.choice(_NAMES), nonzero(rng, -30, 30)
    gold = f"{name} = {value}"
    wrong = [-value, value + 1, value - 1, value * 10]
    other = "z" if name == "x" else "x"
    return (
        _both(gold),
        [
            _both(f"{name}={value}"),
            _both(str(value)),
            _both(str(value)),
            _both(f"{value} = {name}"),
            (f"{name} = {value}.0", None),
        ],
        [
            _both(f"{name} = {rng.choice(wrong)}"),
            _both(str(rng.choice(wrong))),
            _both(f"{other} = {value + 2}"),
        ],
    )


def _line(rng: Random) -> tuple[_Form, list[_Form], list[_Form]]:
    m, c = nonzero(rng, -9, 9), nonzero(rng, -12, 12)
    right = total((m, "x"), (c, ""))
    k = rng.choice((2, 3))
    return (
        _both(f"y = {right}"),
        [
            _both(f"{right} = y"),
            _both(f"y = {total((c, ''), (m, 'x'))}"),
            _both(f"{total((1, 'y'), (-m, 'x'))} = {c}"),
            _both(f"{total((k, 'y'))} = {total((k * m, 'x'), (k * c, ''))}"),
            _both(f"y={right}"),
            _both(f"{total((m, 'x'), (-1, 'y'), (c, ''))} = 0"),
        ],
        [
            _both(f"y = {total((m, 'x'), (-c, ''))}"),
            _both(f"y = {total((-m, 'x'), (c, ''))}"),
            _both(f"y = {total((m + 1 or 5, 'x'), (c, ''))}"),
            _both(f"y = {total((m, 'x'), (c + 1 or 3, ''))}"),
            _both(f"y = {total((m, ''), (c, 'x'))}") if m != c else _both(f"y = {total((m, 'x'))}"),
            _both(f"y = {total((m, 'x'))}"),
            _both(f"x = {total((m, 'y'), (c, ''))}")
            if m not in (1, -1)
            else _both(f"y = {total((2 * m, 'x'), (c, ''))}"),
        ],
    )


def _polynomial(rng: Random) -> tuple[_Form, list[_Form], list[_Form]]:
    name = rng.choice(_NAMES)
    a, b, c = nonzero(rng, -6, 6), nonzero(rng, -9, 9), nonzero(rng, -12, 12)
    square = f"{name}^2"
    return (
        (total((a, square), (b, name), (c, "")), None),
        [
            (total((b, name), (a, square), (c, "")), None),
            (total((c, ""), (b, name), (a, square)), None),
            (f"{total((a, square), (b, name))} {'-' if c < 0 else '+'} {abs(c)}", None),
            (f"{name}({total((a, name), (b, ''))}){c:+d}", None),
            (total((a, f"{name}^{{2}}"), (b, name), (c, "")), None),
        ],
        [
            (total((a, square), (-b, name), (c, "")), None),
            (total((a, square), (b, name), (c + 1 or 4, "")), None),
            (total((a, square), (b, name)), None),
            (total((a, square), (b, ""), (c, "")), None),
            (total((a, f"{name}^3"), (b, name), (c, "")), None),
            (total((-a, square), (b, name), (c, "")), None),
        ],
    )


def _factored(rng: Random) -> tuple[_Form, list[_Form], list[_Form]]:
    r, s = sorted(rng.sample([value for value in range(-9, 10) if value != 0], 2))
    if r == -s:
        s += 1 if s != -1 else 2
    a, b = f"(x{r:+d})", f"(x{s:+d})"
    return (
        _both(f"{a}{b}"),
        [
            _both(f"{b}{a}"),
            (total((1, "x^2"), (r + s, "x"), (r * s, "")), None),
            (f"\\left(x{r:+d}\\right)\\left(x{s:+d}\\right)", None),
            (f"{a} \\cdot {b}", None),
            (f"({total((1, 'x'), (s, ''))})({total((r, ''), (1, 'x'))})", None),
        ],
        [
            _both(f"(x{-r:+d})(x{-s:+d})"),
            _both(f"{a}(x{s + 1:+d})") if s != -1 else _both(f"{a}(x+7)"),
            (total((1, "x^2"), (r * s, "x"), (r + s, "")), None) if r * s != r + s else _both(a),
            _both(f"{a}"),
            _both(f"{a}(x{-s:+d})"),
        ],
    )


def _quotient(rng: Random) -> tuple[_Form, list[_Form], list[_Form]]:
    a = nonzero(rng, -9, 9)
    b = rng.choice([value for value in range(-9, 10) if value not in (0, a)])
    k = rng.choice((2, 3, 5))
    top, bottom = f"x{a:+d}", f"x{b:+d}"
    return (
        (f"\\frac{{{top}}}{{{bottom}}}", f"({top})/({bottom})"),
        [
            (f"\\dfrac{{{top}}}{{{bottom}}}", f"({top})/({bottom})"),
            (f"({top})/({bottom})", None),
            (f"\\frac{{{total((k, 'x'), (k * a, ''))}}}{{{total((k, 'x'), (k * b, ''))}}}", None),
            (f"\\frac{{{total((a, ''), (1, 'x'))}}}{{{total((b, ''), (1, 'x'))}}}", None),
            (f"1{a - b:+d} \\cdot \\frac{{1}}{{{bottom}}}", None),
            (f"1 + \\frac{{{a - b}}}{{{bottom}}}", None),
        ],
        [
            (f"\\frac{{{bottom}}}{{{top}}}", f"({bottom})/({top})"),
            (f"\\frac{{x{-a:+d}}}{{{bottom}}}", None),
            (f"\\frac{{{top}}}{{x{b + 10:+d}}}", None),
            (f"\\frac{{{top}}}{{x}}", None),
            (f"\\frac{{{a}}}{{{b}}}", None),
            (f"-\\frac{{{top}}}{{{bottom}}}", None),
        ],
    )


def _inequality(rng: Random) -> tuple[_Form, list[_Form], list[_Form]]:
    value = nonzero(rng, -20, 20)
    sign, turned = rng.choice((("<", ">"), (">", "<"), ("\\leq", "\\geq"), ("\\geq", "\\leq")))
    strictness = {"<": "\\leq", ">": "\\geq", "\\leq": "<", "\\geq": ">"}[sign]
    plain = {"<": "<", ">": ">", "\\leq": "<=", "\\geq": ">="}
    unicode = {**plain, "\\leq": "≤", "\\geq": "≥"}
    ends = {
        "<": f"(-\\infty, {value})",
        ">": f"({value}, \\infty)",
        "\\leq": f"(-\\infty, {value}]",
        "\\geq": f"[{value}, \\infty)",
    }
    return (
        (f"x {sign} {value}", f"x {plain[sign]} {value}"),
        [
            (f"{value} {turned} x", f"{value} {plain[turned]} x"),
            (f"{value} {turned} x", f"{value} {plain[turned]} x"),
            (ends[sign], None),
            (f"x \\in {ends[sign]}", None),
            (f"x{sign}{value}" if len(sign) == 1 else f"x {sign[:-1]} {value}", None),
            (f"x {unicode[sign]} {value}", None),
        ],
        [
            (f"x {turned} {value}", f"x {plain[turned]} {value}"),
            (f"x {strictness} {value}", f"x {plain[strictness]} {value}"),
            (f"x {sign} {value + 1}", f"x {plain[sign]} {value + 1}"),
            (f"x {sign} {-value}", f"x {plain[sign]} {-value}"),
            (ends[turned], None),
            (ends[strictness], None),
        ],
    )


def _conic(rng: Random) -> tuple[_Form, list[_Form], list[_Form]]:
    a, b, c = rng.randint(1, 5), rng.randint(1, 5), rng.randint(2, 12)
    left = total((a, "x^2"), (b, "y^2"))
    return (
        (f"{left} = {c * c}", None),
        [
            (f"{total((b, 'y^2'), (a, 'x^2'))} = {c * c}", None),
            (f"{c * c} = {left}", None),
            (f"{left} - {c * c} = 0", None),
            (f"{total((2 * a, 'x^2'), (2 * b, 'y^2'))} = {2 * c * c}", None),
            (f"{left} = {c}^2", None),
        ],
        [
            (f"{total((a, 'x^2'), (-b, 'y^2'))} = {c * c}", None),
            (f"{left} = {c}", None),
            (f"{left} = {c * c + 1}", None),
            (f"{total((a, 'x^2'), (b, 'y'))} = {c * c}", None),
            (f"{total((a + 1, 'x^2'), (b, 'y^2'))} = {c * c}", None),
        ],
    )
