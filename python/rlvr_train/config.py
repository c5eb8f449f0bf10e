"""The shape of a policy: config.json, and the order of its parameters."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from rlvr_train.loss import METRICS

MODEL_TYPE = "rlvr-char-transformer"


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of one decoder-only character transformer (field names as in Hugging Face configs)."""

    vocab_size: int = 24
    hidden_size: int = 64
    num_hidden_layers: int = 3
    num_attention_heads: int = 4
    max_position_embeddings: int = 32
    eos_token_id: int = 1
    pad_token_id: int = 0

    @property
    def head_size(self) -> int:
        """Channels of one attention head."""
        return self.hidden_size // self.num_attention_heads

    def parameters(self) -> list[tuple[str, tuple[int, ...]]]:
        """(name, shape) of every parameter, in flat order.

        Flat order is the order in which safetensors writes float32 tensors (sorted by name), so
        the data section of model.safetensors is the flat parameter vector. Matrices are [in, out].
        """
        hidden = self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            "final_norm": (hidden,),
            "head": (hidden, self.vocab_size),
            "position_embedding": (self.max_position_embeddings, hidden),
            "token_embedding": (self.vocab_size, hidden),
        }
        for layer in range(self.num_hidden_layers):
            shapes |= {
                f"layers.{layer}.attention_norm": (hidden,),
                f"layers.{layer}.attention_out": (hidden, hidden),
                f"layers.{layer}.attention_qkv": (hidden, 3 * hidden),
                f"layers.{layer}.mlp_down": (4 * hidden, hidden),
                f"layers.{layer}.mlp_norm": (hidden,),
                f"layers.{layer}.mlp_up": (hidden, 4 * hidden),
            }
        return sorted(shapes.items())

    def parameter_count(self) -> int:
        """Length of the flat parameter vector."""
        return sum(math.prod(shape) for _, shape in self.parameters())

    def to_json(self) -> dict:
        """The content of config.json."""
        return {
            "model_type": MODEL_TYPE,
            "vocab_size": self.vocab_size,
            "hidden_size": self.hidden_size,
            "num_hidden_layers": self.num_hidden_layers,
            "num_attention_heads": self.num_attention_heads,
            "max_position_embeddings": self.max_position_embeddings,
            "eos_token_id": self.eos_token_id,
            "pad_token_id": self.pad_token_id,
            "dtype": "float32",
            "grad_metrics": list(METRICS),
            "parameters": [[name, list(shape)] for name, shape in self.parameters()],
        }

    @classmethod
    def read(cls, path: Path) -> ModelConfig:
        """Read the sizes from a config.json; what follows from them is computed, not read."""
        data = json.loads(path.read_text())
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})
