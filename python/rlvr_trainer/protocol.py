"""The JSON files of trainer protocol 1 that a trainer reads; src/trainer/protocol/schemas.ts says what each
means."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

PROTOCOL_VERSION = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class StartingPoint:
    """Where a trainer begins: version 0, or a checkpoint with the version that it has to hold."""

    kind: Literal["base", "checkpoint"]
    directory: str | None = None
    policy_version: int | None = None


@dataclass(frozen=True)
class LoraSettings:
    """The adapter (arXiv 2106.09685). `targets`: names of modules, or all-linear."""

    rank: int
    alpha: float
    dropout: float
    targets: Literal["all-linear"] | list[str]


@dataclass(frozen=True)
class TorchSettings:
    """How this trainer works."""

    mode: Literal["full", "lora"]
    lora: LoraSettings | None
    dtype: Literal["auto", "bfloat16", "float32"]
    device: Literal["auto", "cpu", "cuda"]
    gradient_checkpointing: bool
    microbatch_tokens: int
    checkpoint_every: int
    reread_seconds: float
    seed: int
    trust_remote_code: bool = False


@dataclass(frozen=True)
class Launch:
    """launch.json. `settings` are the embedded trainer's."""

    protocol: Literal[1]
    epoch: int
    policy_directory: str
    start_from: StartingPoint
    base_weights: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    torch: TorchSettings | None = None


@dataclass(frozen=True)
class Correction:
    """Factor on the surrogate for what sampler and trainer compute differently."""

    mode: str
    cap: float
    floor: float


@dataclass(frozen=True)
class KlSettings:
    """Penalty on the divergence from the reference."""

    kind: Literal["k1", "k2", "k3"]
    coefficient: float


@dataclass(frozen=True)
class Objective:
    """The loss, as the orchestrator asks for it."""

    clip_low: float
    clip_high: float
    kl: KlSettings
    ratio: Literal["token", "sequence"] = "token"
    old: Literal["sampler", "recompute"] = "sampler"
    dual_clip: float = 0.0
    ratio_cap: float = 0.0
    correction: Correction | None = None
    entropy_coefficient: float = 0.0


@dataclass(frozen=True)
class OptimizerSettings:
    """AdamW after clipping to max_norm."""

    name: Literal["adamw"]
    beta1: float
    beta2: float
    eps: float
    weight_decay: float
    max_norm: float


@dataclass(frozen=True)
class Counts:
    """Of a batch."""

    sequences: int
    tokens: int
    action_tokens: int


@dataclass(frozen=True)
class BatchManifest:
    """batches/<step>/manifest.json."""

    protocol: Literal[1]
    kind: Literal["batch"]
    run: str
    step: int
    epoch: int
    policy_version: int
    objective: Objective
    optimizer: OptimizerSettings
    learning_rates: list[float]
    counts: Counts
    files: dict[str, str]


@dataclass(frozen=True)
class CheckpointManifest:
    """checkpoints/<version>/manifest.json."""

    protocol: Literal[1]
    kind: Literal["checkpoint"]
    policy_version: int
    optimizer_step: int
    files: dict[str, str]
    sha256: str


@dataclass(frozen=True)
class Request:
    """control/<n>.json. `batch`, of train, is relative to the job's directory; `to` is rollback's."""

    kind: Literal["train", "export", "broadcast", "checkpoint", "rollback", "stop"]
    batch: str | None = None
    to: StartingPoint | None = None


@dataclass(frozen=True)
class EpochPaths:
    """Where everything of one attempt of a job lies."""

    root: Path

    @property
    def job(self) -> Path:
        return self.root.parent

    @property
    def launch(self) -> Path:
        return self.root / "launch.json"

    @property
    def heartbeat(self) -> Path:
        return self.root / "heartbeat.json"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def control(self) -> Path:
        return self.root / "control"

    def token_stats_of(self, version: int) -> Path:
        """File of what was computed of the tokens of the batch that made a version."""
        return self.root / "token-stats" / f"{six_digits(version)}.safetensors"

    def request(self, sequence: int) -> Path:
        """File of a request, by its number in the epoch (1-based)."""
        return self.control / f"{six_digits(sequence)}.json"

    def answer(self, sequence: int) -> Path:
        """File of its answer."""
        return self.control / f"{six_digits(sequence)}.answer.json"


def six_digits(value: int) -> str:
    """Numbers in names of the protocol, so that names sort."""
    return f"{value:06d}"


def trainer_identity() -> dict[str, Any]:
    """Name and versions of what computed an answer."""
    import peft
    import torch
    import transformers

    return {
        "name": "torch",
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "peft": peft.__version__,
        },
    }
