"""A trainer ends when what started it does, however that ended and whatever the trainer is busy with."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

INTERVAL = 0.25
PR_SET_PDEATHSIG = 1
STARTED_BY = "RLVR_STARTED_BY"
"""Environment variable in which the orchestrator names its own process."""


def exit_with_parent() -> None:
    """Call it first thing.

    On Linux the kernel kills this process with its parent. A thread watches everywhere, and watches the
    parent of torchrun too, which is the one that matters to its ranks; a rank that ends takes torchrun along.
    Ctrl-C, which a terminal sends to parent and children alike, is left to the parent. What started it may
    be gone before it can look: then it ends at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    grandparent = parent_of(parent) if "TORCHELASTIC_RUN_ID" in os.environ else None
    if sys.platform == "linux" and is_orphan(os.environ.get(STARTED_BY)):
        os.kill(os.getpid(), signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent and (grandparent is None or parent_of(parent) == grandparent):
            time.sleep(INTERVAL)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="exit-with-parent", daemon=True).start()


def is_orphan(started_by: str | None) -> bool:
    """Whether the process with this number, which started this one, is no longer above it."""
    process = os.getpid() if started_by is not None else None
    while process:
        process = parent_of(process)
        if str(process) == started_by:
            return False
    return started_by is not None


def parent_of(process: int) -> int | None:
    """Parent of another process; None where the system does not say."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None
