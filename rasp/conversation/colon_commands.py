"""The commands of a prompt, which begin with `:`: their table, and the function that carries out a line.

`:help` and completion are made from the same table. A command reports by `talk.say`, or raises RaspError. To add a
command, write its function in a module of this room, and a row here. `set example` and the like are statements of the
language: see `rasp/session/session_commands.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from rasp.base.diagnostics import nearest_names
from rasp.conversation import file_commands, inspecting, learning, manual, models
from rasp.conversation.record import StatementRecord
from rasp.conversation.talk import Talk
from rasp.errors import BadCommand


class ColonCommand(NamedTuple):
    """A command of a prompt.

    `argument` is the usage of its argument, `completes` the kind of choices that complete it.
    """

    name: str
    argument: str
    completes: str  # "name", "expression", "file", "library", "topic" or ""
    summary: str
    carry_out: Callable[[Talk, str], None]

    @property
    def usage(self) -> str:
        """The usage of the command, such as `:type EXPR`."""
        return f":{self.name} {self.argument}".rstrip()


def _reset(talk: Talk, argument: str) -> None:
    talk.session.reset()
    talk.record = StatementRecord()
    talk.files.clear()
    talk.saved.clear()  # files saved before the reset are not overwritten without --replace
    talk.results_shown = []
    talk.say("All names are forgotten.")


def _quit(talk: Talk, argument: str) -> None:
    talk.session.left = True


def _vi(talk: Talk, argument: str) -> None:
    talk.vi_mode = not talk.vi_mode
    talk.say(f"{'vi' if talk.vi_mode else 'emacs'} keys")


def _help(talk: Talk, argument: str) -> None:
    manual.show_help(talk, argument, [(command.usage, command.summary) for command in COMMANDS])


COMMANDS = (
    ColonCommand("help", "[NAME or TOPIC]", "topic", "what a name or a topic is about", _help),
    ColonCommand("names", "[PATTERN]", "name", "the names of this conversation, or all that match", inspecting.names),
    ColonCommand("type", "EXPR", "expression", "what an expression is", inspecting.kind),
    ColonCommand("time", "EXPR", "expression", "how long an expression takes", inspecting.timing),
    ColonCommand("source", "NAME", "name", "the definition of a name", inspecting.source),
    ColonCommand("trace", "EXPR", "expression", "every step from the tokens to the result", inspecting.trace),
    ColonCommand("arch", "EXPR", "expression", "the layers and heads that it needs", inspecting.architecture),
    ColonCommand("draw", "EXPR [FILE]", "expression", "how its values flow, as text or in a file", inspecting.draw),
    ColonCommand(
        "compile", "EXPR TOKENS N", "expression", "its transformer; `causal` and FILE may follow", models.compile_sop
    ),
    ColonCommand(
        "learn",
        "NAME = SOURCE",
        "",
        "an s-op from a file of examples or EXPR TOKENS N",
        learning.learn,
    ),
    ColonCommand("full", "", "", "the last result without any folding", inspecting.full),
    ColonCommand("load", "FILE", "file", "run a program and take its names", file_commands.load),
    ColonCommand("reload", "", "", "run the loaded programs again, after editing", file_commands.reload),
    ColonCommand("edit", "[NAME or FILE]", "name", "write in $EDITOR, then run", file_commands.edit),
    ColonCommand("fmt", "[NAME]", "name", "the last input, or a definition, laid out", file_commands.fmt),
    ColonCommand("save", "FILE", "file", "write what ran so far as a program", file_commands.save),
    ColonCommand("history", "[TEXT]", "", "earlier inputs, or those that hold a text", inspecting.history),
    ColonCommand("reset", "", "", "forget all names and settings", _reset),
    ColonCommand("stdlib", "[NAME]", "library", "the library's programs, or one of them", inspecting.library),
    ColonCommand("vi", "", "", "switch between emacs and vi keys", _vi),
    ColonCommand("quit", "", "", "leave", _quit),
)
RECORDED = ("save", "full", "history", "reload")  # commands that need a record of what was done; a pipe keeps none
ALIASES = {"h": "help", "?": "help", "exit": "quit", "l": "load"}

_LINE = re.compile(r":\s*([^\s]*)\s*(.*)", re.DOTALL)


def carry_out(talk: Talk, line: str) -> None:
    """Carries out a line such as `:help sort`. Raises BadCommand, or the error of the command."""
    match = _LINE.match(line.strip())
    word, argument = match.groups() if match else ("", "")
    command = find(word)
    if argument and not command.argument:
        raise BadCommand(f"`:{command.name}` takes nothing after it")
    if not argument and command.argument and not command.argument.startswith("["):
        raise BadCommand(f"`:{command.name}` needs something after it", hint=f"Write {command.usage}.")
    if talk.unheard and (command.name in RECORDED or argument.startswith("tutorial")):
        raise BadCommand(f"`:{command.name}` needs a conversation with a person: on a pipe nothing is remembered")
    command.carry_out(talk, argument)


def find(word: str) -> ColonCommand:
    """The command for a word: its name, an alias, or an unambiguous prefix of its name. Raises BadCommand.

    >>> find("n").name, find("h").name
    ('names', 'help')
    """
    name = ALIASES.get(word, word)
    starting = [command for command in COMMANDS if command.name.startswith(name)]
    exact = [command for command in starting if command.name == name]
    if exact or (len(starting) == 1 and name):
        return (exact or starting)[0]
    if starting:
        listed = ", ".join(f":{command.name}" for command in starting)
        title = f"`:{word}` may be one of {listed}" if word else "no command stands behind the `:`"
        raise BadCommand(title, hint=_HINT)
    close = nearest_names(name, [command.name for command in COMMANDS], 1)
    hint = f"Did you mean `:{close[0]}`?" if close else _HINT
    raise BadCommand(f"there is no command `:{word[:40]}`", hint=hint)


_HINT = "`:help` lists the commands."

__all__ = ["COMMANDS", "ColonCommand", "carry_out", "find"]
