"""What a search has found: the best program, the front of programs, and its effort."""

from __future__ import annotations

from dataclasses import dataclass, field

from rasp.engine.evaluate import evaluate
from rasp.errors import InternalError
from rasp.graph.nodes import Node
from rasp.learning.examples.data import Data
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import Expression
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.to_graph import to_graph
from rasp.learning.writing.text import text

CHECKED = 5_000  # inputs that are checked at a time


@dataclass(frozen=True)
class FrontEntry:
    """A program of the front: nothing cheaper has fewer wrong outputs."""

    price: int
    wrong: int
    expression: Expression


@dataclass
class ProgramSearchResult:
    """What a search has found, and its effort."""

    expression: Expression
    wrong: int  # outputs, of those that are asked
    asked: int
    front: list[FrontEntry] = field(default_factory=list)
    iterations: int = 0
    found_at: int = 0
    restarts: int = 0
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def exact(self) -> bool:
        """Whether the program is right on all data."""
        return not self.wrong

    @property
    def price(self) -> int:
        """What the program costs, in hundredths of a definition."""
        return price(self.expression)

    @property
    def accuracy(self) -> float:
        """The share of outputs that are right."""
        return 1 - self.wrong / self.asked

    @property
    def text(self) -> str:
        """The program as text, whose result is called `output`."""
        return text(self.expression)

    @property
    def node(self) -> Node:
        """The program as a node of a graph."""
        return to_graph(self.expression)


def check_program(found: ProgramSearchResult, data: Data, most: int = 400_000) -> None:
    """Runs the program in the engine, and compares with what the search computed; a difference is a bug of rasp.

    Raises InternalError with the first input on which they differ. At most `most` inputs are tried.

    >>> from rasp.learning.examples.rows import data_of
    >>> from rasp.learning.enumeration.search import search
    >>> from rasp.learning.settings import SearchSettings
    >>> data = data_of([("ab", "ba"), ("abc", "cba"), ("b", "b")])
    >>> check_program(search(data, SearchSettings(iterations=100)), data)
    """
    coding = Coding.of(data)
    for start in range(0, min(most, len(data)), CHECKED):
        inputs = data.inputs[start : start + CHECKED]
        values = CodedBatch(coding, inputs).values(found.expression)
        for number, (given, results) in enumerate(zip(inputs, evaluate([found.node], inputs), strict=True)):
            expected = [coding.atom(found.expression.kind, code) for code in values[: len(given), number].tolist()]
            if list(results[0].values) != expected:
                raise InternalError(f"the program differs from its model on {list(given)}")
