"""JSON of values and errors, with ints of any size, in characters that standard output can encode."""

from __future__ import annotations

import re
import sys
from typing import Any

from rasp.base.json_ints import dumps
from rasp.engine.values import Column
from rasp.errors import RaspError
from rasp.graph.atoms import check_collection_size
from rasp.present.sequences import Sequence
from rasp.present.text import error_line


def json_text(value: Any, utf8: bool | None = None) -> str:
    """A value as JSON that standard output can encode, with ints of any size; other types as their `repr`.

    `utf8` says whether the output is UTF-8; by default standard output is asked.
    Raises CollectionTooLarge if shared lists would make the text too long.

    >>> json_text({"a": [1, None]}), json_text(10**5000)[-3:]
    ('{"a": [1, null]}', '000')
    """
    check_collection_size(_elements(value), "a JSON text")
    ascii_only = not (writes_utf8() if utf8 is None else utf8)
    text = dumps(value, ascii_only)
    return re.sub("[\ud800-\udfff]", _escape, text)


def _elements(value: Any) -> int:
    """The number of elements in the text; a shared list counts each time it occurs."""
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
    """Whether standard output is UTF-8."""
    return (sys.stdout.encoding or "").lower().replace("_", "-") in ("utf-8", "utf8")


def _escape(match: re.Match[str]) -> str:
    """The JSON escape of a lone surrogate, which cannot be encoded."""
    return f"\\u{ord(match[0]):04x}"


def value_fields(result: Sequence | Column) -> dict[str, Any]:
    """The fields of a sequence in a JSON object."""
    return {"value": result.values, "kind": result.kind}


def error_fields(error: RaspError) -> dict[str, Any]:
    """The fields of an error in a JSON object."""
    return {"error": error_line(error), "code": error.code}
