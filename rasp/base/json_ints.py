"""JSON with ints of any size; Python's own module limits their digits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from rasp.base.numerals import PIECE, int_text, text_int


def dumps(value: Any, ascii_only: bool = True) -> str:
    """The value as JSON. Values that JSON cannot express are written as their `repr`.

    >>> dumps({"a": [1, None]}), dumps(10**5000)[-3:]
    ('{"a": [1, null]}', '000')
    """
    try:
        return json.dumps(value, default=repr, ensure_ascii=ascii_only)
    except (ValueError, RecursionError):  # an int of too many digits for Python, or deep lists
        return "".join(_pieces(value, ascii_only))


def loads(text: str, most_digits: int) -> Any:
    """The value of a JSON text. Raises ValueError for other text, or an int of more than `most_digits` digits.

    >>> loads(dumps([10**5000]), 6000) == [10**5000]
    True
    """

    def read(numeral: str) -> int:
        if len(numeral) > most_digits + 1:
            raise ValueError(f"an int of more than {most_digits} digits")
        return text_int(numeral)

    if len(text) <= min(PIECE, most_digits):  # no int is too long: Python reads them faster
        return json.loads(text)
    return json.loads(text, parse_int=read)


class _Done(NamedTuple):
    """A finished piece of JSON."""

    text: str


def _pieces(value: Any, ascii_only: bool) -> Iterable[str]:
    """Yield the pieces of a JSON text as `json.dumps` writes it, without its limits; iterative, for deep lists."""
    stack = [value]
    while stack:
        match stack.pop():
            case _Done(text):
                yield text
            case list() | tuple() as items:
                stack += reversed([_Done("["), *_with_commas([item] for item in items), _Done("]")])
            case dict() as entries:
                pairs = ([_Done(f"{_key(key, ascii_only)}: "), item] for key, item in entries.items())
                stack += reversed([_Done("{"), *_with_commas(pairs), _Done("}")])
            case item:
                yield _leaf(item, ascii_only)


def _with_commas(parts: Iterable[list[Any]]) -> list[Any]:
    return [piece for index, part in enumerate(parts) for piece in ([_Done(", "), *part] if index else part)]


def _key(key: Any, ascii_only: bool) -> str:
    """The key of an entry; JSON requires a string."""
    text = _leaf(key, ascii_only)
    return text if isinstance(key, str) else f'"{text}"'


def _leaf(item: Any, ascii_only: bool) -> str:
    if isinstance(item, int) and not isinstance(item, bool):
        return int_text(item)
    return json.dumps(item, default=repr, ensure_ascii=ascii_only)
