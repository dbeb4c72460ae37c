"""`rasp help`: lists the commands; `rasp help COMMAND`: prints the options of one."""

from __future__ import annotations

import argparse

from rasp.cli.arguments import COMMANDS, command_parser, own_parser
from rasp.cli.output import say
from rasp.cli.usage import actions_of, unknown_among, unknown_topic


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    topic = options.topic
    if topic is not None and topic not in COMMANDS:
        options.parser.error(unknown_topic(topic, COMMANDS))
    parser = own_parser(listing=True) if topic is None else command_parser(topic, options.action or "")
    if options.action is not None:
        _check_action(options, actions_of(parser))
    say(parser.format_help().rstrip("\n"))
    return 0


def _check_action(options: argparse.Namespace, actions: list[str]) -> None:
    """Exits with a usage error if the command has no such action."""
    topic, word = options.topic, options.action
    if not actions:
        options.parser.error(f"unrecognized arguments: {word}")
    if word not in actions:
        options.parser.error(f"the actions of `rasp {topic}` are {unknown_among(word, actions)}")
