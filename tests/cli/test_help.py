"""`--help`: examples, options that repeat, rare limits at the end."""

from __future__ import annotations

import argparse
import shlex

import pytest

from rasp.cli.arguments import COMMANDS, command_parser, parse
from rasp.cli.help_examples import EXAMPLES, examples_text

each_command = pytest.mark.parametrize("command", COMMANDS)


@each_command
def test_two_or_three_examples_end_it(command: str) -> None:
    text = command_parser(command).format_help()
    assert text.rstrip().endswith(examples_text(command))
    assert 2 <= len(EXAMPLES[command]) <= 3
    limits, examples = text.index("limits, rarely needed:"), text.index("\nexamples:")
    assert all(text.rindex(option) > limits for option in ("--limit NAME", "--allow-dense "))
    assert text.index("options:") < limits < examples


@each_command
def test_the_examples_can_be_parsed(command: str) -> None:
    for line, _ in EXAMPLES[command]:
        words = shlex.split(line.removeprefix('eval "$(').removesuffix(')"').partition(" | ")[0])
        assert words[:2] == ["rasp", command]
        assert parse(words[1:]).parser.prog == f"rasp {command}"


@each_command
def test_options_that_repeat_say_so(command: str) -> None:
    for action in command_parser(command)._actions:
        repeats = isinstance(action, argparse._AppendAction)
        assert repeats == ("may be repeated" in (action.help or "")), action.option_strings


def test_every_command_has_examples_and_nothing_else_has() -> None:
    assert EXAMPLES.keys() == COMMANDS.keys()
