"""The text of the status line at the bottom of the prompt."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rasp.assist.completeness import complete_text
from rasp.base.diagnostics import display_width
from rasp.conversation.inspecting import short_duration
from rasp.graph.nodes import Node, Tokens
from rasp.present.names import show_input

if TYPE_CHECKING:
    from rasp.conversation.conversation import Conversation

KINDS = {"str": "strings", "int": "ints", "float": "floats", "bool": "bools", "asis": "as they are"}
SHOWN_INPUT = 30
LONGEST_CHECKED = 3_000  # characters; the completeness of longer inputs is not shown, as it is checked at each key

_completed = lru_cache(maxsize=64)(complete_text)


def status_line(talk: Conversation, text: str = "", keys: str = "") -> str:
    """The mode of vi keys, the examples, the kind of the tokens, and the time of the last input.

    For an input of several lines, whether it is complete comes first, instead of the time.

    >>> from rasp import Session
    >>> from rasp.conversation.conversation import Conversation
    >>> status_line(Conversation(Session(), print), "def f(x) {\\n")
    'not complete: it goes on · example "hello" · tokens: strings'
    """
    parts = [*([keys] if keys else []), _examples(talk), f"tokens: {_tokens(talk)}"]
    if "\n" in text and len(text) <= LONGEST_CHECKED:
        parts.insert(0, "not complete: it goes on" if _completed(text) is None else "Enter runs it")
    elif talk.elapsed is not None:
        parts.append(short_duration(talk.elapsed))
    if talk.tutorial.step is not None:
        parts.append("tutorial")
    return _fit(parts, talk.screen().width - 2)


def _fit(parts: list[str], room: int) -> str:
    """As many of the parts as fit, at least the first one."""
    while len(parts) > 1 and display_width(" · ".join(parts)) > room:
        parts = parts[:-1]
    return " · ".join(parts)


def _examples(talk: Conversation) -> str:
    settings = talk.session.settings
    sop, selector = settings.sop_example, settings.selector_example
    first, second = show_input(sop, SHOWN_INPUT), show_input(selector, SHOWN_INPUT)
    return f"example {first}" if sop == selector else f"examples {first}, {second}"


def _tokens(talk: Conversation) -> str:
    """What the name `tokens` is bound to now."""
    value = talk.session.scope.find("tokens")
    if isinstance(value, Tokens):
        return KINDS[value.kind]
    return "an s-op of your own" if isinstance(value, Node) else "something else"
