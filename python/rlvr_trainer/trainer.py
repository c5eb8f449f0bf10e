"""A policy in training: its state, and what can be asked of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from rlvr_trainer.batch import Batch, read_batch, refuse_misfit
from rlvr_trainer.checkpoints import load_checkpoint, save_checkpoint, verify_checkpoint
from rlvr_trainer.errors import TrainerError
from rlvr_trainer.exports import Probe, probe_logprobs, probe_sequence, save_export
from rlvr_trainer.heartbeat import Phase
from rlvr_trainer.load import load_policy, torch_settings
from rlvr_trainer.memory import peak_memory_gib
from rlvr_trainer.optimizer import Optimizer
from rlvr_trainer.policy import Policy
from rlvr_trainer.protocol import (
    CheckpointManifest,
    EpochPaths,
    Launch,
    Request,
    StartingPoint,
    trainer_identity,
)
from rlvr_trainer.ranks import Ranks
from rlvr_trainer.training import BatchTraining

Answer = dict[str, Any]
Report = Callable[[Phase, int, float], None]
"""Told what the trainer is doing, the policy version and the share that is done."""


@dataclass(frozen=True)
class Work:
    """A request with what rank 0 read for it: the other ranks see no file that it has not checked."""

    request: Request
    batch: Batch | None = None
    checkpoint: CheckpointManifest | None = None


class Trainer:
    """One on each rank; all do the same work, one piece at a time. A failure leaves the state as it was."""

    def __init__(self, paths: EpochPaths, launch: Launch, ranks: Ranks, report: Report) -> None:
        self.paths = paths
        self.launch = launch
        self.settings = torch_settings(launch)
        self.ranks = ranks
        self.report = report
        self.frozen: Policy | None = None
        self.broken: str | None = None
        report("starting", 0, 0.0)
        start = launch.start_from
        checkpoint = ranks.broadcast(self._verify(start) if ranks.is_first else None)
        self._go_to_base()
        self._go_to(start, checkpoint)
        for folder in (paths.checkpoints, paths.exports):
            folder.mkdir(parents=True, exist_ok=True)

    def prepare(self, request: Request) -> Work:
        """Reads and checks what a request names; raises TrainerError without having changed anything."""
        if request.kind == "rollback" and request.to is not None:
            return Work(request, checkpoint=self._verify(request.to))
        if self.broken is not None:
            raise TrainerError(
                "trainer_failed",
                f"the trainer's state is not that of a version since this failed: {self.broken}",
                "Roll it back to a checkpoint, or start the next epoch from one.",
            )
        if request.kind == "train" and request.batch is not None:
            self.report("training", self.version, 0.0)
            batch = read_batch(self.paths.job / request.batch, self.settings.reread_seconds)
            refuse_misfit(batch, self.version, self.policy.vocabulary_size, self.policy.max_length)
            return Work(request, batch=batch)
        if request.kind == "broadcast":
            raise TrainerError(
                "trainer_failed",
                "the PyTorch trainer does not broadcast weights",
                "Ask it for an export and load that into the policy server.",
            )
        if request.kind in ("train", "rollback"):
            raise TrainerError(
                "protocol_violation",
                f"a request to {request.kind} does not say what",
                "Orchestrator and trainer must speak the same version of the protocol.",
            )
        return Work(request)

    def perform(self, work: Work) -> Answer:
        """Does it; on all ranks together."""
        if work.batch is not None:
            return self._train(work.batch)
        match work.request.kind:
            case "export":
                return self._answer() | self._write_export()
            case "checkpoint":
                return self._answer() | self._write_checkpoint()
            case "rollback":
                self._roll_back(work.request.to, work.checkpoint)
        return self._answer()

    def _train(self, batch: Batch) -> Answer:
        started, parent = time.monotonic(), self.version
        self.report("training", parent, 0.0)
        # Dropout of an adapter: what it draws depends on the version, not on what was trained before.
        torch.manual_seed((self.settings.seed << 32) + (parent << 12) + self.ranks.rank)
        training = BatchTraining(
            self.policy,
            self.optimizer,
            self.ranks,
            batch,
            self.settings.microbatch_tokens,
            lambda share: self.report("training", parent, share),
            self.settings.lora is not None and self.settings.lora.dropout > 0,
        )
        sequence = probe_sequence(batch)
        before = None if sequence is None else probe_logprobs(self.policy, sequence, self.ranks)
        after: list[float] | None = None

        def probe() -> list[float] | None:
            nonlocal after
            after = None if sequence is None else probe_logprobs(self.policy, sequence, self.ranks)
            return after

        metrics = training.train(self._reference, probe)
        with self._breaking("writing the new version"):
            self.probe = None
            if sequence is not None and before is not None and after is not None:
                self.probe = Probe(*sequence, logprobs=after, parent_logprobs=before)
            self.version = parent + 1
            written = self._write_export()
            if self.version % self.settings.checkpoint_every == 0:
                written |= self._write_checkpoint()
            written |= training.token_stats.write(self.paths, self.version, self.ranks)
        used = {"seconds": time.monotonic() - started, "peak_memory_gib": peak_memory_gib(self.ranks.device)}
        return self._answer() | written | {"parent_version": parent, "metrics": {**metrics, **used}}

    def _write_export(self) -> Answer:
        def alive() -> None:
            self.report("writing", self.version, 0.0)

        where = save_export(self.paths.exports, self.version, self.policy, self.probe, self.ranks, alive)
        return {"export": where}

    def _write_checkpoint(self) -> Answer:
        self.report("writing", self.version, 0.0)
        where = save_checkpoint(self.paths.checkpoints, self.version, self.optimizer, self.ranks)
        return {"checkpoint": where}

    def _roll_back(self, to: StartingPoint | None, checkpoint: CheckpointManifest | None) -> None:
        if to is None:
            return
        with self._breaking("rolling back"):
            if checkpoint is None:
                self._go_to_base()
            self._go_to(to, checkpoint)
        self.broken = None

    def _go_to_base(self) -> None:
        """Loads version 0, with an optimiser that has taken no step."""
        self.policy = self._load(frozen=False)
        self.report("starting", 0, 0.5)
        self.optimizer = Optimizer(self.policy)
        self.version = 0
        self.probe: Probe | None = None

    def _go_to(self, start: StartingPoint, checkpoint: CheckpointManifest | None) -> None:
        """Loads a checkpoint, whose files are verified."""
        if checkpoint is None or start.directory is None:
            return
        load_checkpoint(Path(start.directory), checkpoint, self.optimizer, self.ranks)
        self.version = checkpoint.policy_version
        self.probe = None

    def _verify(self, start: StartingPoint) -> CheckpointManifest | None:
        if start.kind == "base":
            return None
        if start.directory is None or start.policy_version is None:
            raise TrainerError(
                "protocol_violation",
                "a starting point lacks its directory or version",
                "Orchestrator and trainer must speak the same version of the protocol.",
            )
        return verify_checkpoint(Path(start.directory), start.policy_version, self.settings.reread_seconds)

    def _load(self, *, frozen: bool) -> Policy:
        return self.ranks.shard(load_policy(self.launch, self.ranks.device, frozen=frozen))

    def _reference(self) -> tuple[Policy, AbstractContextManager]:
        """The policy of version 0, and the context to use it in."""
        off = self.policy.adapter_off()
        if off is not None:
            return self.policy, off
        if self.frozen is None:
            self.frozen = self._load(frozen=True)
        return self.frozen, nullcontext()

    def _breaking(self, what: str) -> AbstractContextManager:
        return Breaking(self, what)

    def _answer(self) -> Answer:
        return {"ok": True, "policy_version": self.version, "trainer": trainer_identity()}


class Breaking:
    """A piece of work that cannot be taken back: when it fails, only a rollback helps."""

    def __init__(self, trainer: Trainer, what: str) -> None:
        self.trainer = trainer
        self.what = what

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            self.trainer.broken = f"{self.what}: {error}"
