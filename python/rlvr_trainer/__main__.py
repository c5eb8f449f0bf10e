"""The PyTorch trainer as a process: `python -m rlvr_trainer EPOCH_DIRECTORY`, or the same under torchrun."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path

from rlvr_trainer.exit_with_parent import exit_with_parent
from rlvr_trainer.malloc import keep_freed_memory

exit_with_parent()
keep_freed_memory()


def main(root: Path) -> int:
    """Serves an epoch; 0 once asked to stop, 1 when it could not start or its ranks fell apart."""
    # Torch takes seconds to load; the orchestrator should see a heartbeat before.
    from rlvr_trainer.errors import TrainerError, wire_error
    from rlvr_trainer.heartbeat import Heartbeat
    from rlvr_trainer.protocol import EpochPaths

    paths = EpochPaths(root)
    heartbeat = Heartbeat(paths.heartbeat) if os.environ.get("RANK", "0") == "0" else None
    try:
        from rlvr_trainer.start import run

        run(paths, heartbeat)
    except BaseException as error:
        if not isinstance(error, TrainerError):
            traceback.print_exc()
        if heartbeat is not None:
            heartbeat.fail(wire_error(error))
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m rlvr_trainer EPOCH_DIRECTORY")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    status = main(Path(sys.argv[1]).resolve())
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of libraries are not waited for.
    os._exit(status)
