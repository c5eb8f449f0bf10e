"""Trainers that tests start and that end with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import POLICY
from trainer_job import Job
from trainer_policies import write_model

JOBS: list[Job] = []


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    for job in JOBS:
        job.kill()
    JOBS.clear()


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("llama"))


def job_in(root: Path, policy: Path = POLICY, **options: Any) -> Job:
    """A started job that ends with the test."""
    job = Job(root, policy, **options)
    JOBS.append(job)
    return job.start()


def checkpoint_of(job: Job, answer: dict[str, Any]) -> dict[str, Any]:
    """A starting point: the checkpoint of an answer."""
    assert answer["ok"], answer
    directory = job.directory / answer["checkpoint"]["directory"]
    return {"kind": "checkpoint", "directory": str(directory), "policy_version": answer["policy_version"]}
