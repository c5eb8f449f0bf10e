"""Writes test/verifiers/instructions/differential.jsonl: responses to instructions, and what lm-eval says.

NLTK_DATA=<llama_index>/core/_static/nltk_cache python -m differential.make_instruction_pairs
"""

from __future__ import annotations

import json
import random
import zlib
from pathlib import Path

from langdetect import DetectorFactory
from lm_eval.tasks.ifeval.utils import InputExample, test_instruction_following_strict

from differential.instruction_texts import CHANGES, FOREIGN, PROSE

SEED = 20260501
PAIRS = 24
"""Pairs of each instruction, as many followed as not."""
OUT = Path(__file__).parents[2] / "test/verifiers/instructions/differential.jsonl"

RELATIONS = ["less than", "at least"]
WORDS = ["art", "the", "lamp", "day", "It", "NASA", "well-known", "yes", "door", "bread"]

Made = dict[str, object]


def arguments(name: str, rng: random.Random) -> Made:
    """Arguments of an instruction that a text like ours may or may not follow."""
    relation = rng.choice(RELATIONS)
    makers: dict[str, Made] = {
        "keywords:existence": {"keywords": rng.sample(WORDS, rng.randint(1, 2))},
        "keywords:frequency": {
            "keyword": rng.choice(WORDS),
            "frequency": rng.randint(1, 3),
            "relation": relation,
        },
        "keywords:forbidden_words": {"forbidden_words": rng.sample(WORDS, rng.randint(1, 3))},
        "keywords:letter_frequency": {
            "letter": rng.choice("aetzqT"),
            "let_frequency": rng.randint(1, 8),
            "let_relation": relation,
        },
        "language:response_language": {"language": rng.choice(["en", "de", "fr", "es", "ru", "hi", "ja"])},
        "length_constraints:number_sentences": {"num_sentences": rng.randint(1, 5), "relation": relation},
        "length_constraints:number_paragraphs": {"num_paragraphs": rng.randint(1, 4)},
        "length_constraints:number_words": {"num_words": rng.randint(12, 22), "relation": relation},
        "length_constraints:nth_paragraph_first_word": {
            "num_paragraphs": 2,
            "nth_paragraph": rng.randint(1, 2),
            "first_word": rng.choice(["the", "it", "they", "he", "this"]),
        },
        "detectable_content:number_placeholders": {"num_placeholders": rng.randint(1, 3)},
        "detectable_content:postscript": {"postscript_marker": rng.choice(["P.S.", "P.P.S"])},
        "detectable_format:number_bullet_lists": {"num_bullets": rng.randint(1, 4)},
        "detectable_format:number_highlighted_sections": {"num_highlights": rng.randint(1, 3)},
        "detectable_format:multiple_sections": {
            "section_spliter": rng.choice(["Section", "SECTION", "Day"]),
            "num_sections": rng.randint(1, 3),
        },
        "combination:repeat_prompt": {"prompt_to_repeat": rng.choice(PROSE).split(" ")[0]},
        "startend:end_checker": {"end_phrase": "Any other questions?"},
        "change_case:capital_word_frequency": {
            "capital_frequency": rng.randint(1, 4),
            "capital_relation": relation,
        },
    }
    return makers.get(name, {})


FITTING = {
    "length_constraints:number_sentences": ["paragraphs", "bullets", "lower", "quoted"],
    "length_constraints:number_paragraphs": ["starred paragraphs"],
    "length_constraints:nth_paragraph_first_word": ["paragraphs", "blank paragraphs", "quoted"],
    "length_constraints:number_words": ["bullets", "short", "highlighted"],
    "detectable_content:number_placeholders": ["placeholders"],
    "detectable_content:postscript": ["postscript"],
    "detectable_format:number_bullet_lists": ["bullets", "starred paragraphs"],
    "detectable_format:number_highlighted_sections": ["highlighted"],
    "detectable_format:multiple_sections": ["sections"],
    "detectable_format:json_format": ["json"],
    "detectable_format:title": ["titled"],
    "combination:two_responses": ["two responses"],
    "startend:end_checker": ["ended"],
    "startend:quotation": ["quoted"],
    "change_case:english_capital": ["upper"],
    "change_case:english_lowercase": ["lower"],
    "change_case:capital_word_frequency": ["upper", "highlighted"],
    "punctuation:no_comma": ["no commas"],
}
"""Changes that make a response one that may follow the instruction."""
EVERY = [
    "keywords:existence",
    "keywords:frequency",
    "keywords:forbidden_words",
    "keywords:letter_frequency",
    "language:response_language",
    "detectable_format:constrained_response",
    "combination:repeat_prompt",
    *FITTING,
]


def response(name: str, kwargs: Made, rng: random.Random) -> str:
    """A text with a change that fits the instruction, and sometimes any other."""
    text = rng.choice(PROSE)
    if name == "language:response_language":
        wanted = kwargs["language"]
        text = dict(FOREIGN)[str(wanted)] if rng.random() < 0.5 else rng.choice(FOREIGN)[1]
    if name == "combination:repeat_prompt" and rng.random() < 0.5:
        text = f"{kwargs['prompt_to_repeat']} is what you asked. {text}"
    if name in FITTING and rng.random() < 0.85:
        text = CHANGES[rng.choice(FITTING[name])](rng, text)
    if rng.random() < 0.3:
        text = CHANGES[rng.choice(list(CHANGES))](rng, text)
    return text


def lm_eval_says(name: str, kwargs: Made, text: str) -> bool:
    """Whether the reference checker finds the instruction followed."""
    DetectorFactory.seed = 0
    example = InputExample(0, [name], "", [dict(kwargs)])
    return bool(test_instruction_following_strict(example, text).follow_all_instructions)


def pairs(name: str) -> list[Made]:
    """Pairs of an instruction, no response twice."""
    rng = random.Random(SEED + zlib.crc32(name.encode()))
    found: dict[tuple[str, str], Made] = {}
    left = {True: PAIRS // 2, False: PAIRS // 2}
    for _ in range(10_000):
        kwargs = arguments(name, rng)
        text = response(name, kwargs, rng)
        followed = lm_eval_says(name, kwargs, text)
        key = (text, json.dumps(kwargs))
        if left[followed] == 0 or key in found:
            continue
        left[followed] -= 1
        found[key] = {"instruction": name, "kwargs": kwargs, "response": text, "lm_eval": followed}
        if not any(left.values()):
            break
    return list(found.values())


def main() -> None:
    """Write the set."""
    records = [
        {"id": f"{name} {index}", **pair} for name in EVERY for index, pair in enumerate(pairs(name), 1)
    ]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in records), encoding="utf-8")
    print(f"{len(records)} pairs, {sum(bool(each['lm_eval']) for each in records)} followed")


if __name__ == "__main__":
    main()
