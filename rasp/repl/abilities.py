"""What the process's own terminal can do."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasp.conversation.display import Screen


def is_capable() -> bool:
    """Whether this is a terminal that can move its cursor."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "")


def screen() -> Screen:
    """What the terminal can show now."""
    import shutil  # not for a start on a pipe

    from rasp.conversation.display import Screen

    terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "")
    color = terminal and not os.environ.get("NO_COLOR")
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "")
    return Screen(shutil.get_terminal_size().columns, color, encoding.startswith("utf"))
