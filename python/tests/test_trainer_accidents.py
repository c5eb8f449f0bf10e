"""Accidents of the trainer: kills, damaged checkpoints, parents and ranks that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import POLICY
from trainer_fixtures import checkpoint_of, job_in, llama, no_process_is_left  # noqa: F401
from trainer_job import PYTHON, random_batch, write_batch
from trainer_policies import SMALL


def test_a_kill_while_a_checkpoint_is_written_leaves_the_one_before(tmp_path: Path, llama: Path) -> None:
    job = job_in(tmp_path, llama).ready()
    first = job.train(random_batch(0, SMALL["vocab_size"]))
    write_batch(tmp_path / "batches" / "next", random_batch(1, SMALL["vocab_size"]), policy_version=1)
    job.send(kind="train", batch="batches/next")
    checkpoints = job.directory / "checkpoints"
    job.wait(
        lambda: (
            any(path.name.startswith(".tmp-") for path in checkpoints.iterdir())
            or (checkpoints / "000002").exists()
        )
    )
    job.kill()
    start = checkpoint_of(job, first)
    resumed = job_in(tmp_path, llama, epoch=2, start_from=start).ready()
    answer = resumed.ask(kind="train", batch="batches/next")
    assert answer["policy_version"] == 2


def test_a_damaged_checkpoint_is_not_started_from(tmp_path: Path) -> None:
    job = job_in(tmp_path).ready()
    start = checkpoint_of(job, job.train(random_batch(0, 24)))
    file = next(Path(start["directory"]).glob("*.distcp"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    other = job_in(tmp_path, epoch=2, start_from=start)
    assert other.process is not None and other.process.wait(60) == 1
    beat = other.heartbeat()
    assert beat["phase"] == "failed" and beat["error"]["code"] == "bad_checkpoint"
    assert "does not match the sha256" in beat["error"]["message"]


@pytest.mark.parametrize("ranks", [1, 2])
def test_it_ends_when_its_parent_is_killed(ranks: int, tmp_path: Path) -> None:
    script = f"""
import sys, time
sys.path.insert(0, {str(PYTHON / "tests")!r})
from pathlib import Path
from trainer_job import Job
job = Job(Path({str(tmp_path)!r}), Path({str(POLICY)!r}), ranks={ranks}).start().ready()
print(job.process.pid, flush=True)
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    members = [child, *children_of(child)]
    assert len(members) == (1 if ranks == 1 else 1 + ranks)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 30
    while any(alive(process) for process in members):
        assert time.monotonic() < deadline, "a trainer outlived its parent"
        time.sleep(0.05)


def test_a_rank_that_dies_takes_the_others_along(tmp_path: Path) -> None:
    job = job_in(tmp_path, ranks=2).ready()
    assert job.process is not None
    ranks = children_of(job.process.pid)
    os.kill(ranks[-1], signal.SIGKILL)
    assert job.process.wait(60) != 0
    assert not any(alive(process) for process in ranks)


def children_of(process: int) -> list[int]:
    """Process ids."""
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def alive(process: int) -> bool:
    """Whether it runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell who started whom")
def test_a_trainer_whose_orchestrator_died_before_it_could_look_ends_at_once(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "-m", "rlvr_trainer", str(tmp_path)]

    def status(command: list[str], started_by: int) -> int:
        environment = os.environ | {"PYTHONPATH": str(PYTHON), "RLVR_STARTED_BY": str(started_by)}
        return subprocess.run(command, check=False, env=environment, timeout=60).returncode

    assert status(command, gone.pid) == -signal.SIGKILL
    # With its orchestrator above it, also behind a wrapper, it gets as far as to miss its launch.json.
    wrapped = ["sh", "-c", '"$@"; exit $?', "wrapper", *command]
    assert status(wrapped, os.getpid()) == 1
