"""Writes test/verifiers/math/differential.jsonl: (reference answer, response) pairs and what math-verify says of each.

    python3 -m venv differential/.venv-math
    differential/.venv-math/bin/pip install -r differential/requirements-math.txt
    differential/.venv-math/bin/python -m differential.make_math_pairs

The pairs are built so that the truth is known: `correct` ones give the reference answer in its own form, `equivalent`
ones in another, `corrupted` ones give another answer. `math_verify` is what verify(parse("$answer$"), parse(response))
returns, with all settings at their defaults; the dollars are how math-verify's README has reference answers given that
are LaTeX. Sizes and seed were fixed before rlvr's `math` was tuned: do not change them.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from random import Random

from math_verify import parse, verify

from .math_strata import equations, fractions, gsm8k, intervals, matrices, prose, radicals, sets, units
from .math_strata.case import Kind
from .math_text import respond, respond_in_prose

SEED = 20_260_401
STRATA = {
    "gsm8k": gsm8k,
    "fractions": fractions,
    "radicals": radicals,
    "intervals": intervals,
    "sets": sets,
    "matrices": matrices,
    "equations": equations,
    "units": units,
    "prose": prose,
}
SIZES: dict[Kind, int] = {"correct": 50, "equivalent": 80, "corrupted": 80}
"""Pairs of each kind in a stratum; GSM8K, of which there is most in practice, has 320 instead of 210."""
GSM8K_SIZES: dict[Kind, int] = {"correct": 80, "equivalent": 120, "corrupted": 120}
FALSE_STARTS = 0.25
"""Share of the corrupted responses that mention the right answer before their wrong one."""
PLAIN = {"gsm8k": 0.4, "units": 0.4, "fractions": 0.3} | dict.fromkeys(
    ("radicals", "intervals", "sets", "equations"), 0.05
)
"""Share of responses without LaTeX. Low where the answer is no number: models that are asked for LaTeX rarely write those
so, and math-verify does not read them."""
TARGET = Path(__file__).parents[2] / "test" / "verifiers" / "math" / "differential.jsonl"


def pair(stratum: str, kind: Kind, index: int) -> tuple[str, str]:
    """The reference answer and the response of one pair, from a stream of random numbers of its own."""
    rng = Random(f"{SEED}:{stratum}:{kind}:{index}")
    case = STRATA[stratum].draw(rng, kind)
    false_start = case.gold if kind == "corrupted" and rng.random() < FALSE_STARTS else None
    if case.prose:
        return case.answer, respond_in_prose(rng, case.prose, case.final, false_start)
    return case.answer, respond(rng, case.final, PLAIN.get(stratum, 0.0), false_start)


def pairs() -> list[dict[str, object]]:
    """All pairs in order, no two alike."""
    found: list[dict[str, object]] = []
    seen: set[tuple[str, str]] = set()
    for stratum in STRATA:
        for kind, size in (GSM8K_SIZES if stratum == "gsm8k" else SIZES).items():
            index = made = 0
            while made < size:
                answer, response = pair(stratum, kind, index)
                index += 1
                if (answer, response) in seen:
                    continue
                seen.add((answer, response))
                made += 1
                found.append(
                    {
                        "id": f"{stratum}-{kind}-{made}",
                        "stratum": stratum,
                        "kind": kind,
                        "answer": answer,
                        "response": response,
                    }
                )
    return found


def table(judged: list[dict[str, object]]) -> str:
    """How often math-verify agrees with the way the pairs were built, as a Markdown table."""
    lines = ["| stratum | correct | equivalent | corrupted |", "| --- | --- | --- | --- |"]
    for stratum in [*STRATA, None]:
        cells = []
        for kind in SIZES:
            of = [p for p in judged if p["kind"] == kind and stratum in (None, p["stratum"])]
            right = sum(p["math_verify"] == (kind != "corrupted") for p in of)
            cells.append(f"{right} of {len(of)}")
        lines.append(f"| {stratum or 'all'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    judged = [
        {**made, "math_verify": bool(verify(parse(f"${made['answer']}$"), parse(str(made["response"]))))}
        for made in pairs()
    ]
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in judged))
    print(f"{len(judged)} pairs, math-verify {version('math-verify')}\n\n{table(judged)}")


if __name__ == "__main__":
    main()
