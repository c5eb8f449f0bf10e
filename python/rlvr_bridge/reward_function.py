"""
Reward functions of a file, in either of two forms, told apart by the names of their parameters:

- as TRL's GRPOTrainer calls them: once a group, with the keywords `prompts`, `completions` and a list for each
  field of the problem, for as many scores, of which None says nothing;
- as verl calls its `compute_score(data_source, solution_str, ground_truth, extra_info)`: once a response.
"""

import functools
import importlib.util
import inspect
import os
import sys
from importlib.machinery import SourceFileLoader

from rlvr_bridge.awaiting import settled
from rlvr_bridge.compute_score import VERL_PARAMETERS, is_compute_score, score_each
from rlvr_bridge.refusal import Refusal
from rlvr_bridge.scores import scores_of
from rlvr_bridge.signature import Signature

# Columns that every problem has.
TRL_PARAMETERS = {"prompts", "completions", "problem", "answer", "arm", "truncated"}


def load_function(target):
    """A judge by the function of a file, which runs once, its folder on the path as for `python FILE`."""
    path, name = target["path"], target["name"]
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    sys.argv[:] = [path]
    module = load_module(path)
    function = getattr(module, name, None)
    if not callable(function):
        raise Refusal(f"{path} has no function {name}", names=functions_of(module))
    signature = Signature(function, name)
    if is_compute_score(signature):
        return functools.partial(score_each, function, signature), signature.needs(VERL_PARAMETERS)

    def judge(columns):
        (result,) = settled([function(**signature.arguments(columns))])
        if isinstance(result, Exception):
            raise result
        return scores_of(result, len(columns["completions"]))

    return judge, signature.needs(TRL_PARAMETERS)


def load_module(path):
    """Runs a file as a module, so that what stands under `if __name__ == "__main__"` in it does not run."""
    stem = os.path.splitext(os.path.basename(path))[0]
    # A name that is taken, such as json, stays with whom it belongs to.
    name = f"rlvr_{stem}" if stem in sys.modules else stem
    spec = importlib.util.spec_from_file_location(name, path, loader=SourceFileLoader(name, path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def functions_of(module):
    """Names of what a module offers to call, for a message."""
    return sorted(name for name, value in vars(module).items() if inspect.isroutine(value) and name[0] != "_")
