"""Typed kernels of look-up and membership: each distinct element is looked up once, then the results are gathered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rasp.engine import exact_elementwise
from rasp.engine.exact_elementwise import Elementwise
from rasp.engine.values import (
    ALL,
    BOOL,
    CODES,
    INT,
    Array,
    Values,
    atoms,
    from_rows,
    judge_kinds,
    merge_kinds,
    merge_parts,
)

MISSING = object()
MISSED = -1  # index for a key that has no entry
MANY = 256  # for more elements it pays to look up only the distinct ones
CODE_TABLE = 2**16  # characters below this code point are looked up in an array
CHARACTERS = np.dtype("U1")


def _lookup(node: Elementwise, index: Values) -> Values | None:
    found = distinct_elements(index)
    if found is None or node.table is None:
        return None
    keys, indices = found
    entry = exact_elementwise.as_dict(node.table).get if node.keyed else _list_entry(node.table, index)
    entries = [entry(key, MISSING) for key in keys]
    return _gather(entries, indices)


def _lookup_or(node: Elementwise, index: Values, default: Values) -> Values | None:
    """A default that is one atom becomes the entry of missing keys; another is merged with the known entries."""
    found = distinct_elements(index)
    if found is None or node.table is None or (not node.keyed and (index.kinds > INT).any()):
        return None
    keys, indices = found
    entry = exact_elementwise.as_dict(node.table).get if node.keyed else _list_entry(node.table, index)
    if default.data.size == 1:
        ((atom,),) = atoms(default, (1, 1))
        return _gather([entry(key, atom) for key in keys], indices)
    entries = [entry(key, MISSING) for key in keys]
    known = np.array([one is not MISSING for one in entries])[indices]
    if not known.any():
        return default if default.data.shape == known.shape else None
    found_entries = (one for one in entries if one is not MISSING)
    filler = min(found_entries, key=lambda one: CODES.get(type(one), 0))  # of the narrowest kind: it widens no row
    looked = _gather([filler if one is MISSING else one for one in entries], indices)
    return looked if looked is None or known.all() else merge_parts([(known, looked), (~known, default)])


def _list_entry(table: tuple[Any, ...], index: Values) -> Callable[[Any, object], Any]:
    """The look-up function of a list: by ints only; negative ones count from the end."""
    if (index.kinds > INT).any():
        return lambda key, missing: missing
    return lambda key, missing: table[int(key)] if -len(table) <= key < len(table) else missing


def _member(node: Elementwise, value: Values) -> Values | None:
    found = distinct_elements(value)
    if found is None or node.table is None:
        return None
    keys, indices = found
    table = frozenset(node.table)
    return Values(np.array([key in table for key in keys], dtype=np.bool_)[indices], ALL[BOOL])


KERNELS: dict[str, Callable[..., Values | None]] = {"lookup": _lookup, "lookup_or": _lookup_or, "in": _member}


def table_kernel(node: Elementwise) -> Callable[..., Values | None]:
    """The kernel of a look-up or membership, with its table prepared."""
    assert node.table is not None
    general = functools.partial(KERNELS[node.op], node)
    if node.op == "in":
        member = dict.fromkeys(node.table, 1)
        table = LookupTable(member, Values(np.array([False, True]), ALL[BOOL]), 0)
        return lambda value: table.look_up(value, general)
    if not node.keyed or node.op == "lookup_or":
        return general
    entries = exact_elementwise.as_dict(node.table)
    packed = _pack(list(entries.values()))
    if packed is None:
        return general
    table = LookupTable({key: index for index, key in enumerate(entries)}, packed, MISSED)
    return lambda value: table.look_up(value, general)


def _pack(entries: list[Any]) -> Values | None:
    """Entries of one kind as a typed array; None for others."""
    kinds = set(map(type, entries))
    if len(kinds) != 1 or not kinds <= CODES.keys():
        return None
    packed = from_rows([entries])
    if packed.data.dtype.kind == "O":
        return None
    if packed.data.dtype.kind == "i":
        packed.reach()
    return Values(packed.data[0], packed.kinds, None, packed.bound)


class LookupTable:
    """Maps keys to indices of `entries`; `other` is the index for all other keys, MISSED if they have no entry.

    Characters are looked up in an array, few elements one by one, and many after `distinct_elements`.
    """

    __slots__ = ("by_code", "direct", "entries", "indices", "other", "top")

    def __init__(self, indices: Mapping[Any, int], entries: Values, other: int) -> None:
        self.indices = indices
        self.entries = entries
        self.other = other
        texts = [
            key for key in indices if isinstance(key, str) and len(key) < 2 and key != "\0"
        ]  # NumPy's strings drop NUL
        codes = {ord(key) if key else 0: indices[key] for key in texts}
        top = max(codes, default=0)
        self.top = np.uint32(top + 1)  # the entry of all other characters
        self.by_code: Array | None = None
        if top < CODE_TABLE:
            self.by_code = np.full(top + 2, other, dtype=np.intp)
            self.by_code[list(codes)] = list(codes.values())
            self.direct = entries.data[self.by_code]

    def look_up(self, values: Values, otherwise: Callable[[Values], Values | None]) -> Values | None:
        """The entries of the elements; None if a key is missing. Calls `otherwise` where that is faster."""
        data = values.data
        if data.dtype == CHARACTERS and self.by_code is not None:
            codes = np.minimum(values.codes(), self.top)
            if self.other == MISSED and np.count_nonzero(self.by_code[codes] == MISSED):
                return None
            return Values(self.direct[codes], self.entries.kinds, None, self.entries.bound)
        if data.size <= MANY and data.dtype.kind != "O":
            listed = [self.indices.get(key, self.other) for key in data.ravel().tolist()]
            if MISSED in listed:
                return None
            indices = np.array(listed, dtype=np.intp).reshape(data.shape)
            return Values(self.entries.data[indices], self.entries.kinds, None, self.entries.bound)
        return otherwise(values)


def _gather(entries: Sequence[Any], indices: Array) -> Values | None:
    """`entries[indices]`; None if an entry is missing or not an atom, or if the entries need an object array."""
    types = set(map(type, entries))
    if not CODES.keys() >= types or (str in types and len(types) > 1):  # strings and numbers are no sequence
        return None
    packed = from_rows([entries])
    if packed.data.dtype.kind == "O":
        return None
    kinds = np.array([CODES[type(entry)] for entry in entries], dtype=np.int8)
    if (kinds == kinds[0]).all():
        return Values(packed.data[0][indices], ALL[kinds[0]])
    bools = None if packed.bools is None else packed.bools[0][indices]
    return judge_kinds(Values(packed.data[0][indices], merge_kinds(kinds[indices].max(axis=1)), bools))


# ------------------------------------------------------------------------------------------------- distinct


def distinct_elements(values: Values) -> tuple[list[Any], Array] | None:
    """The distinct elements, and for each position the index of its element among them; None for object arrays.

    Equal numbers count as one element: 1, 1.0 and True have the same entry.
    """
    data = values.data
    match data.dtype.kind:
        case "U":
            return _characters(values) if data.dtype.itemsize == 4 else _texts(data)
        case "O":
            return None
        case "f":
            keys, indices = np.unique(data, return_inverse=True)
            return keys.tolist(), indices.reshape(data.shape)
    return _ints(data.astype(np.int64, copy=False))


def _ints(data: Array) -> tuple[list[int], Array]:
    """As `distinct_elements`; ints of a small range are marked in a table instead of sorted."""
    low, high = int(data.min()), int(data.max())
    if high - low > 4 * data.size + 1000:
        keys, indices = np.unique(data, return_inverse=True)
        return keys.tolist(), indices.reshape(data.shape)
    shifted = data - low
    present = np.zeros(high - low + 1, dtype=np.bool_)
    present[shifted] = True
    keys = np.flatnonzero(present) + low
    return keys.tolist(), (np.cumsum(present) - 1)[shifted]


def _characters(values: Values) -> tuple[list[str], Array]:
    codes, indices = _ints(values.codes().astype(np.int64))
    return [chr(code) if code else "" for code in codes], indices


def _texts(data: Array) -> tuple[list[str], Array]:
    texts = data.ravel().tolist()
    indices = {text: index for index, text in enumerate(dict.fromkeys(texts))}
    return list(indices), np.fromiter(map(indices.__getitem__, texts), np.intp, len(texts)).reshape(data.shape)
