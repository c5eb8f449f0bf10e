"""Problem sets of verifiable instructions, one JSON Lines file a split, made from a seed.

`single` is for a small model: a short text about something, which has to be named, and one thing more that a
program can check. `combined` is for a larger one: a longer text, and two to four such things. What the
held-out problems are about, and how they are worded, stands in no problem of the practice set. Each answer
follows its instructions, so that a verifier can be tried on the sets.

    python -m rlvr_train.instruction_sets ../curricula
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from rlvr_train.instruction_kinds import KINDS, agree

SEED = 20231
SPLITS = ["practice", "test"]

SINGLE = "no-comma fewer-words one-sentence keyword forbidden bullets highlight placeholder".split()
"""Kinds that SmolLM2-135M-Instruct follows sometimes: curricula/instructions/README.md."""
SINGLE_SIZES = {"practice": 50, "test": 19}
"""Problems of each kind."""
COMBINED = [2, 3, 4]
"""Instructions of a problem."""
COMBINED_SIZES = {"practice": 400, "test": 80}
"""Problems of each number of instructions."""

TOPICS = {
    "practice": (
        "river bicycle violin lighthouse tiger garden candle mountain library dolphin bridge kitchen teacher "
        "rocket forest pencil island castle farmer turtle blanket window market doctor camera basket "
        "horse train mirror bakery desert clock pirate flower hammer spider museum sailor pillow cactus"
    ).split(),
    "test": (
        "penguin guitar volcano umbrella snowman nurse kite harbour owl wallet tractor lantern "
        "meadow parrot ladder compass"
    ).split(),
}
REQUESTS = {
    "practice": [
        'Write one sentence about a {topic}. Use the word "{topic}".',
        'Describe a {topic} in one or two sentences that have the word "{topic}" in them.',
        'Tell me something about a {topic}, and mention the word "{topic}".',
    ],
    "test": [
        'Say something about a {topic}. The word "{topic}" has to be in your answer.',
        'Give me a short remark on a {topic}; the word "{topic}" has to be in it.',
    ],
}
LONGER_REQUESTS = {
    "practice": [
        'Write a short text about a {topic} in which the word "{topic}" occurs.',
        'Tell a little story about a {topic}. Use the word "{topic}".',
        'Explain what is special about a {topic}, and mention the word "{topic}".',
    ],
    "test": [
        'Advertise a {topic}. The word "{topic}" has to be in your text.',
        'What would you write to a friend about a {topic}? Say "{topic}" at least once.',
    ],
}

Line = dict[str, object]


def written(rng: np.random.Generator, split: str, requests: list[str], names: list[str]) -> Line:
    """A problem that asks for these kinds, without what tells it from others."""
    topic = str(rng.choice(TOPICS[split]))
    asked = [KINDS[name].make(rng) for name in names]
    request = str(rng.choice(requests)).format(topic=topic)
    constraints = [
        str(rng.choice(getattr(KINDS[name], split))).format(**each.words)
        for name, each in zip(names, asked, strict=True)
    ]
    answer = f"I saw a {topic} today."
    for each in asked:
        answer = each.follow(answer)
    return {
        "problem": " ".join([request, *constraints]),
        "answer": answer,
        "instruction_id_list": ["keywords:existence", *(each.id for each in asked)],
        "kwargs": [{"keywords": [topic]}, *(each.kwargs for each in asked)],
    }


def single(split: str, name: str, attempt: int) -> Line:
    """A problem with one instruction beside the topic; each has a random stream of its own."""
    rng = np.random.default_rng([SEED, SPLITS.index(split), SINGLE.index(name), attempt])
    return written(rng, split, REQUESTS[split], [name])


def combined(split: str, count: int, attempt: int) -> Line:
    """A problem with several instructions beside the topic."""
    rng = np.random.default_rng([SEED + 1, SPLITS.index(split), count, attempt])
    while True:
        chosen = rng.choice(list(KINDS), count, replace=False)
        names = [name for name in KINDS if name in chosen]
        if agree(names):
            return written(rng, split, LONGER_REQUESTS[split], names)


def distinct(split: str, arm: str, size: int, make: Callable[[int], Line]) -> list[Line]:
    """So many problems of an arm, none of them twice."""
    found: dict[object, Line] = {}
    attempt = 0
    while len(found) < size:
        line = make(attempt)
        attempt += 1
        found.setdefault(line["problem"], {"id": f"{split}-{arm}-{len(found) + 1:03d}", **line, "arm": arm})
    return list(found.values())


def in_turn(arms: list[list[Line]]) -> list[Line]:
    """The problems of all arms, arms in turn."""
    return [each for turn in zip(*arms, strict=True) for each in turn]


def single_set(split: str) -> list[Line]:
    """The problems of a split for a small model."""
    size = SINGLE_SIZES[split]
    return in_turn([distinct(split, name, size, partial(single, split, name)) for name in SINGLE])


def combined_set(split: str) -> list[Line]:
    """The problems of a split for a larger model; the arm is the number of instructions."""
    size = COMBINED_SIZES[split]
    return in_turn([distinct(split, f"{count}", size, partial(combined, split, count)) for count in COMBINED])


def write(folder: Path, split: str, lines: list[Line]) -> None:
    """Write the set of a split."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(line, ensure_ascii=False, separators=(',', ':'))}\n" for line in lines)
    (folder / f"{split}.jsonl").write_text(text)


def main() -> None:
    """Write both pairs of sets below a folder."""
    folder = Path(sys.argv[1])
    for split in SPLITS:
        write(folder / "instructions", split, single_set(split))
        write(folder / "instructions-combined", split, combined_set(split))


if __name__ == "__main__":
    main()
