"""Writes the drawings in `golden/` as they are now: `python -m tests.draw.refresh`.

Look at them, and read the difference, before they are committed.
"""

from __future__ import annotations

from pathlib import Path

from rasp.draw import render
from rasp.draw.formats import TEXTS
from tests.draw.flows import ALL

FOLDER = Path(__file__).with_name("golden")
GOLDEN: dict[str, tuple[str, ...]] = {
    "text": ("reverse", "hist", "sort", "dyck2", "hist_40", "many_heads", "hostile"),
    "svg": ("reverse", "hist", "selector"),
    "dot": ("reverse", "selector"),
}


def golden() -> dict[Path, str]:
    """The files and what belongs into them."""
    return {
        FOLDER / f"{name}{TEXTS[format].suffixes[0]}": render(ALL[name], format)
        for format in GOLDEN
        for name in GOLDEN[format]
    }


if __name__ == "__main__":
    for path, text in golden().items():
        path.write_text(text, encoding="utf-8", newline="\n")
