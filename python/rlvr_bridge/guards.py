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
