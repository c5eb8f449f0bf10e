"""What several tests need: the shipped policy and its graphs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.numpy import load_file

from rlvr_train.config import ModelConfig

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "policies" / "tiny"

Graph = Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def config() -> ModelConfig:
    return ModelConfig.read(POLICY / "config.json")


@pytest.fixture(scope="session")
def weights() -> dict[str, np.ndarray]:
    return load_file(POLICY / "model.safetensors")


@pytest.fixture(scope="session")
def graphs() -> dict[str, Graph]:
    """The four graphs by name, as functions from named inputs to named outputs, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1

    def load(name: str) -> Graph:
        path = POLICY / "graphs" / f"{name}.onnx"
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        return lambda inputs: dict(zip(names, session.run(names, inputs), strict=True))

    return {name: load(name) for name in ("step", "score", "grad", "update")}
