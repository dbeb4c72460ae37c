"""The command line.

`main` returns the exit status: 0, 1 if a program failed, 2 for wrong usage, 130 after Ctrl-C. What is imported at the
start is kept small, since `rasp` starts often: modules of commands are imported when their command is given.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TextIO

from rasp.cli.output import OutputFailed, ReaderGone, flush
from rasp.errors import InternalError, RaspError, WorkersLost


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line `rasp ARGUMENTS`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    status = _status(given)
    try:
        sys.stderr.flush()
    except OSError:  # such as a full disk; it cannot be reported anywhere
        _drop(sys.stderr)
    return status


def _status(given: list[str]) -> int:
    """Runs the command line, and says on standard error what ended it."""
    try:
        status = _dispatch(given)
        flush()
    except ReaderGone:
        _drop(sys.stdout)
        return 0
    except OutputFailed as error:
        _drop(sys.stdout)
        return _fail(f"the output cannot be written: {error}")
    except WorkersLost as error:
        return _fail(str(error))
    except InternalError as error:
        return _fail(f"{error}. This is a mistake of rasp's.")
    except OSError as error:  # an error of the system, such as no folder for temporary files
        return _fail(str(error))
    except KeyboardInterrupt as stopped:
        if str(stopped):  # says what was stopped
            _fail(str(stopped))
        return 130
    return status


def _fail(message: str) -> int:
    with contextlib.suppress(OSError):  # standard error itself may fail
        print(f"rasp: {message}", file=sys.stderr)
    return 1


def _drop(stream: TextIO) -> None:
    """Discards what a stream has buffered; otherwise Python would end with an error when it flushes it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _dispatch(given: list[str]) -> int:
    try:
        if given:  # without arguments, the most frequent start, argparse is not imported
            from rasp.cli.arguments import parse_arguments  # imported late: a pipe or prompt needs no argparse

            options = parse_arguments(given)
            if options.command is not None:
                return import_module(f"rasp.cli.{options.command}").run(options)  # type: ignore[no-any-return]
        from rasp.cli.pipe import converse  # imported late: most commands do not need it

        return converse()
    except RaspError as error:
        from rasp.cli.printing import print_error  # imported late: only errors need it

        print_error(error)
        return 1


def _prepare_streams() -> None:
    """Makes every text printable, whatever the encoding of the terminal; replaces closed streams by the null device."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # stays open until the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
