"""S-ops and selectors as Python objects: calling one evaluates it, operators and functions build new ones.

They build the same nodes of the graph as programs in the language do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from rasp.errors import BadKey, NestedTooDeep, NotAnSOp, NoTruthValue, RaspError
from rasp.graph.atoms import check_atom, check_collection_size
from rasp.graph.nodes import Atom, Node, is_selector
from rasp.parallel.work import CheckedInputs, Work, check_errors, evaluate_batch
from rasp.present.evaluation import architecture_of, nodes_of
from rasp.present.names import Names, explain_failure
from rasp.present.sequences import Selection, Sequence
from rasp.runtime import operations
from rasp.runtime.values import Scorer

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rasp.architecture.report import Architecture
    from rasp.draw.drawing import Drawing
    from rasp.present.explanations import EvaluationExplanation
    from rasp.session.tracing import Trace
    from rasp.session.training import Training
    from rasp.session.transformer import Transformer


class Wrapped:
    """The public form of a value of the runtime that is not a node: a function. `inner` is that value."""

    __slots__ = ("inner",)

    inner: Any


class _Operator:
    """The base of SOp and Selector: the node and the operators. Those that a selector lacks raise an error."""

    __slots__ = ("_names", "node")

    def __init__(self, node: Node, names: Names | None = None) -> None:
        if not isinstance(node, Node):
            kind = type(node).__name__
            raise NotAnSOp(f"s-ops and selectors are built by rasp.select, rasp.aggregate, …, not from a {kind}")
        self.node = node
        self._names = names or Names()

    @property
    def name(self) -> str | None:
        """The name of its node in its session, or None."""
        return self._names.name(self.node)

    @property
    def names(self) -> Names:
        """The session's names of nodes. Internal: drawings, reports and error messages refer to nodes by them."""
        return self._names

    def is_same(self, other: object) -> bool:
        """Whether both are the same computation (`==` builds an s-op instead of comparing).

        >>> import rasp
        >>> (rasp.indices + 1).is_same(rasp.indices + 1), rasp.indices.is_same(rasp.tokens)
        (True, False)
        """
        return isinstance(other, _Operator) and other.node is self.node

    def counterexample(
        self, other: SOp | Selector, *, vocab: Any, max_length: int, min_length: int = 1
    ) -> tuple[Atom, ...] | None:
        """A shortest input on which the two differ, or None if they are equal on all inputs.

        Tries all inputs of `min_length` to `max_length` tokens of `vocab`, which is as for `compile`. 1, 1.0 and True
        are equal, and so are two failures. Raises CollectionTooLarge if there are too many inputs, WrongOperand for an
        s-op with a selector, and for lengths without an input.

        >>> import rasp
        >>> rasp.indices.counterexample(rasp.indices % 2, vocab="ab", max_length=4)
        ('a', 'a', 'a')
        >>> last = rasp.where(rasp.indices > 0, 1, rasp.indices)
        >>> last.counterexample(rasp.indices, vocab="ab", max_length=2) is None
        True
        >>> last.counterexample(rasp.indices, vocab="ab", max_length=3, min_length=3)
        ('a', 'a', 'a')
        """
        from rasp.session.compiling import compare_operators  # imported late: most programs compare nothing

        if not isinstance(other, _Operator):
            raise NotAnSOp(
                f"an s-op or selector is compared with another one, not with a value of type {type(other).__name__}"
            )
        found, _ = compare_operators(self, other, vocab, max_length, min_length)
        return None if found is None else found.given

    def architecture(self, *others: SOp | Selector, assume_bos: bool = False) -> Architecture:
        """The layers and heads of a transformer that computes it, and the others along with it.

        `assume_bos`: the model has its own BOS position before the positions of the input; then a `selector_width`
        needs one head instead of two.

        >>> import rasp
        >>> same = rasp.select(rasp.tokens, rasp.tokens, "==")
        >>> hist = rasp.selector_width(same)
        >>> hist.architecture().heads_per_layer, hist.architecture(assume_bos=True).heads_per_layer
        ((2,), (1,))
        """
        return architecture_of(nodes_of([self, *others]), self._names, assume_bos)

    def trace(self, given: Any) -> Trace:
        """Every step from the tokens to its value on an input: the layer, the name, and the values of each.

        Raises EmptyInput, BadInput. A step that fails has the error in place of its values.

        >>> import rasp
        >>> print((rasp.indices + 1).trace("hey"))
        layer  step         h  e  y
            0  indices      0  1  2
            0  indices + 1  1  2  3
        """
        from rasp.engine.inputs import validate_input  # imported late: imports NumPy
        from rasp.session.tracing import Trace  # imported late: few programs trace

        return Trace(self.node, self._names, validate_input(given))

    def explain(self, *, n: int) -> EvaluationExplanation:
        """How the engine evaluates each of its selectors on `n` elements: the method, and estimated steps.

        >>> import rasp
        >>> print(rasp.load("histogram")["hist"].explain(n=100_000))
        selector  method           steps
        _same     join on 1 key  200,000
        """
        from rasp.present.explanations import explain  # imported late: few programs ask for it

        return explain([self.node], self._names, n)

    @overload
    def draw(
        self,
        given: Any,
        path: None = None,
        *,
        max_n: int | None = None,
        as_built: bool = False,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
    ) -> Drawing: ...

    @overload
    def draw(
        self,
        given: Any,
        path: str | Path,
        *,
        max_n: int | None = None,
        as_built: bool = False,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
    ) -> str: ...

    def draw(
        self,
        given: Any,
        path: str | Path | None = None,
        *,
        max_n: int | None = None,
        as_built: bool = False,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
    ) -> str:
        """Draws the flow of values on an input, layer by layer ("Thinking Like Transformers", appendix).

        Without a path, returns a `Drawing`: a text that a notebook shows as an interactive picture, with `.svg`,
        `.html` and `.save(path)`. With one, writes a file in the format of its suffix, such as .svg or .html, and
        returns the name of the program that made a PDF or PNG, or an empty text. `as_built` draws a `selector_width`
        as the heads that are counted for it. A picture is `width` pixels wide, or `scale` times as large as usual;
        `embed` makes an .html file a fragment for a page or slide. Raises DrawingTooLarge for an input of more than
        `max_n` elements, DrawingFailed if the file cannot be written, or the error of the program on the input.

        >>> import rasp
        >>> print((rasp.indices + 1).draw("hey").split("\\n")[0])
        (indices + 1)("hey")
        """
        from rasp.draw.picture import PictureSize  # imported late: few programs draw
        from rasp.session.drawing import draw_operators

        shown: dict[str, Any] = {"as_built": as_built, "size": PictureSize(width, scale), "embed": embed}
        return draw_operators([self], self._names, given, path, max_n=max_n, **shown)

    __array_ufunc__ = None  # so that `array + sop` calls `SOp.__radd__` instead of NumPy's own operator

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getitem__(self, key: Any) -> SOp:
        return self._wrap(operations.index(self.node, unwrap(key)))  # type: ignore[no-any-return]

    __iter__ = None  # `[]` accepts every int, so iteration by `__getitem__` would never end

    def __add__(self, other: object) -> SOp:
        return self._binary("+", other)  # type: ignore[no-any-return]

    def __radd__(self, other: object) -> SOp:
        return self._reflected("+", other)  # type: ignore[no-any-return]

    def __sub__(self, other: object) -> SOp:
        return self._binary("-", other)  # type: ignore[no-any-return]

    def __rsub__(self, other: object) -> SOp:
        return self._reflected("-", other)  # type: ignore[no-any-return]

    def __mul__(self, other: object) -> SOp:
        return self._binary("*", other)  # type: ignore[no-any-return]

    def __rmul__(self, other: object) -> SOp:
        return self._reflected("*", other)  # type: ignore[no-any-return]

    def __truediv__(self, other: object) -> SOp:
        return self._binary("/", other)  # type: ignore[no-any-return]

    def __rtruediv__(self, other: object) -> SOp:
        return self._reflected("/", other)  # type: ignore[no-any-return]

    def __mod__(self, other: object) -> SOp:
        return self._binary("%", other)  # type: ignore[no-any-return]

    def __rmod__(self, other: object) -> SOp:
        return self._reflected("%", other)  # type: ignore[no-any-return]

    def __pow__(self, other: object) -> SOp:
        return self._binary("^", other)  # type: ignore[no-any-return]

    def __rpow__(self, other: object) -> SOp:
        return self._reflected("^", other)  # type: ignore[no-any-return]

    def __neg__(self) -> SOp:
        return self._wrap(operations.unary("-", self.node))  # type: ignore[no-any-return]

    def __pos__(self) -> SOp:
        return self._wrap(operations.unary("+", self.node))  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> SOp:  # type: ignore[override]
        return self._binary("==", other)  # type: ignore[no-any-return]

    def __ne__(self, other: object) -> SOp:  # type: ignore[override]
        return self._binary("!=", other)  # type: ignore[no-any-return]

    def __lt__(self, other: object) -> SOp:
        return self._binary("<", other)  # type: ignore[no-any-return]

    def __le__(self, other: object) -> SOp:
        return self._binary("<=", other)  # type: ignore[no-any-return]

    def __gt__(self, other: object) -> SOp:
        return self._binary(">", other)  # type: ignore[no-any-return]

    def __ge__(self, other: object) -> SOp:
        return self._binary(">=", other)  # type: ignore[no-any-return]

    def __hash__(self) -> int:
        return hash(self.node)

    def __bool__(self) -> bool:
        raise NoTruthValue(
            "an s-op or selector is neither true nor false",
            hint="Write & | ~ instead of and, or, not; rasp.where instead of if; rasp.isin instead of in.",
        )

    def __repr__(self) -> str:
        return f"<rasp.{type(self).__name__} {self._names.describe(self.node)}>"

    def _repr_html_(self) -> str:
        """The name and the value on the session's example, for notebooks."""
        return in_html(self)

    def _batch(self, inputs: Iterable[Any], errors: str, executor: Executor | None) -> list[Any]:
        if executor is not None:
            return list(self._stream(inputs, errors, executor))
        check_errors(errors)
        work = Work([self.node], self._names, partial(evaluate_batch, errors=errors))
        return work.here(CheckedInputs.check(inputs, errors)).lists[0]

    def _stream(self, inputs: Iterable[Any], errors: str, executor: Executor | None) -> Iterator[Any]:
        from rasp.parallel.streams import stream  # imported late: few programs need it

        work = Work([self.node], self._names, evaluate_batch)
        return (row[0] for row in stream(work, inputs, errors, executor))

    def _binary(self, op: str, other: object) -> Any:
        return self._wrap(operations.binary(op, self.node, unwrap(other)))

    def _reflected(self, op: str, other: object) -> Any:
        return self._wrap(operations.binary(op, unwrap(other), self.node))

    def _wrap(self, node: Any) -> Any:
        return wrap(node, self._names)

    def __and__(self, other: object) -> Any:
        return self._binary("and", other)

    def __rand__(self, other: object) -> Any:
        return self._reflected("and", other)

    def __or__(self, other: object) -> Any:
        return self._binary("or", other)

    def __ror__(self, other: object) -> Any:
        return self._reflected("or", other)

    def __invert__(self) -> Any:
        return self._wrap(operations.unary("not", self.node))


