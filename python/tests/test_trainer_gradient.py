"""The trainer's gradient: of every objective, and whatever goes through the model together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import POLICY, ROOT
from safetensors.torch import load_file
from torch import Tensor
from trainer_job import LORA, OBJECTIVE, random_batch
from trainer_policies import SMALL, batch_of, policy_of, write_model
from transformers import Gemma2Config, GemmaConfig, GraniteConfig, MistralConfig, Qwen2Config, Qwen3Config

from rlvr_train.golden import flatten
from rlvr_train.golden_surrogate import (
    CAP,
    CLIP_HIGH,
    CLIP_LOW,
    DUAL_CLIP,
    ENTROPY_COEF,
    FLOOR,
    KL_COEF,
    RATIO_CAP,
    combinations,
)
from rlvr_train.loss import next_token_statistics
from rlvr_trainer import statistics
from rlvr_trainer.errors import SpoiltError, TrainerError
from rlvr_trainer.objective import loss_settings, packed_loss
from rlvr_trainer.optimizer import Optimizer
from rlvr_trainer.packing import pack_microbatch
from rlvr_trainer.policy import Policy
from rlvr_trainer.ranks import Ranks
from rlvr_trainer.training import BatchTraining

CPU = torch.device("cpu")


def gradient(policy: Policy, tensors: dict[str, Tensor], microbatch_tokens: int, **objective: Any) -> Tensor:
    """Flat, of all trained parameters."""
    batch = batch_of(tensors, objective={**OBJECTIVE, **objective})
    optimizer = Optimizer(policy)
    training = BatchTraining(policy, optimizer, Ranks(CPU), batch, microbatch_tokens, lambda _: None)
    training.gradient(0, None, None)
    result = flatten([value.grad for _, value in policy.trained()])
    optimizer.forget_gradients()
    return result


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("llama"))


@pytest.mark.parametrize("steps", [1, 2])
def test_weights_whose_logits_are_not_finite_are_taken_back_or_given_up(steps: int) -> None:
    policy = policy_of(POLICY)
    before = flatten([value.detach().clone() for _, value in policy.trained()])
    batch = batch_of(random_batch(1, 24, steps=steps), learning_rates=[0.1] * steps)
    training = BatchTraining(policy, Optimizer(policy), Ranks(CPU), batch, 70, lambda _: None)
    with pytest.raises(TrainerError, match="logits under the new weights not finite") as caught:
        training.train(lambda: (policy, None), lambda: [-1.0, float("nan")])
    assert caught.value.code == "training_diverged"
    assert isinstance(caught.value, SpoiltError) == (steps == 1)
    after = flatten([value for _, value in policy.trained()])
    assert torch.equal(before, after) == (steps == 2)


def test_every_combination_of_the_loss_is_as_the_reference_computes_it() -> None:
    golden = load_file(ROOT / "test" / "golden" / "surrogate.safetensors")
    policy = policy_of(POLICY)
    rows, width = golden["input_ids"].shape
    for words, _ in combinations():
        ratio, bound, correction, kl, pairs, entropy = words
        objective = {
            **OBJECTIVE,
            "ratio": ratio,
            "old": "recompute",
            "clip_low": CLIP_LOW,
            "clip_high": CLIP_HIGH,
            "dual_clip": DUAL_CLIP if bound == "dual-clip" else 0.0,
            "ratio_cap": RATIO_CAP if bound == "cispo" else 0.0,
            "correction": None if correction == "none" else {"mode": correction, "cap": CAP, "floor": FLOOR},
            "kl": {"kind": "k3" if kl == "none" else kl, "coefficient": 0.0 if kl == "none" else KL_COEF},
            "entropy_coefficient": ENTROPY_COEF if entropy == "bonus" else 0.0,
        }
        names = {"weights": "loss_weights", "weights_2": "loss_weights_2"}
        tensors = {
            name: golden[names.get(name, name)].flatten()
            for name in ("input_ids", "sampling_logprobs", "ref_logprobs", "advantages", "weights")
            + (("advantages_2", "weights_2") if pairs == "two" else ())
        } | {
            "action_mask": torch.ones(rows * width, dtype=torch.uint8),
            "cu_seqlens": torch.arange(rows + 1) * width,
            "opt_step": torch.zeros(rows, dtype=torch.int32),
            "temperature": golden["temperature"],
            "sequence_id": torch.arange(rows),
        }
        batch = batch_of(tensors, objective=objective)
        policy.zero_grad()
        total = 0.0
        plans = BatchTraining(policy, Optimizer(policy), Ranks(CPU), batch, 70, lambda _: None).plans[0]
        assert len(plans) > 2
        for plan in plans:
            packed = pack_microbatch(batch, plan, CPU)
            old = golden["old_logprobs"].flatten()[positions(batch, plan)]
            settings = loss_settings(batch.manifest.objective, CPU)
            logprobs, entropies = policy(packed, entropy == "bonus")
            loss, _ = packed_loss(logprobs, entropies, packed, old, packed.values["ref_logprobs"], settings)
            loss.backward()
            total += loss.item()
        name = "/".join(words)
        loss, norm, *expected = golden[name].tolist()
        named = dict(policy.named_parameters())
        found = flatten([named[part].grad for part, _ in policy.config.parameters()])
        assert total == pytest.approx(loss, rel=1e-5, abs=1e-5), name
        assert found.double().norm().item() == pytest.approx(norm, rel=1e-5), name
        torch.testing.assert_close(
            found[golden["parameters"].long()], torch.tensor(expected), rtol=0, atol=1e-5 * norm, msg=name
        )


def positions(batch: Any, plan: Any) -> Tensor:
    """Places in the batch of a microbatch's weighted tokens."""
    parts = [
        torch.arange(batch.offsets[sequence], batch.offsets[sequence] + length)
        for sequence, length in zip(plan.sequences, plan.lengths, strict=True)
    ]
    tokens = torch.cat(parts)
    return tokens[batch.weighted[tokens]]


