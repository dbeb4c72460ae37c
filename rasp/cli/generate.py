"""`rasp generate FILE -s NAME -i PROMPT`: the decoder loop."""

from __future__ import annotations

import argparse
import itertools

from rasp.cli.inputs import reader
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.run import operators, program_file
from rasp.errors import RaspError
from rasp.graph.nodes import Atom
from rasp.graph.operators import show_atom
from rasp.show import element_text


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status."""
    session = new_session(show=False)
    try:
        session.run_file(program_file(options.file))
        operators(session, [options.sop])
        prompt = reader(options, session)(options.input)
        steps = session.steps(options.sop, prompt, options.max_steps)
        values = list(itertools.takewhile(lambda value: options.until not in _spellings(value), steps))
    except RaspError as error:
        print_error(error)
        return 1
    characters = not options.words and all(isinstance(value, str) and len(value) == 1 for value in values)
    say(("" if characters else " ").join(element_text(value) for value in values))
    return 0


def _spellings(value: Atom) -> tuple[str, ...]:
    """How a value can be named on the command line: as it is shown, or as a program writes it."""
    return (value,) if isinstance(value, str) else (element_text(value), show_atom(value))