class SOp(_Operator):
    """An s-op: a function from an input sequence to a sequence of the same length.

    Call it on an input (a string, a sequence of atoms, or a 1-D NumPy array) to get a `Sequence`; a RaspError of the
    program names the position where it failed. `+ - * / % ** == != < <= > >= & | ~ []` build new s-ops, with Python's
    precedence; `==` builds an s-op too, so compare two s-ops by `is_same`.

    >>> import rasp
    >>> sign = rasp.where(rasp.tokens == "(", 1, -1)
    >>> depth = rasp.aggregate(rasp.select(rasp.indices, rasp.indices, "<="), sign) * (rasp.indices + 1)
    >>> depth("(()").values
    [1.0, 2.0, 1.0]
    """

    __slots__ = ()

    def __call__(self, given: Any) -> Sequence:
        return Sequence(*_single(self, given))

    @overload
    def batch(self, inputs: Iterable[Any], *, executor: Executor | None = None) -> list[Sequence]: ...

    @overload
    def batch(self, inputs: Iterable[Any], errors: str, executor: Executor | None = None) -> list[Any]: ...

    def batch(self, inputs: Iterable[Any], errors: str = "raise", executor: Executor | None = None) -> list[Any]:
        """Evaluates many inputs together; returns their sequences in order. Raises the error of an input that fails.

        `errors="collect"` returns the RaspError of an input that is invalid or fails in place of its sequence.
        `executor`: a concurrent.futures.Executor whose workers evaluate the inputs in chunks. If several inputs fail,
        the error is that of the first; without an executor, that of any one of them. Warns (RuntimeWarning) of each
        worker that dies, and raises WorkersLost if the work cannot be finished.

        >>> import rasp
        >>> [r.values for r in rasp.indices.batch(["hey", [7, 8]])]
        [[0, 1, 2], [0, 1]]
        >>> good, bad = (6 / rasp.tokens_int).batch(["12", "10"], errors="collect")
        >>> good.values, bad.code, bad.row, bad.position
        ([6.0, 3.0], 'R310', 1, 1)
        """
        return self._batch(inputs, errors, executor)

    def stream(
        self, inputs: Iterable[Any], errors: str = "raise", executor: Executor | None = None
    ) -> Iterator[Sequence]:
        """As `batch`, but lazily: reads the inputs as needed, in chunks, and yields the sequences in order.

        So the inputs may be more than the memory holds. An error is raised in the turn of its input.

        >>> import itertools, rasp
        >>> endless = map(str, itertools.count(10))
        >>> [r.values for r in itertools.islice((rasp.tokens_int + 1).stream(endless), 3)]
        [[2, 1], [2, 2], [2, 3]]
        """
        return self._stream(inputs, errors, executor)

    def compile(
        self,
        *others: SOp,
        vocab: Any,
        max_length: int,
        causal: bool = False,
        dtype: str = "float64",
        undefined: str = "error",
        drawn: int = 1_000,
        draw: Any = None,
        min_length: int = 1,
    ) -> Transformer:
        """Compiles it, and the others along with it, into a standard transformer with the layers and heads of
        `architecture(assume_bos=True)`. The model is compared with the program before it is returned.

        `vocab` is a string of characters or a list of atoms; inputs have at most `max_length` tokens. A `causal` model
        has masked attention. `dtype` is "float64" or "float32". `undefined`: "error" refuses a program that fails on
        an input, "skip" leaves such inputs out. Lengths with too many inputs to try them all are compared on `drawn`
        random inputs each; `draw(random, length)` makes one, for programs on which random tokens make no sense. The
        model refuses inputs shorter than `min_length`. Raises CannotCompile, TooManyValues, LooksAhead, ProgramFails.

        >>> import rasp
        >>> model = rasp.load("reverse")["reverse"].compile(vocab="abc", max_length=4)
        >>> model("abca").values, model.config.n_heads
        (['a', 'c', 'b', 'a'], (1, 1))
        """
        from rasp.session.compiling import model_of  # imported late: most programs compile nothing

        return model_of(
            [self, *others],
            self._names,
            vocab,
            max_length,
            causal=causal,
            dtype=dtype,
            undefined=undefined,
            drawn=drawn,
            draw=draw,
            min_length=min_length,
        )

    def train(
        self,
        *,
        vocab: Any,
        max_length: int,
        layers: int | None = None,
        heads: int | None = None,
        width: int = 64,
        tight: bool = False,
        steps: int = 4000,
        batch: int = 128,
        lr: float = 1e-3,
        seeds: int = 3,
        seed: int = 0,
        positions: str = "sinusoidal",
        causal: bool = False,
        bos: bool = False,
        supervise: bool = False,
        device: str = "cpu",
        threads: int | None = None,
        draw: Any = None,
        folder: str | Path | None = None,
        force: bool = False,
        resume: bool = False,
        progress: Any = None,
    ) -> Training:
        """Trains standard transformers by gradients on its values. Needs the extra `rasp-lang[torch]`.

        Their size is that of `architecture(assume_bos=bos)` unless `layers` and `heads` are given; with `tight`,
        smaller sizes are trained, too. `seeds` of them are trained at once. Inputs of `vocab` have at most `max_length`
        tokens; `draw` is "uniform", "dyck" or a function `draw(random, length)`. `supervise` pulls the heads to the
        selectors. `folder` gets models, metrics, a checkpoint and the report; `resume` continues from the checkpoint.

        `progress` is called with a `TrainingStanding` for each measure on validation inputs; True prints a line, which
        is the default where Python is used interactively. A notebook with the extension loaded shows one line, which
        is replaced. Ctrl-C, or the stop button of a notebook, ends the training with the best models so far. Raises
        ModuleNotFoundError without PyTorch, BadInput, ProgramFails, UnwritableFile, and WrongOperand for an s-op that
        gives floats. The experiments are those of "Thinking Like Transformers", tables 1 and 2.

        >>> import rasp
        >>> is_a = rasp.tokens == "a"
        >>> training = is_a.train(vocab="ab", max_length=2, width=16, steps=100, lr=0.03)  # doctest: +SKIP
        >>> training.accuracy, training.model("ab").values  # doctest: +SKIP
        (1.0, [True, False])
        """
        given = {name: value for name, value in locals().items() if name != "self"}
        from rasp.session.training import of_sop  # imported late: most programs train nothing

        return of_sop(self, **given)


