"""The prompt with prompt_toolkit: editing, completion, suggestions, history, and a status line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.cursor_shapes import ModalCursorShapeConfig
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.key_binding import merge_key_bindings
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor, TabsProcessor
from prompt_toolkit.output import ColorDepth, Output

from rasp.assist.documentation import SessionNames
from rasp.assist.signatures import signature_at
from rasp.conversation.completion import choices
from rasp.conversation.conversation import Conversation
from rasp.repl import interrupts, pasting
from rasp.repl.history import InputHistory
from rasp.repl.keys import InputDropped, as_one_paste, key_bindings
from rasp.repl.look import STYLE, LineLexer
from rasp.repl.searching import HistorySearch
from rasp.repl.toolbar import status_line

PROMPT, CONTINUATION = ">> ", ".. "
MENU_ROWS = 8  # at most
LONGEST_LINE = 5_000  # characters; longer inputs get no suggestion


def converse(
    talk: Conversation,
    history: InputHistory,
    input: Input | None = None,  # the name in prompt_toolkit
    output: Output | None = None,
) -> None:
    """Reads inputs and runs them, until the user leaves."""
    prompts = prompt_session(talk, history, input, output)
    talk.past, talk.remember = history.get_strings, history.append_string
    early = as_one_paste(prompts.input.read_keys())
    store_typeahead(prompts.input, early)
    with interrupts.ignore_sigint(), pasting.keep_bracketed_paste(prompts.output), _asking(prompts) as ask:
        _converse(talk, history, prompts, ask)


def _converse(talk: Conversation, history: InputHistory, prompts: PromptSession[str], ask: Callable[[], str]) -> None:
    dropped = False
    while not talk.session.left:
        try:
            if dropped:  # not in the `except` clause, where another Ctrl-C would escape
                dropped = False
                talk.interrupt()
            _turn(talk, history, prompts, ask)
        except (KeyboardInterrupt, InputDropped):
            dropped = True
        except EOFError:
            return


def _turn(talk: Conversation, history: InputHistory, prompts: PromptSession[str], ask: Callable[[], str]) -> None:
    """Reads an input and runs it. Raises KeyboardInterrupt or InputDropped for Ctrl-C, EOFError for Ctrl-D."""
    prompts.editing_mode = EditingMode.VI if talk.vi_mode else EditingMode.EMACS
    if history.problem:
        talk.say(history.problem)
        history.problem, history.file = "", None
    text = ask()
    if text.strip():
        with interrupts.heed_sigint():
            talk.take(text)


@contextlib.contextmanager
def _asking(prompts: PromptSession[str]) -> Iterator[Callable[[], str]]:
    """Yields a function that reads the next input; it raises InputDropped for Ctrl-C, EOFError for Ctrl-D.

    All prompts share one event loop, in which keys typed ahead wait for the next prompt. Ctrl-C is a key at the prompt.
    `handle_sigint=False`: when prompt_toolkit removes its signal handler, Python's own handler is active for a moment,
    and a Ctrl-C then would break the loop.
    """
    try:
        asyncio.get_running_loop()
        inside = True  # called from a program with a running event loop
    except RuntimeError:
        inside = False
    if inside:
        yield lambda: prompts.prompt(in_thread=True, handle_sigint=False)
        return
    with asyncio.Runner() as runner:
        yield lambda: runner.run(prompts.prompt_async(handle_sigint=False))


class _Prompts(PromptSession[str]):
    """Prompts that reserve rows for the menu depending on the height of the terminal, so that earlier output stays
    visible."""

    @property
    def reserve_space_for_menu(self) -> int:
        """The number of rows below the input; more while the menu is open."""
        rows = self.app.output.get_size().rows
        return min(MENU_ROWS, rows // 2 if self.default_buffer.complete_state else rows // 4)

    @reserve_space_for_menu.setter
    def reserve_space_for_menu(self, rows: int) -> None:
        """Ignores the fixed number that prompt_toolkit sets."""


def prompt_session(
    talk: Conversation,
    history: InputHistory,
    input: Input | None = None,
    output: Output | None = None,
) -> PromptSession[str]:
    """The prompt of a conversation, with all its parts."""
    color, search = talk.screen().color, HistorySearch()
    prompts = _Prompts(
        [("class:prompt", PROMPT)],
        multiline=True,
        prompt_continuation=_continuation,
        lexer=LineLexer(),
        completer=NameCompleter(talk),
        complete_while_typing=True,
        auto_suggest=PastInputs(),
        history=history,
        key_bindings=merge_key_bindings([key_bindings(talk.ready), search.key_bindings()]),
        bottom_toolbar=lambda: _toolbar(talk, get_app().current_buffer),
        style=STYLE,
        include_default_pygments_style=False,
        color_depth=ColorDepth.DEPTH_4_BIT if color else ColorDepth.DEPTH_1_BIT,
        input_processors=[HighlightMatchingBracketProcessor(), TabsProcessor(char1=" ", char2=" ")],
        cursor=ModalCursorShapeConfig(),
        enable_suspend=True,
        tempfile_suffix=".rasp",
        input=input,
        output=output,
    )
    search.watch(prompts.app, prompts.default_buffer)
    return prompts


def _continuation(width: int, line: int, wraps: int) -> StyleAndTextTuples:
    """The prompt of further lines of an input; blanks before the rest of a wrapped line."""
    return [("", " " * len(CONTINUATION))] if wraps else [("class:prompt", CONTINUATION)]


def _toolbar(talk: Conversation, buffer: Buffer) -> StyleAndTextTuples:
    """The signature of the call around the cursor, or the status of the conversation."""
    document = buffer.document
    signature = signature_at(document.text_before_cursor, SessionNames(talk.session))
    if signature is not None:
        return [
            ("", f" {signature.before}"),
            ("class:bottom-toolbar.current", signature.current),
            ("", signature.after),
        ]
    keys = ""
    if talk.vi_mode:
        keys = "vi normal" if get_app().vi_state.input_mode is InputMode.NAVIGATION else "vi insert"
    return [("class:bottom-toolbar.text", f" {status_line(talk, document.text, keys)}")]


class NameCompleter(Completer):
    """Gives the choices of `rasp.conversation.completion` to prompt_toolkit."""

    def __init__(self, talk: Conversation) -> None:
        self.talk = talk

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        asked = complete_event.completion_requested
        before = document.text_before_cursor
        found = choices(before, self.talk.session, asked)
        if not asked and len(found) == 1 and before.endswith(found[0].text):
            return
        for choice in found:
            yield Completion(choice.text, -choice.length, choice.shown, choice.remark)


class PastInputs(AutoSuggest):
    """Suggests the rest of the latest earlier input that starts with the text."""

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        text = document.text
        if not text.strip() or len(text) > LONGEST_LINE:
            return None
        past: Any = reversed(buffer.history.get_strings())
        found = next((entry for entry in past if entry.startswith(text) and len(entry) > len(text)), None)
        return Suggestion(found[len(text) :]) if found is not None else None
