"""Answers the requests of an epoch in order, until it is asked to stop."""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path

from rlvr_trainer.errors import SpoiltError, TrainerError, wire_error
from rlvr_trainer.files import encode_json, write_file_atomic
from rlvr_trainer.protocol import EpochPaths, Request
from rlvr_trainer.ranks import Ranks
from rlvr_trainer.records import decode_json
from rlvr_trainer.trainer import Answer, Trainer, Work

FIRST_INTERVAL = 0.002
LONGEST_INTERVAL = 0.05


def serve_control(paths: EpochPaths, trainer: Trainer, ranks: Ranks) -> None:
    """On rank 0: reads requests and writes answers. The other ranks do what it has prepared."""
    if not ranks.is_first:
        follow(trainer, ranks)
        return
    sequence = 0
    while True:
        sequence += 1
        trainer.report("idle", trainer.version, 0.0)
        path = paths.request(sequence)
        answer, stop = answer_to(wait_for_file(path), path, trainer, ranks)
        write_file_atomic(paths.answer(sequence), encode_json(answer))
        if stop:
            return


def answer_to(text: bytes, path: Path, trainer: Trainer, ranks: Ranks) -> tuple[Answer, bool]:
    """The answer to a request, and whether it was the last."""
    try:
        work = trainer.prepare(decode_json(Request, text, str(path)))
    except Exception as error:
        return {"ok": False, "error": told(error)}, False
    ranks.broadcast(work)
    try:
        return trainer.perform(work), work.request.kind == "stop"
    except TrainerError as error:
        return {"ok": False, "error": wire_error(error)}, isinstance(error, SpoiltError)
    except Exception as error:
        answer = {"ok": False, "error": told(error)}
        if ranks.size > 1:
            # The others wait for this one in the middle of their work: only a new start helps.
            write_file_atomic(path.with_suffix(".answer.json"), encode_json(answer))
            end_at_once()
        return answer, False


def follow(trainer: Trainer, ranks: Ranks) -> None:
    """What ranks after the first do."""
    while True:
        work: Work = ranks.broadcast(None)
        try:
            trainer.perform(work)
        except SpoiltError:
            return
        except TrainerError:
            # All ranks come to it; rank 0 tells.
            continue
        except Exception:
            traceback.print_exc()
            end_at_once()
        if work.request.kind == "stop":
            return


def told(error: Exception) -> dict[str, str]:
    """An error for the wire; the trace of an unexpected one goes to the log."""
    if not isinstance(error, TrainerError):
        traceback.print_exception(error)
    return wire_error(error)


def end_at_once() -> None:
    """Ends this rank without waiting for the others, which makes torchrun end them."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def wait_for_file(path: Path) -> bytes:
    """Waits until a file stands at a path and gives its content; looks every 2 ms, growing to 50 ms."""
    interval = FIRST_INTERVAL
    while True:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            time.sleep(interval)
            interval = min(interval * 1.5, LONGEST_INTERVAL)
