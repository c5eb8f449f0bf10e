"""Causal language models of the transformers library as policies: all weights, or an adapter (peft)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel

from rlvr_trainer.custom_code import required_code
from rlvr_trainer.errors import TrainerError
from rlvr_trainer.packed_attention import NAME
from rlvr_trainer.packing import Packing
from rlvr_trainer.policy import Gather, Policy
from rlvr_trainer.protocol import Launch, LoraSettings, TorchSettings
from rlvr_trainer.self_test import refuse_untrainable

ADAPTER = "default"
BESIDE_WEIGHTS = (
    "tokenizer*",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.*",
    "merges.txt",
    "chat_template*",
    "generation_config.json",
)
"""What an export of all weights takes over from the policy's directory."""
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


class HuggingFacePolicy(Policy):
    """A model with, in mode lora, an adapter in its modules."""

    def __init__(
        self, model: PreTrainedModel, directory: Path, compute_dtype: torch.dtype, serving_dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.model = model
        self.directory = directory
        self.compute_dtype = compute_dtype
        self.serving_dtype = serving_dtype
        self.vocabulary_size = model.config.get_text_config().vocab_size
        self.max_length = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        self.export_format = "weights"
        self._adapted: list[PeftModel] = []

    @property
    def blocks(self) -> list[nn.Module]:
        """The model's layers."""
        names = set(self.model._no_split_modules or ())
        return [module for module in self.model.modules() if type(module).__name__ in names]

    def hidden_states(self, input_ids: Tensor, packing: Packing) -> Tensor:
        """Of the decoder's last layer, normalised."""
        decoder = self.model.get_decoder()
        output = decoder(
            input_ids=input_ids[None],
            position_ids=packing.positions[None],
            use_cache=False,
            packing=packing,
        )
        return output.last_hidden_state[0]

    def logits(self, hidden: Tensor) -> Tensor:
        """By the model's own head."""
        return self.model.get_output_embeddings()(hidden)

    def add_adapter(self, settings: LoraSettings) -> None:
        """Puts an adapter that changes nothing yet into the model and freezes the rest."""
        config = LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules=settings.targets,
            task_type="CAUSAL_LM",
        )
        try:
            # In a list: the adapter's wrapper holds the model, and is no module of the policy's own.
            self._adapted = [get_peft_model(self.model, config)]
        except ValueError as error:
            raise TrainerError(
                "trainer_failed",
                f"the model takes no such adapter: {error}",
                "Change trainer.torch.lora.targets.",
            ) from error
        self.export_format = "lora"

    def adapter_off(self) -> AbstractContextManager | None:
        """In mode lora the policy of version 0 is the model without its adapter."""
        return scaled_to_nothing(self) if self._adapted else None

    def write_export(self, directory: Path, gather: Gather, writes: bool) -> None:
        """The adapter in peft's layout, or the whole model in that of transformers, in its own dtype."""
        values = {}
        for name, value in self.model.named_parameters():
            if self._adapted and not value.requires_grad:
                continue
            whole = gather(value)
            if writes:
                values[name] = whole.to(self.serving_dtype)
        if not writes:
            return
        if self._adapted:
            self._write_adapter(directory, values)
        else:
            self._write_model(directory, values)

    def _write_adapter(self, directory: Path, values: dict[str, Tensor]) -> None:
        (adapted,) = self._adapted
        prefix = "base_model.model."
        named = {prefix + name: value for name, value in values.items()}
        tensors = get_peft_model_state_dict(adapted, state_dict=named)
        save_file(
            {name: value.contiguous() for name, value in tensors.items()},
            directory / "adapter_model.safetensors",
        )
        config = adapted.peft_config[ADAPTER].to_dict()
        config |= {
            "inference_mode": True,
            # The policy's name: its path means nothing elsewhere.
            "base_model_name_or_path": model_name(self.directory),
            "target_modules": sorted(config["target_modules"]),
        }
        write_json(directory / "adapter_config.json", config)

    def _write_model(self, directory: Path, values: dict[str, Tensor]) -> None:
        for buffer, value in self.model.state_dict().items():
            if buffer not in values and buffer not in tied_names(self.model):
                values[buffer] = value.detach().cpu()
        self.model.save_pretrained(directory, state_dict=values, max_shard_size="1000GB")
        path = directory / "config.json"
        config = json.loads(path.read_text())
        config["dtype"] = str(self.serving_dtype).removeprefix("torch.")
        write_json(path, config)
        for pattern in BESIDE_WEIGHTS:
            for file in self.directory.glob(pattern):
                shutil.copyfile(file, directory / file.name)


