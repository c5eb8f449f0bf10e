"""Intervals and tests by scipy, of the cases on standard input: a list of {"kind", ...}. Writes a list of results."""

import json
import sys

import numpy
from scipy import stats


def bca(strata, seed):
    """The BCa interval of the mean of all values, each stratum resampled by itself."""
    total = sum(len(values) for values in strata)
    weights = [len(values) / total for values in strata]

    def statistic(*samples, axis=-1):
        return sum(weight * numpy.mean(sample, axis=axis) for weight, sample in zip(weights, samples))

    interval = stats.bootstrap(
        strata,
        statistic,
        n_resamples=100_000,
        vectorized=True,
        method="BCa",
        rng=numpy.random.default_rng(seed),
        batch=1000,
    ).confidence_interval
    return [interval.low, interval.high]


def sign_flip(differences, exact, seed):
    """The p-value of the paired permutation test of a mean difference."""
    return stats.permutation_test(
        (differences, [0.0] * len(differences)),
        lambda x, y, axis=-1: numpy.mean(x, axis=axis) - numpy.mean(y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=numpy.inf if exact else 200_000,
        batch=1000,
        rng=numpy.random.default_rng(seed),
    ).pvalue


RESULTS = {
    "bca": lambda case: bca(case["strata"], case["seed"]),
    "sign-flip": lambda case: sign_flip(case["differences"], case["exact"], case["seed"]),
    "mcnemar": lambda case: stats.binomtest(case["better"], case["better"] + case["worse"]).pvalue,
    "wilson": lambda case: list(
        stats.binomtest(case["passed"], case["problems"]).proportion_ci(method="wilson")
    ),
}

json.dump([RESULTS[case["kind"]](case) for case in json.load(sys.stdin)], sys.stdout)
