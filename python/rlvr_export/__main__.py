"""
Logs the numbers of a run to Weights & Biases or Trackio through their own clients, in a process that
src/exports/tracker.ts starts: `python python/rlvr_export wandb|trackio`.

Standard input has lines of JSON: a head {"project", "name", "config"}, points {"step", "at", "values"} in order of
their steps, and {"end": true}; without that last one the run is marked as failed. Standard output gets one line
{"version", "where"}, the second how to look at it. Needs Python 3.10 and the client's package.
"""

import json
import os
import sys

MISSING_PACKAGE = 3


def main(tool):
    answers, sys.stdout = sys.stdout, sys.stderr  # what clients print is no answer
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.dont_write_bytecode = True
    from rlvr_export.trackers import TRACKERS

    try:
        print(json.dumps(log(TRACKERS[tool], (json.loads(line) for line in sys.stdin))), file=answers)
    except Exception as error:  # clients have errors of their own, which say by themselves what to do
        if isinstance(error, ModuleNotFoundError) and error.name == tool:
            sys.exit(MISSING_PACKAGE)
        sys.exit("%s: %s" % (type(error).__name__, error))


def log(tracker, lines):
    run = tracker(next(lines))
    is_whole = False
    for line in lines:
        is_whole = "end" in line
        if not is_whole:
            run.log(line)
    return {"version": run.version, "where": run.finish(is_whole)}


if __name__ == "__main__":
    main(sys.argv[1])
