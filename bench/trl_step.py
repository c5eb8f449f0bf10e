"""One block of training steps with Hugging Face TRL's GRPOTrainer, on the size of work of bench/recipes/step.yaml.

Prints one JSON line a step: its wall time from the end of the step before (everything included), how it splits into
generation, scoring and training, and the mean length of its completions.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from datasets import Dataset
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

HERE = Path(__file__).parent
PROMPTS, COMPLETIONS, NEW_TOKENS = 16, 8, 24
PAD_ID, EOS_ID = 0, 1


def read_tokenizer() -> PreTrainedTokenizerFast:
    """The tokenizer of the benchmark's policy, so that both sides see the same token ids."""
    file = HERE / ".policy" / "tokenizer.json"
    return PreTrainedTokenizerFast(tokenizer_file=str(file), pad_token="<pad>", eos_token="<eos>", padding_side="left")


def random_model(vocabulary: int, intermediate: int) -> LlamaForCausalLM:
    """A Llama of the policy's depth and width with random weights."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=128,
            intermediate_size=intermediate,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=64,
            tie_word_embeddings=False,
            pad_token_id=PAD_ID,
            bos_token_id=None,
            eos_token_id=EOS_ID,
        )
    )


def read_prompts() -> Dataset:
    """The problems of the recipe as the policy's chat template renders them: with an equals sign."""
    lines = (HERE / "recipes" / "sums.jsonl").read_text().splitlines()
    return Dataset.from_list([{"prompt": json.loads(line)["problem"] + "="} for line in lines])


class Clock:
    """Adds up the seconds of the parts of a step."""

    def __init__(self) -> None:
        self.seconds = {"generation": 0.0, "generation_and_scoring": 0.0}
        self.lengths: list[int] = []

    def timed(self, part: str, function, *args, **kwargs):
        """Call a function and add its duration to a part."""
        began = time.perf_counter()
        result = function(*args, **kwargs)
        self.seconds[part] += time.perf_counter() - began
        return result


CLOCK = Clock()


def digit_share(completions: list[str], completion_ids: list[list[int]], **_: object) -> list[float]:
    """The reward of bench/verifiers/digit-share.ts."""
    CLOCK.lengths = [len(ids) for ids in completion_ids]
    return [sum(c.isdigit() for c in text) / max(1, len(text)) for text in completions]


class TimedTrainer(GRPOTrainer):
    """GRPOTrainer that tells how long generation and scoring took. The names are those of the pinned version."""

    def _generate_single_turn(self, *args, **kwargs):
        return CLOCK.timed("generation", super()._generate_single_turn, *args, **kwargs)

    def _generate_and_score_completions(self, *args, **kwargs):
        return CLOCK.timed("generation_and_scoring", super()._generate_and_score_completions, *args, **kwargs)


class StepLines(TrainerCallback):
    """Prints a line at the end of each step."""

    def __init__(self, parameters: int) -> None:
        self.parameters = parameters
        self.last = 0.0

    def on_train_begin(self, *_: object, **__: object) -> None:
        self.last = time.perf_counter()

    def on_step_end(self, args, state, control, **_: object) -> None:
        now = time.perf_counter()
        total, self.last = now - self.last, now
        generation = CLOCK.seconds["generation"]
        scoring = CLOCK.seconds["generation_and_scoring"] - generation
        CLOCK.seconds = dict.fromkeys(CLOCK.seconds, 0.0)
        line = {
            "step": state.global_step,
            "ms": total * 1000,
            "seconds": {"generation": generation, "scoring": scoring, "training": total - generation - scoring},
            "sequences": len(CLOCK.lengths),
            "tokens": sum(CLOCK.lengths),
            "parameters": self.parameters,
        }
        print(json.dumps(line), file=sys.__stdout__, flush=True)


def main() -> None:
    """Parse the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--intermediate", type=int, default=344, help="width of the MLP; 344: as many parameters as ours")
    arguments = parser.parse_args()
    sys.stdout = sys.stderr  # standard output is for the lines
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    tokenizer = read_tokenizer()
    model = random_model(len(tokenizer), arguments.intermediate)
    parameters = sum(weights.numel() for weights in model.parameters())
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder,
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
            per_device_train_batch_size=PROMPTS * COMPLETIONS,
            gradient_accumulation_steps=1,
            num_generations=COMPLETIONS,
            max_completion_length=NEW_TOKENS,
            generation_kwargs={"suppress_tokens": [PAD_ID, EOS_ID]},
            temperature=1.0,
            beta=0.0,
            loss_type="dapo",
            max_steps=arguments.steps,
            learning_rate=1e-3,
            lr_scheduler_type="constant",
            warmup_steps=0,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            dataloader_num_workers=0,
            seed=arguments.seed,
        )
        trainer = TimedTrainer(
            model=model,
            reward_funcs=digit_share,
            args=config,
            train_dataset=read_prompts(),
            processing_class=tokenizer,
            callbacks=[StepLines(parameters)],
        )
        trainer.train()


if __name__ == "__main__":
    main()
