"""Runs the PyTorch trainer and ends it with SIGKILL at exact instants, each once.

`python torch_kill_hook.py PLAN -m rlvr_trainer EPOCH_DIRECTORY`; PLAN is a JSON list of [instant, version] with a file
PLAN.done beside it that counts those that happened. Instants, by the policy version that they are about:
`step` in the middle of training it (a loss is known, nothing is updated), `checkpoint` before its finished checkpoint
gets its name, `answer` right after its answer was written.
"""

import json
import os
import runpy
import signal
import sys
from pathlib import Path

plan_path, *arguments = sys.argv[1:]
epoch = Path(arguments[-1])
done_path = Path(plan_path + ".done")


def reached(instant: str, version: int) -> None:
    """Ends the process if that is what the plan says next."""
    plan = json.loads(Path(plan_path).read_text())
    done = int(done_path.read_text()) if done_path.exists() else 0
    if done < len(plan) and plan[done] == [instant, version]:
        done_path.write_text(str(done + 1))
        os.kill(os.getpid(), signal.SIGKILL)


def version_in_training() -> int:
    """The version that the newest request's batch will give."""
    requests = sorted(path for path in (epoch / "control").iterdir() if path.stem.isdigit())
    batch = epoch.parent / json.loads(requests[-1].read_text())["batch"]
    return json.loads((batch / "manifest.json").read_text())["policy_version"] + 1


def watch_renames() -> None:
    rename = os.rename

    def watched(source: os.PathLike[str], target: os.PathLike[str]) -> None:
        path = Path(target)
        if path.parent.name == "checkpoints":
            reached("checkpoint", int(path.name))
        rename(source, target)
        if path.name.endswith(".answer.json"):
            reached("answer", json.loads(path.read_text()).get("policy_version", -1))

    os.rename = watched


def watch_training() -> None:
    import torch

    backward = torch.Tensor.backward

    def watched(*args: object, **options: object) -> None:
        backward(*args, **options)
        reached("step", version_in_training())

    torch.Tensor.backward = watched


watch_renames()
watch_training()
sys.argv = arguments[1:]
runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
