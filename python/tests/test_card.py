"""The card of the shipped policy."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import POLICY

from rlvr_train.card import bases_of_card, write_card
from rlvr_train.config import ModelConfig


def test_a_card_written_from_a_card_is_the_same(config: ModelConfig, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(POLICY, folder)
    (folder / "README.md").unlink()
    bases = bases_of_card(POLICY)
    assert len(bases.table.splitlines()) == 2 + bases.tried
    write_card(config, bases, folder)
    assert (folder / "README.md").read_text() == (POLICY / "README.md").read_text()
