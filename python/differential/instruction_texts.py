"""Texts of our own, and ways to change them, of which responses to instructions are made."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

PROSE = [
    "The lighthouse keeper climbed the stairs every evening. He lit the lamp, wrote in his book, and waited.",
    "Dr. Miller met Mrs. Jones at 5 p.m. on the bridge. They talked about the U.S. economy for an hour!",
    "Is it true? Yes. Nobody knows why... but everybody says so.",
    "Otters hold hands while they sleep. This keeps them together, e.g. in a strong current.",
    "We paid 3.50 dollars for the bread. It wasn't worth it; my dog didn't even look at it.",
    "NASA and ESA built a telescope. It weighs 6.2 tons and sees far into the past.",
    "First, boil the water. Then add salt, pepper and a little oil. Wait ten minutes. Serve it hot.",
    "A well-known proverb says that practice makes perfect. I doubt it, but I practise anyway.",
    "My answer is yes. The party starts at nine, and the music will be loud.",
    "It was a dark night. Wind came from the north. I closed the door of my cottage and read.",
    "Roses are red, violets are blue. Art is long and life is short.",
    "There are 7 days in a week and 24 hours in a day.",
    "the bicycle was invented in the nineteenth century. it changed how people travel.",
    "WHO SAID THAT? I did. And I would say it again, for the record.",
    "Visit example.com for more. Mr. Brown runs it with J. R. Smith.",
    "Wait... What? (Nobody answered.) She left at 9 p.m. Then it rained.",
    "My answer is maybe. Ask me again, please, at No. 5 on Main St. tomorrow.",
    'He said "Stop." and left. "Why?" she asked. My answer is no. The end.',
    "I own a B-52 record, a T-shirt and an O'Reilly book. I'D SELL THEM, but who'd buy? A/B tests are R&D.",
    "Buy: milk, eggs (12), tea etc. Call me at 5. Thanks!! Bye",
    "water boils at 100 degrees. ice melts at 0. steam is hot! is it? yes",
]
FOREIGN = [
    ("de", "Der Leuchtturmwärter stieg jeden Abend die Treppe hinauf und zündete die große Lampe an."),
    ("fr", "Le gardien du phare montait chaque soir l'escalier et allumait la grande lampe."),
    ("es", "El guardián del faro subía cada tarde la escalera y encendía la gran lámpara."),
    ("it", "Il guardiano del faro saliva ogni sera le scale e accendeva la grande lampada."),
    ("pt", "O guarda do farol subia todas as noites a escada e acendia a grande lâmpada."),
    ("ru", "Смотритель маяка каждый вечер поднимался по лестнице и зажигал большую лампу."),
    ("hi", "प्रकाशस्तंभ का रखवाला हर शाम सीढ़ियाँ चढ़ता था और बड़ा दीपक जलाता था।"),
    ("ja", "灯台守は毎晩階段を上り、大きなランプに火をともしました。"),
    ("ko", "등대지기는 매일 저녁 계단을 올라가 큰 등불을 켰습니다."),
    ("ar", "كان حارس المنارة يصعد الدرج كل مساء ويشعل المصباح الكبير."),
    ("en", PROSE[0]),
]

Change = Callable[[random.Random, str], str]


def bullets(rng: random.Random, text: str) -> str:
    """Its sentences as bullet points."""
    mark = rng.choice(["* ", "- ", "  * ", "*", "• ", "1. ", "+ "])
    return "\n".join(mark + part for part in text.split(". "))


def highlighted(rng: random.Random, text: str) -> str:
    """Some words between asterisks."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(words))
        stars = rng.choice(["*", "**", "***"])
        words[at] = f"{stars}{words[at]}{stars}"
    return " ".join(words)


def titled(rng: random.Random, text: str) -> str:
    """A title, or what looks like one."""
    title = rng.choice(
        ["<<A title>>", "<<>>", "<< >>", "<title>", "<<A\ntitle>>", "<<<Deep>>>", "# Title", ">><<"]
    )
    return rng.choice([f"{title}\n\n{text}", f"{text} {title}"])


def starred_paragraphs(rng: random.Random, text: str) -> str:
    """Its sentences with dividers between them."""
    divider = rng.choice(["\n***\n", "***", " *** ", "\n\n***\n\n", "\n\n", "\n---\n"])
    return divider.join(text.split(". ")) + rng.choice(["", divider, divider * 2])


def two(rng: random.Random, text: str) -> str:
    """Two responses, which may be the same."""
    other = rng.choice([text, "Something else."])
    return rng.choice(["", "******\n"]) + text + rng.choice(["\n******\n", "******", "***"]) + other


def sectioned(rng: random.Random, text: str) -> str:
    """Numbered sections."""
    word = rng.choice(["Section", "SECTION", "Day", "section"])
    gap = rng.choice([" ", "", "  ", ": "])
    return "\n".join(f"{word}{gap}{number}\n{part}" for number, part in enumerate(text.split(". "), 1))


def with_postscript(rng: random.Random, text: str) -> str:
    """A postscript, or something like it."""
    marker = rng.choice(["P.S.", "P. S.", "PS:", "p.s.", "P.P.S.", "P.P.S", "P. P. S.", "Ps."])
    return f"{text}\n\n{marker} It was late."


def with_placeholders(rng: random.Random, text: str) -> str:
    """Brackets, some of them empty or open."""
    parts = rng.choices(
        ["[name]", "[]", "[ ]", "[date", "[a\nb]", "[[place]]", "[x][y]"], k=rng.randint(1, 3)
    )
    return f"{text} {' '.join(parts)}"


def as_json(rng: random.Random, text: str) -> str:
    """JSON, or nearly."""
    value = json.dumps({"text": text, "n": [1, 2.5, None]})
    broken = rng.choice(
        [value, value, value[:-1], value.replace("null", "NaN"), f"Here: {value}", f'"{text[:9]}"']
    )
    return rng.choice([broken, f"```json\n{broken}\n```", f"```\n{broken}\n```", f"```JSON\n{broken}```"])


def quoted(rng: random.Random, text: str) -> str:
    """Quotation marks around it, or around a part."""
    return rng.choice([f'"{text}"', f'"{text}', f"'{text}'", f"“{text}”", f' "{text}" ', '"'])


def ended(rng: random.Random, text: str) -> str:
    """An ending."""
    end = rng.choice(
        ["Any other questions?", "any other questions?", 'Any other questions?"', "Any other questions"]
    )
    return f"{text} {end}{rng.choice(['', ' ', chr(10)])}"


CHANGES: dict[str, Change] = {
    "upper": lambda _, text: text.upper(),
    "lower": lambda _, text: text.lower(),
    "no commas": lambda _, text: text.replace(",", ""),
    "bullets": bullets,
    "highlighted": highlighted,
    "titled": titled,
    "starred paragraphs": starred_paragraphs,
    "paragraphs": lambda _, text: text.replace(". ", ".\n\n"),
    "blank paragraphs": lambda _, text: text.replace(". ", ".\n\n\n\n"),
    "two responses": two,
    "sections": sectioned,
    "postscript": with_postscript,
    "placeholders": with_placeholders,
    "json": as_json,
    "quoted": quoted,
    "ended": ended,
    "short": lambda _, text: text.split(" ")[0],
    "empty": lambda rng, _: rng.choice(["", " ", "\n"]),
}
