"""heartbeat.json: what the trainer is doing, and a counter by which to tell that it lives."""

from __future__ import annotations

import os
import threading
import traceback
from pathlib import Path
from typing import Any, Literal

from rlvr_trainer.files import encode_json, write_file_atomic

INTERVAL = 1.0

Phase = Literal["starting", "idle", "training", "writing", "failed"]


class Heartbeat:
    """A beat a second, from a thread.

    The counter rises with each report, and with each beat while idle: a trainer whose work makes no progress
    shows it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.written = -1
        self.state: dict[str, Any] = {
            "counter": 0,
            "phase": "starting",
            "progress": {"0": 0.0},
            "policy_version": 0,
        }
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def report(self, phase: Phase, version: int, progress: dict[str, float], now: bool = False) -> None:
        """What is being done, and how much of it by each rank, 0 to 1. Written at the next beat, or `now`."""
        with self.lock:
            self._change(phase=phase, policy_version=version, progress=progress)
            if now:
                self._write()

    def fail(self, error: dict[str, str]) -> None:
        """Says that the trainer could not start, and why."""
        self.ended.set()
        with self.lock:
            self._change(phase="failed", error=error)
            self._write()

    def _change(self, **changes: Any) -> None:
        self.state |= {"counter": self.state["counter"] + 1, **changes}

    def _write(self) -> None:
        self.written = self.state["counter"]
        write_file_atomic(self.path, encode_json(self.state))

    def _beat(self) -> None:
        while not self.ended.wait(INTERVAL):
            with self.lock:
                if self.ended.is_set():
                    return
                if self.state["phase"] == "idle":
                    self._change()
                if self.state["counter"] != self.written:
                    self._write_or_end()

    def _write_or_end(self) -> None:
        """A trainer that can no longer give a sign of life, such as on a full disk, ends: it would be taken for one
        that hangs, minutes later."""
        try:
            self._write()
        except OSError:
            traceback.print_exc()
            os._exit(1)
