"""Makes the tiny policy with its problem sets, golden tensors and card, or the graphs of another size."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from rlvr_train.bases import search
from rlvr_train.card import Bases, bases_of_attempts, bases_of_card, write_card
from rlvr_train.config import ModelConfig
from rlvr_train.export import export_graphs
from rlvr_train.golden import write_golden
from rlvr_train.golden_surrogate import write_surrogate_golden
from rlvr_train.model import initial_parameters
from rlvr_train.problem_sets import write_problem_sets
from rlvr_train.tokenizer import write_json, write_tokenizer
from rlvr_train.weights import load_weights, save_weights

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "policies" / "tiny"


def make_model(config: ModelConfig, folder: Path) -> None:
    """Everything of a policy but its weights: config, tokenizer, graphs."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(config.to_json(), folder / "config.json")
    write_tokenizer(config, folder)
    export_graphs(config, folder / "graphs")


def make_all() -> None:
    """The tiny policy: graphs, problem sets, three accepted bases, golden tensors, card."""
    config = ModelConfig()
    write_problem_sets(ROOT / "curricula" / "microcosm")
    tried = search(config)
    shipped, *others = [attempt for attempt in tried if not attempt.failures]
    save_weights(shipped.params(), TINY / "model.safetensors")
    for old in (TINY / "bases").glob("*.safetensors"):
        old.unlink()
    for other in others:
        save_weights(other.params(), TINY / "bases" / f"seed-{other.seed}.safetensors")
    make_around_weights(config, bases_of_attempts(tried))


def make_around_weights(config: ModelConfig, bases: Bases) -> None:
    """What follows from the shipped weights: config, tokenizer, graphs, golden tensors, card."""
    make_model(config, TINY)
    params = load_weights(config, TINY / "model.safetensors")
    write_golden(config, params, ROOT / "test" / "golden" / "tiny.safetensors")
    write_surrogate_golden(config, params, ROOT / "test" / "golden" / "surrogate.safetensors")
    write_card(config, bases, TINY)


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m rlvr_train.make", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("refresh", help="everything of the tiny policy but its weights and problem sets")
    graphs = commands.add_parser("graphs", help="graphs and random weights of any size")
    graphs.add_argument("--config", type=Path, required=True, help="a config.json with the sizes")
    graphs.add_argument("--out", type=Path, required=True, help="the folder to write")
    graphs.add_argument("--seed", type=int, default=0, help="of the random weights")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.command == "graphs":
        config = ModelConfig.read(arguments.config)
        make_model(config, arguments.out)
        weights = initial_parameters(config, arguments.seed)
        save_weights(weights, arguments.out / "model.safetensors")
    elif arguments.command == "refresh":
        make_around_weights(ModelConfig(), bases_of_card(TINY))
    else:
        make_all()


if __name__ == "__main__":
    main()
