"""`rasp help`: the commands; `rasp help COMMAND`: the options of one."""

from __future__ import annotations

import argparse

from rasp.cli.arguments import COMMANDS, command_parser, own_parser
from rasp.cli.output import say
from rasp.cli.usage import unknown_topic


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status."""
    topic = options.topic
    if topic is not None and topic not in COMMANDS:
        options.parser.error(unknown_topic(topic, COMMANDS))
    parser = own_parser(listing=True) if topic is None else command_parser(topic)
    say(parser.format_help().rstrip("\n"))
    return 0
