"""A trainer as the orchestrator sees it: directories to write, a process to start, answers to read."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor

PYTHON = Path(__file__).resolve().parents[1]
DEADLINE = 120.0

OBJECTIVE = {
    "ratio": "token",
    "old": "sampler",
    "clip_low": 0.2,
    "clip_high": 0.28,
    "dual_clip": 0.0,
    "ratio_cap": 0.0,
    "correction": None,
    "kl": {"kind": "k3", "coefficient": 0.0},
    "entropy_coefficient": 0.0,
}
OPTIMIZER = {
    "name": "adamw",
    "beta1": 0.9,
    "beta2": 0.98,
    "eps": 1e-8,
    "weight_decay": 0.01,
    "max_norm": 1.0,
}
TORCH = {
    "mode": "full",
    "lora": None,
    "dtype": "float32",
    "device": "cpu",
    "gradient_checkpointing": False,
    "microbatch_tokens": 64,
    "checkpoint_every": 1,
    "reread_seconds": 0.0,
    "seed": 5,
}
LORA = {"rank": 4, "alpha": 8.0, "dropout": 0.0, "targets": "all-linear"}


def random_batch(
    seed: int, vocabulary: int, sequences: int = 6, steps: int = 1, longest: int = 20
) -> dict[str, Tensor]:
    """Tensors of a batch: ragged sequences, log-probabilities near those of a uniform choice."""
    generator = torch.Generator().manual_seed(seed)

    def whole(low: int, high: int, *shape: int) -> Tensor:
        return torch.randint(low, high, shape, generator=generator)

    lengths = whole(6, longest + 1, sequences)
    offsets = torch.cat([torch.zeros(1, dtype=torch.int64), lengths.cumsum(0)])
    tokens = int(offsets[-1])
    place = torch.cat([torch.arange(length) for length in lengths.tolist()])
    action = place >= whole(2, 5, sequences).repeat_interleave(lengths)
    weights = action * (0.5 + torch.rand(tokens, generator=generator)) * steps / action.sum()
    noise = torch.randn(tokens, generator=generator)
    return {
        "input_ids": whole(2, vocabulary, tokens).int(),
        "cu_seqlens": offsets.int(),
        "action_mask": action.to(torch.uint8),
        "sampling_logprobs": (noise * 0.3 - torch.tensor(float(vocabulary)).log()) * action,
        "policy_version": torch.zeros(tokens, dtype=torch.int32),
        "advantages": torch.randn(tokens, generator=generator) * action,
        "weights": weights,
        "temperature": 0.7 + 0.6 * torch.rand(sequences, generator=generator),
        "opt_step": (torch.arange(sequences) % steps).int(),
        "sequence_id": torch.arange(sequences),
    }


def batch_manifest(tensors: dict[str, Tensor], data: bytes, **changes: Any) -> dict[str, Any]:
    """manifest.json of a batch."""
    return {
        "protocol": 1,
        "kind": "batch",
        "run": "test",
        "step": 0,
        "epoch": 1,
        "policy_version": 0,
        "objective": OBJECTIVE,
        "optimizer": OPTIMIZER,
        "learning_rates": [1e-3] * (int(tensors["opt_step"].max()) + 1),
        "counts": {
            "sequences": len(tensors["temperature"]),
            "tokens": len(tensors["input_ids"]),
            "action_tokens": int(tensors["action_mask"].sum()),
        },
        "files": {"batch.safetensors": hashlib.sha256(data).hexdigest()},
        **changes,
    }


def write_batch(directory: Path, tensors: dict[str, Tensor], **changes: Any) -> Path:
    """A batch directory."""
    directory.mkdir(parents=True)
    data = save({name: value.clone() for name, value in tensors.items()})
    (directory / "batch.safetensors").write_bytes(data)
    (directory / "manifest.json").write_text(json.dumps(batch_manifest(tensors, data, **changes)))
    return directory


@dataclass
class Job:
    """An epoch of a trainer job."""

    root: Path
    policy: Path
    torch: dict[str, Any] = field(default_factory=dict)
    epoch: int = 1
    start_from: dict[str, Any] = field(default_factory=lambda: {"kind": "base"})
    ranks: int = 1
    process: subprocess.Popen | None = None
    asked: int = 0

    @property
    def directory(self) -> Path:
        return self.root / f"epoch-{self.epoch}"

    def launch(self) -> dict[str, Any]:
        """launch.json."""
        return {
            "protocol": 1,
            "epoch": self.epoch,
            "policy_directory": str(self.policy),
            "base_weights": None,
            "start_from": self.start_from,
            "settings": {"workers": None, "microbatch_tokens": 1024, "reread_seconds": 60},
            "torch": {**TORCH, **self.torch},
        }

    def start(self) -> Job:
        """Starts the process; `ready` waits for it."""
        (self.directory / "control").mkdir(parents=True)
        (self.directory / "launch.json").write_text(json.dumps(self.launch()))
        command = [sys.executable, "-m"]
        if self.ranks > 1:
            command += ["torch.distributed.run", f"--nproc-per-node={self.ranks}"]
            command += [f"--master-port={free_port()}", "-m"]
        self.process = subprocess.Popen(
            [*command, "rlvr_trainer", str(self.directory)],
            cwd=PYTHON,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=(self.directory / "trainer.log").open("w"),
            stderr=subprocess.STDOUT,
        )
        return self

    def heartbeat(self) -> dict[str, Any]:
        """{} before the first."""
        path = self.directory / "heartbeat.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def log(self) -> str:
        """What it printed."""
        return (self.directory / "trainer.log").read_text()

    def ready(self) -> Job:
        """Waits until it is idle."""
        self.wait(lambda: self.heartbeat().get("phase") == "idle")
        return self

    def wait(self, done: Any) -> None:
        """Waits for something that the process does."""
        deadline = time.monotonic() + DEADLINE
        while not done():
            assert self.process is not None and self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def send(self, **request: Any) -> Path:
        """Writes a request; the path of its answer."""
        self.asked += 1
        path = self.directory / "control" / f"{self.asked:06d}.json"
        temporary = path.with_name(f".tmp-{path.name}")
        temporary.write_text(json.dumps(request))
        temporary.rename(path)
        return path.with_suffix(".answer.json")

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to a request."""
        path = self.send(**request)
        self.wait(path.exists)
        return json.loads(path.read_text())

    def train(self, tensors: dict[str, Tensor], step: int = 0, **changes: Any) -> dict[str, Any]:
        """The answer to a batch."""
        name = f"batches/{self.epoch}-{self.asked:06d}"
        write_batch(self.root / name, tensors, step=step, **changes)
        return self.ask(kind="train", batch=name)

    def stop(self) -> int:
        """Asks it to stop; its exit code."""
        self.send(kind="stop")
        assert self.process is not None
        return self.process.wait(DEADLINE)

    def kill(self) -> None:
        """As an accident does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
