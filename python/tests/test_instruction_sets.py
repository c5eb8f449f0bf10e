"""The problem sets of instructions."""

import json
from pathlib import Path

import pytest

from rlvr_train.instruction_sets import SPLITS, TOPICS, combined_set, single_set

CURRICULA = Path(__file__).parents[2] / "curricula"


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(
    ("folder", "make"), [("instructions", single_set), ("instructions-combined", combined_set)]
)
def test_the_sets_that_are_shipped_are_made_from_the_seed(folder, make, split):
    lines = (CURRICULA / folder / f"{split}.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == make(split)


@pytest.mark.parametrize("make", [single_set, combined_set])
def test_what_is_held_out_is_in_no_problem_for_practice(make):
    practice = " ".join(str(line["problem"]) for line in make("practice"))
    for topic in TOPICS["test"]:
        assert f" {topic}" not in practice
    assert len({line["problem"] for line in make("test")}) == len(make("test"))


def test_each_instruction_has_its_arguments():
    for line in combined_set("practice"):
        assert len(line["instruction_id_list"]) == len(line["kwargs"]) == int(str(line["arm"])) + 1
