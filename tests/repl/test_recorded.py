"""The sessions in the documentation, typed again into a real terminal; and that the page is complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp.conversation.colon_commands import COMMANDS
from tests.docs import pages
from tests.repl.recorded import KIND, replayed
from tests.repl.tmux import missing

PAGE = pages.ROOT / "docs" / "repl.md"
BLOCKS = [
    pytest.param(block, id=f"{page.name}:{block.line}") for page in pages.PAGES for block in pages.blocks(page, KIND)
]


@pytest.mark.skipif(bool(missing()), reason=missing() or "tmux is here")
@pytest.mark.parametrize("block", BLOCKS)
def test_the_screen_is_as_recorded(block: pages.Block, tmp_path: Path) -> None:
    assert replayed(block.text, tmp_path) == block.text


def test_every_command_is_in_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"| `{command.usage}` | {command.summary} |" in text
