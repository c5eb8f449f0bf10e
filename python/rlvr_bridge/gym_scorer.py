"""The scorers of reasoning-gym's datasets."""

from rlvr_bridge.guards import confine
from rlvr_bridge.refusal import Refusal
from rlvr_bridge.scores import result_of

# Their scorers compare grids made of tuples, of which JSON makes lists. Found by trying all datasets of
# reasoning-gym 0.1.25: with lists, the reference answers of these two get 0.05.
OF_TUPLES = {"arc_agi", "rearc"}

SCORER_PACKAGES = ["reasoning-gym", "sympy"]


def load_scorer(target):
    """A judge by the scorer of a dataset, and the field of a problem that it needs."""
    import reasoning_gym
    from reasoning_gym.factory import DATASETS

    name = target["name"]
    if name not in DATASETS:
        raise Refusal(f"reasoning-gym has no dataset {name}", names=sorted(DATASETS))
    score = reasoning_gym.get_score_answer_fn(name)
    confine()
    restored = as_tuples if name in OF_TUPLES else same

    def judge(params):
        entries = [{**entry, "metadata": restored(entry["metadata"])} for entry in params["entries"]]
        return [judge_one(score, answer, entry) for answer, entry in zip(params["answers"], entries)]

    return judge, ["metadata"]


def judge_one(score, answer, entry):
    """
    The score of one answer, 0 with the reason for one that the scorer cannot read: where it fails at this
    answer, but not at the reference answer.
    """
    try:
        returned = score(answer=answer, entry=entry)
    except Exception as error:
        score(answer=entry["answer"], entry=entry)
        return {"score": 0.0, "unreadable": f"{type(error).__name__}: {error}"[:1000]}
    return result_of(returned)


def as_tuples(value):
    """A value with every list in it made a tuple."""
    if isinstance(value, list):
        return tuple(as_tuples(each) for each in value)
    if isinstance(value, dict):
        return {key: as_tuples(each) for key, each in value.items()}
    return value


def same(value):
    """The value as it is."""
    return value
