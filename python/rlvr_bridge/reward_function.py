"""
Reward functions as TRL's GRPOTrainer calls them: with the keywords `prompts`, `completions` and a list for
each field of the problem, for as many scores, of which None says nothing.
"""

import functools
import importlib.util
import inspect
import os
import sys
from importlib.machinery import SourceFileLoader

from rlvr_bridge.refusal import Refusal
from rlvr_bridge.scores import scores_of


def load_function(target):
    """A judge by the function of a file, which runs once, its folder on the path as for `python FILE`."""
    path, name = target["path"], target["name"]
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    sys.argv[:] = [path]
    module = load_module(path)
    function = getattr(module, name, None)
    if not callable(function):
        raise Refusal(f"{path} has no function {name}", names=functions_of(module))
    parameters = parameters_of(function)

    def judge(columns):
        result = function(**arguments_of(parameters, columns, name))
        if inspect.isawaitable(result):
            result = event_loop().run_until_complete(settled(result))
        return scores_of(result, len(columns["completions"]))

    return judge


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


def parameters_of(function):
    """The parameters of a function, or None for one in native code that does not tell."""
    try:
        return inspect.signature(function).parameters
    except ValueError:
        return None


def arguments_of(parameters, columns, name):
    """The columns that a function takes: all of them with **kwargs, else those that it names."""
    if parameters is None:
        return columns
    wanted = [
        each for each in parameters.values() if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    ]
    missing = [each.name for each in wanted if each.default is each.empty and each.name not in columns]
    if missing:
        raise Refusal(
            f"{name}() asks for {', '.join(missing)}, and there is no such field;"
            f" there are: {', '.join(sorted(columns))}"
        )
    if any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        return columns
    return {each.name: columns[each.name] for each in wanted if each.name in columns}


@functools.cache
def event_loop():
    """One loop for all calls, for what a function keeps from one to the next, such as an HTTP session."""
    import asyncio

    return asyncio.new_event_loop()


async def settled(awaitable):
    """The result of anything that can be awaited."""
    return await awaitable
