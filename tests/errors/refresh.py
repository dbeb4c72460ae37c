"""Writes into `grammar/errors.toml` the messages that its rows give now: `python -m tests.errors.refresh`.

Read the difference before it is committed: it is what users will see.
"""

from __future__ import annotations

import json
import re
import tomllib

from rasp.base.diagnostics import Diagnostic
from rasp.base.resources import folder
from rasp.cli.explain import diagnose, files_of

FILE = folder("grammar") / "errors.toml"


def refresh() -> None:
    """Goes through the rows; one that gives another code, or several messages, is left and named."""
    text = FILE.read_text(encoding="utf-8").rstrip("\n")
    blocks = re.split(r"\n\n(?=\[)", text)
    FILE.write_text("\n\n".join(map(_refreshed, blocks)) + "\n", encoding="utf-8")


def _refreshed(block: str) -> str:
    if not block.startswith("[["):
        return block
    ((code, entry),) = tomllib.loads(block).items()
    (row,) = entry["rows"]
    with files_of(row) as place:
        found = diagnose(row, place)
    if [diagnostic.code for diagnostic in found] != [code]:
        print(f"{code}: {row.get('program', row.get('run'))!r:.100} gives {[item.code for item in found]}")
        return block
    return "\n".join([block.split("\ntitle = ")[0], *_message(found[0])])


def _message(found: Diagnostic) -> list[str]:
    """The lines of a row that say what it gives."""
    caret = found.span.text if found.span else ""
    fields = {"title": found.title, "caret": caret, "hint": found.hint, "suggestion": found.suggestion}
    lines = [f"{name} = {_quoted(text)}" for name, text in fields.items() if text or name in ("title", "caret")]
    if len(caret) > 1000:  # a repeated text, which stays as it is
        lines[1] = next(line for line in FILE.read_text(encoding="utf-8").split("\n") if line.startswith("caret = ["))
    return lines


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    seen = text.replace("\n", "").isprintable()
    return f"'{text}'" if seen and '"' in text and "'" not in text else json.dumps(text, ensure_ascii=not seen)


if __name__ == "__main__":
    refresh()
