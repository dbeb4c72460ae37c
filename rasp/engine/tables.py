"""Typed look-up and membership: each different element goes through the table once, then all are gathered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rasp.engine import exact
from rasp.engine.exact import Elementwise
from rasp.engine.values import (
    ALL,
    BOOL,
    CODES,
    INT,
    Array,
    Values,
    from_rows,
    judged,
    merge_kinds,
)
from rasp.errors import MixedKinds

MISSING = object()


def _lookup(node: Elementwise, index: Values) -> Values | None:
    found = distinct(index)
    if found is None or node.table is None:
        return None
    keys, places = found
    entry = exact.as_dict(node.table).get if node.keyed else _placed(node.table, index)
    entries = [entry(key, MISSING) for key in keys]
    return _gather(entries, places)


def _placed(table: tuple[Any, ...], index: Values) -> Callable[[Any, object], Any]:
    """Look-up in a list: by ints only, negative ones count from the end."""
    if (index.kinds > INT).any():
        return lambda key, missing: missing
    return lambda key, missing: table[int(key)] if -len(table) <= key < len(table) else missing


def _member(node: Elementwise, value: Values) -> Values | None:
    found = distinct(value)
    if found is None or node.table is None:
        return None
    keys, places = found
    table = frozenset(node.table)
    return Values(np.array([key in table for key in keys], dtype=np.bool_)[places], ALL[BOOL])


KERNELS: dict[str, Callable[[Elementwise, Values], Values | None]] = {"lookup": _lookup, "in": _member}


def _gather(entries: Sequence[Any], places: Array) -> Values | None:
    """`entries[places]`; None where an entry is missing or no atom, or where the entries need an object array."""
    if not CODES.keys() >= set(map(type, entries)):
        return None
    try:
        packed = from_rows([entries])
    except MixedKinds:
        return None
    if packed.data.dtype.kind == "O":
        return None
    kinds = np.array([CODES[type(entry)] for entry in entries], dtype=np.int8)
    if (kinds == kinds[0]).all():
        return Values(packed.data[0][places], ALL[kinds[0]])
    bools = None if packed.bools is None else packed.bools[0][places]
    return judged(Values(packed.data[0][places], merge_kinds(kinds[places].max(axis=1)), bools))


# ------------------------------------------------------------------------------------------------- distinct


def distinct(values: Values) -> tuple[list[Any], Array] | None:
    """The different elements, and for each position the place of its element among them; None of objects.

    Numbers of one value count as one element: 1, 1.0 and True look up and compare alike.
    """
    data = values.data
    match data.dtype.kind:
        case "U":
            return _characters(data) if data.dtype.itemsize == 4 else _texts(data)
        case "O":
            return None
        case "f":
            keys, places = np.unique(data, return_inverse=True)
            return keys.tolist(), places.reshape(data.shape)
    return _ints(data.astype(np.int64, copy=False))


def _ints(data: Array) -> tuple[list[int], Array]:
    """As `distinct`; ints that lie close together are marked in a table instead of sorted."""
    low, high = int(data.min()), int(data.max())
    if high - low > 4 * data.size + 1000:
        keys, places = np.unique(data, return_inverse=True)
        return keys.tolist(), places.reshape(data.shape)
    shifted = data - low
    present = np.zeros(high - low + 1, dtype=np.bool_)
    present[shifted] = True
    keys = np.flatnonzero(present) + low
    return keys.tolist(), (np.cumsum(present) - 1)[shifted]


def code_points(data: Array) -> Array:
    """Strings of at most one character as numbers in the same order; the empty string, which comes first, as 0."""
    return np.ascontiguousarray(data).view(np.uint32)


def _characters(data: Array) -> tuple[list[str], Array]:
    codes, places = _ints(code_points(data).astype(np.int64))
    return [chr(code) if code else "" for code in codes], places


def _texts(data: Array) -> tuple[list[str], Array]:
    texts = data.ravel().tolist()
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return list(places), np.fromiter(map(places.__getitem__, texts), np.intp, len(texts)).reshape(data.shape)
