"""The results of evaluation: a `Sequence` for an s-op, a `Selection` for a selector."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from collections.abc import Sequence as Listing
from typing import TYPE_CHECKING, Any

from rasp.graph.atoms import repr_atoms
from rasp.graph.nodes import Atom

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rasp.engine.values import Column, ColumnBatch
    from rasp.present.token_matrix import TokenMatrix

PIECE = 1024  # elements that an iteration converts to Python atoms at a time
LARGEST_SHOWN = 60  # positions of a selection whose matrix IPython writes out where there is no HTML


class Sequence:
    """The values of an s-op on an input of length n, all of one kind; behaves like a list.

    `values` is a list of n Python atoms, `kind` is "int", "float", "bool" or "string", `array` is a NumPy array of
    shape (n,), `input` the input as a tuple. It equals a list or another sequence with equal values.

    >>> import rasp
    >>> r = rasp.Session()["length"]("hello")
    >>> r
    Sequence([5, 5, 5, 5, 5], kind='int')
    >>> r == [5, 5, 5, 5, 5], r[0], len(r), r.kind, int(r.array.sum())
    (True, 5, 5, 'int', 25)
    """

    __slots__ = ("_block", "_given", "_made", "_row")

    def __init__(self, block: ColumnBatch | Column, row: int, given: str | tuple[Atom, ...]) -> None:
        self._block = block
        self._row = row
        self._given = given
        self._made: Column | None = None

    @property
    def _column(self) -> Column:
        """The column, computed when it is first used: of a large batch, many rows never are."""
        if self._made is None:
            self._made = self._block.column(self._row)
        return self._made

    @property
    def input(self) -> tuple[Atom, ...]:
        if isinstance(self._given, str):
            self._given = tuple(self._given)
        return self._given

    def __reduce__(self) -> tuple[Any, ...]:
        return Sequence, (self._column, 0, self._given)  # pickles this row alone, not the whole batch

    @property
    def values(self) -> list[Atom]:
        return self._column.values

    @property
    def kind(self) -> str:
        return self._column.kind

    @property
    def array(self) -> NDArray[Any]:
        return self._column.array

    def __len__(self) -> int:
        return len(self._column.array)

    def __iter__(self) -> Iterator[Atom]:
        array = self._column.array
        for start in range(0, len(array), PIECE):
            yield from array[start : start + PIECE].tolist()

    def __getitem__(self, index: int | slice) -> Any:
        array = self._column.array
        if isinstance(index, slice):
            return array[index].tolist()
        element = array[operator.index(index)]
        return element if array.dtype.hasobject else element.item()

    def __contains__(self, value: object) -> bool:
        return any(value is element or value == element for element in self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequence):
            return self.values == other.values
        return self.values == list(other) if isinstance(other, (list, tuple)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # equal to lists, which have no hash

    def __repr__(self) -> str:
        return f"Sequence({repr_atoms(self.values)}, kind={self.kind!r})"

    def to_pandas(self) -> Any:
        """The values as a `pandas.Series` of length n.

        The index has levels position and token, as the columns of a trace have. Raises ModuleNotFoundError without
        pandas.
        """
        from rasp.present.heat_maps import series  # imported late: few programs need it

        return series(self.values, self.input)

    def _repr_html_(self) -> str:
        from rasp.present.html import sequence_html  # imported late: only notebooks need it

        return sequence_html(self.input, self.values, self.kind)

    def __str__(self) -> str:
        from rasp.present.text import sequence_text  # imported late: workers need no texts

        return sequence_text(self.values, self.kind)


Listing.register(Sequence)


class Selection:
    """The matrix of a selector on an input of length n.

    `matrix` is a bool array of shape (n, n): row i is query i, column j is key j. It shows the tokens of both axes.
    `input` is the input as a tuple.

    >>> import rasp
    >>> earlier = rasp.Session().eval("select(indices, indices, <)")
    >>> print(earlier("hey"))
        h e y
    h |
    e | 1
    y | 1 1
    >>> earlier("hey").matrix.sum(axis=1)
    array([0, 1, 2])
    """

    __slots__ = ("_array", "input")

    def __init__(self, matrix: NDArray[np.bool_], given: tuple[Atom, ...]) -> None:
        self._array = matrix
        self.input = given

    @classmethod
    def of(cls, matrices: NDArray[np.bool_], row: int, given: str | tuple[Atom, ...]) -> Selection:
        """Makes a selection of one of the matrices (batch, n, n) of a batch."""
        return cls(matrices[row], tuple(given))

    @property
    def matrix(self) -> TokenMatrix:
        """The bool array (n, n), which shows the tokens of both axes."""
        from rasp.present.token_matrix import TokenMatrix  # imported late: imports NumPy

        return TokenMatrix.of(self._array, self.input)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Selection):
            other = other._array.tolist()
        return self._array.tolist() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # equal to lists, which have no hash

    def __repr__(self) -> str:
        rows = (repr(row.view("int8").tolist()) for row in self._array)  # one at a time: a matrix may be large
        return f"Selection([{', '.join(rows)}])"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        n = len(self.input)
        printer.text(repr(self) if n <= LARGEST_SHOWN else f"<rasp.Selection of {n} × {n} positions>")

    def _repr_html_(self) -> str:
        from rasp.present.html import selection_html  # imported late: only notebooks need it

        return selection_html(self.input, self._array)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The labels of the rows and columns of the matrix: the elements of the input, as text."""
        return self.matrix.tokens

    def to_pandas(self) -> Any:
        """The matrix with its tokens, as a DataFrame of pandas: rows are queries, columns keys.

        Raises ModuleNotFoundError without pandas.
        """
        from rasp.present.heat_maps import data_frame  # imported late: few programs need it

        return data_frame(self._array, self.tokens, self.tokens)

    def __str__(self) -> str:
        from rasp.present.text import matrix_text  # imported late: workers need no texts

        return matrix_text(self._array, self.input)
