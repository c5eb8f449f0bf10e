"""The policy of a launch.json."""

from __future__ import annotations

from pathlib import Path

import torch

from rlvr_trainer.errors import TrainerError
from rlvr_trainer.hugging_face import load_hugging_face
from rlvr_trainer.policy import Policy
from rlvr_trainer.protocol import Launch, TorchSettings
from rlvr_trainer.ranks import choose_device
from rlvr_trainer.tiny_policy import is_tiny, load_tiny_policy


def torch_settings(launch: Launch) -> TorchSettings:
    """Raises TrainerError `protocol_violation` when there are none."""
    if launch.torch is None:
        raise TrainerError(
            "protocol_violation",
            "launch.json has no settings for the PyTorch trainer",
            "Set trainer.torch in the recipe, or start the embedded trainer.",
        )
    return launch.torch


def policy_device(launch: Launch) -> torch.device:
    """Where the policy of a launch is trained: the tiny policy always on the CPU."""
    tiny = is_tiny(Path(launch.policy_directory)) and torch_settings(launch).device == "auto"
    return torch.device("cpu") if tiny else choose_device(torch_settings(launch).device)


def load_policy(launch: Launch, device: torch.device, *, frozen: bool = False) -> Policy:
    """Version 0. `frozen`: all of its weights as they are, never to be trained.

    Raises TrainerError `missing_file`, `bad_checkpoint`, or `trainer_failed` for what it cannot be trained
    with.
    """
    settings, directory = torch_settings(launch), Path(launch.policy_directory)
    torch.manual_seed(settings.seed)
    if is_tiny(directory):
        policy = load_tiny_policy(launch, settings)
    else:
        policy = load_hugging_face(launch, settings, device, frozen)
    return policy.requires_grad_(False) if frozen else policy
