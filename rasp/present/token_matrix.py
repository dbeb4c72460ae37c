"""The matrix of a selector as an array of NumPy that knows its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rasp.present.html import selection_html
from rasp.present.text import element_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rasp.graph.nodes import Atom

SHOWN = 24  # the most tokens in the text of a matrix


class TokenMatrix(np.ndarray[Any, np.dtype[np.bool_]]):
    """A bool array (n, n) whose rows and columns belong to the tokens of an input; notebooks show it with them.

    What is computed or taken from it is an ordinary array.

    >>> same = TokenMatrix.of(np.eye(2, dtype=bool), ("a", "b"))
    >>> same
    TokenMatrix([[ True, False],
                 [False,  True]], tokens=('a', 'b'))
    >>> same[0], same.sum(axis=1)
    (array([ True, False]), array([1, 1]))
    """

    _given: Sequence[Atom] | None = None  # of an array that NumPy makes of this one: None

    @classmethod
    def of(cls, matrix: NDArray[np.bool_], given: Sequence[Atom]) -> TokenMatrix:
        """The same elements, with the input."""
        made = matrix.view(cls)
        made._given = given
        return made

    @property
    def tokens(self) -> tuple[str, ...]:
        """The labels of the rows and of the columns; none if this is not the whole matrix."""
        return tuple(map(element_text, self._given or ()))

    def __getitem__(self, key: Any) -> Any:
        return np.asarray(self)[key]

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if "out" in options:
            options["out"] = tuple(map(_plain, options["out"]))
        return getattr(ufunc, method)(*map(_plain, inputs), **options)

    def __repr__(self) -> str:
        if self._given is None:
            return repr(np.asarray(self))
        name = type(self).__name__
        elements = np.array2string(np.asarray(self), separator=", ", prefix=f"{name}(")
        more = f", … {len(self.tokens) - SHOWN} more" if len(self.tokens) > SHOWN else ""
        return f"{name}({elements}, tokens=({', '.join(map(repr, self.tokens[:SHOWN]))}{more}))"

    def _repr_html_(self) -> str | None:
        return None if self._given is None else selection_html(tuple(self._given), np.asarray(self))


def _plain(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, TokenMatrix) else value
