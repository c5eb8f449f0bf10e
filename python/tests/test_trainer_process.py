"""The trainer as a process: requests and answers, ranks, checkpoints."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed.checkpoint as dcp
from conftest import POLICY
from peft import PeftModel
from safetensors.torch import load_file
from torch import Tensor
from trainer_fixtures import checkpoint_of, job_in, llama, no_process_is_left  # noqa: F401
from trainer_job import LORA, OBJECTIVE, OPTIMIZER, Job, random_batch
from trainer_policies import SMALL
from transformers import AutoModelForCausalLM

from rlvr_trainer.checkpoint_metadata import IndexedReader, read_index
from rlvr_trainer.files import combined_hash, hash_files


def read_checkpoint(directory: Path) -> dict[str, Tensor]:
    """All tensors of a checkpoint, by part and parameter, whatever number of ranks wrote them."""
    index = read_index(directory, json.loads((directory / "manifest.json").read_text())["files"])
    entries = index.state_dict_metadata.items()
    flat = {name: torch.empty(entry.size, dtype=entry.properties.dtype) for name, entry in entries}
    nested: dict[str, dict[str, Tensor]] = {}
    for name, value in flat.items():
        part, _, parameter = name.partition(".")
        nested.setdefault(part, {})[parameter] = value
    dcp.load(nested, storage_reader=IndexedReader(directory, index), no_dist=True)
    return flat


CASES = {
    "tiny": {},
    "full": {"gradient_checkpointing": True},
    "lora": {"mode": "lora", "lora": LORA},
}


@pytest.mark.parametrize("case", CASES)
def test_two_ranks_give_the_gradient_of_one(case: str, tmp_path: Path, llama: Path) -> None:
    policy, vocabulary = (POLICY, 24) if case == "tiny" else (llama, SMALL["vocab_size"])
    tensors = random_batch(4, vocabulary, sequences=7, steps=2)
    objective = {**OBJECTIVE, "old": "recompute", "kl": {"kind": "k3", "coefficient": 0.1}}
    moments, metrics, stats = [], [], []
    for ranks, size in ((1, 10_000), (2, 40)):
        settings = {**CASES[case], "microbatch_tokens": size}
        job = job_in(tmp_path / str(ranks), policy, torch=settings, ranks=ranks).ready()
        for step in range(2):
            # The second batch is compared where LoRA's first matrix has a gradient, too.
            optimizer = {**OPTIMIZER, "max_norm": 1e9, "beta1": 0.0 if step else 0.9}
            rates = [0.0, 0.0] if step else [1e-3, 1e-3]
            answer = job.train(
                tensors, policy_version=step, objective=objective, optimizer=optimizer, learning_rates=rates
            )
            assert answer["ok"], (answer, job.log())
        metrics.append(answer["metrics"])
        told = answer["token_stats"]
        path = job.directory / told["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == told["sha256"]
        stats.append(load_file(path))
        state = read_checkpoint(Path(checkpoint_of(job, answer)["directory"]))
        moments.append({name: value for name, value in state.items() if name.startswith("first_moment")})
        assert job.stop() == 0
    one, two = moments
    assert one.keys() == two.keys() and len(one) > 10
    norm = torch.stack([value.norm() for value in one.values()]).norm().item()
    assert norm > 1e-3
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=0, atol=1e-5 * norm, msg=name)
    for name in metrics[0].keys() - {"seconds", "peak_memory_gib"}:
        assert metrics[0][name] == pytest.approx(metrics[1][name], rel=1e-4, abs=1e-6), name
    assert stats[0]["sequence_id"].tolist() == list(range(7))
    assert stats[0]["cu_seqlens"][-1] == tensors["action_mask"].sum()
    for name, values in stats[0].items():
        torch.testing.assert_close(stats[1][name], values, rtol=0, atol=1e-5, msg=name)


@pytest.mark.parametrize("mode", ["full", "lora"])
def test_a_resumed_trainer_comes_to_the_same_weights(mode: str, tmp_path: Path, llama: Path) -> None:
    settings = {"mode": "lora", "lora": {**LORA, "dropout": 0.3}} if mode == "lora" else {}
    settings["checkpoint_every"] = 2
    batches = [random_batch(seed, SMALL["vocab_size"], steps=2) for seed in range(4)]
    whole = job_in(tmp_path / "whole", llama, torch=settings).ready()
    answers = [whole.train(batch, policy_version=version) for version, batch in enumerate(batches)]
    assert [("checkpoint" in answer) for answer in answers] == [False, True, False, True]
    expected = read_checkpoint(Path(checkpoint_of(whole, answers[-1])["directory"]))

    start = checkpoint_of(whole, answers[1])
    resumed = job_in(tmp_path / "resumed", llama, torch=settings, epoch=2, start_from=start).ready()
    assert resumed.heartbeat()["policy_version"] == 2
    for version in (2, 3):
        answer = resumed.train(batches[version], policy_version=version)
    found = read_checkpoint(Path(checkpoint_of(resumed, answer)["directory"]))
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.equal(found[name], value), name

    # And so does one that went back.
    assert whole.ask(kind="rollback", to=start)["policy_version"] == 2
    for version in (2, 3):
        answer = whole.train(batches[version], policy_version=version)
    found = read_checkpoint(Path(checkpoint_of(whole, answer)["directory"]))
    assert all(torch.equal(found[name], value) for name, value in expected.items())


def test_an_adapter_is_exported_as_peft_reads_it(tmp_path: Path, llama: Path) -> None:
    job = job_in(tmp_path, llama, torch={"mode": "lora", "lora": LORA}).ready()
    first = b""
    for version in range(2):
        answer = job.train(
            random_batch(version, SMALL["vocab_size"]), policy_version=version, learning_rates=[0.05]
        )
        first = first or adapter_file(job, answer).read_bytes()
    export = job.directory / answer["export"]["directory"]
    manifest = json.loads((export / "manifest.json").read_text())
    assert manifest["format"] == "lora" and manifest["policy_version"] == 2
    assert str(llama) not in (export / "adapter_config.json").read_text()
    base = AutoModelForCausalLM.from_pretrained(llama, trust_remote_code=False, use_safetensors=True)
    check_probe(PeftModel.from_pretrained(base, export), manifest["probe"])
    assert all("lora_" in name for name in load_file(adapter_file(job, answer)))

    # Back at the beginning it begins with the same adapter, and what it writes now replaces what stood there.
    assert job.ask(kind="rollback", to={"kind": "base"})["policy_version"] == 0
    answer = job.train(random_batch(0, SMALL["vocab_size"]), learning_rates=[0.05])
    for folder in ("exports", "checkpoints"):
        assert sorted(os.listdir(job.directory / folder)) == ["000001", "000002"]
    assert adapter_file(job, answer).read_bytes() == first


def adapter_file(job: Job, answer: dict[str, Any]) -> Path:
    """Weights of an exported adapter."""
    return job.directory / answer["export"]["directory"] / "adapter_model.safetensors"


@pytest.mark.parametrize("case", ["full", "lora"])
def test_two_ranks_compute_in_bfloat16_what_float32_gives(case: str, tmp_path: Path, llama: Path) -> None:
    norms = []
    for dtype, ranks in (("float32", 1), ("bfloat16", 1), ("bfloat16", 2)):
        settings = {**CASES[case], "dtype": dtype}
        job = job_in(tmp_path / f"{dtype}-{ranks}", llama, torch=settings, ranks=ranks).ready()
        answer = job.train(random_batch(3, SMALL["vocab_size"]))
        norms.append(answer["metrics"]["gradient_norm"])
        state = read_checkpoint(Path(checkpoint_of(job, answer)["directory"]))
        assert all(value.dtype == torch.float32 for value in state.values())
        assert job.stop() == 0
    assert norms[1] != norms[0]
    assert norms[1:] == pytest.approx([norms[0]] * 2, rel=0.05)


def test_a_whole_model_is_exported_as_transformers_reads_it(tmp_path: Path, llama: Path) -> None:
    (llama / "tokenizer_config.json").write_text("{}")
    job = job_in(tmp_path, llama, torch={"checkpoint_every": 5}).ready()
    answer = job.train(random_batch(0, SMALL["vocab_size"]), learning_rates=[0.01])
    assert "checkpoint" not in answer
    export = job.directory / answer["export"]["directory"]
    manifest = json.loads((export / "manifest.json").read_text())
    files = {name for name in os.listdir(export) if name != "manifest.json"}
    assert files == manifest["files"].keys() >= {"config.json", "model.safetensors", "tokenizer_config.json"}
    assert str(llama) not in (export / "config.json").read_text()
    check_probe(AutoModelForCausalLM.from_pretrained(export, trust_remote_code=False, use_safetensors=True), manifest["probe"])
    checkpoint = job.ask(kind="checkpoint")["checkpoint"]
    written = json.loads((job.directory / checkpoint["directory"] / "manifest.json").read_text())
    assert written["sha256"] == checkpoint["sha256"] == combined_hash(written["files"])
    assert job.ask(kind="export")["export"] == answer["export"]


def check_probe(model: Any, probe: dict[str, Any]) -> None:
    """A model that loaded the export gives the probe's log-probabilities, which are not those from before
    it."""
    ids, start = torch.tensor([probe["input_ids"]]), probe["prompt_length"]
    with torch.no_grad():
        table = model(input_ids=ids).logits[0].log_softmax(-1)
    found = table[start - 1 : -1].gather(-1, ids[0, start:, None]).flatten()
    torch.testing.assert_close(found, torch.tensor(probe["logprobs"]), rtol=0, atol=1e-4)
    assert (found - torch.tensor(probe["parent_logprobs"])).abs().max() > 1e-2


def test_what_does_not_fit_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    job = job_in(tmp_path).ready()
    good = random_batch(1, 24, steps=2)

    def refusal(tensors: dict[str, Tensor] = good, **changes: Any) -> tuple[str, str]:
        answer = job.train(tensors, **changes)
        assert not answer["ok"] and answer["error"]["advice"], answer
        return answer["error"]["code"], answer["error"]["message"]

    assert refusal(policy_version=1) == (
        "protocol_violation",
        "the batch is for policy version 1, the trainer is at 0",
    )
    assert refusal(good | {"teacher_logprobs": good["advantages"]}) == (
        "trainer_failed",
        "the PyTorch trainer does not use the tensor teacher_logprobs",
    )
    assert "does not match the sha256" in refusal(files={"batch.safetensors": "0" * 64})[1]
    assert "unknown key surprise" in refusal(surprise=1)[1]
    assert "kind is 'export'" in refusal(kind="export")[1]
    foreign = {**good, "input_ids": good["input_ids"].clone()}
    foreign["input_ids"][3] = 24
    assert refusal(foreign)[1] == "token id 24 is outside the policy's 24 tokens"
    assert (
        "needs old log-probabilities of its own"
        in refusal(objective={**OBJECTIVE, "correction": {"mode": "token-mask", "cap": 2, "floor": 0}})[1]
    )
    assert "the policy takes 32" in refusal(random_batch(1, 24, longest=90))[1]
    huge = {**good, "advantages": good["advantages"] * 1e38, "weights": good["weights"] * 1e5}
    assert refusal(huge)[1].startswith("training diverged at optimiser step 0")
    late = {name: value.clone() for name, value in good.items()}
    second = (late["opt_step"] == 1).repeat_interleave(late["cu_seqlens"].diff())
    late["advantages"][second] *= 1e38
    late["weights"][second] *= 1e5
    assert refusal(late)[1].startswith("training diverged at optimiser step 1")
    code, message = refusal(good, learning_rates=[0.0, 1e39])
    assert code == "training_diverged" and "at optimiser step 1 of the batch: value cannot" in message
    assert (
        job.ask(kind="rollback", to={"kind": "checkpoint", "directory": "/nowhere", "policy_version": 3})[
            "error"
        ]["code"]
        == "missing_file"
    )

    answer = job.train(good)
    undisturbed = job_in(tmp_path / "other").ready()
    again = undisturbed.train(good)
    for found, expected in zip(
        read_checkpoint(Path(checkpoint_of(job, answer)["directory"])).values(),
        read_checkpoint(Path(checkpoint_of(undisturbed, again)["directory"])).values(),
        strict=True,
    ):
        assert torch.equal(found, expected)


@pytest.mark.parametrize("ranks", [1, 2])
def test_it_ends_after_a_step_that_it_cannot_take_back(ranks: int, tmp_path: Path) -> None:
    job = job_in(tmp_path, ranks=ranks).ready()
    answer = job.train(random_batch(1, 24), learning_rates=[1e39])
    assert answer["error"]["code"] == "training_diverged"
    assert job.process is not None and job.process.wait(60) == 0


def test_hashes_are_of_files_as_they_lie(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("two")
    (tmp_path / "a").write_text("one")
    hashes = hash_files(tmp_path)
    assert list(hashes) == ["a", "b"]
    assert hashes["a"] == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
