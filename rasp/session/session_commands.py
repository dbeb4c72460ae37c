"""The commands of a session, such as `set example` and `examples off`: a table of functions that change its settings.

They are statements, so programs may hold them, too. The commands of a prompt, which begin with `:`, are in
`rasp/conversation/colon_commands.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasp.engine.inputs import validate_input
from rasp.errors import BadInput
from rasp.present.names import show_input
from rasp.runtime.values import a
from rasp.session.settings import Leave, Listener, Settings

Command = Callable[[Settings, Listener, Any], None]


def carry_out_statement(settings: Settings, listener: Listener, words: str, argument: Any) -> None:
    """Carries out a command; raises BadInput, or Leave for `exit`."""
    COMMANDS[words](settings, listener, argument)


def _set(*names: str) -> Command:
    def command(settings: Settings, listener: Listener, argument: Any) -> None:
        if not isinstance(argument, (str, tuple)):
            raise BadInput(f"the example must be a string or a list of atoms, not {a(argument)}")
        example = validate_input(argument)
        for name in names:
            setattr(settings, name, example)

    return command


def _show(*kinds: str) -> Command:
    def command(settings: Settings, listener: Listener, argument: Any) -> None:
        examples = {"s-op": settings.sop_example, "selector": settings.selector_example}
        for kind in kinds:
            listener.text(f"{kind} example: {show_input(examples[kind])}")

    return command


def _switch(value: bool, *names: str) -> Command:
    def command(settings: Settings, listener: Listener, argument: Any) -> None:
        for name in names:
            setattr(settings, name, value)

    return command


def _leave(settings: Settings, listener: Listener, argument: Any) -> None:
    raise Leave


COMMANDS: dict[str, Command] = {
    "set example": _set("sop_example", "selector_example"),
    "set s-op example": _set("sop_example"),
    "set selector example": _set("selector_example"),
    "show example": _show("s-op", "selector"),
    "show s-op example": _show("s-op"),
    "show selector example": _show("selector"),
    "examples on": _switch(True, "sop_examples", "selector_examples"),
    "examples off": _switch(False, "sop_examples", "selector_examples"),
    "s-op examples on": _switch(True, "sop_examples"),
    "s-op examples off": _switch(False, "sop_examples"),
    "selector examples on": _switch(True, "selector_examples"),
    "selector examples off": _switch(False, "selector_examples"),
    "full seq display on": _switch(True, "full_display"),
    "full seq display off": _switch(False, "full_display"),
    "exit": _leave,
    "quit": _leave,
}
