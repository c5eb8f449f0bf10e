"""Writes test/golden/objectives.safetensors: what TRL and verl make of random groups, by their own functions.

    python3 -m venv differential/.venv
    differential/.venv/bin/pip install -r differential/requirements.txt
    differential/.venv/bin/pip install --no-deps verl==0.9.1
    differential/.venv/bin/python -m differential.make_expected

1,000 groups (see random_groups.py) go through

- verl.trainer.ppo.core_algos: compute_grpo_outcome_advantage (with and without the standard deviation),
  compute_rloo_outcome_advantage, compute_reinforce_plus_plus_outcome_advantage,
  compute_reinforce_plus_plus_baseline_outcome_advantage, and agg_loss for the weights;
- TRL: GRPOTrainer._generate_and_score_completions (scale_rewards group, batch, none),
  RLOOTrainer._generate_and_score_completions, GRPOTrainer._compute_loss for the weights, and
  trl.rewards.get_soft_overlong_punishment.

32 sets of log-probabilities go through verl's policy losses (vanilla, gspo, cispo), kl_penalty and
compute_rollout_correction_weights, and through GRPOTrainer._compute_loss (dapo, dr_grpo, grpo, cispo). MaxRL, COPO and
the geometric correction are in neither package: formulas.py has them, written independently. DAPO, GSPO and CISPO
share GRPO's advantages.

Where the packages differ by design, the inputs keep clear of the difference:

- a group with one reward gets 0 here, and its raw reward from verl;
- a completion without a reward counts in no denominator here; TRL counts it, verl has none;
- seq-mean-token-sum-norm divides by a constant here and in TRL; verl needs `loss_scale_factor` for it;
- verl bounds log-ratios at 20 and k3 at 10, and CISPO's weight from below too;
- verl's masks take tokens of a rejected sequence out of the denominator; here they stay in it;
- TRL's RLOO loss clips the ratio of the whole completion (exp of the sum); there is none like it here.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from . import formulas, surrogates, trl_oracle, verl_oracle
from .random_groups import GROUPS_A_BATCH, MAX_TOKENS, Batch, random_batches

SEED = 20_251_115
OVERLONG_BUFFER = 16
TARGET = Path(__file__).parents[2] / "test" / "golden" / "objectives.safetensors"


def expected_of(batch: Batch) -> dict[str, np.ndarray]:
    """Everything there is to compare for one batch, each [N]."""
    return {
        **{f"verl.advantages.{name}": values for name, values in verl_oracle.advantages(batch).items()},
        **{f"trl.advantages.{name}": values for name, values in trl_oracle.advantages(batch).items()},
        **{f"verl.weights.{name}": values for name, values in verl_oracle.weights(batch).items()},
        **{f"trl.weights.{name}": values for name, values in trl_oracle.weights(batch).items()},
        "trl.overlong": trl_oracle.overlong_penalties(batch, OVERLONG_BUFFER),
        "formula.advantages.maxrl": formulas.maxrl(batch),
        **{f"formula.copo.{name}": values for name, values in formulas.copo(batch, False).items()},
        "formula.copo-consistency.global": formulas.copo(batch, True)["global"],
    }


def group_tensors() -> dict[str, np.ndarray]:
    """The random groups and what is expected of them, one array over all batches."""
    batches = random_batches(SEED)
    expected = [expected_of(batch) for batch in batches]
    joined = {name: np.concatenate([found[name] for found in expected]) for name in expected[0]}
    return {
        "group_sizes": np.concatenate([np.bincount(batch.group) for batch in batches]).astype(np.int32),
        "rewards": np.concatenate([batch.rewards for batch in batches]).astype(np.float32),
        "maxrl_rewards": np.concatenate([formulas.maxrl_rewards(batch) for batch in batches]).astype(
            np.float32
        ),
        "lengths": np.concatenate([batch.lengths for batch in batches]).astype(np.int32),
        "answers": np.concatenate([batch.answers for batch in batches]).astype(np.int32),
        **{name: values.astype(np.float32) for name, values in joined.items()},
    }


def surrogate_tensors() -> dict[str, np.ndarray]:
    """The random log-probabilities [cases, rows, width], each variant's losses [cases] and their gradients."""
    cases = surrogates.random_cases(SEED)
    found = {
        f"surrogate.{name}": torch.stack([getattr(case, name) for case in cases]).numpy()
        for name in cases[0]._fields
    }
    for index, variant in enumerate(surrogates.VARIANTS):
        losses, gradients = zip(*(surrogates.loss_and_gradient(variant, case) for case in cases), strict=True)
        found[f"surrogate.loss.{index}"] = np.array(losses)
        found[f"surrogate.gradient.{index}"] = np.stack(gradients)
    return {
        name: values.astype(np.int32 if name.endswith("lengths") else np.float32)
        for name, values in found.items()
    }


def main() -> None:
    about = {
        "packages": {name: version(name) for name in ("verl", "trl", "torch")},
        "groups_a_batch": GROUPS_A_BATCH,
        "max_tokens": MAX_TOKENS,
        "overlong_buffer": OVERLONG_BUFFER,
        "variants": [
            {"package": variant.package, "objective": variant.objective, "options": variant.options}
            for variant in surrogates.VARIANTS
        ],
    }
    # One entry: safetensors writes several in an order that differs from run to run.
    save_file({**group_tensors(), **surrogate_tensors()}, TARGET, {"about": json.dumps(about)})


if __name__ == "__main__":
    main()
