"""Kinds of instructions that a program can check (IFEval, arXiv 2311.07911), and how a text says them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Change = Callable[[str], str]


@dataclass(frozen=True)
class Asked:
    """An instruction: IFEval's id and arguments, what fills its wording, and what makes a text follow it."""

    id: str
    kwargs: dict[str, object]
    words: dict[str, object]
    follow: Change


@dataclass(frozen=True)
class Kind:
    """A kind of instruction, and how each split words it."""

    make: Callable[[np.random.Generator], Asked]
    practice: list[str]
    test: list[str]


def as_it_is(text: str) -> str:
    """What follows the instruction already."""
    return text


def fixed(identity: str, kwargs: dict[str, object], follow: Change) -> Callable[[np.random.Generator], Asked]:
    """A kind without anything to draw."""
    return lambda _: Asked(identity, kwargs, {}, follow)


def fewer_words(rng: np.random.Generator) -> Asked:
    number = int(rng.integers(8, 15))
    asked = {"num_words": number, "relation": "less than"}
    return Asked("length_constraints:number_words", asked, {"n": number}, as_it_is)


def more_words(rng: np.random.Generator) -> Asked:
    number = int(rng.integers(6, 13)) * 5

    def follow(text: str) -> str:
        return text + " It was there again on the next day and I liked it very much." * (number // 13 + 1)

    return Asked(
        "length_constraints:number_words",
        {"num_words": number, "relation": "at least"},
        {"n": number},
        follow,
    )


KEYWORDS = "yellow winter music friend silver morning quiet ancient rain dance sugar letter".split()


def keyword(rng: np.random.Generator) -> Asked:
    word = str(rng.choice(KEYWORDS))
    return Asked(
        "keywords:existence",
        {"keywords": [word]},
        {"word": word},
        lambda text: f"{text[:-1]} when I thought about {word}.",
    )


FORBIDDEN = "the is and of to in".split()


def forbidden(rng: np.random.Generator) -> Asked:
    word = str(rng.choice(FORBIDDEN))
    return Asked("keywords:forbidden_words", {"forbidden_words": [word]}, {"word": word}, as_it_is)


ENDINGS = ["That is all.", "Thank you.", "The end.", "What do you think?", "See you soon."]


def ending(rng: np.random.Generator) -> Asked:
    phrase = str(rng.choice(ENDINGS))
    return Asked(
        "startend:end_checker", {"end_phrase": phrase}, {"phrase": phrase}, lambda text: f"{text} {phrase}"
    )


def bullets(rng: np.random.Generator) -> Asked:
    number = int(rng.integers(2, 4))

    def follow(text: str) -> str:
        return "\n".join([f"* {text}", "* a day", "* a smile"][:number])

    return Asked("detectable_format:number_bullet_lists", {"num_bullets": number}, {"n": number}, follow)


def two_paragraphs(text: str) -> str:
    return f"{text}\n***\nIt was big."


KINDS = {
    "no-comma": Kind(
        fixed("punctuation:no_comma", {}, as_it_is),
        ["Do not use commas.", "Your answer must not contain any commas.", "Write it without commas."],
        ["No commas are allowed.", "Leave out all commas."],
    ),
    "fewer-words": Kind(
        fewer_words,
        [
            "Use less than {n} words.",
            "Your answer must have fewer than {n} words.",
            "Keep it under {n} words.",
        ],
        ["It has to be shorter than {n} words.", "Stay below {n} words."],
    ),
    "more-words": Kind(
        more_words,
        ["Use at least {n} words.", "Your answer must have {n} words or more."],
        ["Do not write fewer than {n} words."],
    ),
    "one-sentence": Kind(
        fixed("length_constraints:number_sentences", {"num_sentences": 2, "relation": "less than"}, as_it_is),
        ["Write exactly one sentence.", "Your answer must be a single sentence.", "Use only one sentence."],
        ["One sentence is enough; do not write a second one.", "Stop after the first sentence."],
    ),
    "keyword": Kind(
        keyword,
        [
            'Include the word "{word}".',
            'Also use the word "{word}".',
            'Your answer must contain the word "{word}".',
        ],
        ['The word "{word}" has to appear too.', 'Make sure that "{word}" is in it as well.'],
    ),
    "forbidden": Kind(
        forbidden,
        [
            'Do not use the word "{word}".',
            'Your answer must not contain the word "{word}".',
            'Avoid the word "{word}".',
        ],
        ['The word "{word}" is not allowed.', 'Leave out the word "{word}".'],
    ),
    "placeholder": Kind(
        fixed(
            "detectable_content:number_placeholders",
            {"num_placeholders": 1},
            lambda text: f"{text[:-1]} [name].",
        ),
        [
            "Use at least one placeholder in square brackets, such as [name].",
            "Include a placeholder like [place] in square brackets.",
            "Your answer must contain a word in square brackets, such as [date].",
        ],
        [
            "Leave one gap to fill in, written in square brackets like [colour].",
            "Put a blank such as [time] into it, in square brackets.",
        ],
    ),
    "bullets": Kind(
        bullets,
        [
            "Write exactly {n} bullet points that start with *.",
            "Answer with a list of {n} bullet points. Use * for each bullet.",
            "Use {n} bullet points, each on its own line after a *.",
        ],
        [
            "Answer in {n} points, each on a line that begins with *.",
            "Make a list of {n} items and mark each by a *.",
        ],
    ),
    "highlight": Kind(
        fixed(
            "detectable_format:number_highlighted_sections",
            {"num_highlights": 1},
            lambda text: f"*{text[0]}*{text[1:]}",
        ),
        [
            "Highlight one word with asterisks, like *this*.",
            "Put at least one word between asterisks, such as *word*.",
            "Emphasise a word by *asterisks*.",
        ],
        ["Mark one *important* word with asterisks.", "Write one of the words with stars around it, *so*."],
    ),
    "paragraphs": Kind(
        fixed("length_constraints:number_paragraphs", {"num_paragraphs": 2}, two_paragraphs),
        [
            "Write two paragraphs with *** between them.",
            "Your answer must have 2 paragraphs, separated by ***.",
        ],
        ["Put *** between your two paragraphs."],
    ),
    "title": Kind(
        fixed("detectable_format:title", {}, lambda text: f"<<A day>>\n{text}"),
        [
            "Give it a title in double angular brackets, such as <<title>>.",
            "Begin with a title wrapped in << and >>.",
        ],
        ["Put a headline between << and >> at the top."],
    ),
    "ending": Kind(
        ending,
        ['End your answer with the words "{phrase}"', 'Finish with "{phrase}"'],
        ['Close with exactly this: "{phrase}"'],
    ),
    "postscript": Kind(
        fixed(
            "detectable_content:postscript",
            {"postscript_marker": "P.S."},
            lambda text: f"{text}\nP.S. It was small.",
        ),
        ["Add a postscript that starts with P.S.", "Your answer must have a P.S. at the end."],
        ["Do not forget a P.S."],
    ),
    "lowercase": Kind(
        fixed("change_case:english_lowercase", {}, str.lower),
        ["Use only lowercase letters.", "Do not use any capital letters."],
        ["No uppercase letters are allowed."],
    ),
    "capitals": Kind(
        fixed("change_case:english_capital", {}, str.upper),
        ["Use only capital letters.", "Write everything in uppercase."],
        ["Every letter must be a capital."],
    ),
    "quoted": Kind(
        fixed("startend:quotation", {}, lambda text: f'"{text}"'),
        ["Put your whole answer in double quotation marks.", 'Start and end with a double quote (").'],
        ["Enclose all of it in double quotes."],
    ),
}
"""By name, in an order in which what makes a text follow one of them spoils none before."""

CONFLICTS = [
    {"lowercase", "capitals"},
    {"fewer-words", "more-words", "bullets", "paragraphs", "title", "ending", "postscript"},
    {"one-sentence", "more-words", "bullets", "paragraphs", "title", "ending", "postscript"},
    {"forbidden", "ending", "more-words", "paragraphs"},
    {"fewer-words", "keyword"},
    {"ending", "postscript"},
    {"bullets", "paragraphs", "more-words"},
    {"bullets", "highlight"},
    {"bullets", "quoted"},
]
"""Kinds of which no two stand in a problem: they exclude one another, or one makes the other hard to word."""


def agree(names: list[str]) -> bool:
    """Whether one text can follow all of these kinds."""
    return all(len(group & set(names)) < 2 for group in CONFLICTS)
