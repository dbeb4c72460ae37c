"""Restores the input when a search through the history is cancelled; prompt_toolkit would leave the match."""

from __future__ import annotations

from typing import NamedTuple

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, is_searching, vi_mode
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.key_processor import KeyProcessor
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.keys import Keys
from prompt_toolkit.search import stop_search


class _Spot(NamedTuple):
    """Where the user is in the history: the index of the input from the end, the cursor, and the mode of vi keys."""

    behind: int
    cursor: int
    mode: InputMode


class HistorySearch:
    """Records where the user is before each key outside a search, and returns to it when a search is cancelled."""

    def __init__(self) -> None:
        self._before: _Spot | None = None

    def watch(self, app: Application[str], buffer: Buffer) -> None:
        """Starts to record where the user is in the buffer of the input."""

        def note(processor: KeyProcessor) -> None:
            if not is_searching():
                lines = buffer._working_lines  # history is inserted at the front, so count from the end
                mode = app.vi_state.input_mode
                self._before = _Spot(len(lines) - buffer.working_index, buffer.cursor_position, mode)

        app.key_processor.before_key_press += note

    def key_bindings(self) -> KeyBindings:
        """Binds Ctrl-G and Ctrl-C, and with vi keys Backspace in an empty search, to cancelling; binds pasting, too."""
        keys = KeyBindings()
        keys.add("c-g", filter=is_searching)(self._drop)
        keys.add("c-c", filter=is_searching)(self._drop)
        keys.add("backspace", filter=is_searching & vi_mode & Condition(_no_word))(self._drop)
        keys.add(Keys.BracketedPaste, filter=is_searching)(self._paste)
        return keys

    def _drop(self, event: KeyPressEvent) -> None:
        stop_search()
        if self._before is not None:
            buffer = event.app.current_buffer
            buffer.working_index = len(buffer._working_lines) - self._before.behind
            buffer.cursor_position = self._before.cursor
            event.app.vi_state.input_mode = self._before.mode

    def _paste(self, event: KeyPressEvent) -> None:
        """Pastes into the search; a text of several lines is an input, and cancels the search first."""
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        if "\n" in text:
            self._drop(event)
        event.app.current_buffer.insert_text(text)


def _no_word() -> bool:
    return not get_app().current_buffer.text
