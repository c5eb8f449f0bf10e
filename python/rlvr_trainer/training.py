"""All optimiser steps of a batch."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from rlvr_train.loss import METRICS
from rlvr_train.surrogate import k3
from rlvr_trainer.batch import Batch
from rlvr_trainer.batch_plan import Microbatch, plan_microbatches, share_of_rank
from rlvr_trainer.errors import SpoiltError, TrainerError
from rlvr_trainer.objective import loss_settings, packed_loss
from rlvr_trainer.optimizer import Optimizer
from rlvr_trainer.packing import PackedMicrobatch, empty_microbatch, pack_microbatch
from rlvr_trainer.policy import Policy
from rlvr_trainer.ranks import Ranks, local
from rlvr_trainer.token_stats import Scored, TokenStats

Sums = dict[str, float]
Plan = list[Microbatch | None]
Scores = list[list[Scored]]
"""By optimiser step and microbatch of this rank."""


class BatchTraining:
    """One batch on one rank. `report` is told the share that is done, and called after every microbatch.

    `token_stats` are those under the weights that the batch begins with: of all sequences where old
    log-probabilities are recomputed, else of the first optimiser step, unless the policy `drops_out` there.
    """

    def __init__(
        self,
        policy: Policy,
        optimizer: Optimizer,
        ranks: Ranks,
        batch: Batch,
        microbatch_tokens: int,
        report: Callable[[float], None],
        drops_out: bool = False,
    ) -> None:
        self.policy = policy
        self.optimizer = optimizer
        self.ranks = ranks
        self.batch = batch
        self.report = report
        self.drops_out = drops_out
        self.token_stats = TokenStats(batch)
        self.has_stepped = False
        steps = range(len(batch.manifest.learning_rates))
        whole = [plan_microbatches(batch, step, microbatch_tokens) for step in steps]
        self.plans = [share_of_rank(plan, ranks.rank, ranks.size) for plan in whole]

    def pack(self, microbatch: Microbatch | None) -> PackedMicrobatch:
        """On this rank's device."""
        if microbatch is None:
            return empty_microbatch(self.ranks.device)
        return pack_microbatch(self.batch, microbatch, self.ranks.device)

    @torch.no_grad()
    def score(self, policy: Policy) -> Scores:
        """What a policy says of the weighted tokens, at each sequence's temperature."""
        policy.eval()
        scores: Scores = []
        for plan in self.plans:
            scores.append([])
            for microbatch in plan:
                scores[-1].append(policy(self.pack(microbatch)))
                self.report(0.0)
        return scores

    def train(
        self,
        reference: Callable[[], tuple[Policy, object]],
        probe: Callable[[], list[float] | None] = lambda: None,
    ) -> dict[str, float]:
        """Takes the batch's optimiser steps; gives its metrics.

        `reference` is asked for the policy of version 0, and the context to use it in, when it is needed;
        `probe` for log-probabilities under the new weights. A failure leaves weights and optimiser as they
        were: TrainerError `training_diverged` when a loss, a gradient, a metric, a weight, a moment or a
        probe is not finite. Only where a batch of a single step fails after that began, there is nothing
        to go back to: SpoiltError.
        """
        objective, rates = self.batch.manifest.objective, self.batch.manifest.learning_rates
        old = self.score(self.policy) if objective.old == "recompute" else None
        for plan, scored in zip(self.plans, old or [], strict=False):
            for microbatch, values in zip(plan, scored, strict=True):
                self.token_stats.add(microbatch, values)
        references = None
        if objective.kl.coefficient > 0 and "ref_logprobs" not in self.batch.tensors:
            policy, context = reference()
            with context:
                references = self.score(policy)
        working = [index for index, plan in enumerate(self.plans) if plan]
        # A single step is refused before it is taken; several may have to be taken back.
        snapshot = self.optimizer.snapshot() if len(working) > 1 else None
        taken: list[Sums] = []
        try:
            for index in working:
                taken.append(self._step(index, old, references, rates[index]))
            self._refuse_not_finite_state(probe())
        except BaseException as error:
            self.optimizer.forget_gradients()
            if snapshot is not None:
                self.optimizer.restore(snapshot)
            elif self.has_stepped:
                raise spoilt(error) from error
            raise
        return {
            **means(taken),
            **self._reference_kl(old, references),
            **mismatch(taken if objective.old == "recompute" else before_the_batch(taken)),
            "sequences": self.batch.sequences,
            "optimizer_steps": len(taken),
            "learning_rate": rates[-1],
        }

    def _reference_kl(self, old: Scores | None, references: Scores | None) -> dict[str, float]:
        """How far the policy is from the reference before the batch trains it, in nats a token: the k3
        estimate of KL(policy || reference) at the weighted tokens. Without `old`, the policy's
        log-probabilities are the sampler's. Empty without a KL term or a weighted token, and where the
        estimate overflows."""
        if self.batch.manifest.objective.kl.coefficient == 0:
            return {}
        totals = torch.zeros(2, dtype=torch.float64)
        for index, plan in enumerate(self.plans):
            for place, microbatch in enumerate(plan):
                if microbatch is None:
                    continue
                values = self.pack(microbatch).values
                policy = values["sampling_logprobs"] if old is None else old[index][place][0]
                reference = values["ref_logprobs"] if references is None else references[index][place][0]
                totals[0] += k3(policy.double(), reference.double()).sum().cpu()
                totals[1] += policy.numel()
        total, tokens = self.ranks.sum(totals).tolist()
        return {"kl_to_reference": total / tokens} if tokens > 0 and math.isfinite(total) else {}

    def _step(self, index: int, old: Scores | None, references: Scores | None, rate: float) -> Sums:
        optimizer = self.batch.manifest.optimizer
        sums = self.gradient(index, old, references)
        sums["gradient_norm"] = self.optimizer.clip(optimizer.max_norm)
        refuse_not_finite(sums, index)
        self.has_stepped = True
        try:
            self.optimizer.step(optimizer, rate)
        except RuntimeError as error:
            # PyTorch refuses a step whose size float32 does not hold, when it has begun with it.
            if "overflow" not in str(error):
                raise
            raise diverged(f"optimiser step {index} of the batch", str(error)) from error
        return sums

    def _refuse_not_finite_state(self, probe: list[float] | None) -> None:
        """On all ranks alike, whichever holds the part that is not finite."""
        names = ["logits under the new weights", *self.optimizer.state()]
        finite = [
            probe is None or all(math.isfinite(value) for value in probe),
            *(
                all(bool(local(value).isfinite().all()) for value in part.values())
                for part in self.optimizer.state().values()
            ),
        ]
        wrong = self.ranks.maximum(torch.tensor([float(not good) for good in finite])).tolist()
        if any(wrong):
            found = [name.replace("_", " ") for name, is_wrong in zip(names, wrong, strict=True) if is_wrong]
            raise diverged("the end of the batch", f"{', '.join(found)} not finite")

    def gradient(self, index: int, old: Scores | None, references: Scores | None) -> Sums:
        """Leaves the gradient of an optimiser step at the parameters, the plain sum over all its microbatches
        on all ranks, and gives the loss's metrics. Without `old`, it is the sampler's; without `references`,
        the batch's."""
        objective = self.batch.manifest.objective
        settings = loss_settings(objective, self.ranks.device)
        self.policy.train()
        totals = torch.zeros(len(METRICS), dtype=torch.float64)
        total = sum(len(plan) for plan in self.plans)
        done = sum(len(plan) for plan in self.plans[:index])
        for place, microbatch in enumerate(self.plans[index]):
            packed = self.pack(microbatch)
            logprobs, entropy = self.policy(packed, objective.entropy_coefficient > 0)
            if index == 0 and old is None and not self.drops_out:
                self.token_stats.add(microbatch, (logprobs, entropy))
            loss, metrics = packed_loss(
                logprobs,
                entropy,
                packed,
                None if old is None else old[index][place][0],
                packed.values.get("ref_logprobs") if references is None else references[index][place][0],
                settings,
            )
            loss.backward()
            totals = add_metrics(totals, metrics.double().cpu())
            self.report((done + place + 1) / total)
        return self._over_ranks(totals)

    def _over_ranks(self, totals: Tensor) -> Sums:
        sums = self.ranks.sum(totals.clone())
        sums[-1] = self.ranks.maximum(totals[-1:].clone())[0]
        return dict(zip(METRICS, sums.tolist(), strict=True))


