"""The abilities of the process's own terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasp.conversation.display import Screen


def is_capable() -> bool:
    """Whether standard input and output are a terminal that can move its cursor."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "")


def screen() -> Screen:
    """The current width, colour and encoding of the terminal."""
    import shutil  # imported late: a start on a pipe does not need it

    from rasp.conversation.display import Screen

    terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "")
    color = terminal and not os.environ.get("NO_COLOR")
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "")
    return Screen(shutil.get_terminal_size().columns, color, encoding.startswith("utf"))