@pytest.mark.parametrize("mode", ["full", "lora", "checkpointing", "tiny"])
def test_the_gradient_does_not_depend_on_the_size_of_microbatches(mode: str, llama: Path) -> None:
    settings = {
        "full": {},
        "lora": {"mode": "lora", "lora": LORA},
        "checkpointing": {"gradient_checkpointing": True},
        "tiny": {},
    }[mode]
    policy = policy_of(POLICY if mode == "tiny" else llama, **settings)
    if mode == "lora":
        for name, value in policy.trained():
            torch.nn.init.normal_(value, std=0.1)
            assert "lora" in name
    tensors = random_batch(7, policy.vocabulary_size, sequences=9)
    extras = {"ratio": "sequence", "entropy_coefficient": 0.1, "kl": {"kind": "k2", "coefficient": 0.1}}
    tensors["ref_logprobs"] = tensors["sampling_logprobs"] * 0.9
    expected = gradient(policy, tensors, 10_000, **extras)
    assert expected.norm() > 0.01
    for size in (1, 30, 55):
        found = gradient(policy, tensors, size, **extras)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * expected.norm().item())


@pytest.mark.parametrize(
    "config",
    [
        Qwen2Config(**SMALL),
        Qwen3Config(**SMALL, head_dim=8),
        MistralConfig(**SMALL, sliding_window=4),
        GemmaConfig(**SMALL, head_dim=8),
    ],
    ids=lambda config: config.model_type,
)
def test_packed_statistics_are_those_of_each_sequence_alone(config: Any, tmp_path: Path) -> None:
    policy = policy_of(write_model(tmp_path / "model", config))
    batch = batch_of(random_batch(2, policy.vocabulary_size))
    training = BatchTraining(policy, Optimizer(policy), Ranks(CPU), batch, 10_000, lambda _: None)
    (((logprobs, entropies),),) = training.score(policy)
    (plan,) = training.plans[0]
    policy.model.set_attn_implementation("eager")
    expected, expected_entropies = [], []
    for sequence, length in zip(plan.sequences, plan.lengths, strict=True):
        start = batch.offsets[sequence]
        ids = batch.tensors["input_ids"][start : start + length].long()[None]
        with torch.no_grad():
            logits = policy.model(input_ids=ids).logits
        temperature = batch.tensors["temperature"][sequence]
        chosen, _ = next_token_statistics(logits, ids, temperature[None])
        active = batch.weighted[start + 1 : start + length]
        expected.append(chosen[0, :-1][active])
        distribution = torch.softmax(logits[0, :-1].double() / temperature, -1)[active]
        expected_entropies.append(-(distribution * distribution.log()).sum(-1))
    torch.testing.assert_close(logprobs, torch.cat(expected), rtol=0, atol=2e-5)
    torch.testing.assert_close(entropies.double(), torch.cat(expected_entropies), rtol=0, atol=2e-5)


