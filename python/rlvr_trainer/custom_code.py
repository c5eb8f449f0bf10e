"""What a model's directory would run of its own, and whether the transformers library can do without it.

    python -m rlvr_trainer.custom_code DIRECTORY     # a JSON list of the classes that it cannot do without

Runs nothing from the directory.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SHOWN = 80


def required_code(directory: Path) -> list[str]:
    """What of a model only code in its directory could load, in words; empty where the library's own classes
    do."""
    config, tokenizer = (read_object(directory / name) for name in ("config.json", "tokenizer_config.json"))
    wanted = []
    if config.get("auto_map") and not is_known_model(config):
        wanted.append(f"the model type {shown(config.get('model_type'))}")
    if tokenizer.get("auto_map") and not is_known_tokenizer(config, tokenizer):
        wanted.append(f"the tokenizer {shown(tokenizer.get('tokenizer_class'))}")
    return wanted


def read_object(path: Path) -> dict[str, Any]:
    """An object of a JSON file; empty where there is none."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def is_known_model(config: dict[str, Any]) -> bool:
    """Whether the library has a causal language model of this type."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = str(config.get("model_type"))
    return kind in CONFIG_MAPPING_NAMES and kind in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES


def is_known_tokenizer(config: dict[str, Any], tokenizer: dict[str, Any]) -> bool:
    """Whether the library has the tokenizer's class, or one for the type of the model."""
    from transformers.models.auto.tokenization_auto import TOKENIZER_MAPPING_NAMES, tokenizer_class_from_name

    if str(config.get("model_type")) in TOKENIZER_MAPPING_NAMES:
        return True
    name = str(tokenizer.get("tokenizer_class"))
    return tokenizer_class_from_name(name) is not None or tokenizer_class_from_name(f"{name}Fast") is not None


def shown(value: object) -> str:
    """A value of a file that anybody may have written, for a message."""
    return repr(value)[:SHOWN]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(json.dumps(required_code(Path(sys.argv[1]))))
