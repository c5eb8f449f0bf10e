"""Requests in, answers out, until the parent hangs up."""

import json
import os
import sys
import traceback

from rlvr_bridge.fingerprint import fingerprint
from rlvr_bridge.guards import limit_memory
from rlvr_bridge.gym_scorer import SCORER_PACKAGES, load_scorer
from rlvr_bridge.refusal import Refusal
from rlvr_bridge.reward_function import load_function

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_ERROR = 8000
LOADERS = {"function": load_function, "reasoning-gym": load_scorer}


def serve(channel):
    """Answers requests one after the other: the first says what to load, all others what to judge with it."""
    os.set_inheritable(channel, False)
    judge = None
    for line in os.fdopen(os.dup(channel), "rb", buffering=1 << 20):
        request = json.loads(line)
        try:
            if judge is None:
                judge = load(request["load"])
                answer = {"value": fingerprint_of(request["load"]["target"])}
            else:
                answer = {"value": judge(request["judge"])}
        except BaseException as error:
            answer = {"error": describe(error)}
        send(channel, {"id": request["id"], **answer})
    # Threads that the function left behind would hold up an orderly exit.
    os._exit(0)


def load(request):
    """A judge, which makes a list of results from what it is asked."""
    limit_memory(request["memory_mb"])
    target = request["target"]
    return LOADERS[target["kind"]](target)


def fingerprint_of(target):
    """What the judgements of a target depend on."""
    if target["kind"] == "function":
        return fingerprint(os.path.dirname(os.path.realpath(target["path"])), [])
    return fingerprint(None, SCORER_PACKAGES)


def describe(error):
    """What went wrong, with the traceback through the function's own frames."""
    common = {"interpreter": sys.executable, "version": "{}.{}.{}".format(*sys.version_info)}
    if isinstance(error, Refusal):
        return {**common, "text": str(error)[-MAX_ERROR:], **error.details}
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        common["missing_module"] = error.name
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith((HERE, "<frozen importlib")):
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames)).strip()
    return {**common, "text": text[-MAX_ERROR:], "out_of_memory": isinstance(error, MemoryError)}


def send(channel, message):
    """Writes a message as one line."""
    rest = memoryview(json.dumps(message, allow_nan=False).encode("ascii") + b"\n")
    while rest:
        rest = rest[os.write(channel, rest) :]
