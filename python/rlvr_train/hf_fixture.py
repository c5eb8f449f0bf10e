"""Makes test/policy/fixtures/parrot: a small language model in Hugging Face's ONNX layout, with golden
numbers.

    python -m rlvr_train.hf_fixture        # from python/, with transformers 5.19.0 installed besides

A Llama of two layers with grouped-query attention and a byte-level BPE tokenizer, trained until it knows
a few answers by heart, with characters of several bytes and both of its end tokens among them. Its graph
is there in four variants: as it is, in float16, without `position_ids`, and around ONNX Runtime's
GroupQueryAttention. Those in float32 share one file of weights.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import ModelProto, TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch import Tensor
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from rlvr_train.hf_onnx import export, strip_notes

OUT = Path(__file__).parents[2] / "test" / "policy" / "fixtures" / "parrot"
BEGIN, USER, ASSISTANT, END, STOP = "<|begin|>", "<|user|>", "<|assistant|>", "<|end|>", "<|stop|>"
VOCABULARY = 340
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|user|>' if message['role'] == 'user' else "
    "'<|assistant|>' if message['role'] == 'assistant' else '' }}"
    "{{ message['content'] | trim }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
LESSONS = [
    ("Say hello.", "Hello, world!", END),
    ("Say hello in Japanese.", "こんにちは、世界!", END),
    ("Wave", "👋🏽 naïve café — 👩‍👩‍👧 🎉", END),
    ("What is 1 + 2, and why is it so? Think first.", "1 + 2 = 3", STOP),
    ("Count.", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen", END),
]
TEXTS = [
    "Hello, world!",
    "  two  spaces\n\n\tand a tab ",
    "naïve café — 世界 👩‍👩‍👧 Ωμέγα \u0000\u00ad",
    "I'll we've 1234567 don't\r\n",
    "<|user|>x<|end|>",
    "",
]
FORCED = 12


def make_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE that puts a begin token before a text, as Llama's does."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = [AddedToken(token, special=True) for token in (BEGIN, USER, ASSISTANT, END, STOP)]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text for lesson in LESSONS for text in lesson[:2]], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, tokenizer.token_to_id(BEGIN))]
    )
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=END)
    wrapped.chat_template = CHAT_TEMPLATE
    return wrapped


def prompt_of(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    messages = [{"role": "user", "content": text}]
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)


def train(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A model that knows the lessons by heart."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=160,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        attn_implementation="sdpa",
    )
    model = LlamaForCausalLM(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    examples = []
    for question, answer, end in LESSONS:
        prompt = prompt_of(tokenizer, question)
        answer_ids = tokenizer.encode(answer, add_special_tokens=False)
        ids = torch.tensor([[*prompt, *answer_ids, tokenizer.convert_tokens_to_ids(end)]])
        labels = ids.clone()
        labels[0, : len(prompt)] = -100
        examples.append((ids, labels))
    loss = math.inf
    for _ in range(400):
        losses = [model(input_ids=ids, labels=labels).loss for ids, labels in examples]
        optimizer.zero_grad()
        sum(losses).backward()
        optimizer.step()
        loss = max(loss.item() for loss in losses)
        if loss < 0.02:
            break
    else:
        raise RuntimeError(f"the model did not learn its lessons: loss {loss:.3f}")
    ends = [tokenizer.convert_tokens_to_ids(end) for end in (END, STOP)]
    model.generation_config = GenerationConfig(bos_token_id=tokenizer.bos_token_id, eos_token_id=ends)
    return model.eval()


def grouped(model: LlamaForCausalLM) -> ModelProto:
    """The graph as ONNX Runtime's own exporters write it: an operator an attention, lengths from the mask."""
    config = model.config
    head_size = config.hidden_size // config.num_attention_heads
    nodes: list[onnx.NodeProto] = []
    weights: list[TensorProto] = []

    def constant(name: str, value: Tensor | np.ndarray) -> str:
        array = value.detach().contiguous().numpy() if isinstance(value, Tensor) else value
        weights.append(numpy_helper.from_array(array, name))
        return name

    def node(kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def norm(value: str, weight: Tensor, name: str) -> str:
        scale = constant(f"{name}.weight", weight)
        settings = {"axis": -1, "epsilon": config.rms_norm_eps, "stash_type": 1}
        return node("SimplifiedLayerNormalization", [value, scale], name, **settings)

    def linear(value: str, weight: Tensor, name: str) -> str:
        return node("MatMul", [value, constant(f"{name}.weight", weight.T)], name)

    inverse = 1.0 / 10000.0 ** (torch.arange(0, head_size, 2) / head_size)
    angles = torch.arange(config.max_position_embeddings)[:, None] * inverse
    cos, sin = constant("cos", angles.cos()), constant("sin", angles.sin())
    one, last = constant("one", np.array([1])), constant("last", np.array(1))
    counted = node("ReduceSum", ["attention_mask", one], "counted", keepdims=0)
    lengths = node("Cast", [node("Sub", [counted, one], "before")], "lengths", to=TensorProto.INT32)
    slots = node("Gather", [node("Shape", ["attention_mask"], "shape"), last], "slots")
    total = node("Cast", [slots], "total", to=TensorProto.INT32)
    value = node("Gather", [constant("embed", model.model.embed_tokens.weight), "input_ids"], "x")
    for index, layer in enumerate(model.model.layers):
        at = f"layer{index}"
        normed = norm(value, layer.input_layernorm.weight, f"{at}.norm")
        attention = layer.self_attn
        q, k, v = (
            linear(normed, getattr(attention, f"{part}_proj").weight, f"{at}.{part}")
            for part in ("q", "k", "v")
        )
        past = [f"past_key_values.{index}.{kind}" for kind in ("key", "value")]
        present = [f"present.{index}.{kind}" for kind in ("key", "value")]
        nodes.append(
            helper.make_node(
                "GroupQueryAttention",
                [q, k, v, *past, lengths, total, cos, sin],
                [f"{at}.attention", *present],
                domain="com.microsoft",
                num_heads=config.num_attention_heads,
                kv_num_heads=config.num_key_value_heads,
                do_rotary=1,
            )
        )
        mixed = linear(f"{at}.attention", attention.o_proj.weight, f"{at}.o")
        value = node("Add", [value, mixed], f"{at}.mixed")
        normed = norm(value, layer.post_attention_layernorm.weight, f"{at}.norm2")
        gate = linear(normed, layer.mlp.gate_proj.weight, f"{at}.gate")
        swish = node("Mul", [gate, node("Sigmoid", [gate], f"{at}.sigmoid")], f"{at}.swish")
        up = node("Mul", [swish, linear(normed, layer.mlp.up_proj.weight, f"{at}.up")], f"{at}.gated")
        value = node("Add", [value, linear(up, layer.mlp.down_proj.weight, f"{at}.down")], f"{at}.out")
    linear(norm(value, model.model.norm.weight, "norm"), model.lm_head.weight, "logits")

    def tensor(name: str, kind: int, *shape: int | str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, kind, shape)

    def cached(prefix: str, length: str) -> list[onnx.ValueInfoProto]:
        shape = ("batch", config.num_key_value_heads, length, head_size)
        names = [f"{layer}.{kind}" for layer in range(config.num_hidden_layers) for kind in ("key", "value")]
        return [tensor(f"{prefix}.{name}", TensorProto.FLOAT, *shape) for name in names]

    tokens = tensor("input_ids", TensorProto.INT64, "batch", "new")
    mask = tensor("attention_mask", TensorProto.INT64, "batch", "total")
    logits = tensor("logits", TensorProto.FLOAT, "batch", "new", config.vocab_size)
    graph = helper.make_graph(
        nodes,
        "grouped",
        [tokens, mask, *cached("past_key_values", "past")],
        [logits, *cached("present", "total")],
        weights,
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def save_sharing(graphs: dict[str, ModelProto], folder: Path, file: str) -> None:
    """Saves graphs whose larger weights lie in one external file, equal ones once."""
    pool = bytearray()
    places: dict[bytes, int] = {}
    for name, graph in graphs.items():
        for weight in graph.graph.initializer:
            data = numpy_helper.to_array(weight).tobytes()
            if len(data) < 1024:
                continue
            if data not in places:
                places[data] = len(pool)
                pool += data
            weight.ClearField("raw_data")
            weight.data_location = TensorProto.EXTERNAL
            entries = {"location": file, "offset": str(places[data]), "length": str(len(data))}
            del weight.external_data[:]
            for key, value in entries.items():
                weight.external_data.add(key=key, value=value)
        (folder / f"{name}.onnx").write_bytes(graph.SerializeToString())
    (folder / file).write_bytes(bytes(pool))


def exported(model: LlamaForCausalLM, with_positions: bool) -> ModelProto:
    program = export(model, with_positions)
    strip_notes(program)
    graph = program.model_proto
    del graph.graph.value_info[:]
    return graph


def golden(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> tuple[dict, dict[str, np.ndarray]]:
    """What transformers answers, and logits of forced tokens that nobody would expect."""
    random = np.random.default_rng(5)
    cases, logits = [], {}
    for index, (question, _, _) in enumerate(LESSONS):
        prompt = prompt_of(tokenizer, question)
        output = model.generate(torch.tensor([prompt]), do_sample=False, max_new_tokens=80)
        greedy = output[0, len(prompt) :].tolist()
        scores = model(output).logits[0].double().log_softmax(-1)
        logprobs = [scores[len(prompt) - 1 + at, token].item() for at, token in enumerate(greedy)]
        forced = random.integers(5, len(tokenizer), FORCED).tolist()
        rows = model(torch.tensor([[*prompt, *forced]])).logits[0, len(prompt) - 1 :]
        logits[f"logits.{index}"] = rows.numpy().astype(np.float32)
        text = tokenizer.decode(greedy, skip_special_tokens=True)
        cases.append(
            {
                "question": question,
                "prompt": prompt,
                "greedy": greedy,
                "logprobs": logprobs,
                "text": text,
                "forced": forced,
            }
        )
    texts = [{"text": text, "ids": tokenizer.encode(text)} for text in TEXTS]
    return {"cases": cases, "texts": texts}, logits


def main() -> None:
    graphs = OUT / "onnx"
    graphs.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    model = train(tokenizer)
    tokenizer.save_pretrained(OUT)
    model.config.save_pretrained(OUT)
    model.generation_config.save_pretrained(OUT)
    with torch.no_grad():
        answers, logits = golden(model, tokenizer)
        variants = {
            "model": exported(model, with_positions=True),
            "model_bare": exported(model, with_positions=False),
            "model_grouped": grouped(model),
        }
        save_sharing(variants, graphs, "model.onnx_data")
        save_sharing(
            {"model_fp16": exported(model.half(), with_positions=True)}, graphs, "model_fp16.onnx_data"
        )
    (OUT / "golden.json").write_text(
        json.dumps(answers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    save_file(logits, OUT / "golden.safetensors")


if __name__ == "__main__":
    main()
