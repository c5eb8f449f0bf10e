"""Errors as the trainer protocol tells them."""

from __future__ import annotations

from typing import Literal

Code = Literal["bad_checkpoint", "missing_file", "protocol_violation", "trainer_failed"]


class TrainerError(Exception):
    """Something that the orchestrator is told about: what is wrong, and what to do next."""

    def __init__(self, code: Code, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.advice = advice

    def to_json(self) -> dict[str, str]:
        """The `error` of an answer or a heartbeat."""
        return {"code": self.code, "message": str(self), "advice": self.advice}


def wire_error(error: BaseException) -> dict[str, str]:
    """Any error as it goes over the wire; that of an unexpected one is in the trainer's log."""
    if isinstance(error, TrainerError):
        return error.to_json()
    message = f"{type(error).__name__}: {error}"
    return TrainerError("trainer_failed", message, "See trainer.log in the epoch's directory.").to_json()
