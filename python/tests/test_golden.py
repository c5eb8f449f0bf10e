"""The graphs against the golden tensors (see rlvr_train/golden.py for their names)."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ROOT, Graph
from safetensors.numpy import load_file

from rlvr_train.config import ModelConfig
from rlvr_train.loss import TokenInputs

GRAD_INPUTS = ("input_ids", *TokenInputs._fields, "temperature", "loss_settings")

Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def golden() -> Arrays:
    return load_file(ROOT / "test" / "golden" / "tiny.safetensors")


def grad_inputs(golden: Arrays) -> Arrays:
    return {name: golden[f"grad.{name}"] for name in GRAD_INPUTS}


def test_gradient_and_metrics(golden: Arrays, weights: Arrays, graphs: dict[str, Graph]) -> None:
    result = graphs["grad"]({**weights, **grad_inputs(golden)})
    np.testing.assert_allclose(result["gradient"], golden["grad.gradient"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(result["metrics"], golden["grad.metrics"], rtol=1e-5, atol=1e-4)


def test_tokens_of_weight_zero_may_hold_anything(
    golden: Arrays, weights: Arrays, graphs: dict[str, Graph]
) -> None:
    inputs = grad_inputs(golden)
    expected = graphs["grad"]({**weights, **inputs})
    first, second = (inputs[name] == 0 for name in ("loss_weights", "loss_weights_2"))
    idle = {"advantages": first, "advantages_2": second}
    for name in ("sampling_logprobs", "old_logprobs", "ref_logprobs", *idle):
        inputs[name] = np.where(idle.get(name, first & second), np.float32(np.nan), inputs[name])
    result = graphs["grad"]({**weights, **inputs})
    for name, value in expected.items():
        np.testing.assert_array_equal(result[name], value)


def test_gradients_of_microbatches_add_up(golden: Arrays, weights: Arrays, graphs: dict[str, Graph]) -> None:
    inputs = grad_inputs(golden)
    total = sum(
        graphs["grad"](
            {
                **weights,
                **{name: inputs[name][rows] for name in GRAD_INPUTS[:-1]},
                "loss_settings": inputs["loss_settings"],
            }
        )["gradient"]
        for rows in (slice(0, 1), slice(1, 4), slice(4, 8))
    )
    np.testing.assert_allclose(total, golden["grad.gradient"], rtol=0, atol=2e-6)


def test_five_updates(config: ModelConfig, golden: Arrays, weights: Arrays, graphs: dict[str, Graph]) -> None:
    flat = np.concatenate([weights[name].reshape(-1) for name, _ in config.parameters()])
    first = second = np.zeros_like(flat)
    ends = np.cumsum([int(np.prod(shape)) for _, shape in config.parameters()])
    for step in range(5):
        pieces = np.split(flat, ends[:-1])
        named = {
            name: piece.reshape(shape)
            for (name, shape), piece in zip(config.parameters(), pieces, strict=True)
        }
        gradient = graphs["grad"]({**named, **grad_inputs(golden)})["gradient"]
        result = graphs["update"](
            {
                "params": flat,
                "first_moment": first,
                "second_moment": second,
                "gradient": gradient,
                "optimizer": golden["update.optimizer"],
                "step": np.array(step + 1, np.float32),
            }
        )
        flat, first, second = (result[f"{name}_out"] for name in ("params", "first_moment", "second_moment"))
        expected = golden["update.gradient_norms"][step]
        np.testing.assert_allclose(result["gradient_norm"], expected, rtol=1e-4)
    np.testing.assert_allclose(flat, golden["update.params"], rtol=0, atol=1e-4)


def test_score(golden: Arrays, weights: Arrays, graphs: dict[str, Graph]) -> None:
    inputs = {name: golden[f"grad.{name}"] for name in ("input_ids", "temperature")}
    for name, value in graphs["score"]({**weights, **inputs}).items():
        np.testing.assert_allclose(value, golden[f"score.{name}"], rtol=0, atol=2e-5)


def test_prefill_and_decode(
    config: ModelConfig, golden: Arrays, weights: Arrays, graphs: dict[str, Graph]
) -> None:
    ids, lengths = golden["step.prompt_ids"], golden["step.prompt_lengths"]
    rows, width = ids.shape
    slots = config.max_position_embeddings
    shape = (rows, config.num_attention_heads, slots, config.head_size)
    kinds = [f"{kind}.{layer}" for layer in range(config.num_hidden_layers) for kind in "kv"]
    cache = {f"past_{kind}": np.zeros(shape, np.float32) for kind in kinds}
    bias = np.full((rows, slots), -1e9, np.float32)

    def run(ids: np.ndarray, positions: np.ndarray, last: np.ndarray, past: int) -> Arrays:
        seen = {name: value[:, :, :past] for name, value in cache.items()}
        inputs = {"input_ids": ids, "positions": positions, "last": last, **seen}
        return graphs["step"]({**weights, **inputs, "past_bias": bias[:, :past]})

    positions = np.broadcast_to(np.arange(width, dtype=np.int32), (rows, width))
    result = run(ids, positions, lengths - 1, 1)
    np.testing.assert_allclose(result["logits"], golden["step.prompt_logits"], atol=2e-5)
    for kind in kinds:
        cache[f"past_{kind}"][:, :, :width] = result[f"new_{kind}"]
    bias[np.arange(slots) < lengths[:, None]] = 0
    for step, fed in enumerate(golden["step.decode_ids"]):
        position = lengths + step
        result = run(fed[:, None], position[:, None], np.zeros(rows, np.int32), slots)
        expected = golden["step.decode_logits"][step]
        np.testing.assert_allclose(result["logits"], expected, atol=2e-5)
        for kind in kinds:
            cache[f"past_{kind}"][np.arange(rows), :, position] = result[f"new_{kind}"][:, :, 0]
        bias[np.arange(rows), position] = 0
