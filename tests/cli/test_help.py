"""`--help`: examples, options that repeat, rare limits at the end."""

from __future__ import annotations

import argparse
import shlex

import pytest

from rasp.cli.arguments import COMMANDS, command_parser, own_parser, parse_arguments
from rasp.cli.help_examples import EXAMPLES, examples_text
from rasp.cli.usage import actions_of
from tests.cli.processes import Rasp

ACTIONS = [(command, action) for command in ("model", "exercises") for action in actions_of(command_parser(command))]
EVERY = [("", ""), *((command, "") for command in COMMANDS), *ACTIONS]
each_help = pytest.mark.parametrize(("command", "action"), EVERY)


def parser_of(command: str, action: str) -> argparse.ArgumentParser:
    return command_parser(command, action) if command else own_parser(listing=True)


@each_help
def test_two_or_three_examples_end_it(rasp: Rasp, command: str, action: str) -> None:
    text = rasp(*filter(None, [command, action]), "--help").out
    assert text == parser_of(command, action).format_help()
    assert text.rstrip().endswith(examples_text(command, action))
    assert 2 <= len(EXAMPLES[f"{command} {action}".strip()]) <= 3
    limits, examples = text.index("limits, rarely needed:"), text.index("\nexamples:")
    assert all(text.rindex(option) > limits for option in ("--limit NAME", "--allow-dense "))
    assert text.index("options:") < limits < examples


@each_help
def test_the_examples_can_be_parsed(command: str, action: str) -> None:
    for line, _ in EXAMPLES[f"{command} {action}".strip()]:
        words = shlex.split(line.removeprefix('eval "$(').removesuffix(')"').partition(" | ")[0])
        assert " ".join(words).startswith(f"rasp {command} {action}".rstrip())
        assert parse_arguments(words[1:]).parser.prog == " ".join(["rasp", *words[1:2]])


@each_help
def test_options_that_repeat_say_so(command: str, action: str) -> None:
    for option in parser_of(command, action)._actions:
        repeats = isinstance(option, argparse._AppendAction)
        assert repeats == ("may be repeated" in (option.help or "")), option.option_strings


def test_every_command_and_action_has_examples_and_nothing_else_has() -> None:
    assert EXAMPLES.keys() == {f"{command} {action}".strip() for command, action in EVERY}
