"""`rasp draw FILE -s NAME -i INPUT`: draws the flow of a computation, as text or into a file."""

from __future__ import annotations

import argparse
import sys

from rasp.cli.inputs import elements_of, reader
from rasp.cli.output import say
from rasp.cli.printing import new_session, output_width, print_error, wants_color
from rasp.cli.programs import operators, run_program
from rasp.draw.picture import PictureSize
from rasp.errors import RaspError
from rasp.session.drawing import draw_operators


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    check_picture(options)
    try:
        session = new_session(show=False)
        run_program(session, options.file)
        chosen = operators(session, options.sop, several=False)
        read = reader(options, session)
        (given,) = [session.settings.sop_example] if options.input is None else elements_of([options.input], read)
        text = draw_operators(
            list(chosen.values()),
            session.names_of_nodes,
            given,
            options.output,
            max_n=options.max_n,
            assume_bos=options.assume_bos,
            as_built=options.as_built,
            folded=not options.unfold,
            width=output_width(),
            color=wants_color(sys.stdout),
            size=wanted_size(options),
            embed=options.embed,
        )
    except RaspError as error:
        print_error(error)
        return 1
    say(text.rstrip("\n") if options.output is None else told_file(options.output, text))
    return 0


def check_picture(options: argparse.Namespace) -> None:
    """Exits with a usage error if there are options of a picture, but none is drawn."""
    if options.output is None and (options.width or options.scale or options.embed):
        options.parser.error("--width, --scale and --embed go with -o, whose file has a picture")


def wanted_size(options: argparse.Namespace) -> PictureSize:
    """The size of the picture that `--width` or `--scale` ask for."""
    return PictureSize(options.width or 0.0, options.scale or 1.0)


def told_file(path: str, program: str) -> str:
    """The line that names the drawn file, and the program that made it if it was not rasp."""
    return f"drawn: {path}" + (f" (by {program})" if program else "")
