"""How much memory the trainer has taken."""

import resource
import sys

import torch

_GIB = 2**30
# What the system counts the peak in, in bytes.
_UNIT = 1 if sys.platform == "darwin" else 1024


def peak_memory_gib(device: torch.device) -> float:
    """Most memory of this rank so far, in GiB: what PyTorch reserved on its GPU, or the process's own on a CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device) / _GIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / _GIB
