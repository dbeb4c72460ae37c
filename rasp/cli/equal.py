"""`rasp equal FILE:NAME FILE:NAME`: whether two programs give the same on all inputs of up to a length."""

from __future__ import annotations

import argparse

from rasp.cli.inputs import reader
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.progress import watched
from rasp.cli.run import Operator, operators, program_file
from rasp.compiling import compared, result_text
from rasp.errors import RaspError, UnknownName
from rasp.names import show_input
from rasp.session import Session


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status: 1 where they differ."""
    try:
        left, right = (_operator(place) for place in options.programs)
        vocabulary = reader(options, Session())(options.vocab)
        with watched():
            found, count = compared(left, right, vocabulary, options.max_length)
    except RaspError as error:
        print_error(error)
        return 1
    if found is None:
        say(f"equal on all inputs of up to {options.max_length} tokens ({count:,} inputs)")
        return 0
    say(f"different on the input {show_input(found.given)}, a shortest one:")
    for place, result in zip(options.programs, (found.left, found.right), strict=True):
        say(f"  {place}: {result_text(result, found.given)}")
    return 1


def _operator(place: str) -> Operator:
    """The s-op or selector that `FILE:NAME` names."""
    file, mark, name = place.rpartition(":")
    if not mark or not file:
        raise UnknownName(f"{place!r:.60} names no s-op", hint="Write FILE:NAME, such as sort.rasp:sorted.")
    session = new_session(show=False)
    session.run_file(program_file(file))
    return operators(session, [name])[name]
