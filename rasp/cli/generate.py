"""`rasp generate FILE -s NAME -i PROMPT`: runs the decoder loop on one prompt or many."""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
from typing import Any

from rasp.base.numerals import text_int
from rasp.cli.inputs import GivenInput, Inputs
from rasp.cli.json_text import error_fields, json_text
from rasp.cli.many import map_inputs
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.programs import run_program
from rasp.errors import RaspError
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom
from rasp.present.text import element_text
from rasp.session.session import Session


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    if not options.input and options.inputs is None:
        options.parser.error("generate starts from prompts; give them by -i or --inputs")
    session = new_session(show=False)
    try:
        run_program(session, options.file)
        return int(_generate_all(session, options))
    except RaspError as error:
        print_error(error)
        return 1


def _generate_all(session: Session, options: argparse.Namespace) -> bool:
    """Prints the values generated for each prompt; returns whether a prompt failed."""
    from rasp.parallel.decoder import pace  # imported late: imports NumPy, which a wrong program does not need

    work = session.decoding(options.sop, functools.partial(_is_spelled, text=options.until), options.max_steps)
    several = options.inputs is not None or len(options.input) > 1
    failed = False
    with contextlib.closing(map_inputs(work, Inputs(options, session), pace(), options, "prompts")) as chunks:
        for given, (result,) in itertools.chain.from_iterable(chunks):
            failed |= isinstance(result, RaspError)
            if options.json:
                fields = error_fields(result) if isinstance(result, RaspError) else {"value": result}
                say(json_text({"sop": options.sop, "input": given.shown, **fields}))
            else:
                _show_text(given, result, options.words, several)
    return failed


def _show_text(given: GivenInput, result: Any, words: bool, several: bool) -> None:
    """Prints the values on a line. With several prompts, a failed one gets an empty line: lines match prompts."""
    if isinstance(result, RaspError):
        print_error(result)
        if several:
            say()
        return
    characters = not words and all(isinstance(value, str) and len(value) == 1 for value in result)
    say(("" if characters else " ").join(element_text(value) for value in result))


def _is_spelled(value: Atom, text: str) -> bool:
    """Whether a text of the command line stands for a value: as it is printed, as a literal, or as an equal number.

    >>> _is_spelled(3.0, "3"), _is_spelled(3, "3.0"), _is_spelled("3", "3.0"), _is_spelled(True, "1")
    (True, True, False, False)
    """
    if isinstance(value, str):
        return value == text
    return text in (element_text(value), show_atom(value)) or (not isinstance(value, bool) and value == _number(text))


@functools.lru_cache(1)
def _number(text: str) -> int | float | None:
    """The number written by a text, or None; ints of any size are exact."""
    for read in (text_int, float):
        with contextlib.suppress(ValueError):
            return read(text)
    return None
