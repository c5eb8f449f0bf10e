"""The microcosm's problem sets: one JSON Lines file a split, arms in turn, made from a seed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from rlvr_train.microcosm import ARMS, Problem, computations, digits, written

SIZES = {"practice": 320, "development": 64, "test": 128}
"""Problems of each arm."""
SEED = 20240


def problem_set(split: str) -> dict[str, list[Problem]]:
    """Problems of a split by arm, without repeated computations within an arm."""
    rng = np.random.default_rng([SEED, list(SIZES).index(split)])
    chosen = {}
    for arm, (operation, direction) in ARMS.items():
        pool = computations(operation)[split]
        indices = rng.choice(len(pool), SIZES[split], replace=False)
        chosen[arm] = [written(pool[index], operation, direction) for index in indices]
    return chosen


def write_problem_sets(folder: Path) -> None:
    """Write practice.jsonl, development.jsonl and test.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, size in SIZES.items():
        problems = problem_set(split)
        lines = [
            record(f"{split}-{arm}-{index + 1:04d}", arm, problems[arm][index])
            for index in range(size)
            for arm in ARMS
        ]
        (folder / f"{split}.jsonl").write_text("".join(f"{line}\n" for line in lines))


def record(identity: str, arm: str, problem: Problem) -> str:
    """One line of a problem set."""
    data = {
        "id": identity,
        "problem": problem.text,
        "answer": digits(problem.results),
        "arm": arm,
        "operation": ARMS[arm][0],
        "direction": ARMS[arm][1],
        "hints": problem.hints,
    }
    return json.dumps(data, separators=(",", ":"))
