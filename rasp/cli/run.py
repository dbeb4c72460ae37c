"""`rasp run FILE`: runs a program, on the example or on inputs."""

from __future__ import annotations

import argparse

from rasp.cli.pipe import converse
from rasp.cli.printing import new_session, print_error
from rasp.cli.programs import operators, program_file, run_program
from rasp.cli.values import show_all
from rasp.errors import RaspError


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    if options.interactive:
        if options.sop or options.input or options.inputs or options.jobs or options.json:
            options.parser.error("--interactive shows what you type; it takes no -s, -i, --inputs, --jobs or --json")
        return converse(program_file(options.file))
    with_inputs = bool(options.input or options.inputs is not None)
    if options.jobs and not with_inputs:
        options.parser.error("--jobs spreads inputs; give them by -i or --inputs")
    quiet = bool(with_inputs or options.sop or options.json)
    session = new_session(show=not quiet)
    try:
        errors = run_program(session, options.file, options.keep_going)
        if not quiet:
            return int(bool(errors))
        chosen = operators(session, options.sop)
        return int(show_all(session, chosen, options) or bool(errors))
    except RaspError as error:
        print_error(error)
        return 1
