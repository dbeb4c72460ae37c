"""Matrices of numbers with labels on both axes, such as a head's attention weights; and results side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rasp.base.html import beside, escape, with_title
from rasp.errors import WrongOperand
from rasp.present.html import number_text, numbers_html
from rasp.present.text import element_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class HeatMap:
    """A matrix of numbers (queries, keys) that a notebook shows as a heat map; elsewhere it is a table.

    `rows` are the labels of its rows, `columns` those of its columns, by default the same: tokens, or the labels of a
    model's dimensions. Accepts whatever NumPy can make an array of, such as a tensor of PyTorch. Raises WrongOperand
    if the labels do not fit.

    >>> print(HeatMap([[1, 0], [0.25, 0.75]], ["BOS", "a"]))
         BOS   a
    BOS  1
    a    0.25  0.75
    """

    def __init__(self, matrix: Any, rows: Iterable[Any], columns: Iterable[Any] | None = None, title: str = "") -> None:
        import numpy as np  # imported late: `import rasp` must not need NumPy

        array = matrix.detach().double().cpu() if hasattr(matrix, "detach") else matrix
        self.matrix: NDArray[np.float64] = np.asarray(array, dtype=np.float64)
        self.rows = tuple(map(element_text, rows))
        self.columns = self.rows if columns is None else tuple(map(element_text, columns))
        self.title = title
        wanted = len(self.rows), len(self.columns)
        if self.matrix.shape != wanted:
            raise WrongOperand(f"a matrix of shape {self.matrix.shape} does not have {wanted[0]} × {wanted[1]} labels")

    def to_pandas(self) -> Any:
        """The matrix as a DataFrame of pandas with these labels. Raises ModuleNotFoundError without pandas."""
        return data_frame(self.matrix, self.rows, self.columns)

    def __str__(self) -> str:
        from rasp.base.tables import table  # imported late: few programs need it

        lines = [[label, *map(number_text, row)] for label, row in zip(self.rows, self.matrix.tolist(), strict=True)]
        return "\n".join(filter(None, [self.title, *table([["", *self.columns], *lines], 10_000)]))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        shown = numbers_html(self.columns, self.rows, self.matrix.tolist())
        return with_title(self.title, shown) if self.title else shown


class Beside:
    """Results that a notebook shows side by side."""

    def __init__(self, results: Iterable[Any]) -> None:
        self.results = tuple(results)

    def __repr__(self) -> str:
        return "\n\n".join(map(str, self.results))

    def _repr_html_(self) -> str:
        return beside(map(_html, self.results))


def side_by_side(*results: Any) -> Beside:
    """Results such as selections and heat maps side by side, in notebooks; elsewhere one below the other.

    >>> import rasp
    >>> before = rasp.select(rasp.indices, rasp.indices, "<")
    >>> side_by_side(before("ab"), HeatMap([[0, 0], [1, 0]], "ab"))._repr_html_().count("<table")
    2
    """
    return Beside(results)


def _html(result: Any) -> str:
    made: str = result._repr_html_() if hasattr(result, "_repr_html_") else f"<pre>{escape(str(result))}</pre>"
    return made


def data_frame(matrix: Any, rows: Iterable[str], columns: Iterable[str]) -> Any:
    """A DataFrame of pandas of a matrix. Raises ModuleNotFoundError without pandas."""
    import pandas  # imported late: pandas is no dependency

    return pandas.DataFrame(matrix, index=list(rows), columns=list(columns))


def series(values: Sequence[Any], tokens: Iterable[Any]) -> Any:
    """A Series of pandas, with levels position and token in its index. Raises ModuleNotFoundError without pandas."""
    import pandas  # imported late: pandas is no dependency

    index = pandas.MultiIndex.from_arrays([range(len(values)), list(tokens)], names=["position", "token"])
    return pandas.Series(list(values), index=index)
