"""Responses around a final answer: reasoning in the style of chat models, and the ways they state the answer."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Final(NamedTuple):
    """A final answer as a model would write it."""

    latex: str
    plain: str | None = None
    """Without LaTeX; None where models do not write it so."""


_OPENINGS = (
    "Let's work through this step by step.",
    "Let me think about what is being asked.",
    "We start by writing down what is known.",
    "To solve this, break the problem into smaller parts.",
    "First I set up the problem.",
    "**Step 1:** Read off the given quantities.",
    "Okay, so the question gives us a few conditions to combine.",
)
_LATEX_STEPS = (
    "Adding the two parts gives ${a} + {b} = {sum}$.",
    "Multiplying, ${a} \\times {b} = {product}$.",
    "We have \\({a} \\cdot {b} = {product}\\), which we will need below.",
    "Since ${product} \\div {a} = {b}$, the shares are equal.",
    "Note that ${a}^2 = {square}$.",
    "Subtracting, \\[ {sum} - {a} = {b}. \\]",
    "For the case $n = {a}$ the condition holds, and for $n = {b}$ it holds as well.",
    "Let $k = {a}$; then $k + {b} = {sum}$.",
)
_PLAIN_STEPS = (
    "Adding the two parts gives {a} + {b} = {sum}.",
    "{a} * {b} = {product}, so that part is done.",
    "That is {a} x {b} = {product} in total for the first part.",
    "From {sum} we take away {a} and {b} are left.",
    "There are {a} of the first kind and {b} of the second.",
    "Dividing {product} by {a} we get {b}.",
    "1. Start with {a}.\n2. Add {b} to get {sum}.",
    "After the first step there are {sum}, of which {a} came at the start.",
)
_LINKS = (
    "Putting this together:",
    "Now we can combine the results.",
    "Simplifying the last line gives the result.",
    "The remaining steps are routine.",
    "This matches the conditions of the problem.",
    "Checking the boundary cases changes nothing.",
)
_FALSE_STARTS_LATEX = (
    "At first sight one might say ${gold}$, but that overlooks a condition.",
    "A quick estimate suggests ${gold}$; the careful computation differs.",
    "If the last condition were dropped, we would get ${gold}$.",
)
_FALSE_STARTS_PLAIN = (
    "At first sight one might say {gold}, but that overlooks a condition.",
    "A quick estimate suggests {gold}; the careful computation differs.",
    "If the last condition were dropped, we would get {gold}.",
)
_LATEX_ENDINGS = (
    "The final answer is $\\boxed{{{x}}}$.",
    "The final answer is $\\boxed{{{x}}}$.",
    "So the answer is $\\boxed{{{x}}}$.",
    "So we arrive at $\\boxed{{{x}}}$.",
    "\\boxed{{{x}}}",
    "Therefore, \\[ \\boxed{{{x}}} \\]",
    "Thus we get \\(\\boxed{{{x}}}\\).",
    "**Final Answer**\n\n$$\\boxed{{{x}}}$$",
    "### Answer\n\\boxed{{{x}}}",
    "Hence the result is\n$$\n\\boxed{{{x}}}\n$$",
    "The answer is ${x}$.",
    "So the final answer is ${x}$.",
    "Therefore, the final answer is ${x}$. I hope it is correct.",
    "Answer: ${x}$",
    "**Answer:** \\({x}\\)",
    "In total, we obtain ${x}$.",
    "Hence the solution is \\[ {x} \\]",
    "The answer is $ {x} $. $\\boxed{{ {x} }}$",
)
_PLAIN_ENDINGS = (
    "The answer is {x}.",
    "So the answer is {x}.",
    "The final answer is {x}.",
    "Answer: {x}",
    "Final Answer: {x}",
    "**Answer: {x}**",
    "#### {x}",
    "Therefore, the answer is: {x}",
    "Thus, we end up with {x}.",
)


def _steps(rng: Random, steps: tuple[str, ...]) -> str:
    a, b = rng.randint(2, 19), rng.randint(2, 19)
    return rng.choice(steps).format(a=a, b=b, sum=a + b, product=a * b, square=a * a)


def reasoning(rng: Random, latex: bool, false_start: str | None = None) -> str:
    """Some sentences with numbers in them; among them the false start, when there is one."""
    sentences = [rng.choice(_OPENINGS)] if rng.random() < 0.7 else []
    sentences += [_steps(rng, _LATEX_STEPS if latex else _PLAIN_STEPS) for _ in range(rng.randint(1, 3))]
    if false_start is not None:
        mention = rng.choice(_FALSE_STARTS_LATEX if latex else _FALSE_STARTS_PLAIN)
        sentences.append(mention.replace("{gold}", false_start))
    if rng.random() < 0.5:
        sentences.append(rng.choice(_LINKS))
    return rng.choice(("\n", " ", "\n\n")).join(sentences)


def respond(rng: Random, final: Final, plain: float, false_start: Final | None = None) -> str:
    """A whole response that ends in the final answer, with this probability in plain text where that can be."""
    latex = final.plain is None or rng.random() >= plain
    mention = None
    if false_start is not None:
        latex = latex or false_start.plain is None
        mention = false_start.latex if latex else false_start.plain
    ending = (
        rng.choice(_LATEX_ENDINGS).format(x=final.latex)
        if latex
        else rng.choice(_PLAIN_ENDINGS).format(x=final.plain)
    )
    style = rng.random()
    if style < 0.06 and false_start is None:
        return ending
    before = reasoning(rng, latex, mention)
    if style < 0.14:
        return f"<think>\n{before}\n</think>\n\n{ending}"
    return (
        before
        + rng.choice(("\n", "\n\n") if ending.startswith(("#", "$", "**", "\\")) else ("\n", "\n\n", " "))
        + ending
    )


def respond_in_prose(
    rng: Random, sentences: tuple[str, ...], final: Final, false_start: Final | None = None
) -> str:
    """A whole response whose last sentence, one of these with `{x}`, states the answer: no box, no marker."""
    latex = final.plain is None or rng.random() < 0.35
    written = f"${final.latex}$" if latex else final.plain
    mention = None if false_start is None else false_start.latex if latex else false_start.plain
    return (
        reasoning(rng, latex, mention)
        + rng.choice((" ", "\n", "\n\n"))
        + rng.choice(sentences).replace("{x}", written)
    )
