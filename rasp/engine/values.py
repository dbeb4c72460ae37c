"""The values of an s-op: `Values` on a batch of inputs of one length, `Column` on one input.

Lists of atoms are converted to arrays, with a kind for each row, and back. The kind of a row depends on all its
elements: strings; bools; ints, if there are only ints and bools; or floats, if there is a float among numbers. In a row
of floats an int is stored as the equal float if there is one; a bool stays a bool.

Values that no typed array holds exactly go into an array of Python objects. They are never wrapped, cut or made nan.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from rasp.base.limits import limits
from rasp.engine.failure import fail, raise_failures
from rasp.errors import MixedKinds
from rasp.graph.atoms import KINDS, kind_of, repr_atoms
from rasp.graph.nodes import Atom

Array = npt.NDArray[Any]
BatchShape = tuple[int, ...]

BOOL, INT, FLOAT, STRING = range(4)  # indices of KINDS; the kinds of numbers widen in this order
CODES: dict[type, int] = {bool: BOOL, int: INT, float: FLOAT, str: STRING}
CASTS: tuple[type[Any], ...] = (bool, int, float, str)
DTYPES: tuple[type[Any], ...] = (np.bool_, np.int64, np.float64)  # of BOOL, INT and FLOAT
ALL = tuple(np.array([kind], dtype=np.int8) for kind in range(4))  # kinds of a batch whose rows are all of one kind

COMPARE: dict[str, Callable[[Array, Array], Array]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}

EXACT = 2**53  # ints up to here are exact as floats
INT64 = 2**63
FEW = 64  # up to so many elements, a Python list is faster than NumPy
STRING_WIDTH = 64  # longer strings are stored as Python objects,
STRING_ROOM = 2**26  # and so are strings of more characters together, each counted as long as the longest


class Values:
    """The values of an s-op on a batch.

    `data` is (batch, n); an axis of length 1 is broadcast. `kinds` is (batch,) or (1,). The dtype of `data` holds all
    rows exactly: bool, int64 (rows of bools and ints), float64 (rows of any numbers; ints are at most 2^53, and an
    int 0 has no sign), strings, or object (any Python atoms). `bools`, of the shape of `data`, marks the elements of
    an int64 or float64 array that are bools among other numbers; it is None if there are none. An element that is
    selected from a sequence keeps its mark.

    `bound`, if it is known, is at least the absolute value of each number. With it most results are known to be finite
    and exact without a search for the largest element.
    """

    __slots__ = ("bools", "bound", "data", "kinds", "known_codes")

    def __init__(self, data: Array, kinds: Array, bools: Array | None = None, bound: float | None = None) -> None:
        self.data = data
        self.kinds = kinds
        self.bools = bools
        self.bound = bound
        self.known_codes: Array | None = None

    @property
    def shape(self) -> BatchShape:
        """The number of rows and of elements that may differ; equal rows of `data` may be of several kinds."""
        return max(len(self.data), len(self.kinds)), self.data.shape[1]

    def codes(self) -> Array:
        """Strings of at most one character as code points, which are in the same order; the empty string as 0."""
        if self.known_codes is None:
            self.known_codes = np.ascontiguousarray(self.data).view(np.uint32)
        return self.known_codes

    def reach(self) -> int:
        """An upper bound of the absolute values of a bool or int array; the least one is computed if none is known."""
        if self.bound is None:
            self.bound = peak(self.data)
        return self.bound  # type: ignore[return-value]  # of ints it is an int


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """An s-op on one input: `array` is (n,) and read-only, `kind` is "bool", "int", "float" or "string".

    >>> column = Column(np.array([1, 2]), "int")
    >>> column.values, column.kind
    ([1, 2], 'int')
    """

    array: Array
    kind: str

    @property
    def values(self) -> list[Atom]:
        """The elements as Python atoms."""
        return self.array.tolist()  # type: ignore[no-any-return]

    def column(self, row: int) -> Column:
        """The column itself, which so serves as a `ColumnBatch` of one row."""
        return self

    def __repr__(self) -> str:
        return f"Column({repr_atoms(self.values)}, kind={self.kind!r})"


class ColumnBatch:
    """An s-op on a batch, as a result. A row becomes a `Column` only when it is asked for, because many never are.

    >>> block = ColumnBatch(from_rows([[1, 2], [3, 4]]), (2, 2))
    >>> block.column(1)
    Column([3, 4], kind='int')
    """

    __slots__ = ("_columns", "_rows", "_shape", "_values")

    def __init__(self, values: Values, shape: BatchShape) -> None:
        self._values = values
        self._shape = shape
        self._rows: Array | None = None  # all rows of the result, if one array holds them
        self._columns: list[Column] | None = None  # if no array does

    def column(self, row: int) -> Column:
        """The s-op on one of the inputs."""
        if self._columns is not None:
            return self._columns[row]
        values = self._values
        if len(values.kinds) != 1 or values.bools is not None or values.data.dtype.kind == "O":
            self._columns = columns(values, self._shape)
            return self._columns[row]
        kind = int(values.kinds[0])
        if self._rows is None:
            self._rows = _result_rows(values.data, kind, self._shape)
        return Column(self._rows[row], KINDS[kind])


# ------------------------------------------------------------------------------------------------ from atoms


def from_rows(rows: Sequence[Sequence[Atom]]) -> Values:
    """The values of rows of atoms of one length. Raises MixedKinds for a row of strings and other atoms.

    >>> made = from_rows([[1, True], [1, 2.5]])
    >>> made.data.tolist(), made.kinds.tolist()
    ([[1.0, 1.0], [1.0, 2.5]], [1, 2])
    """
    types = set(map(type, chain.from_iterable(rows)))
    if len(types) == 1:
        alike = _from_one_kind(rows, CODES[types.pop()])
        if alike is not None:
            return alike
    kinds = np.array([_row_kind(row, index) for index, row in enumerate(rows)], dtype=np.int8)
    raise_failures()
    data = _pack(rows, kinds)
    return Values(data, merge_kinds(kinds), _marks(rows, kinds) if data.dtype.kind in "if" else None)


def _from_one_kind(rows: Sequence[Sequence[Atom]], kind: int) -> Values | None:
    """As `from_rows`, for atoms of one kind; None if no typed array holds them."""
    if kind == STRING:
        return Values(string_array(rows), ALL[STRING])
    try:
        return Values(np.array(rows, dtype=DTYPES[kind]), ALL[kind])
    except OverflowError:
        return None


def constant(value: Atom) -> Values:
    """One atom at every position of every row."""
    made = from_rows([[value]])
    if made.data.dtype.kind in "if":
        made.bound = abs(value)  # type: ignore[arg-type]  # it is a number
    return made


def merge_parts(parts: Sequence[tuple[Array, Values]]) -> Values | None:
    """Take each element from the part whose mask (batch, n) is true there.

    The kind of a row depends on the elements that it takes. None if no typed array holds the result.
    """
    held = {value.data.dtype.kind for _, value in parts}
    arrays = [value.data for _, value in parts] if held in ({"U"}, {"b"}) else numeric(*(value for _, value in parts))
    if arrays is None:
        return None
    data, kinds = arrays[0], _used_kinds(*parts[0])
    for (where, value), array in zip(parts[1:], arrays[1:], strict=True):
        data = np.where(where, array, data)
        kinds = np.maximum(kinds, _used_kinds(where, value))
    bools = None if held in ({"U"}, {"b"}) else _merge_marks(parts)
    return judge_kinds(Values(data, merge_kinds(kinds), bools))


def _used_kinds(where: Array, value: Values) -> Array:
    """The kind of each row (batch,) of the elements where the mask is true; BOOL, the narrowest, if there are none."""
    used = where if value.bools is None else where & ~value.bools
    return np.where(used.any(axis=1), value.kinds, BOOL)


def _merge_marks(parts: Sequence[tuple[Array, Values]]) -> Array | None:
    marks = [where & (value.kinds == BOOL)[:, None] for where, value in parts]
    marks += [where & value.bools for where, value in parts if value.bools is not None]
    return functools.reduce(np.logical_or, marks) if any(mark.any() for mark in marks) else None


def judge_kinds(values: Values) -> Values:
    """Determine the kind of each row again, after its elements were selected from rows that may be of wider kinds."""
    if values.bools is None:
        return values
    shape = np.broadcast_shapes(values.data.shape, values.bools.shape)  # equal rows may be of several kinds
    bools = np.broadcast_to(values.bools, shape)
    kinds = np.where(bools.all(axis=1), BOOL, values.kinds)
    bools = bools & (kinds > BOOL)[:, None]
    return Values(np.broadcast_to(values.data, shape), merge_kinds(kinds), bools if bools.any() else None)


def merge_kinds(kinds: Array) -> Array:
    """The kinds, as a single entry if all are equal, so that later steps have less to do.

    >>> merge_kinds(np.array([INT, INT, INT], dtype=np.int8)), merge_kinds(np.array([INT, FLOAT], dtype=np.int8))
    (array([1], dtype=int8), array([1, 2], dtype=int8))
    """
    first = kinds[0]
    return ALL[first] if len(kinds) == 1 or (kinds == first).all() else kinds


def _row_kind(row: Sequence[Atom], index: int) -> int:
    kinds = set(map(type, row))
    if len(kinds) == 1:
        return CODES[kinds.pop()]
    if str in kinds:
        fail(_mixed_kinds_error(row, index))
    return FLOAT if float in kinds else INT


def _mixed_kinds_error(row: Sequence[Atom], index: int) -> MixedKinds:
    """The error for a row of strings and other atoms, at the first element that does not fit those before it."""
    first = isinstance(row[0], str)
    position = next(position for position, atom in enumerate(row) if isinstance(atom, str) != first)
    other = row[position] if first else row[0]
    error = MixedKinds(f"strings and {kind_of(other)}s in one sequence")
    error.row, error.position, error.operands = index, position, (row[0], row[position])
    return error


def _pack(rows: Sequence[Sequence[Atom]], kinds: Array) -> Array:
    """The narrowest array that holds all rows exactly."""
    lowest, highest = kinds.min(), kinds.max()
    if lowest == STRING:
        return string_array(rows)
    packed = None if highest == STRING else _numbers(rows, kinds)
    return _objects(rows, kinds) if packed is None else packed


def _numbers(rows: Sequence[Sequence[Atom]], kinds: Array) -> Array | None:
    highest = kinds.max()
    try:
        packed = np.array(rows, dtype=DTYPES[highest])
    except OverflowError:
        return None
    if highest < FLOAT:
        return packed
    large = (np.abs(packed) >= EXACT).any() and any(_is_large(atom) for row in rows for atom in row)
    return None if large else packed


def _marks(rows: Sequence[Sequence[Atom]], kinds: Array) -> Array | None:
    """Which elements are bools in rows of other numbers, (batch, n); None where there are none."""
    if not any(kind and bool in map(type, row) for row, kind in zip(rows, kinds.tolist(), strict=True)):
        return None
    return np.array(
        [[kind > BOOL and type(atom) is bool for atom in row] for row, kind in zip(rows, kinds, strict=True)]
    )


def _is_large(atom: Atom) -> bool:
    return isinstance(atom, int) and abs(atom) > EXACT


def string_array(rows: Sequence[Sequence[Any]]) -> Array:
    """Strings as a NumPy string array; as objects if they are long, or hold a NUL, which NumPy would drop."""
    width = max(max(map(len, row)) for row in rows)
    if (
        width > STRING_WIDTH
        or width * len(rows) * len(rows[0]) > STRING_ROOM
        or any("\0" in "".join(row) for row in rows)
    ):
        return np.array(rows, dtype=object)
    return np.array(rows, dtype=f"U{max(1, width)}")


def _objects(rows: Sequence[Sequence[Atom]], kinds: Array) -> Array:
    return np.array([as_kind(row, kind) for row, kind in zip(rows, kinds.tolist(), strict=True)], dtype=object)


def as_kind(row: Sequence[Any], kind: int) -> list[Any]:
    """The elements as a row of that kind stores them: among floats, ints up to 2^53 are floats; bools stay bools.

    >>> as_kind([1, True, 2**60], FLOAT), as_kind([1.0, True], INT)
    ([1.0, True, 1152921504606846976], [1, True])
    """
    if kind == FLOAT:
        return [atom if isinstance(atom, bool) or _is_large(atom) else float(atom) for atom in row]
    if kind == INT:
        return [atom if isinstance(atom, bool) else int(atom) for atom in row]
    return list(map(CASTS[kind], row))


# -------------------------------------------------------------------------------------------------- to atoms


def atoms(values: Values, shape: BatchShape) -> list[list[Any]]:
    """The rows of the values, broadcast to `shape` (batch, n), as lists of Python atoms."""
    rows: list[list[Any]] = np.broadcast_to(values.data, shape).tolist()
    if values.data.dtype.kind in "OUb":
        return rows
    natural = INT if values.data.dtype.kind == "i" else FLOAT
    kinds = np.broadcast_to(values.kinds, shape[:1]).tolist()
    rows = [row if kind == natural else as_kind(row, kind) for row, kind in zip(rows, kinds, strict=True)]
    if values.bools is not None:
        for row, position in np.argwhere(np.broadcast_to(values.bools, shape)).tolist():
            rows[row][position] = bool(rows[row][position])
    return rows


def columns(values: Values, shape: BatchShape) -> list[Column]:
    """The rows of the values, broadcast to `shape` (batch, n), each as narrow as its kind allows."""
    kinds = np.broadcast_to(values.kinds, shape[:1]).tolist()
    rows = zip(atoms(values, shape), kinds, strict=True)
    return [Column(_read_only(_narrow(row, kind)), KINDS[kind]) for row, kind in rows]


def _result_rows(data: Array, kind: int, shape: BatchShape) -> Array:
    """The rows as one read-only array, if all are of one kind and none is of Python objects."""
    spread = np.broadcast_to(data, shape)
    return _read_only(spread if kind == STRING else spread.astype(DTYPES[kind]))


def _read_only(data: Array) -> Array:
    """The array made contiguous and read-only, as then are the rows taken from it."""
    data = np.ascontiguousarray(data)
    data.flags.writeable = False
    return data


def _narrow(row: list[Any], kind: int) -> Array:
    """A row as the array of a result. In a row of ints a bool becomes an int; floats with bools become objects."""
    if kind == FLOAT and bool in map(type, row):
        return np.array(row, dtype=object)
    return _pack([list(map(int, row)) if kind == INT else row], ALL[kind])[0]  # type: ignore[no-any-return]


# -------------------------------------------------------------------------------------------------- numbers


def peak(data: Array) -> int:
    """The largest absolute value of a bool or int array, as a Python int, which cannot overflow.

    >>> peak(np.array([3, -7])), peak(np.array([True, False]))
    (7, 1)
    """
    if data.dtype.kind == "b":
        return 1
    if data.size <= FEW:
        listed = data.ravel().tolist()
        return max(max(listed), -min(listed))  # type: ignore[no-any-return]  # a list of ints
    return max(int(data.max()), -int(data.min()))


def int_ceiling() -> int:
    """The size from which on int results are left to the exact path: past 64 bits, or over the limit of digits."""
    return INT64 if limits.int_digits >= 19 else 10 ** int(limits.int_digits)


def numeric(*values: Values) -> list[Array] | None:
    """The arrays in one dtype, int64 or float64; None if one holds other objects or an int would lose digits.

    >>> numeric(constant(1), constant(2.5)), numeric(constant("a"), constant(1))
    ([array([[1.]]), array([[2.5]])], None)
    """
    kinds = {value.data.dtype.kind for value in values}
    if kinds & {"U", "O"}:
        return None
    if "f" not in kinds:
        return [value.data.astype(np.int64, copy=False) for value in values]
    if any(value.data.dtype.kind == "i" and peak(value.data) > EXACT for value in values):
        return None
    return [value.data.astype(np.float64, copy=False) for value in values]


def finite(data: Array, kinds: Array) -> Values | None:
    """The values of float64 results; None if one is not finite, or if one in a row of ints may be inexact.

    >>> finite(np.array([[1.0, np.inf]]), ALL[FLOAT]), finite(np.array([[1.0, 2.5]]), ALL[FLOAT]).data
    (None, array([[1. , 2.5]]))
    """
    if kinds is ALL[FLOAT] and data.size <= FEW:
        return _few_finite(data)
    if np.count_nonzero(np.isfinite(data)) != data.size:
        return None
    if kinds is ALL[FLOAT]:
        return Values(data, kinds)
    whole = (kinds < FLOAT)[:, None]
    if not whole.any():
        return Values(data, kinds)
    if (np.where(whole, np.abs(data), 0.0) >= min(EXACT, int_ceiling())).any():
        return None
    return Values(np.where(whole, data + 0.0, data), kinds)  # + 0.0 makes 0.0 of -0.0, which is no int


def _few_finite(data: Array) -> Values | None:
    listed = data.ravel().tolist()
    if not math.isfinite(sum(listed)):  # if only the sum overflows, the exact path finds out
        return None
    return Values(data, ALL[FLOAT], None, max(max(listed), -min(listed)))