class Selector(_Operator):
    """A selector: a function from an input sequence of length n to an n × n bool matrix.

    Call it on an input to get a `Selection`. `& | ~` build new selectors.

    >>> import rasp
    >>> earlier = rasp.select(rasp.indices, rasp.indices, "<")
    >>> (~earlier)("abc").matrix.astype(int).tolist()
    [[1, 1, 1], [0, 1, 1], [0, 0, 1]]
    """

    __slots__ = ()

    def __call__(self, given: Any) -> Selection:
        return Selection.of(*_single(self, given))

    @overload
    def batch(self, inputs: Iterable[Any], *, executor: Executor | None = None) -> list[Selection]: ...

    @overload
    def batch(self, inputs: Iterable[Any], errors: str, executor: Executor | None = None) -> list[Any]: ...

    def batch(self, inputs: Iterable[Any], errors: str = "raise", executor: Executor | None = None) -> list[Any]:
        """Evaluates many inputs together; returns their selections in order. Arguments as for `SOp.batch`."""
        return self._batch(inputs, errors, executor)

    def stream(
        self, inputs: Iterable[Any], errors: str = "raise", executor: Executor | None = None
    ) -> Iterator[Selection]:
        """As `batch`, but lazily, as `SOp.stream`."""
        return self._stream(inputs, errors, executor)


