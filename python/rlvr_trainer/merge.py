"""Merges an adapter into its base model, by peft, in float32 on the CPU.

    python -m rlvr_trainer.merge BASE ADAPTER OUT [--trust-remote-code]

OUT is a folder that exists; it gets config.json and the weights as safetensors, in the base's own dtype. Standard
output gets a line of JSON at each stage, {"share": ..., "doing": ...}, or last {"error": {...}} as the trainer tells
errors. Memory: 4 bytes a parameter of the base, and the copy in its own dtype that is written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rlvr_trainer.errors import TrainerError, wire_error
from rlvr_trainer.exit_with_parent import exit_with_parent

if TYPE_CHECKING:
    from torch import nn

SHARD = "5GB"


def merge(base: Path, adapter: Path, out: Path, trusts: bool) -> None:
    """Writes the merged model into `out`."""
    tell(0.05, "loading the base model")
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from rlvr_trainer.hugging_face import checked_config, tied_names, write_json

    config = checked_config(base, trusts)
    model = AutoModelForCausalLM.from_pretrained(
        base,
        dtype=torch.float32,
        trust_remote_code=trusts,
        use_safetensors=True,
        weights_only=True,
        local_files_only=True,
    )
    tell(0.5, "merging the adapter")
    shared = {model.get_parameter(name).data_ptr() for name in tied_names(model)}
    adapted = PeftModel.from_pretrained(model, adapter)
    refuse_shared(adapted, shared)
    merged = adapted.merge_and_unload(safe_merge=True)
    tell(0.6, "writing the weights")
    dtype = config.dtype or torch.float32
    tied = tied_names(merged)
    values = {
        name: value.detach().to(dtype) if value.is_floating_point() else value
        for name, value in merged.state_dict().items()
        if name not in tied
    }
    merged.save_pretrained(out, state_dict=values, max_shard_size=SHARD)
    path = out / "config.json"
    written = json.loads(path.read_text())
    written["dtype"] = str(dtype).removeprefix("torch.")
    write_json(path, written)


def refuse_shared(adapted: nn.Module, shared: set[int]) -> None:
    """An adapter of a layer whose weights another layer has too, as of an output layer tied to the embedding."""
    from peft.tuners.lora import LoraLayer

    for name, module in adapted.named_modules():
        if isinstance(module, LoraLayer) and module.get_base_layer().weight.data_ptr() in shared:
            raise TrainerError(
                "trainer_failed",
                f"it adapts {name.removeprefix('base_model.model.')}, whose weights are those of another layer too",
                "Merging would change both. Ship the adapter as it is: leave out --merge.",
            )


def tell(share: float, doing: str) -> None:
    """Says how far it has come."""
    print(json.dumps({"share": share, "doing": doing}), flush=True)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    exit_with_parent()
    paths = [Path(name) for name in sys.argv[1:4]]
    try:
        merge(*paths, trusts="--trust-remote-code" in sys.argv[4:])
    except Exception as error:  # told to the parent, which words it for a person
        print(json.dumps({"error": wire_error(error)}), flush=True)
        sys.exit(1)
