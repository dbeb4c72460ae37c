"""The parser tables: `grammar/rasp.lark` goes in, LALR(1) tables for `automaton.py` and `lexer.py` come out.

Lark works them out (`build.py`), which takes some 150 ms. So they are shipped beside this module in `tables.json`, and
Lark is not even imported when they fit the grammar. When they do not (somebody edited the grammar), Lark builds new
ones, which are kept in the user's cache folder. Tables are plain JSON: loading them runs no code.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from rasp.base.resources import folder

FORMAT = 1  # of the JSON; raise it when the layout of `Tables` changes
SHIPPED = Path(__file__).with_name("tables.json")


@dataclass(frozen=True)
class Tables:
    """What the lexer and the automaton need.

    A kind is the name of a terminal (`NAME`), or its text if it has just one (`==` has not, `for` and `(` have).
    A row maps the kinds and the grammar's symbols of a state to what to do: `n >= 0` is "go to state n", `~n` is
    "reduce by rule n". A rule is its symbol, the number of its parts, and the name of the alternative, or None if it
    passes on its only part.
    """

    patterns: dict[str, str]  # kind -> regular expression, in the order in which they are tried
    literals: list[str]  # kinds that are their own text
    ignored: list[str]  # kinds of `patterns` that the automaton never sees
    rules: list[tuple[str, int, str | None]]
    rows: list[dict[str, int]]
    starts: dict[str, int]
    ends: dict[str, int]
    # Where chains of rules that pass on their part lead to: state below, state, next kind -> state. The automaton finds
    # them out; they live and die with the tables that they hold for.
    shortcuts: dict[tuple[int, int, str], int] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def reached(self) -> dict[int, str]:
        """By what each state is reached: only one symbol or kind leads to a state."""
        return {target: name for row in self.rows for name, target in row.items() if target >= 0}


_lock = threading.Lock()
_loaded: Tables | None = None


def tables() -> Tables:
    """The tables of the grammar, loaded at the first call.

    >>> tables().starts.keys() == {"statement", "expression"}
    True
    """
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = _load()
    return _loaded


def _load() -> Tables:
    grammar = (folder("grammar") / "rasp.lark").read_bytes()
    key = key_of(grammar)
    for path in _places(key):
        found = _read(path, key)
        if found is not None:
            return found
    from rasp.syntax.build import build  # brings in Lark

    built = build(grammar.decode("utf-8"))
    _keep(key, built)
    return built


def key_of(grammar: bytes) -> str:
    """Says for which grammar, in which format, tables were made. Line ends do not matter.

    >>> key_of(b"a\\r\\n") == key_of(b"a\\n") != key_of(b"b\\n")
    True
    """
    text = grammar.replace(bytes([13, 10]), bytes([10]))
    return f"{FORMAT}-{len(text)}-{zlib.crc32(text):08x}"  # hashlib would take longer to import than the tables to load


# ---------------------------------------------------------------------------------------------------------- files


def _places(key: str) -> Iterator[Path]:
    """Where tables may lie, best first."""
    yield SHIPPED
    cache = _cache_folder()
    if cache is not None:
        yield cache / f"tables-{key}.json"


def _read(path: Path, key: str) -> Tables | None:
    """The tables of a file, if it has those for this grammar."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return unpacked(content) if isinstance(content, dict) and content.get("key") == key else None


def _cache_folder() -> Path | None:
    """The user's own cache folder, made if need be; None where there is none that only the user can write to."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    try:
        path = (Path(root) if os.path.isabs(root) else Path.home() / ".cache") / "rasp"
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.stat()
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return None
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        return None
    return path


def _keep(key: str, built: Tables) -> None:
    """Puts tables into the cache folder, all at once; where that cannot be done, they are built again next time."""
    import tempfile  # here, for it takes longer to import than the tables to load

    cache = _cache_folder()
    if cache is None:
        return
    try:
        handle, temporary = tempfile.mkstemp(dir=cache)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(packed(key, built))
        os.replace(temporary, cache / f"tables-{key}.json")
    except OSError:
        return


def packed(key: str, content: Tables) -> str:
    """Tables as JSON, a row a line; many states have the same row, which is written once."""
    rows = sorted({json.dumps(row, sort_keys=True) for row in content.rows})
    places = {row: place for place, row in enumerate(rows)}
    states = [places[json.dumps(row, sort_keys=True)] for row in content.rows]
    names = [part.name for part in fields(Tables) if part.compare and part.name != "rows"]
    rest = {name: getattr(content, name) for name in names}  # `patterns` stay in the order in which they are tried
    head = json.dumps({"key": key, **rest, "states": states})[:-1]
    return head + ', "rows": [\n' + ",\n".join(rows) + "\n]}\n"


def unpacked(content: dict[str, Any]) -> Tables:
    """The reverse of `packed`."""
    rows = content["rows"]
    return Tables(
        patterns=content["patterns"],
        literals=content["literals"],
        ignored=content["ignored"],
        rules=[(symbol, size, name) for symbol, size, name in content["rules"]],
        rows=[rows[place] for place in content["states"]],
        starts=content["starts"],
        ends=content["ends"],
    )
