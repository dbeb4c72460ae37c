"""The interactive REPL: a thin front of a session, for a person on a terminal. `embed` opens it from Python."""

from rasp.repl.start import embed

__all__ = ["embed"]
