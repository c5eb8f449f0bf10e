"""Export of a Hugging Face causal language model to ONNX in Hugging Face's layout.

    python -m rlvr_train.hf_onnx MODEL OUT [--dtype float16]

MODEL is a directory (or a name on the hub) that transformers loads; `rlvr policy serve --model OUT`
serves what it writes: config.json, generation_config.json, the tokenizer's files, and onnx/model.onnx
with its weights beside it. optimum makes the same layout; this needs transformers alone, and is what
the server's tests are made with.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from onnxscript import ir
from torch import Tensor, nn
from torch.export import Dim
from torch.onnx import ONNXProgram
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.cache_utils import DynamicCache

Past = tuple[tuple[Tensor, Tensor], ...]
# Sizes to trace with: all different and above 1, so that no dynamic size is taken for a constant.
BATCH, NEW, PAST = 2, 3, 5


class Decoder(nn.Module):
    """A causal model as a function of tensors: keys and values in, keys and values out."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, past: Past
    ) -> tuple[Tensor, Past]:
        return self._run(past, input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids)

    def _run(self, past: Past, **inputs: Tensor) -> tuple[Tensor, Past]:
        output = self.model(**inputs, past_key_values=DynamicCache(list(past)), use_cache=True)
        return output.logits, tuple((layer.keys, layer.values) for layer in output.past_key_values.layers)


class DecoderWithoutPositions(Decoder):
    """The same without `position_ids`: positions follow from the length of what is cached."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor, past: Past) -> tuple[Tensor, Past]:
        return self._run(past, input_ids=input_ids, attention_mask=attention_mask)


def export(model: PreTrainedModel, with_positions: bool = True) -> ONNXProgram:
    """The graph of a model, batch and lengths dynamic. Keys and values have the type of the weights."""
    config = model.config.get_text_config()
    heads = config.num_key_value_heads
    head_size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    layers = range(config.num_hidden_layers)

    # A tensor for each: the exporter takes one that it meets twice for one input.
    def cached() -> Tensor:
        return torch.zeros(BATCH, heads, PAST, head_size, dtype=model.dtype)

    tokens = torch.zeros(BATCH, NEW, dtype=torch.long)
    mask = torch.ones(BATCH, PAST + NEW, dtype=torch.long)
    positions = torch.arange(PAST, PAST + NEW).repeat(BATCH, 1)
    by_token = {0: Dim.DYNAMIC, 1: Dim.DYNAMIC}
    by_slot = {0: Dim.DYNAMIC, 2: Dim.DYNAMIC}
    named = [("input_ids", tokens), ("attention_mask", mask)]
    named += [("position_ids", positions)] if with_positions else []
    cache_names = [f"{layer}.{kind}" for layer in layers for kind in ("key", "value")]
    return torch.onnx.export(
        (Decoder if with_positions else DecoderWithoutPositions)(model.eval()),
        (*(value for _, value in named), tuple((cached(), cached()) for _ in layers)),
        dynamic_shapes=(*(by_token for _ in named), tuple((by_slot, by_slot) for _ in layers)),
        input_names=[*(name for name, _ in named), *(f"past_key_values.{name}" for name in cache_names)],
        output_names=["logits", *(f"present.{name}" for name in cache_names)],
        dynamo=True,
        verbose=False,
    )


def strip_notes(program: ONNXProgram) -> None:
    """Drops where in Python each node came from, which is most of a small file."""
    for node in ir.traversal.RecursiveGraphIterator(program.model.graph):
        node.metadata_props.clear()
        node.doc_string = None
    program.model.graph.metadata_props.clear()
    program.model.metadata_props.clear()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rlvr_train.hf_onnx", description=__doc__)
    parser.add_argument("model", help="directory or name of a model that transformers loads")
    parser.add_argument("out", type=Path, help="directory to write")
    parser.add_argument("--dtype", choices=["float32", "float16"], default="float32")
    arguments = parser.parse_args()
    model = AutoModelForCausalLM.from_pretrained(
        arguments.model,
        dtype=getattr(torch, arguments.dtype),
        trust_remote_code=False,
        use_safetensors=True,
    )
    graphs = arguments.out / "onnx"
    graphs.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(arguments.out)
    model.generation_config.save_pretrained(arguments.out)
    AutoTokenizer.from_pretrained(arguments.model, trust_remote_code=False).save_pretrained(arguments.out)
    name = "model" if arguments.dtype == "float32" else "model_fp16"
    with torch.no_grad():
        program = export(model)
    strip_notes(program)
    program.save(graphs / f"{name}.onnx", external_data=True)
    print(f"wrote {graphs / name}.onnx")


if __name__ == "__main__":
    main()
