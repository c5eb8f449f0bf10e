"""The processes that train one policy together: one, or those that torchrun started."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor

from rlvr_trainer.policy import Policy

Value = TypeVar("Value")

WAIT = timedelta(days=365)
"""Ranks wait for the next request as long as the orchestrator samples."""

STORE = "RLVR_RANKS_STORE"
"""Environment variable that names the file by which ranks of one machine find each other."""
MEETING = timedelta(minutes=30)
"""How long a rank waits for the others to start."""


class Ranks:
    """This process among them; rank 0 speaks with the orchestrator."""

    def __init__(self, device: torch.device) -> None:
        self.rank = int(os.environ.get("RANK", "0"))
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.device = device
        self.is_first = self.rank == 0
        if self.size == 1:
            return
        if device.type == "cuda":
            torch.cuda.set_device(device)
        store = meeting_place(self.size)
        backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(
            backend, store=dist.PrefixStore("training", store), rank=self.rank, world_size=self.size
        )
        self.control = dist.new_group(backend="gloo", timeout=WAIT)
        self.mesh = init_device_mesh(device.type, (self.size,))
        self.progress = dist.PrefixStore("progress", store)
        self.report(0.0)
        self.barrier()

    def shard(self, policy: Policy) -> Policy:
        """Gives each rank its part of the weights (FSDP2); gradients are sums over ranks, not means."""
        policy.to(self.device)
        if self.size == 1:
            return policy
        precision = MixedPrecisionPolicy()
        if policy.compute_dtype != torch.float32:
            precision = MixedPrecisionPolicy(param_dtype=policy.compute_dtype, reduce_dtype=torch.float32)
        for module in (*policy.blocks, policy):
            # Also the outermost: what it would keep of a forward pass alone is out of date after the next
            # step.
            fully_shard(module, mesh=self.mesh, mp_policy=precision, reshard_after_forward=True)
            module.set_force_sum_reduction_for_comms(True)
            module.set_gradient_divide_factor(1.0)
        return policy

    def broadcast(self, value: Value | None) -> Value:
        """Rank 0's value, on every rank; waits for it however long that takes."""
        if self.size == 1:
            return value
        values = [value]
        dist.broadcast_object_list(values, src=0, group=self.control)
        return values[0]

    def gather(self, value: Value) -> list[Value]:
        """Every rank's value, on every rank."""
        if self.size == 1:
            return [value]
        values: list[Any] = [None] * self.size
        dist.all_gather_object(values, value, group=self.control)
        return values

    def barrier(self) -> None:
        """Waits for all."""
        self.gather(None)

    def sum(self, values: Tensor) -> Tensor:
        """Sum over ranks."""
        if self.size > 1:
            dist.all_reduce(values, dist.ReduceOp.SUM)
        return values

    def maximum(self, values: Tensor) -> Tensor:
        """Maximum over ranks."""
        if self.size > 1:
            dist.all_reduce(values, dist.ReduceOp.MAX)
        return values

    def report(self, share: float) -> dict[str, float]:
        """Says how much of its work this rank has done; rank 0 learns what all have said."""
        if self.size == 1:
            return {"0": share}
        self.progress.set(str(self.rank), repr(share))
        if not self.is_first:
            return {}
        known = (str(rank) for rank in range(self.size))
        return {
            rank: float(self.progress.get(rank)) if self.progress.check([rank]) else 0.0 for rank in known
        }


def meeting_place(size: int) -> dist.Store:
    """Where ranks leave their addresses for each other.

    A file in the job's own folder, since what they then send is unpickled: every user of the machine
    reaches the port of a store on the network. Ranks that somebody starts with torchrun meet where that
    says.
    """
    path = os.environ.get(STORE)
    if path is None:
        store, _, _ = next(dist.rendezvous("env://"))
        return store
    store = dist.FileStore(path, size)
    store.set_timeout(MEETING)
    return store


def whole(value: Tensor) -> Tensor:
    """All of a parameter, of which this rank may hold a part; all ranks call it."""
    value = value.detach()
    return value.full_tensor() if isinstance(value, DTensor) else value


def local(value: Tensor) -> Tensor:
    """This rank's part of a parameter."""
    value = value.detach()
    return value.to_local() if isinstance(value, DTensor) else value


def choose_device(wanted: str) -> torch.device:
    """`auto` is a GPU where there is one; of several, that of this process's local rank."""
    cuda = torch.cuda.is_available() if wanted == "auto" else wanted == "cuda"
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else torch.device("cpu")
