"""The commands that show something and do not change the session, such as `:names`, `:type` and `:trace`."""

from __future__ import annotations

import re
import statistics
import textwrap
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rasp.assist.documentation import FORMS, about, definition_text
from rasp.base.diagnostics import clip, display_width, pad, printable
from rasp.conversation.display import BOLD, DIM, result_text
from rasp.conversation.file_commands import expand_user
from rasp.conversation.talk import Talk
from rasp.errors import BadCommand, RaspError
from rasp.graph.nodes import Node, is_selector
from rasp.present.names import show_input
from rasp.present.text import error_line
from rasp.runtime import stdlib
from rasp.runtime.machine import unknown_name
from rasp.runtime.values import Application, Builtin, UserFunction, describe
from rasp.session.choosing import SOpOrSelector, require
from rasp.session.sops import Selector, unwrap
from rasp.syntax.parser import parse_expression

TIMED = 0.2  # seconds for which `:time` repeats an evaluation
MOST_RUNS = 1000
MOST_WORDS = 10  # at the end of a line that are tried as a file name
LISTED = 1000  # earlier inputs that `:history` shows


def value_of(talk: Talk, expression: str) -> Any:
    """The runtime's value of an expression, which may end with `;`. Raises RaspError."""
    return unwrap(_evaluate(talk, expression))


def _evaluate(talk: Talk, expression: str) -> Any:
    return talk.session.eval(expression.rstrip().removesuffix(";"))


def _operator(talk: Talk, expression: str, command: str, hint: str) -> SOpOrSelector:
    """The s-op or selector that an expression makes. Raises RaspError."""
    need = f"`:{command}` needs an s-op or a selector"
    return require(talk.session, _evaluate(talk, expression), need, BadCommand, hint)


def names(talk: Talk, pattern: str) -> None:
    """`:names`: lists the conversation's own names; with a pattern, all names that match."""
    session = talk.session
    wanted = pattern if any(sign in pattern for sign in "*?[") else f"*{pattern}*"
    if pattern:
        found = sorted(name for name in {*session.scope.visible(), *FORMS} if fnmatchcase(name, wanted))
    else:
        found = session.names()
    if not found:
        talk.say(f"No name matches `{printable(pattern)}`." if pattern else "Nothing has a name yet.")
        return
    known = [entry for name in found if (entry := about(name, session)) is not None]
    signatures = [printable(entry.signature) for entry in known]
    width = min(32, max(map(display_width, signatures)))
    lines = (
        f"{pad(signature, width)}  {entry.kind:<9}  {printable(entry.summary)}".rstrip()
        for signature, entry in zip(signatures, known, strict=True)
    )
    talk.say("\n".join(clip(line, talk.screen().width) for line in lines))


def kind(talk: Talk, expression: str) -> None:
    """`:type`: prints the kind of an expression; for an s-op, also the kind of its values on the example."""
    value = value_of(talk, expression)
    talk.say(f"{_one_line(expression)}: {kind_text(value, talk)}")


def _one_line(expression: str) -> str:
    return printable(" ".join(expression.rstrip().removesuffix(";").split()))


def kind_text(value: Any, talk: Talk) -> str:
    """The kind of a value in words."""
    if isinstance(value, (UserFunction, Builtin)):
        return f"function {value.signature}"
    if isinstance(value, Application):
        return f"list of {len(value)} elements"
    if not isinstance(value, Node):
        return printable(describe(value))
    if is_selector(value):
        return "selector"
    given = talk.session.settings.sop_example
    try:
        return f"s-op, {talk.session.evaluate(value, given).kind}s on {show_input(given)}"
    except RaspError as error:
        return f"s-op, without a value on {show_input(given)}: {error_line(error)}"


def timing(talk: Talk, expression: str) -> None:
    """`:time`: prints how long an expression takes to be built, and to be evaluated on the example."""
    start = time.perf_counter()
    value = value_of(talk, expression)
    built = time.perf_counter() - start
    if not isinstance(value, Node):
        talk.say(f"{_one_line(expression)}: {short_duration(built)}")
        return
    settings = talk.session.settings
    given = settings.selector_example if is_selector(value) else settings.sop_example
    times = _times(talk, value, given)
    runs = f"median of {len(times)} runs" if len(times) > 1 else "1 run"
    evaluated = f"evaluated on {show_input(given)} in {short_duration(statistics.median(times))} ({runs})"
    talk.say(f"{_one_line(expression)}: built in {short_duration(built)}, {evaluated}")


def _times(talk: Talk, node: Node, given: Any) -> list[float]:
    """The times of evaluations in seconds, repeated for a short time."""
    times: list[float] = []
    while not times or (sum(times) < TIMED and len(times) < MOST_RUNS):
        start = time.perf_counter()
        talk.session.evaluate(node, given)
        times.append(time.perf_counter() - start)
    return times


def short_duration(seconds: float) -> str:
    """A time in s, ms or µs.

    >>> short_duration(0.0000123), short_duration(0.0123), short_duration(75)
    ('12.3 µs', '12.3 ms', '75 s')
    """
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1 or unit == "µs":
            return f"{seconds * factor:.3g} {unit}"
    raise AssertionError


