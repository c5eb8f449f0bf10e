"""A block of math-verify in this process: one JSON line a pair. The first argument is the differential set, the second N
takes each N-th pair of it."""

from __future__ import annotations

import json
import sys
from time import perf_counter

from math_verify import parse, verify


def passes(pair: dict[str, str]) -> bool:
    """The verdict of the package with its defaults, as test/verifiers/math/README.md has it."""
    return bool(verify(parse(f"${pair['answer']}$"), parse(pair["response"])))


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines][:: int(sys.argv[2])]
    for pair in pairs[::20]:  # compiles the expressions and loads what is loaded late; rlvr gets the same
        passes(pair)
    for pair in pairs:
        start = perf_counter()
        passed = passes(pair)
        print(json.dumps({"id": pair["id"], "ms": 1000 * (perf_counter() - start), "passed": passed}))


if __name__ == "__main__":
    main()
