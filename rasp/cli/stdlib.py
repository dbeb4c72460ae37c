"""`rasp stdlib`: lists the library's programs, each with a summary and an example; `rasp stdlib NAME` prints one."""

from __future__ import annotations

import argparse
import textwrap

from rasp.cli.output import say
from rasp.cli.printing import print_error
from rasp.errors import RaspError
from rasp.runtime import stdlib
from rasp.session.examples import examples_in

WIDTH = 100
FOOTER = """
`rasp stdlib NAME` prints a program, `rasp run NAME -i INPUT` runs it, and in a program `load "NAME";` loads it.
The names of `rasp stdlib prelude` are there without a load."""


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    try:
        say(listing() if options.name is None else stdlib.source(options.name).rstrip("\n"))
    except RaspError as error:
        print_error(error)
        return 1
    return 0


def listing() -> str:
    """The table of the library's programs, and a note on their use."""
    names = stdlib.names()
    width = max(map(len, names))
    lines = []
    for name in names:
        text = stdlib.source(name)
        rows = textwrap.wrap(stdlib.summary(name), WIDTH - width)
        rows += [f"{example.expression} = {example.expected}" for example in examples_in(text)[:1]]
        lines += [f"{'' if index else name:<{width}}  {row}" for index, row in enumerate(rows)]
    return "\n".join(lines) + FOOTER
