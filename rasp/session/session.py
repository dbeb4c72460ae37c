"""A session: bound names, settings and the example input, and the statements that change them.

The session is the host of the runtime's machine: the machine calls it to evaluate an s-op on an input, to load a file,
to draw, and to carry out the language's commands.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasp.base.diagnostics import Span
from rasp.base.limits import limits
from rasp.errors import (
    BadInput,
    BadTarget,
    LoadCycle,
    NestedTooDeep,
    NotAnSOp,
    RaspError,
    RaspSyntaxError,
    UnknownName,
    WrongArgumentCount,
)
from rasp.graph.atoms import check_collection_size
from rasp.graph.nodes import Atom, Node, is_selector, topological
from rasp.parallel.work import Work
from rasp.present.evaluation import architecture_of, evaluate_inputs
from rasp.present.names import Names
from rasp.runtime.files import NO_BUFFERS, Buffers, find_program, path_of, read_program, real_path, unit_of
from rasp.runtime.machine import Machine
from rasp.runtime.prelude import prelude
from rasp.runtime.scope import MISSING, Scope, SourceUnit
from rasp.runtime.values import Application, Builtin, UserFunction, a
from rasp.session.choosing import choose_operator
from rasp.session.name_access import NameAccess
from rasp.session.settings import Leave, Listener, Settings
from rasp.session.sops import Selector, SOp, Wrapped, unwrap, wrap
from rasp.syntax import tree
from rasp.syntax.grouping import warnings_of
from rasp.syntax.parser import Reader, check_text_size, parse, parse_expression
from rasp.syntax.rebinding import rebinding_warning, rebindings_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rasp.architecture.report import Architecture
    from rasp.present.explanations import EvaluationExplanation

NAME_LENGTH = 100  # of a drawing's file; systems take about 255 characters
GENERATES = "only an s-op can generate"
DRAW_FORMS = 'It is draw(sop); or draw(sop, "input");'


class Session:
    """A RASP session with the prelude loaded: runs statements, and gives access to the names that they bind.

    `example` is the input on which a conversation shows s-ops and selectors. A session is not thread-safe.

    >>> session = Session()
    >>> session.run("hist = selector_width(select(tokens, tokens, ==));")
    []
    >>> session["hist"]("hello").values
    [1, 1, 2, 2, 1]
    >>> session.eval("3 + 4")
    7
    """

    def __init__(self, example: Any = "hello", *, listener: Listener | None = None) -> None:
        self.listener = listener or Listener()
        self.reset(example)
        self._machine = Machine(self)
        self._errors: list[RaspError] = []
        self._keep_going = False
        self.left = False  # whether a statement `exit` or `quit` ran
        self.drawings = Path("comp_flows")  # the folder of the files of `draw(sop);`
        self._drawn: dict[str, int] = {}  # how many drawings of each name are in it
        self._lost: list[tree.Name] = []  # redefined names of the language, each with a warning already given
        self._loading: list[Path] = []  # the files that are being loaded, outermost first
        self.buffers: Buffers = NO_BUFFERS  # texts used in place of those of loaded files

    def reset(self, example: Any = "hello") -> None:
        """Removes all names and resets all settings. Raises EmptyInput or BadInput.

        >>> session = Session()
        >>> _ = session.run("a = 1; set example [1, 2]")
        >>> session.reset()
        >>> session.names(), session.settings.sop_example
        ([], ('h', 'e', 'l', 'l', 'o'))
        """
        from rasp.engine.inputs import validate_input  # imported late: imports NumPy, which `import rasp` must not

        self.settings = Settings(validate_input(example))
        self.scope = Scope(prelude(), SourceUnit("<session>"))
        self.scope.bind("out", prelude().find("tokens"))
        settings = self.settings
        self.names_of_nodes = Names(self.scope, lambda: (settings.sop_example, settings.selector_example))

    # ------------------------------------------------------------------------------------------- running programs

    def run(self, text: str, keep_going: bool = False, *, name: str = "<session>") -> list[RaspError]:
        """Runs every statement of a text; messages refer to the text by `name`.

        Raises the first RaspError. With `keep_going`, statements after a failing one still run, and the list of errors
        is returned (empty if none failed).

        >>> errors = Session().run("a = 1; b = nope; c = a + 1;", keep_going=True)
        >>> [error.code for error in errors]
        ['R201']
        """
        check_text_size(text, name)
        reader = Reader(name)
        reader.feed(text)
        return self.run_items(_items(reader), keep_going)

    def run_file(self, path: str | Path, keep_going: bool = False) -> list[RaspError]:
        """Runs every statement of a file, as `run` does; its `load` statements search the file's own folder first.

        Raises FileMissing, WrongFile, UnreadableFile, NotUtf8 or SourceTooLarge for the file itself.
        """
        file = path_of(path)
        text = read_program(file)
        before = self.scope.unit
        self.scope.unit = SourceUnit(before.name, file.parent, prelude=unit_of(real_path(file)).prelude)
        self._loading.append(real_path(file))
        try:
            return self.run(text, keep_going, name=str(path))
        finally:
            self._loading.pop()
            self.scope.unit = before

    def run_items(self, items: Iterable[tree.SyntaxNode | RaspError], keep_going: bool = True) -> list[RaspError]:
        """Runs statements that a Reader has parsed; a syntax error among them counts as a failing statement."""
        outer = self._errors, self._keep_going
        self._errors, self._keep_going = [], keep_going
        errors = self._errors
        try:
            self._run_items(items, self.scope)
        except Leave:
            self.left = True
        finally:
            self._errors, self._keep_going = outer
        return errors

    def _run_items(self, items: Iterable[tree.SyntaxNode | RaspError], scope: Scope) -> None:
        for item in items:
            try:
                if isinstance(item, RaspError):
                    raise item
                self.execute(item, scope)
            except RaspError as error:
                if not self._keep_going:
                    raise
                self._errors.append(error)
                self.listener.error(error)

    def execute(self, statement: tree.SyntaxNode, scope: Scope | None = None) -> None:
        """Runs one statement and reports its warnings and results. Raises RaspError, or Leave for `exit`."""
        for diagnostic in (*warnings_of(statement), *rebindings_of(statement)):
            self.listener.warning(diagnostic)
        if scope is None or scope is self.scope:
            self._lost.clear()
        shown = self._machine.run(statement, scope or self.scope)
        if scope is None or scope is self.scope:
            self.listener.accepted(statement)
            self.listener.results(shown)
        else:
            self.listener.accepted_in_file(statement)

    def eval(self, expression: str) -> Any:
        """The value of an expression: an SOp, Selector or Function, or a Python atom, list or dict.

        Does not change the session. Raises RaspError.

        >>> Session().eval("select(indices, indices, <)")("hey").matrix.astype(int).tolist()
        [[0, 0, 0], [1, 0, 0], [1, 1, 0]]
        """
        node = parse_expression(expression, "<expression>")
        for diagnostic in warnings_of(node):
            self.listener.warning(diagnostic)
        return self.wrap(self._machine.run(node, self.scope))

    # ------------------------------------------------------------------------------------------------------ names

    def __getitem__(self, name: str) -> Any:
        """The value of a name: an SOp, Selector or Function, or a Python atom, list or dict. Raises UnknownName."""
        return self.wrap(self._machine.look_up(name, self.scope))

    def __contains__(self, name: str) -> bool:
        return self.scope.find(name) is not MISSING

    def __setitem__(self, name: str, value: Any) -> None:
        """Binds a name to an s-op, selector, function, atom, list or dict, so that statements can use it.

        `:save` does not write such names. Raises BadTarget or KeywordAsName for an invalid name, ReservedName for one
        of the prelude, and NotAnSOp for a value that RASP does not have.

        >>> import rasp
        >>> session = Session()
        >>> session["shifted"] = rasp.indices + 1
        >>> _ = session.run("twice = 2 * shifted;")
        >>> session["twice"]("abc").values
        [2, 4, 6]
        """
        self._machine.check_targets((check_name(name),), self.scope)
        self.scope.bind(name, unwrap(value))
        if isinstance(value, (SOp, Selector)):
            for part in topological([value.node]):
                if (known := value.names.name(part)) is not None:
                    self.names_of_nodes.note(part, known)

    @property
    def names(self) -> NameAccess:
        """The names that the session's own statements bound: `names()` lists them, `names.hist` is a value.

        Setting an attribute binds a name, as `session[name] = value` does.

        >>> session = Session()
        >>> _ = session.run("b = 1; a = 2; b = 3;")
        >>> session.names(), session.names.b
        (['a', 'b'], 3)
        """
        return NameAccess(self._own_names, self.__getitem__, self.__setitem__)

    def _own_names(self) -> list[str]:
        return [name for name in self.scope.names_in_order() if name != "out"]

    def wrap(self, value: Any) -> Any:
        """Converts a value of the runtime to its public type. Raises NestedTooDeep for lists too deep for Python."""
        try:
            return self._wrap(value, {})
        except RecursionError:
            raise NestedTooDeep("the lists are nested too deeply to be given to Python") from None

    def _wrap(self, value: Any, made: dict[int, Any]) -> Any:
        """As `wrap`. `made` holds the nested lists converted so far, by id: a shared one is converted once."""
        if isinstance(value, (UserFunction, Builtin)):
            return Function(self, value)
        if not isinstance(value, (tuple, dict)):
            return wrap(value, self.names_of_nodes)
        if id(value) in made:
            return made[id(value)]
        keys: Iterable[Any] = value if isinstance(value, dict) else range(len(value))
        items = {key: self._wrap(value[key], made) for key in keys}
        wrapped = items if isinstance(value, dict) else list(items.values())
        if any(isinstance(item, (list, dict)) for item in items.values()):
            made[id(value)] = wrapped
        return wrapped

    def call(self, function: UserFunction | Builtin, arguments: list[Any]) -> Any:
        """Calls a function of the runtime with values of the runtime, and returns its value."""
        return self._machine.call(function, arguments, self.scope)

    # ------------------------------------------------------------------------------------------------- evaluating

    def evaluate(self, node: Node, given: Any) -> Any:
        """The engine's column of an s-op, or matrix of a selector, on an input. Raises RaspError."""
        return evaluate_inputs([node], [given], self.names_of_nodes)[1][0][0]

    def architecture(self, *sops: str | SOp | Selector, assume_bos: bool = False) -> Architecture:
        """The layers and heads of one transformer for all these s-ops and selectors, given as such or by name.

        Raises UnknownName or NotAnSOp.

        >>> session = Session()
        >>> _ = session.run("earlier = select(indices, indices, <); x = aggregate(earlier, indices);")
        >>> session.architecture("x", "length").heads_per_layer
        (2,)
        """
        wanted = [choose_operator(self, sop, "only s-ops and selectors have layers and heads").node for sop in sops]
        return architecture_of(wanted, self.names_of_nodes, assume_bos)

    def explain(self, *sops: str | SOp | Selector, n: int) -> EvaluationExplanation:
        """How the engine evaluates each selector of these s-ops on `n` elements: its method and estimated steps.

        Print it to see why a program is slow on a long input. Raises UnknownName or NotAnSOp.

        >>> session = Session()
        >>> _ = session.run("same = select(tokens, tokens, ==); hist = selector_width(same);")
        >>> print(session.explain("hist", n=100_000))
        selector  method           steps
        same      join on 1 key  200,000
        """
        from rasp.present.explanations import explain  # imported late: few programs ask for it

        wanted = [choose_operator(self, sop, "only s-ops and selectors are evaluated").node for sop in sops]
        return explain(wanted, self.names_of_nodes, n)

    def steps(self, sop: str | SOp, prompt: Any, max_steps: int) -> Iterator[Atom]:
        """Yields the values that the decoder loop appends to the prompt: the s-op's last element, `max_steps` times."""
        return self._decode(sop, prompt, lambda value: False, max_steps)

    def _decode(self, sop: str | SOp, prompt: Any, ends: Callable[[Atom], bool], max_steps: int) -> Iterator[Atom]:
        from rasp.engine.inputs import validate_input  # imported late: imports NumPy
        from rasp.parallel.decoder import decode_one

        operator = choose_operator(self, sop, GENERATES, selectors=False)
        yield from decode_one(operator.node, validate_input(prompt), ends, max_steps, operator.names)

    def generate(self, sop: str | SOp, prompt: Any, until: Atom | None = "", max_steps: int = 200) -> list[Atom]:
        """Runs the decoder loop: appends the s-op's last element to the input until it equals `until`.

        `sop` is a name or an SOp. Returns the generated values, without the prompt and without `until`; at most
        `max_steps` of them. Raises UnknownName, NotAnSOp, or the error of the program.

        >>> session = Session()
        >>> _ = session.run('next = "b" if tokens == "a" else ("c" if tokens == "b" else "");')
        >>> session.generate("next", "a")
        ['b', 'c']
        """
        return list(self._decode(sop, prompt, functools.partial(_ends, until=until), max_steps))

    def generate_batch(
        self,
        sop: str | SOp,
        prompts: Iterable[Any],
        until: Atom | None = "",
        max_steps: int = 200,
        *,
        errors: str = "raise",
        executor: Executor | None = None,
    ) -> Iterator[list[Atom]]:
        """As `generate` for each of many prompts, in their order. Several advance together, one batch per step.

        Prompts are read from the iterable as needed, so they may be more than the memory holds. `errors="collect"`
        yields the RaspError of a prompt that fails in place of its values. `executor`: as for `SOp.batch`.

        >>> session = Session()
        >>> _ = session.run('next = {"a": "b", "b": "c", "c": ""}[tokens];')
        >>> list(session.generate_batch("next", ["a", "b"]))
        [['b', 'c'], ['c']]
        """
        from rasp.parallel.decoder import pace  # imported late: imports NumPy
        from rasp.parallel.streams import stream

        work = self.decoding(sop, functools.partial(_ends, until=until), max_steps)
        return (row[0] for row in stream(work, prompts, errors, executor, pace()))

    def decoding(self, sop: str | SOp, ends: Callable[[Atom], bool], max_steps: int) -> Work:
        """The decoder loop as `Work` on many prompts; it ends at the first value for which `ends` is true."""
        from rasp.parallel.decoder import Decoder  # imported late: imports NumPy

        return Work(
            [choose_operator(self, sop, GENERATES, selectors=False).node], self.names_of_nodes, Decoder(ends, max_steps)
        )

    # ------------------------------------------------------------------------------------------ the host of a machine

    def apply(self, node: Node, given: Any) -> Application:
        """Applies an s-op or selector to an input inside a program."""
        if not isinstance(given, (str, tuple)):
            raise BadInput(f"an input is a string or a list of atoms, not {a(given)}")
        checked, rows = evaluate_inputs([node], [given], self.names_of_nodes)
        result = rows[0][0]
        if not is_selector(node):
            return Application.of(result.values, result, checked[0])
        check_collection_size(result.size, "a list of rows")
        return Application.of(map(tuple, result.view("int8").tolist()), result, checked[0])

    def load(self, path: str, scope: Scope) -> Scope:
        """Runs the file of `load "path";` in a new scope and returns that scope."""
        file = real_path(find_program(path, scope.unit, self.buffers))
        if file in self._loading:
            chain = " → ".join(f'"{part.stem}"' for part in [*self._loading[self._loading.index(file) :], file])
            raise LoadCycle(f"files load one another in a circle: {chain}")
        if len(self._loading) >= limits.load_depth:
            title = f"more than {limits.load_depth} files load one another"
            raise NestedTooDeep(title, hint=limits.hint("load_depth"))
        loaded = Scope(prelude(), unit_of(file))
        loaded.bind("out", prelude().find("tokens"))
        self._load_into(loaded, file)
        return loaded

    def _load_into(self, scope: Scope, file: Path) -> None:
        flags = self.settings.sop_examples, self.settings.selector_examples
        self._loading.append(file)
        self.listener.file_begins(scope.unit)
        try:
            reader = Reader(scope.unit.name)
            reader.feed(read_program(file, self.buffers))
            self._run_items(_items(reader), scope)
        except Leave:
            return  # `exit` in a file ends only the file
        finally:
            self.listener.file_ends()
            self._loading.pop()
            self.settings.sop_examples, self.settings.selector_examples = flags

    def draw(self, arguments: list[Any]) -> Application:
        """Draws an s-op or selector on an input (by default the example) into a file, and returns its values."""
        from rasp.draw.files import check_drawing_size  # imported late: few programs draw
        from rasp.session.drawing import draw_operators, make_drawing_folder

        node, application = self.to_draw(arguments)
        check_drawing_size(len(application.input))
        make_drawing_folder(self.drawings)
        path = self._drawing_path((self.names_of_nodes.name(node) or "out")[:NAME_LENGTH])
        draw_operators([wrap(node, self.names_of_nodes)], self.names_of_nodes, application.input, path)
        self.listener.text(f"drawn: {path}")
        return application

    def to_draw(self, arguments: list[Any]) -> tuple[Node, Application]:
        """The s-op or selector that a `draw` is given, and its values."""
        if len(arguments) not in (1, 2):
            raise WrongArgumentCount(f"`draw` takes 1 or 2 arguments, not {len(arguments)}", hint=DRAW_FORMS)
        node, *rest = arguments
        if not isinstance(node, Node):
            raise NotAnSOp(f"`draw` needs an s-op or selector, not {a(node)}", hint=DRAW_FORMS)
        example = self.settings.selector_example if is_selector(node) else self.settings.sop_example
        return node, self.apply(node, rest[0] if rest else example)

    def _drawing_path(self, name: str) -> Path:
        """The file of the next drawing of a name: `hist.svg`, then `hist-2.svg`. Overwrites those of other sessions."""
        number = self._drawn[name] = self._drawn.get(name, 0) + 1
        return self.drawings / (f"{name}.svg" if number == 1 else f"{name}-{number}.svg")

    def command(self, words: str, argument: Any) -> None:
        """Carries out a command of the session, such as `set example`."""
        from rasp.session.session_commands import carry_out_statement  # imported late: few programs have commands

        carry_out_statement(self.settings, self.listener, words, argument)

    def is_reserved(self, name: str) -> bool:
        """Whether the name is one of the prelude, which no statement at the top level may bind."""
        return name in prelude().names_here()

    def on_node(self, node: Node, span: Span | None) -> None:
        """Records where in the source a node was written."""
        if span is not None:
            self.names_of_nodes.place(node, span)

    def on_binding(self, name: str, value: Any, scope: Scope) -> None:
        """Records a name that a function or a loaded file bound to a node."""
        if isinstance(value, Node) and scope is not self.scope:
            self.names_of_nodes.note(value, name)

    def on_lost_name(self, target: tree.Name, statement: tree.SyntaxNode) -> None:
        """Warns that a statement redefines a name of the language, once for each place and run of the statement."""
        if all(target is not name for name in self._lost):
            self._lost.append(target)
            if (warning := rebinding_warning(target, statement)) is not None:
                self.listener.warning(warning)


