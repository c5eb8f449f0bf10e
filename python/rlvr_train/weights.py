"""Weights as files: model.safetensors, whose data section is the flat parameter vector."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from rlvr_train.config import ModelConfig


def save_weights(params: Mapping[str, Tensor], path: Path) -> None:
    """Write float32 parameters by name; safetensors sorts them into flat order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.detach().contiguous() for name, value in params.items()}, path)
    path.chmod(0o644)


def load_weights(config: ModelConfig, path: Path) -> dict[str, Tensor]:
    """Read parameters in flat order; refuses names or shapes that the config does not have."""
    tensors = load_file(path)
    expected = dict(config.parameters())
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    if found != expected:
        raise ValueError(f"{path} does not hold the parameters of the config: {found} != {expected}")
    return {name: tensors[name] for name in expected}
