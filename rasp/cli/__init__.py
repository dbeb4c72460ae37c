"""The command line front of a session.

`main` gives the exit status: 0, 1 when a program failed, 2 for wrong usage, 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line `rasp ARGUMENTS`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    try:
        status = _dispatch(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone, as in `rasp … | head`. Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return status


def _dispatch(given: list[str]) -> int:
    if not given:  # the most frequent start, so it does not pay for an argument parser
        from rasp.cli.conversation import converse

        return converse()
    from rasp.cli.arguments import parse

    options = parse(given)
    return options.command(options)  # type: ignore[no-any-return]


def _prepare_streams() -> None:
    """Lets every text be printed, whatever the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
