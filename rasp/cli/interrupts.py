"""When the command line begins to hear Ctrl-C."""

from __future__ import annotations

import signal


def heed() -> None:
    """Ctrl-C raises KeyboardInterrupt from now on. While modules were imported, it ended the process."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
