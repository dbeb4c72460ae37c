"""The handling of Ctrl-C by the command line."""

from __future__ import annotations

import signal


def heed() -> None:
    """Makes Ctrl-C raise KeyboardInterrupt from now on. During the imports at the start it ends the process."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
