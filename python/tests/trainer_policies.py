"""Small policies of several kinds, and batches in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from trainer_job import TORCH, batch_manifest
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedConfig

from rlvr_trainer.batch import Batch
from rlvr_trainer.load import load_policy
from rlvr_trainer.policy import Policy
from rlvr_trainer.protocol import BatchManifest, Launch
from rlvr_trainer.records import read_record

SMALL = {
    "vocab_size": 60,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "eos_token_id": 1,
    "pad_token_id": 0,
    "bos_token_id": 2,
}


def write_model(directory: Path, config: PreTrainedConfig | None = None) -> Path:
    """A model with random weights; a Llama with tied embeddings by default."""
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(
        config or LlamaConfig(**SMALL, initializer_range=0.2, tie_word_embeddings=True)
    )
    model.save_pretrained(directory)
    return directory


def policy_of(directory: Path, **settings: Any) -> Policy:
    """As the trainer loads it."""
    launch = {
        "protocol": 1,
        "epoch": 1,
        "policy_directory": str(directory),
        "start_from": {"kind": "base"},
        "torch": {**TORCH, **settings},
    }
    return load_policy(read_record(Launch, launch, ""), torch.device("cpu"))


def batch_of(tensors: dict[str, Tensor], **changes: Any) -> Batch:
    """As the trainer reads it."""
    return Batch(read_record(BatchManifest, batch_manifest(tensors, b"", **changes), ""), tensors)
