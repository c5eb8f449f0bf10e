"""Writes what transformers makes of conversations by the chat templates in TRL's wheel: `python chat_templates.py OUT`.

OUT gets a tokenizer that knows every text (bytes, and the pieces of the templates that are met most), the templates, and
expected.json: for each template and conversation the rendered text and its ids by `apply_chat_template`, or its refusal.
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import copy

from jinja2 import TemplateError
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

# Their messages are lists of parts, texts and images: nobody asks a model of language by them.
OF_IMAGES = ("idefics3", "llava_next", "smolvlm")

ADD = {
    "type": "function",
    "function": {
        "name": "add",
        "description": 'Adds "two" numbers, <a> & <b>.',
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "number", "description": "The first, in ℝ."}, "b": {"type": "number"}},
            "required": ["a", "b"],
        },
    },
}
NAME = {"type": "function", "function": {"name": "name", "description": "Names it.", "parameters": {"type": "object", "properties": {}}}}


def of(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


SYSTEM = of("system", "Be brief. <b>é</b> & 'so' on.")
ASKED = of("user", 'What is 2 + 2?\n\nAnswer "now".')
CONVERSATIONS = {
    "user": {"messages": [ASKED]},
    "system": {"messages": [SYSTEM, ASKED]},
    "few-shot": {"messages": [SYSTEM, of("user", "1+1?"), of("assistant", "2"), of("user", "3+3?"), of("assistant", "6"), ASKED]},
    "turns": {"messages": [of("user", "Hi"), of("assistant", "<think>\nlong\n</think>\n\nHello!"), of("user", " Bye 🙂 ")]},
    "not thinking": {"messages": [SYSTEM, ASKED], "kwargs": {"enable_thinking": False}},
    "thinking": {"messages": [SYSTEM, ASKED], "kwargs": {"enable_thinking": True}},
    "tools": {"messages": [SYSTEM, ASKED], "tools": [ADD, NAME]},
    "tools alone": {"messages": [ASKED], "tools": [ADD], "kwargs": {"enable_thinking": False}},
}


def make_tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    """Byte pairs over all bytes, so that no template's special tokens are more than text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(vocab_size=2000, initial_alphabet=alphabet, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|begin|>", eos_token="<|end|>")


def expected(tokenizer: PreTrainedTokenizerFast, template: str, conversation: dict) -> dict:
    options = {"tools": conversation.get("tools"), "add_generation_prompt": True, "chat_template": template}
    given = {**options, **conversation.get("kwargs", {})}
    try:
        text = tokenizer.apply_chat_template(conversation["messages"], tokenize=False, **given)
        ids = tokenizer.apply_chat_template(conversation["messages"], return_dict=False, **given)
    except TemplateError as error:
        return {"refusal": str(error)}
    return {"text": text, "ids": ids}


def main() -> None:
    out = Path(sys.argv[1])
    spec = find_spec("trl")
    assert spec is not None and spec.origin is not None
    files = sorted((Path(spec.origin).parent / "chat_templates").glob("*.jinja"))
    files = [file for file in files if not file.name.startswith(OF_IMAGES)]
    templates = {file.name: file.read_text(encoding="utf-8") for file in files}
    tokenizer = make_tokenizer([*templates.values(), json.dumps(CONVERSATIONS)])
    tokenizer.save_pretrained(out)
    (out / "templates").mkdir()
    for file in files:
        copy(file, out / "templates")
    cases = [
        {"template": name, "conversation": title, **conversation, **expected(tokenizer, template, conversation)}
        for name, template in templates.items()
        for title, conversation in CONVERSATIONS.items()
    ]
    (out / "expected.json").write_text(json.dumps(cases), encoding="utf-8")


main()
