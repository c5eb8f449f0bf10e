"""The acceptance test of a base, fixed before any base was made.

A base has to stand at a real learning cliff: the easier arms within reach, `mul-rev` out of reach of
plain sampling, and hints that help with it the more the stronger they are. Everything is measured on
the development split, sampled at temperature 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr_train.config import ModelConfig
from rlvr_train.microcosm import ARMS, CLIFF, Problem, digits, hint_fields, prompt
from rlvr_train.model import Parameters
from rlvr_train.problem_sets import problem_set
from rlvr_train.sampling import exact_probabilities, sample
from rlvr_train.tokenizer import EOS_ID, encode

EASY_MIN_ACCURACY = 0.02
CLIFF_SAMPLES = 128
CLIFF_MIN_ZERO_SHARE = 0.9
CLIFF_MAX_EXACT = 1e-4
MIN_P4, MIN_S4 = 0.04, 0.3
MIN_ADD_REV_P4 = 0.7
SAMPLES = 16
SEED = 7


@dataclass(frozen=True)
class Figures:
    """What is measured of a base: pass rates unhinted by arm, hinted by hint name."""

    accuracy: dict[str, float]
    cliff_zero_share: float
    cliff_exact: float
    cliff_hinted: dict[str, float]
    add_rev_p4: float

    def tier_mean(self, letter: str) -> float:
        """Mean pass rate of `mul-rev` over the levels of a tier."""
        rates = [rate for name, rate in self.cliff_hinted.items() if name.startswith(letter)]
        return sum(rates) / len(rates)

    def failures(self) -> list[str]:
        """The conditions that do not hold; none for a base that is accepted."""
        knowledge, planning, solution = (self.tier_mean(letter) for letter in "KPS")
        conditions = {
            **{
                f"{arm} accuracy >= {EASY_MIN_ACCURACY}": rate >= EASY_MIN_ACCURACY
                for arm, rate in self.accuracy.items()
                if arm != CLIFF
            },
            f"mul-rev 0/{CLIFF_SAMPLES} on >= {CLIFF_MIN_ZERO_SHARE:.0%} of problems": (
                self.cliff_zero_share >= CLIFF_MIN_ZERO_SHARE
            ),
            f"mul-rev exact pass probability < {CLIFF_MAX_EXACT}": (self.cliff_exact < CLIFF_MAX_EXACT),
            "mul-rev hinted K < P < S": knowledge < planning < solution,
            f"mul-rev hinted P4 >= {MIN_P4}": self.cliff_hinted["P4"] >= MIN_P4,
            f"mul-rev hinted S4 >= {MIN_S4}": self.cliff_hinted["S4"] >= MIN_S4,
            f"add-rev hinted P4 >= {MIN_ADD_REV_P4}": self.add_rev_p4 >= MIN_ADD_REV_P4,
        }
        return [name for name, holds in conditions.items() if not holds]


def measure(config: ModelConfig, params: Parameters) -> Figures:
    """Measure a base; the same weights give the same figures."""
    generator = torch.Generator().manual_seed(SEED)
    problems = problem_set("development")

    def pass_rates(arm: str, samples: int, hint: str = "") -> Tensor:
        chosen = problems[arm]
        prompts, answers = encode_problems(chosen, hint)
        tokens, _ = sample(config, params, prompts.repeat_interleave(samples, 0), generator)
        passed = (tokens == answers.repeat_interleave(samples, 0)).all(1)
        return passed.view(len(chosen), samples).float().mean(1)

    cliff = pass_rates(CLIFF, CLIFF_SAMPLES)
    return Figures(
        accuracy={arm: float((cliff if arm == CLIFF else pass_rates(arm, SAMPLES)).mean()) for arm in ARMS},
        cliff_zero_share=float((cliff == 0).float().mean()),
        cliff_exact=float(exact_probabilities(config, params, *encode_problems(problems[CLIFF], "")).mean()),
        cliff_hinted={
            hint: float(pass_rates(CLIFF, SAMPLES, hint).mean()) for hint in hint_fields(problems[CLIFF][0])
        },
        add_rev_p4=float(pass_rates("add-rev", SAMPLES, "P4").mean()),
    )


def encode_problems(problems: list[Problem], hint: str) -> tuple[Tensor, Tensor]:
    """Prompts [N, 15] and right responses [N, 6] as token ids; `hint` is a name such as P4, or empty."""
    texts = [prompt(p, hint_fields(p)[hint]) if hint else prompt(p) for p in problems]
    prompts = torch.tensor([encode(text) for text in texts])
    answers = torch.tensor([[*encode(digits(p.results)), EOS_ID] for p in problems])
    return prompts, answers
