"""What functions return, as results that JSON holds: {"score"}, {"error"} where that is no score, or null."""

import itertools
import math
from collections.abc import Iterable, Mapping, Set

from rlvr_bridge.refusal import Refusal


def scores_of(returned, count):
    """
    Results from the list, or any other sequence, that a function returned for so many responses. Of a list of another
    length it is not known which score is whose, so it says nothing of any response.
    """
    if isinstance(returned, (str, bytes, Mapping, Set)) or not isinstance(returned, Iterable):
        raise Refusal(f"the function returned {described(returned)}, not a list of scores", of_group=True)
    # One more than expected shows that there are too many, also of a generator that never ends.
    values = list(itertools.islice(returned, count + 1))
    if len(values) != count:
        number = "more" if len(values) > count else len(values)
        raise Refusal(f"the function returned {number} scores for {count} responses", of_group=True)
    return [result_of(value) for value in values]


def result_of(value):
    """One result: null where there is none, an error for what is no finite number, else the score as a float."""
    if value is None:
        return None
    try:
        # float() would read a string too, where a number was surely meant.
        score = math.nan if isinstance(value, (str, bytes, bytearray)) else float(value)
    except (TypeError, ValueError, OverflowError):
        score = math.nan
    if not math.isfinite(score):
        return {"error": f"a score is {described(value)}, not a finite number"}
    return {"score": score}


def described(value):
    """A value for a message: short, whatever it is."""
    if isinstance(value, str):
        return repr(value[:50])
    if value is None or isinstance(value, float):
        return repr(value)
    return f"a value of type {type(value).__name__}"
