"""The task, its problem sets and its prompt template."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import jinja2
import pytest
from conftest import ROOT

from rlvr_train.microcosm import ARMS, SPLITS, TIERS, Problem, computations, hint_fields, prompt
from rlvr_train.problem_sets import SIZES, write_problem_sets

PROBLEM = Problem(3, "*", "<", (5, 2, 6, 4, 3))


def read(split: str) -> list[dict]:
    lines = (ROOT / "curricula" / "microcosm" / f"{split}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def parse(text: str) -> Problem:
    return Problem(int(text[0]), text[1], text[2], tuple(map(int, text[3:])))


def test_a_chain_from_right_to_left() -> None:
    assert PROBLEM.text == "3*<52643"
    assert PROBLEM.results == (2, 1, 6, 5, 4)
    assert PROBLEM.hints["planning"] == ["34", "6", "2", "5"]
    assert PROBLEM.hints["solution"] == ["2", "1", "6", "5"]
    assert hint_fields(PROBLEM)["P2"] == "P346__"
    assert prompt(PROBLEM) == "______3*<52643="


def test_minus_stays_within_0_and_6() -> None:
    assert Problem(1, "-", ">", (3, 1, 2, 6, 6)).results == (5, 4, 2, 3, 4)


def test_a_split_is_blind_to_direction() -> None:
    forward = Problem(3, "*", ">", (3, 4, 6, 2, 5))
    assert (forward.key, forward.split) == (PROBLEM.key, PROBLEM.split)


@pytest.mark.parametrize("operation", "+-*")
def test_splits_share_no_computation_and_have_their_sizes(operation: str) -> None:
    splits = computations(operation)
    every = sum(map(len, splits.values()))
    assert every == len(set(itertools.chain.from_iterable(splits.values())))
    for split, (low, high) in SPLITS.items():
        assert len(splits[split]) / every == pytest.approx((high - low) / 100, abs=0.01)


def test_problem_sets_lie_in_their_splits() -> None:
    keys = {}
    for split, size in SIZES.items():
        records = read(split)
        assert len(records) == size * len(ARMS)
        assert len({record["id"] for record in records}) == len(records)
        assert len({record["problem"] for record in records}) == len(records)
        problems = [parse(record["problem"]) for record in records]
        assert {problem.split for problem in problems} == {split}
        keys[split] = {problem.key for problem in problems}
    for one, other in itertools.combinations(keys.values(), 2):
        assert not one & other


def test_problem_sets_answer_their_problems() -> None:
    for record in read("development"):
        problem = parse(record["problem"])
        assert ARMS[record["arm"]] == (problem.operation, problem.direction)
        assert record["answer"] == "".join(map(str, problem.results))
        assert record["hints"] == problem.hints


def test_problem_sets_are_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    write_problem_sets(tmp_path)
    for split in SIZES:
        shipped = ROOT / "curricula" / "microcosm" / f"{split}.jsonl"
        assert (tmp_path / shipped.name).read_bytes() == shipped.read_bytes()


def test_the_template_renders_the_prompts_of_the_warm_start() -> None:
    template = jinja2.Template((ROOT / "prompts" / "microcosm.md").read_text())
    for record in read("development"):
        problem = parse(record["problem"])
        assert template.render(problem=problem.text) + "=" == prompt(problem)
        for name, field in hint_fields(problem).items():
            tier = next(tier for tier, letter in TIERS.items() if letter == name[0])
            level = int(name[1])
            parts = record["hints"][tier][:level]
            hint = {"tier": tier, "level": level, "parts": parts}
            assert template.render(problem=problem.text, hint=hint) + "=" == prompt(problem, field)
