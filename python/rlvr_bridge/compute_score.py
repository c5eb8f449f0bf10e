"""Reward functions as verl calls them (verl.workers.reward_manager.naive), one response at a time."""

import json
from collections.abc import Mapping

from rlvr_bridge.awaiting import settled
from rlvr_bridge.errors import describe
from rlvr_bridge.scores import described, result_of

# Characters of what is said beside the scores, of all responses of a call: the whole answer has a limit.
MAX_TEXT = 400_000

# Arguments that every problem has.
VERL_PARAMETERS = set(
    "data_source solution_str ground_truth extra_info problem answer arm truncated".split()
)

# Fields of a problem that verl's data sets have as columns of their own, or that are no part of its extra_info.
COLUMNS = set("problem answer arm data_source reward_model prompt prompts completions truncated".split())


def is_compute_score(signature):
    """Whether a function has the parameters of verl's compute_score, and not TRL's."""
    return "solution_str" in signature.named and "completions" not in signature.named


def score_each(function, signature, columns):
    """The result of each response; what the function raises for one is that response's error alone."""
    count = len(columns["completions"])
    fields = [{name: values[index] for name, values in columns.items()} for index in range(count)]
    # What the function lacks, it lacks for every response: that is no error of one.
    arguments = [signature.arguments(arguments_of(each)) for each in fields]
    returned = settled([outcome_of(function, each) for each in arguments])
    return [judgement_of(each, MAX_TEXT // count) for each in returned]


def outcome_of(function, arguments):
    """What the function returned, or the exception that it raised."""
    try:
        return function(**arguments)
    except Exception as error:
        return error


def judgement_of(returned, room):
    """The result of one response, with the rest of what the function returns as details, if there is room."""
    if isinstance(returned, MemoryError):
        raise returned
    if isinstance(returned, Exception):
        return {"error": describe(returned)["text"][-room:]}
    if not isinstance(returned, Mapping):
        return result_of(returned)
    if "score" not in returned:
        return {"error": f"the function returned {described(returned)} without a score"}
    result = result_of(returned["score"])
    details = {str(name): value for name, value in returned.items() if name != "score"}
    if result is None or "error" in result or not details:
        return result
    return {**result, "details": as_json(details, room)}


def as_json(details, room):
    """The details that a function returns beside the score, as JSON; what JSON lacks, such as NaN, becomes text."""
    try:
        text = json.dumps(details, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        return {"omitted": str(error)[:200]}
    return json.loads(text, parse_constant=str) if len(text) <= room else {"omitted": f"{len(text)} characters"}


def arguments_of(fields):
    """The fields of a problem under verl's names, and all of them by their own."""
    reward_model = fields.get("reward_model")
    gold = reward_model.get("ground_truth") if isinstance(reward_model, Mapping) else None
    extra_info = fields.get("extra_info")
    if extra_info is None:
        extra_info = {name: value for name, value in fields.items() if name not in COLUMNS}
    completion = fields["completions"]
    return {
        **{name: value for name, value in fields.items() if name not in ("prompts", "completions")},
        "data_source": fields.get("data_source") or fields.get("arm") or "",
        "solution_str": completion if isinstance(completion, str) else completion[-1]["content"],
        "ground_truth": fields.get("answer") if gold is None else gold,
        "extra_info": extra_info,
    }
