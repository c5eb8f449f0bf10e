"""A tokenizer with one token a character, in Hugging Face's files.

There is no unknown token: a character outside of the vocabulary has no id, and who encodes has to
check for it. Nothing is put before a sequence; a response ends with <eos>.
"""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from rlvr_train.config import ModelConfig

PAD, EOS = "<pad>", "<eos>"
PAD_ID, EOS_ID = 0, 1
MICROCOSM_CHARACTERS = "0123456789+-*<>=_KPS ,"
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}={% endif %}"
)
"""A prompt is the text of its messages and an equals sign."""


def vocabulary(config: ModelConfig) -> list[str]:
    """Tokens by id: padding, end, then single characters (those of the microcosm if 24 fit)."""
    size = config.vocab_size - 2
    characters = MICROCOSM_CHARACTERS
    if size != len(characters):
        characters = "".join(chr(code) for code in range(ord(" "), ord("~") + 1))[:size]
    if size > len(characters):
        raise ValueError(f"no single-character vocabulary of {config.vocab_size} tokens")
    return [PAD, EOS, *characters]


def encode(text: str) -> list[int]:
    """Ids of a text in the microcosm's vocabulary; KeyError for any other character."""
    return [_MICROCOSM_IDS[character] for character in text]


_MICROCOSM_IDS = {character: index for index, character in enumerate(MICROCOSM_CHARACTERS, EOS_ID + 1)}


def build_tokenizer(config: ModelConfig) -> Tokenizer:
    """The tokenizer as an object of the `tokenizers` library."""
    tokens = vocabulary(config)
    tokenizer = Tokenizer(models.WordLevel({token: index for index, token in enumerate(tokens)}))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in (PAD, EOS)])
    return tokenizer


def write_tokenizer(config: ModelConfig, folder: Path) -> None:
    """Write tokenizer.json, tokenizer_config.json and generation_config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    build_tokenizer(config).save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": config.max_position_embeddings,
        "pad_token": PAD,
        "eos_token": EOS,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }
    write_json(settings, folder / "tokenizer_config.json")
    generation = {"eos_token_id": config.eos_token_id, "pad_token_id": config.pad_token_id}
    write_json(generation, folder / "generation_config.json")


def write_json(data: dict, path: Path) -> None:
    """Write indented JSON with a final newline."""
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
