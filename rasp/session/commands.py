"""The REPL commands of the language: each with what it does to a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rasp.engine.inputs import validate_input
from rasp.errors import BadInput
from rasp.present.names import show_input
from rasp.runtime.values import a

if TYPE_CHECKING:
    from rasp.session.session import Session


def carry_out(session: Session, words: str, argument: Any) -> None:
    """Carries out a command; raises BadInput, or Leave for `exit`."""
    COMMANDS[words](session, argument)


def _set(*settings: str) -> Callable[[Session, Any], None]:
    def command(session: Session, argument: Any) -> None:
        if not isinstance(argument, (str, tuple)):
            raise BadInput(f"the example must be a string or a list of atoms, not {a(argument)}")
        example = validate_input(argument)
        for setting in settings:
            setattr(session.settings, setting, example)

    return command


def _show(*kinds: str) -> Callable[[Session, Any], None]:
    def command(session: Session, argument: Any) -> None:
        examples = {"s-op": session.settings.sop_example, "selector": session.settings.selector_example}
        for kind in kinds:
            session.listener.text(f"{kind} example: {show_input(examples[kind])}")

    return command


def _switch(value: bool, *settings: str) -> Callable[[Session, Any], None]:
    def command(session: Session, argument: Any) -> None:
        for setting in settings:
            setattr(session.settings, setting, value)

    return command


def _leave(session: Session, argument: Any) -> None:
    from rasp.session.session import Leave

    raise Leave


COMMANDS: dict[str, Callable[[Session, Any], None]] = {
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
