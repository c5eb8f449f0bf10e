"""rlvr's own character transformer as a policy: what the embedded trainer trains, trained by PyTorch."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from rlvr_train.config import MODEL_TYPE, ModelConfig
from rlvr_train.model import sequence_hidden
from rlvr_train.weights import load_weights, save_weights
from rlvr_trainer.errors import TrainerError
from rlvr_trainer.packing import Packing
from rlvr_trainer.policy import Gather, Policy
from rlvr_trainer.protocol import Launch, TorchSettings

MODEL_FILE = "model.safetensors"


def is_tiny(directory: Path) -> bool:
    """Whether a policy directory holds such a transformer; raises TrainerError `missing_file` when it holds
    none."""
    try:
        config = json.loads((directory / "config.json").read_text())
    except (FileNotFoundError, ValueError) as error:
        raise TrainerError(
            "missing_file", f"{directory} is no policy: {error}", "Check the policy directory of the recipe."
        ) from error
    return config.get("model_type") == MODEL_TYPE


class TinyPolicy(Policy):
    """Parameters by the names of model.safetensors, float32 on the CPU."""

    export_format = "weights"
    compute_dtype = torch.float32

    def __init__(self, config: ModelConfig, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.config = config
        self.vocabulary_size = config.vocab_size
        self.max_length = config.max_position_embeddings
        for name, value in weights.items():
            *path, leaf = name.split(".")
            module: nn.Module = self
            for part in path:
                if not hasattr(module, part):
                    module.add_module(part, nn.Module())
                module = getattr(module, part)
            module.register_parameter(leaf, nn.Parameter(value.clone()))

    @property
    def blocks(self) -> list[nn.Module]:
        """None: it is small."""
        return []

    def hidden_states(self, input_ids: Tensor, packing: Packing) -> Tensor:
        """In padded rows: its positions and causal mask are those of whole rows."""
        hidden = sequence_hidden(self.config, dict(self.named_parameters()), packing.pad(input_ids))
        return packing.unpad(hidden)

    def logits(self, hidden: Tensor) -> Tensor:
        """By the untied head."""
        return hidden @ self.head

    def write_export(self, directory: Path, gather: Gather, writes: bool) -> None:
        """model.safetensors, as the embedded trainer writes it."""
        params = {name: gather(value) for name, value in self.named_parameters()}
        if writes:
            save_weights(params, directory / MODEL_FILE)


def load_tiny_policy(launch: Launch, settings: TorchSettings) -> TinyPolicy:
    """The policy of launch.json; raises TrainerError `trainer_failed` for what it cannot be trained with."""
    for wrong, what in (
        (settings.mode == "lora", "mode lora"),
        (settings.dtype == "bfloat16", "dtype bfloat16"),
        (settings.device == "cuda", "device cuda"),
    ):
        if wrong:
            raise TrainerError(
                "trainer_failed",
                f"the tiny policy is not trained with {what}",
                "Set trainer.torch.mode to full, dtype to float32 and device to cpu, or leave both at auto.",
            )
    directory = Path(launch.policy_directory)
    config = ModelConfig.read(directory / "config.json")
    path = directory / MODEL_FILE if launch.base_weights is None else Path(launch.base_weights)
    try:
        return TinyPolicy(config, load_weights(config, path))
    except FileNotFoundError as error:
        raise TrainerError(
            "missing_file", f"there is no {path}", "Check the policy directory of the recipe."
        ) from error
    except ValueError as error:
        raise TrainerError(
            "bad_checkpoint", str(error), "Take weights that were trained from this very policy."
        ) from error
