"""Problem sets of verifiable instructions for a small model: one JSON Lines file a split, made from a seed.

A problem asks for a text about something, which has to be named, and for one thing more that a program can
check (IFEval's instructions, Zhou et al. 2023, arXiv 2311.07911). What the held-out problems are about, and
how they are worded, stands in no problem of the practice set.

    python -m rlvr_train.instruction_sets ../curricula/instructions
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SEED = 20231
SIZES = {"practice": 50, "test": 19}
"""Problems of each kind."""

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


@dataclass(frozen=True)
class Asked:
    """An instruction: IFEval's id and arguments, how a text says it, and a response that follows it."""

    id: str
    kwargs: dict[str, object]
    words: dict[str, object]
    answer: str


@dataclass(frozen=True)
class Kind:
    """A kind of instruction, and how each split words it."""

    make: Callable[[np.random.Generator, str], Asked]
    practice: list[str]
    test: list[str]


def sentence(topic: str) -> str:
    """A sentence about anything."""
    return f"I saw a {topic} today and it made me smile."


def no_comma(rng: np.random.Generator, topic: str) -> Asked:
    return Asked("punctuation:no_comma", {}, {}, sentence(topic))


def fewer_words(rng: np.random.Generator, topic: str) -> Asked:
    number = int(rng.integers(8, 15))
    asked = {"num_words": number, "relation": "less than"}
    return Asked("length_constraints:number_words", asked, {"n": number}, f"I saw a {topic} today.")


def one_sentence(rng: np.random.Generator, topic: str) -> Asked:
    asked = {"num_sentences": 2, "relation": "less than"}
    return Asked("length_constraints:number_sentences", asked, {}, sentence(topic))


KEYWORDS = "yellow winter music friend silver morning quiet ancient rain dance sugar letter".split()


def keyword(rng: np.random.Generator, topic: str) -> Asked:
    word = str(rng.choice(KEYWORDS))
    answer = f"I saw a {topic} today and thought of the word {word}."
    return Asked("keywords:existence", {"keywords": [word]}, {"word": word}, answer)


FORBIDDEN = "the is and of to in".split()


def forbidden(rng: np.random.Generator, topic: str) -> Asked:
    word = str(rng.choice(FORBIDDEN))
    return Asked(
        "keywords:forbidden_words", {"forbidden_words": [word]}, {"word": word}, f"I saw a {topic} today."
    )


def bullets(rng: np.random.Generator, topic: str) -> Asked:
    number = int(rng.integers(2, 4))
    lines = [f"* a {topic}", "* a day", "* a smile"][:number]
    return Asked("detectable_format:number_bullet_lists", {"num_bullets": number}, {"n": number}, "\n".join(lines))


def highlight(rng: np.random.Generator, topic: str) -> Asked:
    asked = {"num_highlights": 1}
    return Asked("detectable_format:number_highlighted_sections", asked, {}, f"I saw a *{topic}* today.")


def placeholder(rng: np.random.Generator, topic: str) -> Asked:
    return Asked(
        "detectable_content:number_placeholders", {"num_placeholders": 1}, {}, f"I saw a {topic} with [name] today."
    )


KINDS = {
    "no-comma": Kind(
        no_comma,
        ["Do not use commas.", "Your answer must not contain any commas.", "Write it without commas."],
        ["No commas are allowed.", "Leave out all commas."],
    ),
    "fewer-words": Kind(
        fewer_words,
        ["Use less than {n} words.", "Your answer must have fewer than {n} words.", "Keep it under {n} words."],
        ["It has to be shorter than {n} words.", "Stay below {n} words."],
    ),
    "one-sentence": Kind(
        one_sentence,
        ["Write exactly one sentence.", "Your answer must be a single sentence.", "Use only one sentence."],
        ["One sentence is enough; do not write a second one.", "Stop after the first sentence."],
    ),
    "keyword": Kind(
        keyword,
        ['Include the word "{word}".', 'Also use the word "{word}".', 'Your answer must contain the word "{word}".'],
        ['The word "{word}" has to appear too.', 'Make sure that "{word}" is in it as well.'],
    ),
    "forbidden": Kind(
        forbidden,
        ['Do not use the word "{word}".', 'Your answer must not contain the word "{word}".', 'Avoid the word "{word}".'],
        ['The word "{word}" is not allowed.', 'Leave out the word "{word}".'],
    ),
    "bullets": Kind(
        bullets,
        [
            "Write exactly {n} bullet points that start with *.",
            "Answer with a list of {n} bullet points. Use * for each bullet.",
            "Use {n} bullet points, each on its own line after a *.",
        ],
        ["Answer in {n} points, each on a line that begins with *.", "Make a list of {n} items and mark each by a *."],
    ),
    "highlight": Kind(
        highlight,
        [
            "Highlight one word with asterisks, like *this*.",
            "Put at least one word between asterisks, such as *word*.",
            "Emphasise a word by *asterisks*.",
        ],
        ["Mark one *important* word with asterisks.", "Write one of the words with stars around it, *so*."],
    ),
    "placeholder": Kind(
        placeholder,
        [
            "Use at least one placeholder in square brackets, such as [name].",
            "Include a placeholder like [place] in square brackets.",
            "Your answer must contain a word in square brackets, such as [date].",
        ],
        ["Leave one gap to fill in, written in square brackets like [colour].", "Put a blank such as [time] into it, in square brackets."],
    ),
}


def problem(split: str, name: str, attempt: int) -> dict[str, object]:
    """A problem of a kind; each has a random stream of its own."""
    kind = KINDS[name]
    rng = np.random.default_rng([SEED, list(SIZES).index(split), list(KINDS).index(name), attempt])
    topic = str(rng.choice(TOPICS[split]))
    asked = kind.make(rng, topic)
    request = str(rng.choice(REQUESTS[split])).format(topic=topic)
    constraint = str(rng.choice(getattr(kind, split))).format(**asked.words)
    return {
        "problem": f"{request} {constraint}",
        "answer": asked.answer,
        "arm": name,
        "instruction_id_list": ["keywords:existence", asked.id],
        "kwargs": [{"keywords": [topic]}, asked.kwargs],
    }


def problems_of_kind(split: str, name: str) -> list[dict[str, object]]:
    """The problems of a kind, none of them twice."""
    chosen: dict[object, dict[str, object]] = {}
    attempt = 0
    while len(chosen) < SIZES[split]:
        candidate = problem(split, name, attempt)
        attempt += 1
        chosen.setdefault(candidate["problem"], {"id": f"{split}-{name}-{len(chosen) + 1:03d}", **candidate})
    return list(chosen.values())


def problem_set(split: str) -> list[dict[str, object]]:
    """The problems of a split, kinds in turn."""
    return [each for turn in zip(*(problems_of_kind(split, name) for name in KINDS), strict=True) for each in turn]


def main() -> None:
    """Write practice.jsonl and test.jsonl into a folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for split in SIZES:
        lines = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in problem_set(split)]
        (folder / f"{split}.jsonl").write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
