"""Which sequences go through the model together."""

from __future__ import annotations

from dataclasses import dataclass

from rlvr_trainer.batch import Batch


@dataclass(frozen=True)
class Microbatch:
    """Sequences of a batch, longest first, each with how many of its tokens count."""

    sequences: tuple[int, ...]
    lengths: tuple[int, ...]


def plan_microbatches(batch: Batch, opt_step: int, max_tokens: int) -> list[Microbatch]:
    """Microbatches of one optimiser step: sequences by falling length, as many as fit, never split.

    What comes after a sequence's last weighted token cannot change the gradient and is left out; so are
    sequences without any. Depends on nothing but the batch. A longer sequence is a microbatch of its own.
    """
    steps, weighted, offsets = batch.tensors["opt_step"].tolist(), batch.weighted, batch.offsets
    rows = []
    for index in range(batch.sequences):
        places = weighted[offsets[index] : offsets[index + 1]].nonzero()
        if steps[index] == opt_step and len(places) > 0:
            rows.append((int(places[-1]) + 1, index))
    plan: list[list[tuple[int, int]]] = []
    total = 0
    for length, index in sorted(rows, key=lambda row: (-row[0], row[1])):
        if plan and total + length <= max_tokens:
            plan[-1].append((length, index))
            total += length
        else:
            plan.append([(length, index)])
            total = length
    return [Microbatch(tuple(i for _, i in rows), tuple(n for n, _ in rows)) for rows in plan]


def share_of_rank(plan: list[Microbatch], rank: int, ranks: int) -> list[Microbatch | None]:
    """A rank's microbatches. All ranks get as many, since they work in step: None is work without weight."""
    own = plan[rank::ranks]
    return [*own, *[None] * (-(-len(plan) // ranks) - len(own))]