def _ends(value: Atom, until: Atom | None) -> bool:
    """Whether the decoder loop ends: at an atom equal to `until`, where a bool equals no number."""
    return value == until and isinstance(value, bool) == isinstance(until, bool)


def check_name(name: str) -> tree.Name:
    """The name of an assignment. Raises the error of a statement with another text there.

    >>> check_name("for")
    Traceback (most recent call last):
        ...
    rasp.errors.KeywordAsName: error[R117]: `for` is a keyword and cannot be a name...
    """
    statements = parse(f"{name} = 0;", "<name>")
    targets = [target for one in statements if isinstance(one, tree.Assign) for target in one.targets]
    if [target.id for target in targets] != [name]:
        raise BadTarget(f"`{name:.40}` cannot be a name")
    return targets[0]


def _items(reader: Reader) -> Iterator[tree.SyntaxNode | RaspSyntaxError | RaspError]:
    yield from reader.read()
    yield from reader.finish()


class Function(Wrapped):
    """A RASP function, called from Python with s-ops, selectors, atoms, lists, dicts or functions.

    `name`, `parameters`, `signature` say how to call it. Raises WrongArgumentCount, or the error of its body.

    >>> session = Session()
    >>> session["sort"].signature
    'sort(seq, key)'
    >>> session["sort"](session["tokens"], session["tokens"])("hello").values
    ['e', 'h', 'l', 'l', 'o']
    """

    __slots__ = ("_session",)

    inner: UserFunction | Builtin

    def __init__(self, session: Session, inner: UserFunction | Builtin) -> None:
        self._session = session
        self.inner = inner

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.inner.parameters

    @property
    def signature(self) -> str:
        return self.inner.signature

    def __call__(self, *arguments: Any) -> Any:
        return self._session.wrap(self._session.call(self.inner, [unwrap(argument) for argument in arguments]))

    def __repr__(self) -> str:
        return f"<rasp.Function {self.signature}>"


