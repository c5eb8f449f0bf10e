"""What verdicts.ts compares with: math-verify, and a regular expression for the format, in two processes.

Reads {answer, response} a line from the file named first and prints one JSON document: the seconds that all verdicts
took, once the processes were up and warm, and the verdicts. The second argument is the number of processes.
"""

from __future__ import annotations

import json
import re
import sys
from multiprocessing import Pool
from time import perf_counter

from math_verify import parse, verify

THINKS = re.compile(r"<think>(?:(?!<think>).)*</think>.*", re.DOTALL)
"""One block of thoughts in front, text behind it: what TRL's think_format_reward asks for."""


def judge(pair: dict[str, str]) -> tuple[bool, bool]:
    """Whether the answer is right, and whether the format is."""
    math = verify(parse(f"${pair['answer']}$"), parse(pair["response"]))
    return bool(math), THINKS.fullmatch(pair["response"]) is not None


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    with Pool(int(sys.argv[2])) as pool:
        pool.map(judge, [{"answer": "1", "response": f"It is $\\frac{{{n}}}{{3}}$."} for n in range(40)], chunksize=2)
        start = perf_counter()
        verdicts = pool.map(judge, pairs, chunksize=8)
        seconds = perf_counter() - start
    print(json.dumps({"seconds": seconds, "verdicts": verdicts}))


if __name__ == "__main__":
    main()
