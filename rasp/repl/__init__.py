"""The interactive REPL on a terminal, a thin interface to `rasp.conversation`. `embed` opens it from Python.

The `:` commands are in `rasp/conversation/colon_commands.py`.
"""

from rasp.repl.start import embed

__all__ = ["embed"]
