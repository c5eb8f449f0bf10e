"""Requests in, answers out, until the parent hangs up."""

import json
import os

from rlvr_bridge.errors import describe
from rlvr_bridge.fingerprint import fingerprint
from rlvr_bridge.guards import limit_memory
from rlvr_bridge.gym_scorer import SCORER_PACKAGES, load_scorer
from rlvr_bridge.reward_function import load_function

LOADERS = {"function": load_function, "reasoning-gym": load_scorer}


def serve(channel):
    """Answers requests one after the other: the first says what to load, all others what to judge with it."""
    os.set_inheritable(channel, False)
    judge = None
    for line in os.fdopen(os.dup(channel), "rb", buffering=1 << 20):
        request = json.loads(line)
        try:
            if judge is None:
                judge, needs = load(request["load"])
                answer = {"value": {"fingerprint": fingerprint_of(request["load"]["target"]), "needs": needs}}
            else:
                answer = {"value": judge(request["judge"])}
        except BaseException as error:
            answer = {"error": describe(error)}
        send(channel, {"id": request["id"], **answer})
    # Threads that the function left behind would hold up an orderly exit.
    os._exit(0)


def load(request):
    """A judge, which makes a list of results from what it is asked, and the fields that it needs of a problem."""
    limit_memory(request["memory_mb"])
    target = request["target"]
    return LOADERS[target["kind"]](target)


def fingerprint_of(target):
    """What the judgements of a target depend on."""
    if target["kind"] == "function":
        return fingerprint(os.path.dirname(os.path.realpath(target["path"])), [])
    return fingerprint(None, SCORER_PACKAGES)


def send(channel, message):
    """Writes a message as one line."""
    rest = memoryview(json.dumps(message, allow_nan=False).encode("ascii") + b"\n")
    while rest:
        rest = rest[os.write(channel, rest) :]
