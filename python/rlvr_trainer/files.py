"""Files and directories that exist whole or not at all, also to a reader on another machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import Any, TypeVar

from rlvr_trainer.errors import TrainerError
from rlvr_trainer.protocol import MANIFEST, six_digits
from rlvr_trainer.records import read_json, violation

REREAD_INTERVAL = 0.5
CHUNK = 1 << 22

Manifest = TypeVar("Manifest")


def encode_json(value: Any) -> str:
    """The text of a JSON file of the protocol; NaN and infinity are no JSON."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"


def write_file_atomic(path: Path, content: str | bytes) -> None:
    """Writes a message to another process: to a temporary name, then renamed."""
    temporary = temporary_path(path)
    temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    temporary.rename(path)


def temporary_path(path: Path) -> Path:
    """A name beside it; whoever owns a folder may delete leftovers of this prefix."""
    return path.parent / f".tmp-{path.name}-{uuid.uuid4().hex[:12]}"


def sha256_of(path: Path) -> str:
    """Of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def combined_hash(hashes: dict[str, str]) -> str:
    """One hash for several files: the sha256 over their sorted `name:hash` lines."""
    lines = sorted(f"{name}:{value}" for name, value in hashes.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hash_files(directory: Path) -> dict[str, str]:
    """sha256 of each file of a directory, by its name, after syncing it to the disk."""
    hashes = {}
    for path in sorted(directory.iterdir()):
        # Some libraries write for their own user only; who serves the weights may be another.
        path.chmod(0o644)
        sync(path)
        hashes[path.name] = sha256_of(path)
    return hashes


def sync(path: Path) -> None:
    """Waits until a file or a directory's entries are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(temporary: Path, path: Path, manifest: dict[str, Any]) -> None:
    """Gives a directory its manifest, last, and then its name. One that stands there is replaced."""
    target = temporary / MANIFEST
    target.write_text(encode_json(manifest))
    sync(target)
    sync(temporary)
    shutil.rmtree(path, ignore_errors=True)
    temporary.rename(path)
    sync(path.parent)


def version_directory(folder: Path, version: int) -> Path:
    """Where a version's checkpoint or export lies."""
    return folder / six_digits(version)


def read_verified(directory: Path, record: type[Manifest], reread_seconds: float) -> Manifest:
    """The manifest of a directory of the protocol, once the hash of every file fits.

    A file that does not match is read again until `reread_seconds` have passed: on NFS another machine's
    rename can be seen before its data. Raises TrainerError `missing_file` without a manifest,
    `bad_checkpoint` when a file is missing or its hash differs.
    """
    if not (directory / MANIFEST).exists():
        raise TrainerError(
            "missing_file",
            f"{directory} has no {MANIFEST}, so it counts as not written",
            "Check the path; a directory without a manifest was being written when its writer died.",
        )
    manifest = read_json(record, directory / MANIFEST)
    for name in manifest.files:
        if Path(name).name != name:
            raise violation(str(directory / MANIFEST), f"files.{name[:200]} is no name of a file")
    deadline = time.monotonic() + reread_seconds
    while (wrong := first_mismatch(directory, manifest.files)) is not None:
        if time.monotonic() >= deadline:
            raise TrainerError(
                "bad_checkpoint",
                f"{directory / wrong} does not match the sha256 in its manifest",
                "The file was damaged or cut short after it was written. Use another one, such as the "
                "checkpoint before.",
            )
        time.sleep(REREAD_INTERVAL)
    return manifest


def first_mismatch(directory: Path, hashes: dict[str, str]) -> str | None:
    """Name of a file that is missing or has another hash."""
    for name, expected in hashes.items():
        try:
            if sha256_of(directory / name) != expected:
                return name
        except FileNotFoundError:
            return name
    return None
