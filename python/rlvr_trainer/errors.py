"""Errors as the trainer protocol tells them."""

from __future__ import annotations

import errno
from typing import Literal

Code = Literal[
    "bad_checkpoint",
    "missing_file",
    "protocol_violation",
    "trainer_failed",
    "training_diverged",
    "disk_full",
]


class TrainerError(Exception):
    """Something that the orchestrator is told about: what is wrong, and what to do next."""

    def __init__(self, code: Code, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.advice = advice

    def to_json(self) -> dict[str, str]:
        """The `error` of an answer or a heartbeat."""
        return {"code": self.code, "message": str(self), "advice": self.advice}


class SpoiltError(TrainerError):
    """An error after which the weights are those of no version and cannot be brought back: the trainer ends
    after its answer, and the orchestrator starts another from a checkpoint."""


def wire_error(error: BaseException) -> dict[str, str]:
    """Any error as it goes over the wire; that of an unexpected one is in the trainer's log."""
    if isinstance(error, TrainerError):
        return error.to_json()
    if is_disk_full(error):
        advice = "Free some space on it, then go on with: rlvr resume"
        return TrainerError("disk_full", f"a disk is full ({error})", advice).to_json()
    message = f"{type(error).__name__}: {error}"
    return TrainerError("trainer_failed", message, "See trainer.log in the epoch's directory.").to_json()


def is_disk_full(error: BaseException | None) -> bool:
    """Whether a full disk or an exhausted quota caused an error, at any depth."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False