def source(talk: Talk, name: str) -> None:
    """`:source`: prints the definition of a name, with its comment."""
    text = definition_text(name, talk.session)
    if text is not None:
        talk.say("\n".join(map(printable, text.split("\n"))))
        return
    if about(name, talk.session) is None:
        raise unknown_name(name, talk.session.scope.visible())
    talk.say(f"`{name}` belongs to the language itself; it has no source in RASP.")


def trace(talk: Talk, expression: str) -> None:
    """`:trace`: prints the steps of an s-op or selector on the example, one per line."""
    value = _operator(talk, expression, "trace", "It shows the steps of an s-op or selector on the example.")
    settings, screen = talk.session.settings, talk.screen()
    found = value.trace(settings.selector_example if isinstance(value, Selector) else settings.sop_example)
    drawn = found.text(screen.width, lambda text: screen.paint(text, BOLD), lambda text: screen.paint(text, DIM))
    talk.show(found, drawn)


def architecture(talk: Talk, expression: str) -> None:
    """`:arch`: prints the report of the layers and heads that an s-op or selector needs."""
    value = _operator(talk, expression, "arch", "It counts the layers and heads of an s-op or selector.")
    report = value.architecture()
    talk.show(report, printable_lines(report.text(min(80, talk.screen().width))))


_DRAWN = re.compile(r'(.*\S)\s+([^\s"]+\.[a-zA-Z]+|"[^"]+\.[a-zA-Z]+")\s*', re.DOTALL)


def draw(talk: Talk, argument: str) -> None:
    """`:draw`: draws the flow of an s-op or selector on the example, as text or into a file."""
    from rasp.session.drawing import draw_operators  # imported late: no start needs it

    expression, file = _with_file(argument)
    value = _operator(talk, expression, "draw", "It draws the flow of an s-op or selector on the example.")
    settings = talk.session.settings
    given = settings.selector_example if isinstance(value, Selector) else settings.sop_example
    drawing = draw_operators([value], talk.session.names_of_nodes, given, file, width=max(20, talk.screen().width))
    if file is None:
        talk.show(drawing, drawing.rstrip("\n"))
    else:
        talk.say(f"drawn: {printable(str(file))}{f' (by {drawing})' if drawing else ''}")


def _with_file(argument: str) -> tuple[str, Path | None]:
    """Splits an argument into an expression and a file, which is quoted if it has blanks. Raises BadCommand."""
    text = argument.rstrip("; ")
    match = _DRAWN.fullmatch(text)
    if match is not None and _is_expression(match[1]):  # otherwise the "file" is part of it, as in `tokens == "a.b"`
        return match[1], expand_user(match[2].strip('"'))
    if not _is_expression(text):
        _refuse_file(text)
    return text, None


def _refuse_file(text: str) -> None:
    """Raises BadCommand for an expression followed by a text that may be meant as a file name."""
    for blank in reversed([index for index, char in enumerate(text) if char == " "][-MOST_WORDS:]):
        rest = text[blank:].strip()
        if (rest[0].isalnum() or rest[0] in '"~./_') and _is_expression(text[:blank]):
            hint = "A file is, for example, flow.svg; a name with blanks needs quotes."
            raise BadCommand(f"`{printable(rest)[:80]}` is no file for a drawing", hint=hint)


def _is_expression(text: str) -> bool:
    try:
        parse_expression(text, "<expression>")
    except RaspError:
        return False
    return True


def full(talk: Talk, argument: str) -> None:
    """`:full`: prints the last results again, in full."""
    if not talk.results_shown:
        raise BadCommand("there is no result yet to show in full")
    for shown in talk.results_shown:
        talk.say(result_text(shown, talk.session, talk.screen(), full=True))


def history(talk: Talk, text: str) -> None:
    """`:history`: prints earlier inputs, oldest first; with a text, those that contain it."""
    found = [line for line in talk.past() if text in line][-LISTED:]
    talk.say(
        "\n".join(printable_lines(entry) for entry in found)
        if found
        else f"No input has `{printable(text)}`."
        if text
        else "Nothing was typed yet."
    )


def printable_lines(text: str) -> str:
    r"""A text of several lines, without control characters.

    >>> printable_lines("a\n\x1b[31mb")
    'a\n�[31mb'
    """
    return "\n".join(map(printable, text.split("\n")))


def library(talk: Talk, name: str) -> None:
    """`:stdlib`: lists the programs of the library, or prints one."""
    if name:
        talk.say(stdlib.source(name).rstrip("\n"))
        return
    known = stdlib.names()
    width = max(map(len, known))
    lines = []
    for program in known:
        rows = textwrap.wrap(stdlib.summary(program), max(20, talk.screen().width - width - 2))
        lines += [f"{'' if index else program:<{width}}  {row}" for index, row in enumerate(rows)]
    talk.say("\n".join([*lines, '`:stdlib NAME` prints a program, `load "NAME";` loads it.']))