@pytest.mark.parametrize("old", ["recompute", "sampler"])
def test_tokens_are_told_of_once_under_the_weights_that_the_batch_begins_with(old: str, llama: Path) -> None:
    policy = policy_of(llama)
    one = random_batch(6, policy.vocabulary_size, sequences=5)
    # One of which not every action counts.
    start = int(one["cu_seqlens"][4])
    one["weights"][start + int(one["action_mask"][start:].nonzero()[0])] = 0.0
    # All are trained on twice.
    tensors = {name: torch.cat([values, values]) for name, values in one.items()}
    tensors["cu_seqlens"] = torch.cat([one["cu_seqlens"], one["cu_seqlens"][1:] + one["cu_seqlens"][-1]])
    tensors["opt_step"] = torch.tensor([0] * 5 + [1] * 5).int()
    batch = batch_of(tensors, objective={**OBJECTIVE, "old": old})
    training = BatchTraining(policy, Optimizer(policy), Ranks(CPU), batch, 30, lambda _: None)
    expected = {}
    for plan, (logprobs, entropies) in zip(training.plans[0], training.score(policy)[0], strict=True):
        counts = [training.token_stats.counts[sequence] for sequence in plan.sequences]
        parts = zip(plan.sequences, logprobs.split(counts), entropies.split(counts), strict=True)
        expected |= {sequence: values for sequence, *values in parts}
    training.train(lambda: (policy, None))
    told = training.token_stats.by_id
    assert told.keys() == {0, 1, 2, 3}
    for identity, stats in told.items():
        assert len(stats.logprobs) == one["action_mask"].split(one["cu_seqlens"].diff().tolist())[identity].sum()
        for found, values in zip((stats.logprobs, stats.entropies), expected[identity], strict=True):
            torch.testing.assert_close(found, values, rtol=0, atol=2e-6)


def test_a_gradient_pass_that_drops_out_tells_nothing_of_tokens(llama: Path) -> None:
    policy = policy_of(llama)
    batch = batch_of(random_batch(6, policy.vocabulary_size))
    training = BatchTraining(policy, Optimizer(policy), Ranks(CPU), batch, 30, lambda _: None, drops_out=True)
    training.train(lambda: (policy, None))
    assert training.token_stats.by_id == {}


def test_chunks_of_tokens_change_no_statistic_and_no_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(0, 50, (1, 41), generator=generator)
    head = torch.nn.Linear(8, 50, bias=True)
    results = []
    for chunk in (7, 40, None):
        hidden = torch.randn(41, 8, generator=torch.Generator().manual_seed(2), requires_grad=True)
        if chunk is None:
            logprobs, entropy = next_token_statistics(head(hidden)[None], ids, torch.tensor([0.7]))
            logprobs, entropy = logprobs[0, :-1], entropy[0, :-1]
        else:
            monkeypatch.setattr(statistics, "CHUNK_TOKENS", chunk)
            temperature = torch.full((40,), 0.7)
            logprobs, entropy = statistics.token_statistics(head, hidden[:-1], ids[0, 1:], temperature, True)
        head.zero_grad()
        (logprobs.sum() + 0.3 * entropy.square().sum()).backward()
        results.append((logprobs, entropy, hidden.grad, head.weight.grad.clone()))
    for found in results[:-1]:
        for one, other in zip(found, results[-1], strict=True):
            torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


def test_a_model_whose_attention_is_not_the_one_that_is_packed_is_refused(tmp_path: Path) -> None:
    capped = Gemma2Config(**SMALL, head_dim=8, attn_logit_softcapping=0.5)
    with pytest.raises(TrainerError, match="gemma2 cannot be trained in packed sequences: its attention has"):
        policy_of(write_model(tmp_path / "gemma2", capped))
    scaled = GraniteConfig(**SMALL, logits_scaling=3.0)
    with pytest.raises(
        TrainerError, match="granite cannot be trained in packed sequences: its logits differ"
    ):
        policy_of(write_model(tmp_path / "granite", scaled))
    with pytest.raises(TrainerError, match="the model takes no such adapter"):
        policy_of(write_model(tmp_path / "llama"), mode="lora", lora={**LORA, "targets": ["no_such_module"]})
    with pytest.raises(TrainerError, match="the tiny policy is not trained with mode lora"):
        policy_of(POLICY, mode="lora", lora=LORA)