def in_html(operator: Any, name: str = "") -> str:
    """An s-op or selector as HTML: its name (by default that of its session) and its value on the session's example."""
    from rasp.present.html import operator_html  # imported late: only notebooks need it

    names, selector = operator.names, isinstance(operator, Selector)
    label = name or names.describe(operator.node)
    return operator_html("selector" if selector else "s-op", label, names.examples()[selector], operator)


def _single(operator: _Operator, given: Any) -> tuple[Any, int, str | tuple[Atom, ...]]:
    """Evaluates one input: the engine's result as a batch of one, its row in it, and the input."""
    from rasp.engine.evaluate import check_input, evaluate_one  # imported late: imports NumPy

    checked = check_input(given)
    try:
        return evaluate_one((operator.node,), checked)[0], 0, checked
    except RaspError as error:
        raise explain_failure(error, operator.names, [checked]) from None


def wrap(value: Any, names: Names) -> Any:
    """A node as SOp or Selector; any other value as it is."""
    if isinstance(value, Node):
        return (Selector if is_selector(value) else SOp)(value, names)
    return value


def unwrap(value: Any) -> Any:
    """Converts a Python value to a value of the runtime: a node, a function, an atom, a tuple (for a list) or a dict.

    Raises NotAnSOp for a type that RASP does not have, NotFinite for inf and nan, and the errors of the limits.

    >>> unwrap([1, [2.5, "a"]]), unwrap({"a": True})
    ((1, (2.5, 'a')), {'a': True})
    """
    try:
        return _unwrap(value, {})
    except RecursionError:
        raise NestedTooDeep("the lists are nested too deeply, or hold themselves") from None


def _unwrap(value: Any, made: dict[int, Any]) -> Any:
    """As `unwrap`. `made` holds the lists converted so far, by id, so that one shared by others is converted once."""
    if isinstance(value, _Operator):
        return value.node
    if isinstance(value, Scorer):
        return value
    if isinstance(value, Wrapped):
        return value.inner
    if isinstance(value, (list, tuple, Mapping)):
        if id(value) not in made:
            made[id(value)] = _unwrap_items(value, made)
        return made[id(value)]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a NumPy scalar
        value = value.item()
    if type(value) in (bool, int, float, str):
        return check_atom(value)
    raise NotAnSOp(f"a value of type {type(value).__name__} is no value of RASP")


def _unwrap_items(value: Any, made: dict[int, Any]) -> Any:
    check_collection_size(len(value), "a list")
    if isinstance(value, Mapping):
        return {_key(key): _unwrap(item, made) for key, item in value.items()}
    return tuple(_unwrap(item, made) for item in value)


def _key(key: Any) -> Atom:
    value = unwrap(key)
    if isinstance(value, (bool, int, float, str)):
        return value
    raise BadKey(f"a dict key must be an atom, not {type(key).__name__}")
