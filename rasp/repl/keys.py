"""The keys of the prompt that are ours; all others are prompt_toolkit's own, of emacs or vi."""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from functools import partial

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, emacs_insert_mode, has_focus, has_selection, vi_insert_mode
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys

from rasp.assist.completeness import INDENT, dedented, goes_on, indentation, is_complete


class Dropped(Exception):
    """Ctrl-C at the prompt."""


_TYPED: dict[str, str] = {Keys.ControlJ: "\n", Keys.ControlM: "\n", Keys.ControlI: "\t"}  # keys that a text may hold
LONGEST_CHECKED = 200_000  # characters; Enter runs what is longer as it is
MOMENT = 0.05  # seconds in which the rest of a line comes that a program sends


def key_bindings(ready: Callable[[str], str | None]) -> KeyBindings:
    """Enter, Alt-Enter, Tab, Backspace, `}`, Ctrl-C and Ctrl-D. `ready` gives what an input runs as, or None."""
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)
    inserting = typing & (emacs_insert_mode | vi_insert_mode) & ~has_selection
    keys.add("enter", filter=typing)(partial(_enter, ready))
    keys.add("escape", "enter", filter=typing)(_new_line)
    keys.add("tab", filter=inserting & Condition(_before_the_line))(_indent)
    keys.add("backspace", filter=inserting & Condition(_behind_a_step))(_step_back)
    keys.add("}", filter=inserting)(_closing_brace)
    keys.add("c-c", filter=typing)(_ending(Dropped))
    keys.add("<sigint>")(_ending(Dropped))
    keys.add("c-d", filter=typing & Condition(_nothing_typed))(_ending(EOFError))
    return keys


def as_one_paste(keys: list[KeyPress]) -> list[KeyPress]:
    """Keys from before the start of the conversation, when the terminal did not put brackets around what is pasted:
    several lines are a paste, which runs if it ends with a line's end."""
    text, count = _text_of(keys)
    if "\n" not in text.rstrip("\n"):
        return keys
    pasted = KeyPress(Keys.BracketedPaste, text.rstrip("\n"))
    enter = [KeyPress(Keys.ControlM, "\r")] if text.endswith("\n") else []
    return [pasted, *enter, *keys[count:]]


def _text_of(keys: Sequence[KeyPress]) -> tuple[str, int]:
    """The text that keys type before the first one that does something else, and how many they are."""
    count = next((n for n, press in enumerate(keys) if press.key not in _TYPED and len(press.key) > 1), len(keys))
    return "".join(_TYPED.get(press.key, press.key) for press in keys[:count]), count


def _ending(exception: type[Exception]) -> Callable[[KeyPressEvent], None]:
    """Ends the prompt with an exception; a prompt that has ended already, by keys typed in haste, ends only once."""

    def end(event: KeyPressEvent) -> None:
        future = event.app.future
        if future is not None and not future.done():
            event.app.exit(exception=exception, style="class:aborting")

    return end


def _nothing_typed() -> bool:
    return not get_app().current_buffer.text


def _enter(ready: Callable[[str], str | None], event: KeyPressEvent) -> None:
    """Takes the chosen completion, runs a complete input, or opens a line; a prompt that has ended does nothing."""
    if event.app.future is not None and event.app.future.done():
        return
    buffer = event.current_buffer
    if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
        buffer.complete_state = None
    elif (text := _text_to_run(buffer.document, ready)) is not None and not (text != buffer.text and _goes_on(event)):
        buffer.cancel_completion()
        if text != buffer.text:
            buffer.document = Document(text, len(text))
        buffer.validate_and_handle()
    else:
        _open_line(buffer)


def _text_to_run(document: Document, ready: Callable[[str], str | None]) -> str | None:
    """The text that Enter runs, or None. Between lines, Enter opens a line of what lacks a `;`: it may go on there."""
    text = document.text
    if len(text) > LONGEST_CHECKED:
        return text
    if "\n" in document.text_after_cursor.rstrip():
        return text if is_complete(text) else None
    return ready(text)


def _goes_on(event: KeyPressEvent) -> bool:
    """Whether lines that have come behind this Enter already go on with the statement, which lacks a `;`: they were
    pasted in a terminal that puts no brackets around that."""
    document = event.current_buffer.document
    return not document.text_after_cursor.strip() and goes_on(document.text, _waiting(event))


def _waiting(event: KeyPressEvent) -> str:
    """The text that has come behind the key, with the whole first line that says something."""
    keys, source = event.key_processor, event.app.input
    while True:
        text, _ = _text_of([press for press in keys.input_queue if press.key != Keys.CPRResponse])
        if "\n" in text.lstrip() or not select.select([source.fileno()], [], [], MOMENT)[0]:
            return text
        if not (more := source.read_keys()):
            return text
        keys.feed_multiple(more)


def _new_line(event: KeyPressEvent) -> None:
    _open_line(event.current_buffer)


def _open_line(buffer: Buffer) -> None:
    buffer.cancel_completion()
    buffer.insert_text("\n" + indentation(buffer.document.text_before_cursor))


def _before_the_line() -> bool:
    """Whether only blanks stand before the cursor on its line, and there is no menu."""
    buffer = get_app().current_buffer
    line = buffer.document.current_line_before_cursor
    return not line.strip() and buffer.complete_state is None and (bool(line) or buffer.document.line_count > 1)


def _indent(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text(INDENT)


def _behind_a_step() -> bool:
    """Whether the cursor stands behind whole steps of blanks, and nothing else."""
    line = get_app().current_buffer.document.current_line_before_cursor
    return bool(line) and not line.strip(" ") and len(line) % len(INDENT) == 0


def _step_back(event: KeyPressEvent) -> None:
    event.current_buffer.delete_before_cursor(len(INDENT))


def _closing_brace(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    buffer.delete_before_cursor(dedented(buffer.document.text_before_cursor))
    buffer.insert_text("}")
