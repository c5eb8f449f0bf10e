"""The golden batch of the loss's options crosses every bound, and grad.onnx agrees with what is expected of it."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ROOT, Graph
from safetensors.numpy import load_file

from rlvr_train.golden_surrogate import (
    CAP,
    CLIP_HIGH,
    CLIP_LOW,
    DUAL_CLIP,
    FLOOR,
    RATIO_CAP,
    combinations,
)
from rlvr_train.loss import TokenInputs

Arrays = dict[str, np.ndarray]

LEVELS = ("token", "sequence", "geometric")


@pytest.fixture(scope="module")
def golden() -> Arrays:
    return load_file(ROOT / "test" / "golden" / "surrogate.safetensors")


def at_level(level: str, values: np.ndarray, active: np.ndarray) -> np.ndarray:
    """The active tokens' values, or their sequence's sum or mean."""
    total = (values * active).sum(1, keepdims=True)
    mean = total / active.sum(1, keepdims=True)
    return np.broadcast_to({"token": values, "sequence": total, "geometric": mean}[level], values.shape)[
        active
    ]


@pytest.mark.parametrize("second", ["", "_2"])
@pytest.mark.parametrize("level", LEVELS)
def test_every_bound_is_crossed_in_both_directions(
    level: str, second: str, golden: Arrays, weights: Arrays, graphs: dict[str, Graph]
) -> None:
    inputs = {name: golden[name] for name in ("input_ids", "temperature")}
    new = graphs["score"]({**weights, **inputs})["logprobs"]
    active = (golden["loss_weights"] != 0) | (golden["loss_weights_2"] != 0)
    ratio = np.exp(
        at_level("geometric" if level == "sequence" else level, new - golden["old_logprobs"], active)
    )
    factor = np.exp(at_level(level, golden["old_logprobs"] - golden["sampling_logprobs"], active))
    weighted = golden[f"loss_weights{second}"][active] != 0
    gain = golden[f"advantages{second}"][active]
    for bound in (1 - CLIP_LOW, 1 + CLIP_HIGH, DUAL_CLIP, RATIO_CAP):
        assert abs(np.log(ratio / bound)).min() > 1e-3, "rounding could change what is expected"
        for above in (ratio > bound, ratio < bound):
            assert (above & weighted & (gain > 0)).sum() > 1 and (above & weighted & (gain < 0)).sum() > 1
    for bound in (CAP, FLOOR):
        assert abs(np.log(factor / bound)).min() > 1e-3, "rounding could change what is expected"
        assert ((factor > bound) & weighted).sum() > 1 and ((factor < bound) & weighted).sum() > 1


def test_grad_graph_computes_every_combination(
    golden: Arrays, weights: Arrays, graphs: dict[str, Graph]
) -> None:
    inputs = {name: golden[name] for name in ("input_ids", "temperature", *TokenInputs._fields)}
    none = np.zeros_like(golden["advantages_2"])
    for words, options in combinations():
        second = {} if words[4] == "two" else {"advantages_2": none, "loss_weights_2": none}
        settings = {"loss_settings": np.array(options.vector(), np.float32)}
        result = graphs["grad"]({**weights, **inputs, **second, **settings})
        loss, norm, *gradient = golden["/".join(words)]
        found = result["gradient"][golden["parameters"]]
        name = " ".join(words)
        np.testing.assert_allclose(result["metrics"][0], loss, rtol=1e-5, atol=1e-5, err_msg=name)
        np.testing.assert_allclose(np.linalg.norm(result["gradient"]), norm, rtol=1e-5, err_msg=name)
        np.testing.assert_allclose(found, gradient, rtol=0, atol=1e-5 * norm, err_msg=name)
