"""The model card of the shipped policy: policies/tiny/README.md."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from rlvr_train.acceptance import Figures
from rlvr_train.bases import Attempt
from rlvr_train.config import ModelConfig
from rlvr_train.microcosm import ARMS, CLIFF

SOURCES = (
    "acceptance.py",
    "adamw.py",
    "bases.py",
    "config.py",
    "corpus.py",
    "export.py",
    "graphs.py",
    "loss.py",
    "microcosm.py",
    "model.py",
    "muon.py",
    "primitives.py",
    "problem_sets.py",
    "sampling.py",
    "surrogate.py",
    "tokenizer.py",
    "warm_start.py",
    "weights.py",
)
"""The files of this package that shape graphs and weights, sorted."""

TEXT = Path(__file__).with_name("card.md")
CARD = "README.md"


def sources_sha256(package: Path) -> str:
    """SHA-256 over, for each source in order, its path in the repository, "\\n", its bytes, "\\n"."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update(f"python/rlvr_train/{name}\n".encode())
        digest.update((package / name).read_bytes() + b"\n")
    return digest.hexdigest()


@dataclass(frozen=True)
class Bases:
    """What the card tells of the search for bases: seeds, and a Markdown table with the figures of each."""

    accepted: list[int]
    tried: int
    table: str


def bases_of_attempts(tried: list[Attempt]) -> Bases:
    """What a search found."""
    accepted = [attempt.seed for attempt in tried if not attempt.failures]
    return Bases(accepted, len(tried), bases_table(tried))


def bases_of_card(folder: Path) -> Bases:
    """What the card in a folder tells: the search need not be repeated when only graphs change."""
    lines = (folder / CARD).read_text().splitlines()
    front = dict(line.split(": ", 1) for line in lines if ": " in line)
    table = "\n".join(line for line in lines if line.startswith("|"))
    return Bases(json.loads(front["accepted_seeds"]), int(front["tried_seeds"]), table)


def write_card(config: ModelConfig, bases: Bases, folder: Path) -> None:
    """Write the card beside the files it describes; they have to be there already."""
    files = sorted([*folder.glob("graphs/*.onnx"), *folder.glob("**/*.safetensors")])
    front = [
        "---",
        f"model_type: {config.to_json()['model_type']}",
        f"parameters: {config.parameter_count()}",
        f"accepted_seeds: {bases.accepted}",
        f"tried_seeds: {bases.tried}",
        f"sources_sha256: {sources_sha256(Path(__file__).parent)}",
        "sources:",
        *(f"  - python/rlvr_train/{name}" for name in SOURCES),
        "files_sha256:",
        *(f"  {path.relative_to(folder).as_posix()}: {file_sha256(path)}" for path in files),
        "---",
        "",
    ]
    text = TEXT.read_text()
    text = text.replace("{{parameters}}", f"{config.parameter_count():,}")
    text = text.replace("{{bases}}", bases.table)
    text = text.replace("{{summary}}", f"{len(bases.accepted)} of {bases.tried} seeds were accepted.")
    (folder / CARD).write_text("\n".join(front) + text)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def bases_table(tried: list[Attempt]) -> str:
    """A Markdown table with the acceptance figures of every seed."""
    easy = [arm for arm in ARMS if arm != CLIFF]
    titles = ["seed", *easy, "mul-rev 0/128", "exact", "K", "P", "S", "P4", "S4", "add-rev P4", ""]
    lines = [titles, ["---"] * len(titles)]
    for attempt in tried:
        cells = figure_cells(attempt.figures, easy) if attempt.figures else [""] * 12
        verdict = "; ".join(attempt.failures) if attempt.failures else "accepted"
        lines.append([str(attempt.seed), *cells, verdict])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def figure_cells(figures: Figures, easy: list[str]) -> list[str]:
    """The figures of one seed, as text, in the order of the table."""
    return [
        *(f"{figures.accuracy[arm]:.3f}" for arm in easy),
        f"{figures.cliff_zero_share:.0%}",
        f"{figures.cliff_exact:.1e}",
        *(f"{figures.tier_mean(letter):.3f}" for letter in "KPS"),
        f"{figures.cliff_hinted['P4']:.3f}",
        f"{figures.cliff_hinted['S4']:.3f}",
        f"{figures.add_rev_p4:.3f}",
    ]
