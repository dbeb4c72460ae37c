"""Loads the parser tables: the shipped ones, or else cached ones, or else newly built ones.

The shipped tables fit the grammar as it is shipped. If the grammar has been edited, Lark builds new tables, which are
kept in the user's cache folder, unless others can write to it. The tables are JSON, which runs no code when it is
loaded.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from rasp.base.resources import folder
from rasp.syntax.parser_tables import SHIPPED, ParserTables, from_json, key_of, to_json

_lock = threading.Lock()
_loaded: ParserTables | None = None


def tables() -> ParserTables:
    """The tables of the grammar, loaded on the first call.

    >>> tables().starts.keys() == {"statement", "expression"}
    True
    """
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = _load()
    return _loaded


def _load() -> ParserTables:
    grammar = (folder("grammar") / "rasp.lark").read_bytes()
    key = key_of(grammar)
    for path in _files(key):
        found = _read(path, key)
        if found is not None:
            return found
    from rasp.syntax.build import build  # imported late: imports Lark, which stored tables do not need

    built = build(grammar.decode("utf-8"))
    _keep(key, built)
    return built


def _files(key: str) -> Iterator[Path]:
    """The files that may have tables, best first."""
    yield SHIPPED
    cache = _cache_folder()
    if cache is not None:
        yield cache / f"tables-{key}.json"


def _read(path: Path, key: str) -> ParserTables | None:
    """The tables in a file, if they are for this grammar."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return from_json(content) if isinstance(content, dict) and content.get("key") == key else None


def _cache_folder() -> Path | None:
    """The user's cache folder, created if needed; None if there is none that only the user can write to."""
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


def _keep(key: str, built: ParserTables) -> None:
    """Write tables to the cache folder, atomically; if that fails, they are built again next time."""
    import tempfile  # imported late: it imports more slowly than the tables load

    cache = _cache_folder()
    if cache is None:
        return
    try:
        handle, temporary = tempfile.mkstemp(dir=cache)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(to_json(key, built))
        os.replace(temporary, cache / f"tables-{key}.json")
    except OSError:
        return
