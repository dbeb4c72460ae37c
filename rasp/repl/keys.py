"""Key bindings of the prompt, besides those of prompt_toolkit (emacs or vi)."""

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

from rasp.assist.completeness import INDENT, dedent_width, goes_on, indentation, is_complete


class InputDropped(Exception):
    """Raised by Ctrl-C at the prompt."""


_TYPED: dict[str, str] = {Keys.ControlJ: "\n", Keys.ControlM: "\n", Keys.ControlI: "\t"}  # keys for characters
LONGEST_CHECKED = 200_000  # characters; Enter runs longer inputs unchecked
MOMENT = 0.05  # seconds to wait for the rest of a pasted line


def key_bindings(ready: Callable[[str], str | None]) -> KeyBindings:
    """Binds Enter, Alt-Enter, Tab, Backspace, `}`, Ctrl-C and Ctrl-D. `ready` is `Conversation.ready`."""
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)
    inserting = typing & (emacs_insert_mode | vi_insert_mode) & ~has_selection
    keys.add("enter", filter=typing)(partial(_enter, ready))
    keys.add("escape", "enter", filter=typing)(_new_line)
    keys.add("tab", filter=inserting & Condition(_before_the_line))(_indent)
    keys.add("backspace", filter=inserting & Condition(_behind_a_step))(_step_back)
    keys.add("}", filter=inserting)(_closing_brace)
    keys.add("c-c", filter=typing)(_ending(InputDropped))
    keys.add("<sigint>")(_ending(InputDropped))
    keys.add("c-d", filter=typing & Condition(_nothing_typed))(_ending(EOFError))
    return keys


def as_one_paste(keys: list[KeyPress]) -> list[KeyPress]:
    """Converts keys that came before bracketed paste was on: several lines become one paste, with Enter if the text
    ends with a newline."""
    text, count = _text_of(keys)
    if "\n" not in text.rstrip("\n"):
        return keys
    pasted = KeyPress(Keys.BracketedPaste, text.rstrip("\n"))
    enter = [KeyPress(Keys.ControlM, "\r")] if text.endswith("\n") else []
    return [pasted, *enter, *keys[count:]]


def _text_of(keys: Sequence[KeyPress]) -> tuple[str, int]:
    """The text of the keys before the first one that is not a character, and the number of these keys."""
    count = next((n for n, press in enumerate(keys) if press.key not in _TYPED and len(press.key) > 1), len(keys))
    return "".join(_TYPED.get(press.key, press.key) for press in keys[:count]), count


def _ending(exception: type[Exception]) -> Callable[[KeyPressEvent], None]:
    """A handler that ends the prompt by an exception; does nothing if an earlier key has ended it."""

    def end(event: KeyPressEvent) -> None:
        future = event.app.future
        if future is not None and not future.done():
            event.app.exit(exception=exception, style="class:aborting")

    return end


def _nothing_typed() -> bool:
    return not get_app().current_buffer.text


def _enter(ready: Callable[[str], str | None], event: KeyPressEvent) -> None:
    """Accepts the chosen completion, runs a complete input, or opens a line; does nothing if the prompt has ended."""
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
    """The text that Enter runs, or None. With lines after the cursor, a missing `;` is not added."""
    text = document.text
    if len(text) > LONGEST_CHECKED:
        return text
    if "\n" in document.text_after_cursor.rstrip():
        return text if is_complete(text) else None
    return ready(text)


def _goes_on(event: KeyPressEvent) -> bool:
    """Whether the lines waiting after this Enter continue the statement, which lacks a `;`: they were pasted on a
    terminal without bracketed paste."""
    document = event.current_buffer.document
    return not document.text_after_cursor.strip() and goes_on(document.text, _waiting(event))


def _waiting(event: KeyPressEvent) -> str:
    """The text that waits after the key, up to the end of its first line that is not blank."""
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
    """Whether the line is blank before the cursor, and no menu is open. False for an empty input."""
    buffer = get_app().current_buffer
    line = buffer.document.current_line_before_cursor
    return not line.strip() and buffer.complete_state is None and (bool(line) or buffer.document.line_count > 1)


def _indent(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text(INDENT)


def _behind_a_step() -> bool:
    """Whether the line before the cursor is only indentation, in whole steps."""
    line = get_app().current_buffer.document.current_line_before_cursor
    return bool(line) and not line.strip(" ") and len(line) % len(INDENT) == 0


def _step_back(event: KeyPressEvent) -> None:
    event.current_buffer.delete_before_cursor(len(INDENT))


def _closing_brace(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    buffer.delete_before_cursor(dedent_width(buffer.document.text_before_cursor))
    buffer.insert_text("}")
