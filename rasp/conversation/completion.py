"""Completion in a conversation: `:` commands and their arguments; on other lines, the completion of programs."""

from __future__ import annotations

from collections.abc import Iterator

from rasp.assist import completion
from rasp.assist.completeness import is_command
from rasp.assist.completion import Choice, file_choices, library_choices, matching, name_choices, words
from rasp.assist.documentation import SessionNames
from rasp.conversation.colon_commands import ALIASES, COMMANDS, find
from rasp.conversation.file_commands import REPLACE
from rasp.conversation.manual import TOPICS
from rasp.errors import BadCommand
from rasp.runtime import stdlib
from rasp.session.session import Session


def choices(before: str, session: Session, asked: bool = True) -> list[Choice]:
    """The choices after the text before the cursor. Without the start of a word, only if the user `asked`.

    >>> [choice.text for choice in choices(":na", Session())]
    [':names']
    """
    line = before.rpartition("\n")[2]
    if is_command(line) and len(line) <= completion.LONGEST_LINE:
        return list(_for_command(line.lstrip(), session, asked))
    return completion.choices(before, SessionNames(session), asked)


def _for_command(line: str, session: Session, asked: bool) -> Iterator[Choice]:
    """The choices for a `:` command, or for its argument."""
    word, blank, rest = line.partition(" ")
    if not blank:
        for command in COMMANDS:
            name = f":{command.name}"
            if name.startswith(word) or ALIASES.get(word[1:]) == command.name:
                yield Choice(name, len(word), command.usage, "", command.summary)
        return
    try:
        command = find(word[1:])
    except BadCommand:
        return
    wanted, argument = command.completes, rest.lstrip()
    if wanted == "file":
        path = argument.removeprefix(REPLACE).lstrip().removeprefix('"')
        yield from file_choices(path)
        if command.name == "load":
            yield from library_choices(path)
    elif wanted == "library":
        yield from (Choice(name, len(argument), name, "program") for name in matching(argument, stdlib.names()))
    elif wanted == "topic":
        topics = ["commands", *TOPICS]
        yield from (Choice(topic, len(argument), topic, "topic") for topic in matching(argument, topics))
        yield from name_choices(argument, SessionNames(session))
    elif wanted == "name":
        yield from name_choices(argument, SessionNames(session))
    elif wanted == "expression":
        found = words(argument, argument, SessionNames(session), asked)
        yield from (choice for choice in found if choice.kind != "command")
