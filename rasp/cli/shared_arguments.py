"""Arguments that several commands have."""

from __future__ import annotations

import argparse

from rasp.cli import usage

OptionGroup = argparse._ActionsContainer  # a parser or a group of its options


def add_input_form(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--words", action="store_true", help="an input is a sequence of words, split at blanks")
    form.add_argument("--list", action="store_true", help='an input is a RASP list, such as [1, 2] or ["a", "b"]')


PROGRAM = "a .rasp file, the name of a library program, or - for standard input"


def add_assume_bos(parser: OptionGroup) -> None:
    parser.add_argument(
        "--assume-bos",
        action="store_true",
        help="the model has a BOS position of its own: a selector_width needs one head instead of two",
    )


def add_choice(
    parser: OptionGroup,
    name: str,
    choices: list[str],
    words: str,
    default: str | None = None,
    metavar: str | None = None,
) -> None:
    parser.add_argument(
        name, type=usage.one_of(*choices), choices=choices, default=default, metavar=metavar, help=words
    )