def add_metrics(totals: Tensor, metrics: Tensor) -> Tensor:
    """Sums, and the maximum of the last, `ratio_max`."""
    return torch.cat([totals[:-1] + metrics[:-1], torch.maximum(totals[-1:], metrics[-1:])])


def means(steps: list[Sums]) -> dict[str, float]:
    """From sums to what is reported: means over weighted tokens, but `loss` and `surrogate`, whose weights
    are normalised already, and `gradient_norm` are means over optimiser steps."""

    def total(name: str) -> float:
        return sum(step[name] for step in steps)

    def per_token(name: str) -> float:
        return total(name) / max(1.0, total("tokens"))

    count = max(1, len(steps))
    return {
        "loss": total("loss") / count,
        "surrogate": total("surrogate") / count,
        "gradient_norm": total("gradient_norm") / count,
        "entropy": per_token("entropy"),
        "kl_to_sampler": per_token("kl_sampler"),
        "clip_fraction": per_token("clipped"),
        "ratio_mean": per_token("ratio"),
        "ratio_max": max((step["ratio_max"] for step in steps), default=0.0),
        "mean_abs_log_ratio": per_token("abs_log_ratio"),
        "tokens": total("tokens"),
    }


def mismatch(steps: list[Sums]) -> dict[str, float]:
    """How far the trainer's log-probabilities under the weights before the batch are from the sampler's: the
    k3 estimate of KL(sampler || trainer), and the mean of |log w|, w = exp(trainer - sampler)."""
    tokens = max(1.0, sum(step["tokens"] for step in steps))
    return {
        "mismatch_kl": sum(step["mismatch_kl"] for step in steps) / tokens,
        "mean_abs_log_w": sum(step["abs_log_w"] for step in steps) / tokens,
    }


def before_the_batch(steps: list[Sums]) -> list[Sums]:
    """Without recomputed log-probabilities, those of the first optimiser step are the ones from before the
    batch."""
    return [
        {"tokens": step["tokens"], "mismatch_kl": step["kl_sampler"], "abs_log_w": step["abs_log_ratio"]}
        for step in steps[:1]
    ]


def refuse_not_finite(sums: Sums, index: int) -> None:
    """Raises TrainerError `training_diverged` that names what is not finite."""
    wrong = [f"{name} is {value}" for name, value in sums.items() if not math.isfinite(value)]
    if wrong:
        raise diverged(f"optimiser step {index} of the batch", ", ".join(wrong))


def spoilt(error: BaseException) -> SpoiltError:
    """An error in the middle of a batch without a snapshot."""
    if isinstance(error, TrainerError):
        return SpoiltError(error.code, str(error), "Lower the learning rate.")
    return SpoiltError("trainer_failed", f"{type(error).__name__}: {error}", "See the trainer's log.")


def diverged(where: str, what: str) -> TrainerError:
    """A batch that no version is made of."""
    return TrainerError(
        "training_diverged",
        f"training diverged at {where}: {what}",
        "The weights are as before the batch. Lower the learning rate.",
    )
