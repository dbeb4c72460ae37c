"""JSON of values: of ints of any size, in the signs that standard output can hold."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

from rasp.graph.operators import checked_size
from rasp.numerals import int_text


def json_text(value: Any, utf8: bool | None = None) -> str:
    """The value as JSON that standard output can hold, with ints of any size; what JSON has no form for as its `repr`.

    `utf8`: whether it can hold every sign, where that is known.
    Raises CollectionTooLarge for lists that stand in others so many times that the text would hardly end.

    >>> json_text({"a": [1, None]}), json_text(10**5000)[-3:]
    ('{"a": [1, null]}', '000')
    """
    checked_size(_elements(value), "a JSON text")
    ascii_only = not (writes_utf8() if utf8 is None else utf8)
    try:
        text = json.dumps(value, default=repr, ensure_ascii=ascii_only)
    except (ValueError, RecursionError):  # an int of too many digits for Python, or deep lists
        text = "".join(_pieces(value, ascii_only))
    return re.sub("[\ud800-\udfff]", _escaped, text)


def _elements(value: Any) -> int:
    """How many elements the text will have; a list counts each time it stands in another."""
    counts: dict[int, int] = {}
    stack = [(value, False)]
    while stack:
        item, ready = stack.pop()
        inner = item.values() if isinstance(item, dict) else item if isinstance(item, (list, tuple)) else ()
        if ready:
            counts[id(item)] = len(inner) + sum(counts.get(id(part), 0) for part in inner)
        elif inner and id(item) not in counts:
            stack.append((item, True))
            stack += [(part, False) for part in inner if isinstance(part, (list, tuple, dict))]
    return counts.get(id(value), 0)


def writes_utf8() -> bool:
    """Whether standard output holds every sign."""
    return (sys.stdout.encoding or "").lower().replace("_", "-") in ("utf-8", "utf8")


def _escaped(match: re.Match[str]) -> str:
    """A lone surrogate, which no encoding can hold."""
    return f"\\u{ord(match[0]):04x}"


class _Done(NamedTuple):
    """A finished piece of JSON."""

    text: str


def _pieces(value: Any, ascii_only: bool) -> Iterable[str]:
    """The pieces of a JSON text, as `json.dumps` writes it, without its limits."""
    stack = [value]
    while stack:
        match stack.pop():
            case _Done(text):
                yield text
            case list() | tuple() as items:
                stack += reversed([_Done("["), *_listed([item] for item in items), _Done("]")])
            case dict() as entries:
                pairs = ([_Done(f"{_key(key, ascii_only)}: "), item] for key, item in entries.items())
                stack += reversed([_Done("{"), *_listed(pairs), _Done("}")])
            case item:
                yield _leaf(item, ascii_only)


def _listed(parts: Iterable[list[Any]]) -> list[Any]:
    return [piece for place, part in enumerate(parts) for piece in ([_Done(", "), *part] if place else part)]


def _key(key: Any, ascii_only: bool) -> str:
    """The key of an entry, which JSON wants to be a string."""
    text = _leaf(key, ascii_only)
    return text if isinstance(key, str) else f'"{text}"'


def _leaf(item: Any, ascii_only: bool) -> str:
    if isinstance(item, int) and not isinstance(item, bool):
        return int_text(item)
    return json.dumps(item, default=repr, ensure_ascii=ascii_only)
