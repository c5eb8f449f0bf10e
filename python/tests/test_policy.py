"""The shipped files: config, weights, tokenizer, and what the graphs keep bit for bit."""

from __future__ import annotations

import numpy as np
from conftest import POLICY, Graph
from tokenizers import Tokenizer

from rlvr_train.config import ModelConfig
from rlvr_train.tokenizer import build_tokenizer, encode

Arrays = dict[str, np.ndarray]


def test_weights_are_the_flat_vector(config: ModelConfig, weights: Arrays) -> None:
    data = (POLICY / "model.safetensors").read_bytes()
    body = data[8 + int.from_bytes(data[:8], "little") :]
    flat = np.concatenate([weights[name].reshape(-1) for name, _ in config.parameters()])
    assert len(flat) == config.parameter_count()
    assert body == flat.tobytes()


def test_tokenizer(config: ModelConfig) -> None:
    tokenizer = Tokenizer.from_file(str(POLICY / "tokenizer.json"))
    assert tokenizer.to_str() == build_tokenizer(config).to_str()
    ids = tokenizer.encode("P346__3*<52643=").ids
    assert ids == encode("P346__3*<52643=")
    assert tokenizer.decode([*ids, 1]) == "P346__3*<52643="
    assert tokenizer.get_vocab_size() == config.vocab_size


def test_score_of_a_row_does_not_depend_on_batch_or_padding(
    weights: Arrays, graphs: dict[str, Graph]
) -> None:
    rng = np.random.default_rng(0)
    ids = rng.integers(2, 24, (40, 21)).astype(np.int32)
    temperature = (0.5 + rng.random(40)).astype(np.float32)

    def score(ids: np.ndarray, temperature: np.ndarray) -> list[np.ndarray]:
        inputs = {"input_ids": ids, "temperature": temperature}
        return list(graphs["score"]({**weights, **inputs}).values())

    expected = score(ids, temperature)
    for rows in (slice(0, 1), slice(0, 2), slice(7, 20), slice(3, 40)):
        for found, all_rows in zip(score(ids[rows], temperature[rows]), expected, strict=True):
            np.testing.assert_array_equal(found, all_rows[rows])
    for padded, whole in zip(score(np.pad(ids, ((0, 0), (0, 9))), temperature), expected, strict=True):
        np.testing.assert_array_equal(padded[:, :21], whole)


def step_inputs(config: ModelConfig, rows: int, new: int, past: int) -> Arrays:
    """Random tokens after a cache that is filled to a different length in each row."""
    rng = np.random.default_rng(1)
    lengths = rng.integers(5, 16, rows)
    visible = np.arange(past) < lengths[:, None]
    cache = rng.standard_normal(
        (config.num_hidden_layers * 2, rows, config.num_attention_heads, 15, config.head_size)
    ).astype(np.float32)
    cache = np.pad(cache, ((0, 0), (0, 0), (0, 0), (0, max(0, past - 15)), (0, 0)))[:, :, :, :past]
    names = [f"past_{kind}.{n}" for n in range(config.num_hidden_layers) for kind in "kv"]
    return {
        "input_ids": rng.integers(2, 24, (rows, new)).astype(np.int32),
        "positions": (lengths[:, None] + np.arange(new)).astype(np.int32),
        "last": np.full(rows, new - 1, np.int32),
        "past_bias": np.where(visible, 0, -1e9).astype(np.float32),
        **dict(zip(names, cache, strict=True)),
    }


def test_decode_of_a_row_does_not_depend_on_batch_or_cache_width(
    config: ModelConfig, weights: Arrays, graphs: dict[str, Graph]
) -> None:
    inputs = step_inputs(config, 40, 1, 16)
    expected = graphs["step"]({**weights, **inputs})
    for rows in (slice(0, 2), slice(5, 12), slice(1, 40)):
        part = {name: np.ascontiguousarray(value[rows]) for name, value in inputs.items()}
        for name, value in graphs["step"]({**weights, **part}).items():
            np.testing.assert_array_equal(value, expected[name][rows])
    for width in (20, 24, 32):
        wider = graphs["step"]({**weights, **step_inputs(config, 40, 1, width)})
        for name, value in wider.items():
            np.testing.assert_array_equal(value, expected[name])


def test_prefill_of_a_row_does_not_depend_on_batch_or_padding(
    config: ModelConfig, weights: Arrays, graphs: dict[str, Graph]
) -> None:
    inputs = step_inputs(config, 40, 15, 1)
    inputs["past_bias"][:] = -1e9
    inputs["positions"][:] = np.arange(15)
    inputs["last"] = np.random.default_rng(2).integers(4, 15, 40).astype(np.int32)
    expected = graphs["step"]({**weights, **inputs})
    part = {name: np.ascontiguousarray(value[9:14]) for name, value in inputs.items()}
    for name, value in graphs["step"]({**weights, **part}).items():
        np.testing.assert_array_equal(value, expected[name][9:14])
    wide = {**inputs, "input_ids": np.pad(inputs["input_ids"], ((0, 0), (0, 6)))}
    wide["positions"] = np.broadcast_to(np.arange(21, dtype=np.int32), (40, 21))
    for name, value in graphs["step"]({**weights, **wide}).items():
        trimmed = value if name == "logits" else value[:, :, :15]
        np.testing.assert_array_equal(trimmed, expected[name], err_msg=name)
