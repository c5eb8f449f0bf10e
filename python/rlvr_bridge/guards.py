"""What keeps a process that runs somebody's function from harming others."""

import os
import signal
import sys


def keep_stdout_clear():
    """From now on, whatever is written to stdout, by native code and child processes too, goes to stderr."""
    os.dup2(2, 1)


def end_with_parent(lifeline, channel):
    """
    Ends this process group when the parent does, however the parent ended and whatever this process is busy
    with.

    A process of its own waits for the end of the socket whose other end only the parent has. A thread could
    not do it: native code such as `re` keeps the interpreter's lock while it runs. Linux could signal this
    process itself (PR_SET_PDEATHSIG), but not those that the function started.
    """
    if os.fork() != 0:
        os.close(lifeline)
        return
    os.close(channel)
    while os.read(lifeline, 1):
        pass
    os.kill(0, signal.SIGKILL)


# What no scorer does, and code in an answer might: names of audit events, or their beginnings with a dot.
FORBIDDEN = (
    "ctypes.",
    "ftplib.",
    "http.client.",
    "os.",
    "pty.",
    "shutil.",
    "signal.",
    "smtplib.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "urllib.",
    "webbrowser.",
)
ALLOWED = {"os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.getxattr", "os.listxattr"}


class Forbidden(PermissionError):
    """
    Code in an answer tried what a scorer has no need of. As an OSError, so that an import that cannot write its
    bytecode goes on without.
    """


def confine():
    """
    From now on no file is written, and no process, socket or foreign code is used, by Python code at least.

    Some scorers hand the answer to SymPy, which evaluates it as Python. The kernel refuses to let any file grow
    (RLIMIT_FSIZE), and an audit hook, which cannot be taken back, refuses the rest. It stops what a policy
    would write by chance or for a reward; it is no sandbox against somebody who knows CPython from within.
    """
    import resource

    def refuse(event, arguments):
        if event == "open":
            mode, flags = arguments[1], arguments[2]
            writes = any(letter in (mode or "") for letter in "wax+") or flags & (os.O_WRONLY | os.O_RDWR)
            if writes and arguments[0] != os.devnull:
                raise Forbidden(f"open for writing: {arguments[0]!r}")
        elif event.startswith(FORBIDDEN) and event not in ALLOWED:
            raise Forbidden(event)

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(refuse)


def limit_memory(mebibytes):
    """
    Allocations beyond this raise MemoryError. It counts private writable memory (RLIMIT_DATA): the address
    space, which PyTorch and CUDA reserve in far larger pieces than they use, stays free. Only Linux does so.
    """
    if sys.platform != "linux":
        return
    import resource

    wanted = mebibytes << 20
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
