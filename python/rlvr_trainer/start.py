"""Starts a trainer and serves its epoch."""

from __future__ import annotations

from rlvr_trainer.control_loop import serve_control
from rlvr_trainer.heartbeat import Heartbeat, Phase
from rlvr_trainer.load import policy_device
from rlvr_trainer.protocol import EpochPaths, Launch
from rlvr_trainer.ranks import Ranks
from rlvr_trainer.records import read_json
from rlvr_trainer.trainer import Trainer


def run(paths: EpochPaths, heartbeat: Heartbeat | None) -> None:
    """Loads policy and starting point, says so, and answers requests until asked to stop. Rank 0 has a
    heartbeat."""
    launch = read_json(Launch, paths.launch)
    ranks = Ranks(policy_device(launch))

    def report(phase: Phase, version: int, share: float) -> None:
        progress = ranks.report(share)
        if heartbeat is not None:
            heartbeat.report(phase, version, progress)

    paths.control.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(paths, launch, ranks, report)
    ranks.barrier()
    if heartbeat is not None:
        heartbeat.report("idle", trainer.version, ranks.report(0.0), now=True)
    serve_control(paths, trainer, ranks)
