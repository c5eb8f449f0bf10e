"""Ten steps of SmolLM2-135M-Instruct, in both modes. RLVR_SMOL names its directory (see
rlvr_trainer.dequantise)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from trainer_job import Job
from transformers import AutoTokenizer

SMOL = os.environ.get("RLVR_SMOL")
STEPS = 10

pytestmark = pytest.mark.skipif(SMOL is None, reason="RLVR_SMOL is not set")

PROMPTS = ["Name a colour.", "Say hello.", "What is the capital of France?", "Count to three."]
ANSWERS = ["Blue is my favourite colour.", "HELLO THERE!", "The capital of France is Paris.", "1, 2, 3."]


def fixed_batch() -> dict[str, torch.Tensor]:
    """Prompts with answers to be learned: each of advantage 1, at a ratio of 1."""
    tokenizer = AutoTokenizer.from_pretrained(SMOL, trust_remote_code=False)
    ids, actions, lengths = [], [], []
    for prompt, answer in zip(PROMPTS, ANSWERS, strict=True):
        turn = [{"role": "user", "content": prompt}]
        text = tokenizer.apply_chat_template(turn, add_generation_prompt=True, tokenize=False)
        start = tokenizer.encode(text, add_special_tokens=False)
        end = tokenizer.encode(answer, add_special_tokens=False) + [tokenizer.eos_token_id]
        ids += start + end
        actions += [0] * len(start) + [1] * len(end)
        lengths.append(len(start) + len(end))
    action = torch.tensor(actions, dtype=torch.uint8)
    count = len(lengths)
    return {
        "input_ids": torch.tensor(ids, dtype=torch.int32),
        "cu_seqlens": torch.tensor([0, *lengths]).cumsum(0).int(),
        "action_mask": action,
        "sampling_logprobs": torch.zeros(len(ids)),
        "policy_version": torch.zeros(len(ids), dtype=torch.int32),
        "advantages": action.float(),
        "weights": action / action.sum(),
        "temperature": torch.ones(count),
        "opt_step": torch.zeros(count, dtype=torch.int32),
        "sequence_id": torch.arange(count),
    }


@pytest.mark.parametrize(("mode", "rate"), [("lora", 5e-4), ("full", 1e-5)])
def test_ten_steps_teach_a_fixed_batch(mode: str, rate: float, tmp_path: Path) -> None:
    assert SMOL is not None
    settings = {
        "mode": mode,
        "lora": {"rank": 16, "alpha": 32.0, "dropout": 0.0, "targets": "all-linear"}
        if mode == "lora"
        else None,
        "microbatch_tokens": 128,
        "gradient_checkpointing": mode == "full",
        "checkpoint_every": STEPS,
    }
    tensors = fixed_batch()
    job = Job(tmp_path, Path(SMOL), torch=settings).start()
    try:
        job.ready()
        means = []
        for version in range(STEPS):
            # CISPO with a bound that is never reached: the gradient is that of the log-likelihood.
            objective = {
                "ratio": "token",
                "old": "recompute",
                "clip_low": 0.2,
                "clip_high": 0.2,
                "dual_clip": 0.0,
                "ratio_cap": 100.0,
                "correction": None,
                "kl": {"kind": "k3", "coefficient": 0.0},
                "entropy_coefficient": 0.0,
            }
            answer = job.train(tensors, policy_version=version, objective=objective, learning_rates=[rate])
            assert answer["ok"], (answer, job.log())
            means.append(answer["metrics"]["loss"])
            print(mode, version, {name: round(value, 4) for name, value in answer["metrics"].items()})
        probe = json.loads((job.directory / answer["export"]["directory"] / "manifest.json").read_text())[
            "probe"
        ]
        assert sum(probe["logprobs"]) > sum(probe["parent_logprobs"])
        assert means[-1] < 0.7 * means[0], means
        assert job.stop() == 0
    finally:
        job.kill()