def load_hugging_face(launch: Launch, settings: TorchSettings, device: torch.device, frozen: bool) -> Policy:
    """The policy of launch.json, still on the CPU. Trained weights are float32; frozen ones, of mode lora or
    of a `frozen` copy, have the dtype of the activations."""
    directory = Path(launch.policy_directory)
    wants_bfloat16 = settings.dtype == "bfloat16" or (settings.dtype == "auto" and device.type == "cuda")
    compute = torch.bfloat16 if wants_bfloat16 else torch.float32
    adapts = settings.mode == "lora"
    if adapts and settings.lora is None:
        raise TrainerError(
            "protocol_violation", "mode lora has no settings of an adapter", "Set trainer.torch.lora."
        )
    try:
        config = checked_config(directory, settings.trust_remote_code)
        serving = config.dtype or torch.float32
        model = AutoModelForCausalLM.from_pretrained(
            directory,
            dtype=compute if adapts or frozen else torch.float32,
            attn_implementation=NAME,
            trust_remote_code=settings.trust_remote_code,
            use_safetensors=True,
            weights_only=True,
            local_files_only=True,
        )
    except (OSError, ValueError, KeyError) as error:
        raise TrainerError(
            "bad_checkpoint",
            f"transformers cannot load {directory}: {error}",
            "The policy must be a directory of a causal language model with its weights as safetensors.",
        ) from error
    if launch.base_weights is not None:
        load_base_weights(model, Path(launch.base_weights))
    without_dropout(model)
    policy = HuggingFacePolicy(model, directory, compute, serving)
    refuse_untrainable(policy, NAME)
    if adapts and not frozen:
        assert settings.lora is not None
        policy.add_adapter(settings.lora)
    if settings.gradient_checkpointing and not frozen:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    return policy


def checked_config(directory: Path, trusts: bool) -> PreTrainedConfig:
    """Of a model that can be loaded without running anything that its directory brings, unless that is trusted.

    Raises TrainerError `bad_checkpoint` of any other.
    """
    refuse_pickles(directory)
    if not trusts:
        refuse_custom_code(directory)
    config = AutoConfig.from_pretrained(directory, trust_remote_code=trusts, local_files_only=True)
    refuse_other_weights(directory, config)
    return config


def refuse_pickles(directory: Path) -> None:
    """Weights that are pickles may hold anything; only safetensors are loaded."""
    names = [path.name for path in directory.iterdir()]
    pickles = sorted(name for name in names if name.endswith(PICKLES))
    if pickles and not any(name.endswith(".safetensors") for name in names):
        raise TrainerError(
            "bad_checkpoint",
            f"{directory} has its weights as a pickle ({pickles[0][:80]}), which could run code when it is loaded",
            "Take the model's safetensors where there are some. Or convert it once: transformers' "
            f"AutoModelForCausalLM.from_pretrained({str(directory)!r}).save_pretrained(NEW), which loads it with "
            "weights_only, then move the safetensors of NEW into the model's directory.",
        )


def refuse_custom_code(directory: Path) -> None:
    """A model that only its own code could load."""
    if required := required_code(directory):
        raise TrainerError(
            "bad_checkpoint",
            f"{directory} needs Python code of its own: the transformers library lacks {' and '.join(required)}",
            "Read that code. To let it run, set policy.trust_remote_code to true in the recipe.",
        )


def refuse_other_weights(directory: Path, config: PreTrainedConfig) -> None:
    """transformers loads a pickle that config.json names, even with use_safetensors=True."""
    named = getattr(config, "transformers_weights", None)
    if named is not None and not str(named).endswith((".safetensors", ".safetensors.index.json")):
        raise TrainerError(
            "bad_checkpoint",
            f"config.json of {directory} names {str(named)[:80]!r} as its weights, which are no safetensors",
            "Take transformers_weights out of config.json.",
        )


def load_base_weights(model: PreTrainedModel, path: Path) -> None:
    """Weights of version 0 in place of the directory's own."""
    try:
        found = model.load_state_dict(load_file(path), strict=False)
    except FileNotFoundError as error:
        raise TrainerError(
            "missing_file", f"there is no {path}", "Check the recipe's base weights."
        ) from error
    except RuntimeError as error:
        raise TrainerError(
            "bad_checkpoint", f"{path} does not fit: {error}", "Take weights of this model."
        ) from error
    missing = set(found.missing_keys) - tied_names(model)
    if missing or found.unexpected_keys:
        names = ", ".join(sorted([*missing, *found.unexpected_keys])[:5])
        raise TrainerError(
            "bad_checkpoint", f"{path} does not fit the model at {names}", "Take weights of this model."
        )


def tied_names(model: PreTrainedModel) -> set[str]:
    """Names of parameters that are another parameter under a second name."""
    known = {name for name, _ in model.named_parameters()}
    return {name for name, _ in model.named_parameters(remove_duplicate=False)} - known


def without_dropout(model: nn.Module) -> None:
    """Turns the model's own dropout off: it would blur the ratio of new and old probabilities."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0


@contextmanager
def scaled_to_nothing(policy: nn.Module) -> Iterator[None]:
    """Makes adapters add 0.

    peft's own switch also changes which parameters learn, which FSDP2 does not expect.
    """
    layers = [module for module in policy.modules() if isinstance(module, LoraLayer)]
    before = [dict(layer.scaling) for layer in layers]
    try:
        for layer in layers:
            layer.scaling.update(dict.fromkeys(layer.scaling, 0.0))
        yield
    finally:
        for layer, scaling in zip(layers, before, strict=True):
            layer.scaling.update(scaling)


def model_name(directory: Path) -> str:
    """What a model is called: OWNER/NAME in the hub's cache, else its directory's name."""
    *_, repository, kind, _ = ["", "", "", *directory.parts]
    if repository.startswith("models--") and kind == "snapshots":
        return repository.removeprefix("models--").replace("--", "/", 1)
    return directory.name


def write_json(path: Path, value: object) -> None:
    """Of a model's own files."""
    path.write_text(json.dumps(value, indent=2, sort_keys=True, default=str) + "\n")