class Module:
    """A program that was loaded from Python: `names()` lists its public names, `module[name]` gives their values.

    >>> import rasp
    >>> program = rasp.load("reverse")
    >>> program.names()
    ['reverse']
    >>> program["reverse"]("hello").values
    ['o', 'l', 'l', 'e', 'h']
    """

    def __init__(self, session: Session, path: str) -> None:
        self.session = session
        self.path = path

    def names(self) -> list[str]:
        """The names that the program binds, except those that start with `_`, in the order they were last bound."""
        return [name for name in self.session.names() if not name.startswith("_")]

    def __getitem__(self, name: str) -> Any:
        if name not in self.session.scope.names:
            raise UnknownName(f"{self.path} has no name `{name}`", hint=f"It has {', '.join(self.names())}.")
        return self.session[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __repr__(self) -> str:
        return f"<rasp.Module {self.path}: {', '.join(self.names())}>"


def load(path: str | Path) -> Module:
    """Runs a program and returns it as a `Module`: a file such as "prog.rasp", or a library program such as "dyck".

    Raises FileMissing, or the first RaspError of the program.

    >>> load("sort")["sorted"]("hello").values
    ['e', 'h', 'l', 'l', 'o']
    """
    file = path_of(path)
    if file.suffix != ".rasp":
        file = find_program(str(path), SourceUnit("<session>"))
    session = Session()
    session.run_file(file)
    return Module(session, str(path))


__all__ = ["Function", "Module", "Session", "load"]
