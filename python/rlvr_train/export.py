"""Export of the four graphs to ONNX: ordinary operators, opset 20, dynamic batch and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from torch import Tensor
from torch._decomp import core_aten_decompositions
from torch.export import Dim
from torch.fx.experimental.proxy_tensor import make_fx

from rlvr_train.config import ModelConfig
from rlvr_train.graphs import Grad, PolicyGraph, Score, Step, Update
from rlvr_train.loss import TokenInputs
from rlvr_train.model import initial_parameters
from rlvr_train.surrogate import LossOptions

OPSET = 20
# Sizes to trace with: all different and above 2, so that no dynamic size is taken for a constant.
BATCH, TIME, NEW, PAST = 6, 20, 5, 7


@dataclass(frozen=True)
class GraphSpec:
    """A module with example inputs; `inputs` names each input and its dynamic axes (axis -> size)."""

    module: torch.nn.Module
    inputs: Sequence[tuple[str, Tensor, dict[int, str]]]
    outputs: Sequence[str]
    has_backward: bool = False


def graph_specs(config: ModelConfig) -> dict[str, GraphSpec]:
    """The four graphs by file name."""
    params = [(name, value, {}) for name, value in initial_parameters(config, 0).items()]
    ids = torch.ones(BATCH, TIME, dtype=torch.int32)
    rows = {0: "batch"}
    tokens = {0: "batch", 1: "time"}
    token_inputs = [(name, torch.full((BATCH, TIME), -1.0), tokens) for name in TokenInputs._fields]
    temperature = ("temperature", torch.ones(BATCH), rows)
    vector = torch.zeros(TIME)
    return {
        "step.onnx": step_spec(config, params),
        "score.onnx": GraphSpec(
            Score(config),
            [*params, ("input_ids", ids, tokens), temperature],
            ["logprobs", "entropy"],
        ),
        "grad.onnx": GraphSpec(
            Grad(config),
            [
                *params,
                ("input_ids", ids, tokens),
                *token_inputs,
                temperature,
                ("loss_settings", torch.tensor(LossOptions().vector()), {}),
            ],
            ["gradient", "metrics"],
            has_backward=True,
        ),
        "update.onnx": GraphSpec(
            Update(),
            [
                *(
                    (name, vector.clone(), {0: "count"})
                    for name in ("params", "first_moment", "second_moment", "gradient")
                ),
                ("optimizer", torch.tensor([1e-3, 0.9, 0.99, 1e-8, 0.0, 1.0]), {}),
                ("step", torch.tensor(1.0), {}),
            ],
            ["params_out", "first_moment_out", "second_moment_out", "gradient_norm"],
        ),
    }


def step_spec(config: ModelConfig, params: list[tuple[str, Tensor, dict[int, str]]]) -> GraphSpec:
    """step.onnx: one graph for prefill and decode, with caches that live outside of it."""
    layers = range(config.num_hidden_layers)
    cache = torch.zeros(BATCH, config.num_attention_heads, PAST, config.head_size)
    ids = torch.ones(BATCH, NEW, dtype=torch.int32)
    new = {0: "batch", 1: "new"}
    return GraphSpec(
        Step(config),
        [
            *params,
            ("input_ids", ids, new),
            ("positions", ids.clone(), new),
            ("last", torch.zeros(BATCH, dtype=torch.int32), {0: "batch"}),
            ("past_bias", torch.zeros(BATCH, PAST), {0: "batch", 1: "past"}),
            *(
                (f"past_{kind}.{layer}", cache.clone(), {0: "batch", 2: "past"})
                for layer in layers
                for kind in "kv"
            ),
        ],
        ["logits", *(f"new_{kind}.{layer}" for layer in layers for kind in "kv")],
    )


def export_graph(spec: GraphSpec) -> onnx.ModelProto:
    """Trace one graph and translate it to ONNX."""
    module = spec.module
    examples = tuple(example for _, example, _ in spec.inputs)
    if spec.has_backward:
        # torch.export does not trace autograd; make_fx does, into a plain graph that it can export.
        module = make_fx(
            module,
            tracing_mode="symbolic",
            decomposition_table=core_aten_decompositions(),
        )(*examples)
    # Shifting by a token is traced for T >= 3; the operators that come of it take any T.
    dims = {
        name: Dim(name, min=3 if name == "time" else 1)
        for _, _, axes in spec.inputs
        for name in axes.values()
    }
    shapes = tuple({axis: dims[name] for axis, name in axes.items()} for _, _, axes in spec.inputs)
    variadic = isinstance(module, PolicyGraph)
    program = torch.export.export(
        module, examples, dynamic_shapes=(shapes,) if variadic else shapes, strict=False
    )
    exported = torch.onnx.export(
        program,
        input_names=[name for name, _, _ in spec.inputs],
        output_names=list(spec.outputs),
        dynamo=True,
        optimize=True,
        opset_version=OPSET,
        verbose=False,
    )
    model = exported.model_proto
    tidy(model, spec)
    return model


def tidy(model: onnx.ModelProto, spec: GraphSpec) -> None:
    """Name the dynamic axes, and drop what the exporter notes about its own run (stack traces, types)."""
    graph = model.graph
    names: dict[str, str] = {}
    for value, (_, _, axes) in zip(graph.input, spec.inputs, strict=True):
        sizes = value.type.tensor_type.shape.dim
        names |= {sizes[axis].dim_param: name for axis, name in axes.items()}
    for value in (*graph.input, *graph.output):
        for size in value.type.tensor_type.shape.dim:
            if size.dim_param:
                size.dim_param = names[size.dim_param]
    del graph.value_info[:], model.metadata_props[:], graph.metadata_props[:]
    graph.name = "rlvr"
    graph.doc_string = ""
    for item in (*graph.node, *graph.input, *graph.output, *graph.initializer):
        item.doc_string = ""
        del item.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)


def export_graphs(config: ModelConfig, folder: Path) -> None:
    """Write step.onnx, score.onnx, grad.onnx and update.onnx into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, spec in graph_specs(config).items():
        onnx.save(export_graph(spec), folder / name)
        print(f"wrote {folder / name}", flush=True)
