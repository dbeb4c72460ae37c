"""Teachers: functions that label inputs with outputs. They are made from a graph node or a Python function.

A teacher may fail on some inputs. It then returns the error in place of the outputs, and the input is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput, RaspError
from rasp.graph.nodes import Atom, Node
from rasp.learning.examples.data import Input, Output
from rasp.learning.examples.rows import Form, Rows
from rasp.present.names import show_input

OutputOrError = Union[Output, RaspError]
Ask = Callable[[list[Input]], Sequence[OutputOrError]]

PLAIN = ({str}, {bool}, {str, type(None)}, {bool, type(None)})


@dataclass(frozen=True)
class Teacher:
    """A function that answers lists of inputs. `steady`: whether it is certain to be deterministic.

    `vocabulary` and `longest` limit the inputs of a teacher such as a model; `usual` is the default for the length of
    the longest input, such as the length with which a model was trained.
    """

    name: str
    ask: Ask
    steady: bool = False
    one: bool = False
    vocabulary: tuple[Atom, ...] = ()
    shortest: int = 1
    longest: int | None = None
    usual: int | None = None


class BadAnswer(BadInput):
    """An invalid output: of another length, of floats, of mixed kinds. Such a teacher is refused altogether."""


def of_answers(ask: Callable[[list[Input]], Sequence[Any]], name: str) -> Teacher:
    """A deterministic function from inputs to values or errors as a teacher, which checks the values.

    >>> of_answers(lambda inputs: [given[::-1] for given in inputs], "reverse").ask([("a", "b")])
    [('b', 'a')]
    """

    def checked(inputs: list[Input]) -> list[OutputOrError]:
        return [
            answer if isinstance(answer, RaspError) else _output(answer, given, name)
            for answer, given in zip(ask(inputs), inputs, strict=True)
        ]

    return Teacher(name, checked, steady=True)


def of_node(node: Node, name: str) -> Teacher:
    """An s-op of a program as a teacher.

    >>> from rasp.graph.builders import indices
    >>> of_node(indices(), "indices").ask([("a", "b")])
    [(0, 1)]
    """

    def ask(inputs: list[Input]) -> list[Any]:
        results = [row[0] for row in evaluate([node], inputs, errors="collect")]
        return [result if isinstance(result, RaspError) else result.values for result in results]

    return of_answers(ask, name)


def of_function(function: Callable[[Any], Any], name: str, texts: bool = False, one: bool = False) -> Teacher:
    """A Python function as a teacher: from an input, a list or with `texts` a string, to a sequence of the same length.

    With `one`, it returns one label. An exception that it raises on an input becomes the error of that input.

    >>> teacher = of_function(lambda tokens: [6 // token for token in tokens], "divide")
    >>> good, bad = teacher.ask([(1, 2), (0,)])
    >>> good, bad.diagnostic.title
    ((6, 3), 'divide raises ZeroDivisionError on [0]: integer division or modulo by zero')
    """

    def answer(given: Input) -> OutputOrError:
        try:
            value = function("".join(map(str, given)) if texts else list(given))
            taken = list(value) if not one and hasattr(value, "__iter__") and not isinstance(value, dict) else value
        except RaspError as error:
            return error
        except (Exception, SystemExit) as error:  # a user's function may raise anything
            return BadInput(f"{name} raises {type(error).__name__} on {show_input(given)}{_reason(error)}")
        return _output(taken, given, name, one)

    return Teacher(name, lambda inputs: [answer(given) for given in inputs], one=one)


def _reason(error: BaseException) -> str:
    text = str(error).split("\n")[0][:100]
    return f": {text}" if text else ""


def _output(value: Any, given: Input, name: str, one: bool = False) -> OutputOrError:
    """Checks the answer of a teacher: the output for the input, or a BadAnswer."""
    if isinstance(value, (list, tuple)) and len(value) == len(given) and set(map(type, value)) in PLAIN and not one:
        return tuple(value)  # the common case, which needs no check of each atom
    rows = Rows(Form(one=one))
    try:
        rows.add(1, given, value)
    except RaspError as error:
        diagnostic = error.diagnostic
        return BadAnswer(f"{name} on {show_input(given)}: {diagnostic.title}", hint=diagnostic.hint)
    return rows.outputs[0]
