"""`rasp repl`: the same as `rasp` alone; `rasp repl FILE` first runs a program in the same session."""

from __future__ import annotations

import argparse

from rasp.cli.pipe import converse
from rasp.cli.printing import print_error
from rasp.cli.programs import program_file
from rasp.errors import RaspError


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    try:
        file = None if options.file is None else program_file(options.file)
    except RaspError as error:
        print_error(error)
        return 1
    return converse(file)
