"""`:learn`: finds the program behind data or an s-op, and binds it in the session."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rasp.conversation.file_commands import file_name
from rasp.conversation.inspecting import printable_lines
from rasp.conversation.models import unquote
from rasp.conversation.talk import Talk
from rasp.errors import BadCommand, RaspError
from rasp.session.choosing import require
from rasp.syntax.parser import parse

if TYPE_CHECKING:
    from rasp.learning.events import SearchStanding
    from rasp.learning.lessons import Lesson

USAGE = "For example `:learn f = pairs.jsonl`, where `words` and `one` may follow, or `:learn f = sorted abcde 5`."
SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
INTERVAL = 1.0  # seconds between two lines on the state of the search

_FORM = re.compile(r"\s*(\w+)\s*=\s*(.*\S)", re.DOTALL)


def learn(talk: Talk, argument: str) -> None:
    """`:learn`: looks for the program behind data or an s-op; its output gets a name. Ctrl-C keeps the best so far."""
    from rasp.learning.methods import choose_method  # imported late: no start needs these
    from rasp.learning.writing.statements import rename_output
    from rasp.session.learning import LIVE, learn_wanted

    match = _FORM.fullmatch(argument.rstrip("; "))
    if match is None:
        raise BadCommand("`:learn` needs a name, `=`, and what to learn from", hint=USAGE)
    name, source = match.groups()
    _check_name(talk, name)
    lesson = _lesson(talk, source)
    found = learn_wanted(choose_method(lesson).request(), True if LIVE else _Shown(talk))
    talk.show(found, printable_lines(found.report.text(talk.screen().width)))
    talk.edited(rename_output(found.program, name))


class _Shown:
    """Prints the state of the search, at most once a second."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.next = 0.0

    def __call__(self, standing: SearchStanding) -> None:
        from rasp.learning.events import search_status  # imported late: no start needs it

        if time.monotonic() >= self.next:
            self.next = time.monotonic() + INTERVAL
            self.talk.say(search_status(standing))


def _check_name(talk: Talk, name: str) -> None:
    """Raises BadCommand for a name that a user cannot give to an s-op."""
    try:
        parse(f"{name} = 0;", "<name>")
    except RaspError:
        raise BadCommand(f"`{name:.40}` cannot be a name", hint=USAGE) from None
    if talk.session.is_reserved(name):
        raise BadCommand(f"`{name:.40}` is a name of the language", hint=USAGE)


def _lesson(talk: Talk, source: str) -> Lesson:
    """What is to be learned: from a file, or from an s-op with its tokens and the longest length. Raises RaspError."""
    from rasp.learning import lessons  # imported late: no start needs these
    from rasp.learning.examples.reading import read
    from rasp.learning.examples.rows import Form, check_vocabulary
    from rasp.session.compiling import model_vocabulary
    from rasp.session.teaching import teacher_of

    words = source.split()
    options = {word for word in words[-2:] if word in ("words", "one")} if len(words) > 1 else set()
    source = " ".join(words[: len(words) - len(options)])
    if source.strip('"').lower().endswith(SUFFIXES) or (len(words) == 1 and Path(source).is_file()):
        return lessons.of_data(read(file_name(source), Form(words="words" in options, one="one" in options)))
    if len(words) < 3 or not words[-1].isdecimal() or len(words[-1]) > 6:
        title = f"`{source:.40}` is no file of data, and no s-op with its tokens and the length of the longest input"
        raise BadCommand(title, hint=USAGE)
    expression, vocabulary, length = " ".join(words[:-2]), model_vocabulary(unquote(words[-2])), int(words[-1])
    value = require(
        talk.session, talk.session.eval(expression), "`:learn` needs an s-op", BadCommand, USAGE, selectors=False
    )
    teacher = teacher_of(value, expression)
    return lessons.of_teacher(teacher, lessons.space_of(teacher, check_vocabulary(vocabulary), length))
