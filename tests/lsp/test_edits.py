"""Random edits of real programs: the server lives, no finding is of another version, and its memory stays as it is.

`HYPOTHESIS_PROFILE=long` makes 5,000 edits.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

from rasp.runtime import stdlib
from rasp.runtime.resolve import ProgramFiles
from tests.lsp.client import Client, place
from tests.lsp.test_findings import told

EDITS = 5_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 150
CHECKED = 10  # one in so many versions is compared with a check
GROWTH = 1.3  # how far memory may grow after the first tenth of the edits
PIECES = [
    "(",
    ")",
    "{",
    "}",
    '"',
    ";",
    "#",
    "\n",
    " ",
    "x",
    "sort",
    "def f(",
    "9^(9^9);",
    "=",
    "==",
    "👩",
    "é",
    "load ",
    "\r",
]
FEATURES = ["hover", "completion", "definition", "signatureHelp", "documentHighlight"]


def edited(text: str, chance: random.Random) -> str:
    """A text after one edit, as a person or an editor makes it."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 0, 1, 5, 40]))
    piece = chance.choice([*PIECES, "", text[chance.randrange(len(text) + 1) :][: chance.randrange(60)]])
    return text[:start] + piece + text[end:]


def memory(process: int) -> int:
    """The resident memory of a process, in pages."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_random_edits(raw: Client, tmp_path: Path) -> None:
    raw.initialize(options={"timeLimit": 1})
    chance = random.Random(0)
    texts = {f"untitled:{name}": stdlib.source(name) for name in stdlib.names()}
    for uri, text in texts.items():
        raw.open(uri, text)
    early = 0
    for number in range(EDITS):
        uri = chance.choice(list(texts))
        before = texts[uri]
        texts[uri] = edited(before, chance) if number % 40 else stdlib.source(uri.removeprefix("untitled:"))
        version = raw.change(uri, texts[uri])
        lines = texts[uri].count("\n")
        at = place(uri, chance.randrange(lines + 1), chance.randrange(60))
        raw.ask(f"textDocument/{chance.choice(FEATURES)}", at)
        if number % CHECKED == 0:
            found = raw.findings(uri, version)
            wanted = ProgramFiles().check_text(texts[uri], uri)
            codes = sorted(finding.code for finding in wanted)
            assert sorted(code for _, _, code in told(found)) == codes[:200], texts[uri]
            raw.notes.clear()
        if number == EDITS // 10:
            early = memory(raw.process.pid)
    raw.request("textDocument/hover", place(uri, 0, 0))
    print(f"{EDITS} edits: {early} pages, then {memory(raw.process.pid)}")
    assert memory(raw.process.pid) < GROWTH * early
    assert all("error" not in note for note in raw.notes)
    assert "Traceback" not in raw.errors
