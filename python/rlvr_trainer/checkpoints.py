"""Checkpoints: everything that training goes on from, each rank's part in files of its own.

The state of the random numbers is not among it: a batch's begin from the launch's seed and the policy
version.
"""

from __future__ import annotations

from pathlib import Path

import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.api import CheckpointException

from rlvr_trainer.checkpoint_metadata import IndexedReader, read_index
from rlvr_trainer.errors import TrainerError
from rlvr_trainer.files import (
    combined_hash,
    hash_files,
    publish,
    read_verified,
    temporary_path,
    version_directory,
)
from rlvr_trainer.optimizer import Optimizer
from rlvr_trainer.protocol import PROTOCOL_VERSION, CheckpointManifest
from rlvr_trainer.ranks import Ranks


def save_checkpoint(folder: Path, version: int, optimizer: Optimizer, ranks: Ranks) -> dict[str, str]:
    """Writes the checkpoint of a version; its name below the epoch, its sha256."""
    path = version_directory(folder, version)
    temporary = ranks.broadcast(temporary_path(path) if ranks.is_first else None)
    dcp.save(optimizer.state(), checkpoint_id=temporary, no_dist=ranks.size == 1)
    ranks.barrier()
    identity = None
    if ranks.is_first:
        hashes = hash_files(temporary)
        identity = combined_hash(hashes)
        manifest = {
            "protocol": PROTOCOL_VERSION,
            "kind": "checkpoint",
            "policy_version": version,
            "optimizer_step": optimizer.steps,
            "files": hashes,
            "sha256": identity,
        }
        publish(temporary, path, manifest)
    return {"directory": f"{folder.name}/{path.name}", "sha256": ranks.broadcast(identity)}


def verify_checkpoint(directory: Path, version: int, reread_seconds: float) -> CheckpointManifest:
    """Reads a checkpoint's files against their hashes.

    Raises TrainerError `missing_file`, or `bad_checkpoint` when it is damaged or of another version.
    """
    manifest = read_verified(directory, CheckpointManifest, reread_seconds)
    if combined_hash(manifest.files) != manifest.sha256:
        raise misfit(directory, "its sha256 is not that of its files")
    if manifest.policy_version != version:
        raise TrainerError(
            "bad_checkpoint",
            f"{directory} holds policy version {manifest.policy_version}, not {version}",
            "Start from the checkpoint that the run's database names.",
        )
    return manifest


def load_checkpoint(
    directory: Path, manifest: CheckpointManifest, optimizer: Optimizer, ranks: Ranks
) -> None:
    """Loads a verified checkpoint, whatever number of ranks wrote it; TrainerError `bad_checkpoint` when it
    is of another policy."""
    try:
        reader = IndexedReader(directory, read_index(directory, manifest.files))
        dcp.load(optimizer.state(), storage_reader=reader, no_dist=ranks.size == 1)
    except (CheckpointException, OSError, RuntimeError, ValueError, KeyError) as error:
        raise misfit(directory, str(error)) from error
    optimizer.count_steps(manifest.optimizer_step)


def misfit(directory: Path, why: str) -> TrainerError:
    """A checkpoint that cannot be gone on from."""
    return TrainerError(
        "bad_checkpoint",
        f"{directory} does not fit: {why}",
        "Start from a checkpoint that was trained from this very policy.",
    )
