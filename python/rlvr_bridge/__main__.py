"""
Judges responses for rlvr with a reward function in Python, in a process that src/verifiers/python starts and
watches.

Descriptor 3 is a socket with lines of JSON: a request {"id", "load"} and then {"id", "judge"} as often as
wanted, each answered by {"id", "value"} or {"id", "error"}. Descriptor 4 carries nothing: it ends when the
parent does. Needs Python 3.9 and nothing else.
"""

import os
import sys

CHANNEL, LIFELINE = 3, 4


def load_own_modules():
    """Imports this package from wherever it lies, leaving no trace on the path or in the folder."""
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from rlvr_bridge import guards, serve

    del sys.path[0]
    sys.dont_write_bytecode = writes
    return guards, serve


if __name__ == "__main__":
    if sys.version_info < (3, 9):
        sys.exit("Python 3.9 or newer is needed, and %s is %s" % (sys.executable, sys.version.split()[0]))
    guards, serve = load_own_modules()
    guards.keep_stdout_clear()
    guards.end_with_parent(LIFELINE, CHANNEL)
    serve.serve(CHANNEL)
