"""Recorded sessions of a terminal in the documentation, `rasp-terminal` blocks: replays one, and writes them anew.

python -m tests.repl.recorded replaces the blocks by what stands on the screen now. Read the difference before you keep
it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.docs import pages
from tests.repl.tmux import Terminal

KIND = "rasp-terminal"
PROMPT, CONTINUATION = ">>", ".."


def inputs_of(block: str) -> list[list[str]]:
    """The lines of each input of a block. Those behind the first are typed without blanks: the prompt sets them in."""
    found: list[list[str]] = []
    for line in block.splitlines():
        if line.startswith(PROMPT):
            found.append([line[3:]])
        elif line.startswith(CONTINUATION):
            found[-1].append(line[3:].lstrip())
    return found


def replayed(block: str, folder: Path) -> str:
    """What stands on the screen when the inputs of a block are typed, without the greeting and the last prompt."""
    terminal = Terminal(folder, columns=80, rows=120, TERM="tmux-256color", NO_COLOR="1")
    try:
        terminal.wait(PROMPT)
        for number, lines in enumerate(inputs_of(block), 2):
            terminal.type("\n".join(lines))
            last = lines[-1].strip()
            terminal.wait(lambda shown, last=last: last[-40:] in shown)
            terminal.press("Enter")
            terminal.wait(lambda shown, number=number: len(_prompts(shown)) == number)
        lines = terminal.screen().splitlines()
    finally:
        terminal.close()
    places = _prompts("\n".join(lines))
    return pages.stripped("\n".join(lines[places[0] : places[-1]]))


def _prompts(shown: str) -> list[int]:
    """The numbers of the lines with a prompt."""
    return [number for number, line in enumerate(shown.splitlines()) if line.startswith(PROMPT)]


def update(page: Path) -> None:
    """Writes into a page what its blocks give now."""
    text = page.read_text(encoding="utf-8")
    for block in pages.blocks(page, KIND):
        with tempfile.TemporaryDirectory() as folder:
            text = text.replace(f"```{KIND}\n{block.text}```", f"```{KIND}\n{replayed(block.text, Path(folder))}```")
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for each in pages.PAGES:
        update(each)
