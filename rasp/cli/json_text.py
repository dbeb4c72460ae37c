"""JSON of values and errors: with ints of any size, in the signs that standard output can hold."""

from __future__ import annotations

import re
import sys
from typing import Any

from rasp.base.json_ints import dumps
from rasp.engine.values import Column
from rasp.errors import RaspError
from rasp.graph.atoms import checked_size
from rasp.present.sequences import Sequence
from rasp.present.text import one_line


def json_text(value: Any, utf8: bool | None = None) -> str:
    """The value as JSON that standard output can hold, with ints of any size; what JSON has no form for as its `repr`.

    `utf8`: whether it can hold every sign, where that is known.
    Raises CollectionTooLarge for lists that stand in others so many times that the text would hardly end.

    >>> json_text({"a": [1, None]}), json_text(10**5000)[-3:]
    ('{"a": [1, null]}', '000')
    """
    checked_size(_elements(value), "a JSON text")
    ascii_only = not (writes_utf8() if utf8 is None else utf8)
    text = dumps(value, ascii_only)
    return re.sub("[\ud800-\udfff]", _escape, text)


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


def _escape(match: re.Match[str]) -> str:
    """A lone surrogate, which no encoding can hold."""
    return f"\\u{ord(match[0]):04x}"


def value_fields(result: Sequence | Column) -> dict[str, Any]:
    """What a JSON object says of a sequence."""
    return {"value": result.values, "kind": result.kind}


def error_fields(error: RaspError) -> dict[str, Any]:
    """What a JSON object says of an error."""
    return {"error": one_line(error), "code": error.code}
