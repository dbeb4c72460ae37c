"""Checks inputs and outputs from a file or a Python program, and makes `Data` of them.

Each row is checked when it is added; at the end it is checked that all rows have the same kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasp.base.diagnostics import printable
from rasp.errors import BadInput, CollectionTooLarge, EmptyInput, MixedKinds, RaspError, UnequalLengths
from rasp.graph.atoms import check_collection_size, kind_of, show_atom
from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data, Input, Output
from rasp.learning.examples.kinds import LARGEST, MEANS, TAKEN, atom, convert, fits, type_in_words

MOST_LABELS = 1000  # most strings in outputs that are not tokens: each would be a constant of the program
ONE = "`--one` (in Python one=True) takes one label for the whole sequence."


@dataclass(frozen=True)
class Form:
    """How the values of a row are to be read.

    `words`: a string is split at blanks, instead of into characters. `one`: an output is one label for the whole
    sequence. A kind is "string", "int" or "bool", or empty to let the data decide. `texts`: the values are cells of a
    table, in which ints are written as numerals.
    """

    words: bool = False
    one: bool = False
    input_kind: str = ""
    output_kind: str = ""
    vocabulary: tuple[Atom, ...] = ()
    texts: bool = False


PLAIN = Form()


def data_of(pairs: Iterable[tuple[Any, Any]], form: Form = PLAIN, name: str = "data") -> Data:
    """The data of pairs of an input and its output. Raises a RaspError that names the example.

    >>> data_of([("cab", "abc"), ("b", [None])]).outputs
    (('a', 'b', 'c'), (None,))
    >>> data_of([("cab", 1), ("b", 0)], Form(one=True)).outputs
    ((1, 1, 1), (0,))
    """
    rows = Rows(form, "example")
    for number, pair in enumerate(pairs, 1):
        try:
            given, wanted = _two(pair)
            rows.add(number, given, wanted)
        except RaspError as error:
            error.diagnostic.details.append(f"in example {number}")
            raise
    return rows.data(name, "pairs")


def check_vocabulary(tokens: Iterable[Any]) -> tuple[Atom, ...]:
    """Checks a declared vocabulary, and returns its tokens in order. Raises BadInput or MixedKinds.

    >>> check_vocabulary("cab")
    ('c', 'a', 'b')
    """
    made = tuple(atom(token, "vocabulary") for token in tokens)
    kinds = sorted({kind_of(token) for token in made})
    if len(kinds) > 1:
        raise MixedKinds(f"the vocabulary mixes {' and '.join(f'{kind}s' for kind in kinds)}")
    return made


def _two(pair: Any) -> tuple[Any, Any]:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise BadInput("an example is a pair of an input and its output")
    return pair[0], pair[1]


class Rows:
    """Collects rows and checks each one; `noun` is what row numbers count, such as "line"."""

    def __init__(self, form: Form = PLAIN, noun: str = "line") -> None:
        self.form, self.noun = form, noun
        self.inputs: list[Input] = []
        self.outputs: list[Output] = []
        self.lines: list[int] = []
        self._atoms = 0
        self._shared: dict[str, str] = {}  # interning: one object for equal strings

    def add(self, line: int, given: Any, wanted: Any) -> None:
        """Adds a row. Raises EmptyInput, BadInput, MixedKinds, UnequalLengths or CollectionTooLarge."""
        sequence = self._input(given)
        answers = self._output(wanted, len(sequence))
        self._atoms += 2 * len(sequence)
        check_collection_size(self._atoms, "data")
        self.inputs.append(sequence)
        self.outputs.append(answers)
        self.lines.append(line)

    def _input(self, given: Any) -> Input:
        elements = _elements(given, self.form.words)
        if elements is None:
            raise BadInput(f"{type_in_words(given)} is not an input", hint="An input is a string or a list.")
        if not len(elements):
            raise EmptyInput("the input is empty")
        return tuple(self._atoms_of(elements, "input"))

    def _output(self, wanted: Any, size: int) -> Output:
        if self.form.one:
            return (self._label(wanted),) * size
        elements = _elements(wanted, self.form.words)
        if elements is None:
            raise _single(wanted)
        if len(elements) != size:
            raise _unequal(wanted, len(elements), size, self.form)
        asked = [element for element in elements if element is not None]
        if len(asked) == size:
            return tuple(self._atoms_of(elements, "output"))
        known = iter(self._atoms_of(asked, "output"))
        return tuple(None if element is None else next(known) for element in elements)

    def _label(self, wanted: Any) -> Atom | None:
        if wanted is None or (self.form.texts and wanted == ""):
            return None
        if isinstance(wanted, (list, tuple, dict)):
            raise BadInput(f"the output is {type_in_words(wanted)}, and one label a sequence is needed")
        return self._atoms_of([wanted], "output")[0]

    def _atoms_of(self, elements: Sequence[Any], what: str) -> Sequence[Atom]:
        """Elements of one kind, as plain Python atoms."""
        kinds = set(map(type, elements))
        if kinds == {str}:
            return list(map(self._shared.setdefault, elements, elements))
        if kinds == {bool} or (kinds == {int} and min(elements) > -LARGEST and max(elements) < LARGEST):
            return elements
        plain = [atom(element, what) for element in elements]
        found = sorted({kind_of(element) for element in plain})
        if len(found) > 1:
            raise MixedKinds(f"the {what} mixes {' and '.join(f'{kind}s' for kind in found)}")
        return plain

    def data(self, name: str, form: str) -> Data:
        """The data of all rows, of one kind each. Raises EmptyInput, MixedKinds, BadInput or CollectionTooLarge."""
        if not self.inputs:
            raise EmptyInput(f"{name} has no examples", hint="Give at least one input with its output.")
        self._set_kinds()
        self._check_kinds(self.inputs, "input")
        self._check_kinds(self.outputs, "output")
        self._check_vocabulary()
        columns = tuple(self.inputs), tuple(self.outputs), tuple(self.lines)
        made = Data(*columns, name, form, self.form.one, self.form.vocabulary, self.noun, self.form.words)
        _check_labels(made)
        return made

    # ----------------------------------------------------------------------------------------------------------- kinds

    def _set_kinds(self) -> None:
        """Converts inputs and outputs to the declared kinds, and the outputs of a table to their apparent kind."""
        form = self.form
        shown = self._apparent_kind() if form.texts and not form.output_kind else ""
        if form.input_kind:
            self.inputs = self._convert(self.inputs, form.input_kind, "input")
        if form.output_kind or shown:
            self.outputs = self._convert(self.outputs, form.output_kind or shown, "output")

    def _apparent_kind(self) -> str:
        """The apparent kind of a table's outputs: that of tokens if all occur in inputs, else int, bool or string."""
        texts = {text for wanted in self.outputs for text in wanted if isinstance(text, str)}
        if texts <= {token for given in self.inputs for token in given}:
            return self.form.input_kind
        return next((kind for kind in ("int", "bool") if all(fits(text, kind) for text in texts)), "")

    def _convert(self, rows: list[Any], kind: str, what: str) -> list[Any]:
        made: dict[tuple[type, Any], Atom | None] = {(type(None), None): None}
        for line, row in zip(self.lines, rows, strict=True):
            for value in row:
                if (type(value), value) not in made:
                    made[type(value), value] = one = convert(value, kind)
                    if one is None:
                        raise BadInput(f"{show_atom(value)} is no {kind}: the {what} of {self.noun} {line}")
        return [tuple(made[type(value), value] for value in row) for row in rows]

    def _check_kinds(self, rows: list[Any], what: str) -> None:
        """Raises MixedKinds if rows are of several kinds, and EmptyInput if no row has a kind."""
        first: tuple[str, int] | None = None
        for line, row in zip(self.lines, rows, strict=True):
            value = next((value for value in row if value is not None), None)
            if value is None:
                continue
            kind = kind_of(value)
            first = first or (kind, line)
            if kind != first[0]:
                places = f"{first[0]}s in {self.noun} {first[1]}, {kind}s in {self.noun} {line}"
                hint = f"`--{what}-kind string` reads all as strings."
                raise MixedKinds(f"the {what}s are of several kinds: {places}", hint=hint)
        if first is None:
            raise EmptyInput("nothing is asked at any position")

    def _check_vocabulary(self) -> None:
        """Raises BadInput for a token that is not in the declared vocabulary, if there is one."""
        known = {(type(token), token) for token in self.form.vocabulary}
        for line, given in zip(self.lines, self.inputs, strict=True) if known else ():
            for token in given:
                if (type(token), token) not in known:
                    raise BadInput(f"the token {show_atom(token)} of {self.noun} {line} is not in the vocabulary")


def _elements(value: Any, words: bool) -> Sequence[Any] | None:
    """The elements of an input or output, or None for a value that is not a sequence."""
    if isinstance(value, str):
        return value.split() if words else value
    if isinstance(value, (list, tuple)):
        return value
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 0) == 1:
        return value.tolist()  # type: ignore[no-any-return]
    return None


def _check_labels(data: Data) -> None:
    """Raises CollectionTooLarge if outputs contain too many strings that are not tokens."""
    tokens = set(data.vocabulary)
    own = [label for label in data.labels if isinstance(label, str) and label not in tokens]
    if len(own) > MOST_LABELS:
        numerals = all(fits(text, "int") for text in own)
        raise CollectionTooLarge(
            f"the outputs hold {len(own):,} strings that are no tokens; at most {MOST_LABELS:,} can be learned",
            hint="`--output-kind int` reads numerals as ints." if numerals else "",
        )


# ------------------------------------------------------------------------------------------------------------ messages


def _single(wanted: Any) -> RaspError:
    """The error for an output that is not a sequence."""
    if wanted is None:
        hint = "A list of null asks nothing at these positions."
        return BadInput("the output is null, and one output a position is needed", hint=hint)
    if isinstance(wanted, float):
        return BadInput(f"the output is {wanted!r}, a float; {TAKEN}", hint=MEANS)
    return UnequalLengths(f"the output is {type_in_words(wanted)}, and one output a position is needed", hint=ONE)


def _unequal(wanted: Any, found: int, size: int, form: Form) -> RaspError:
    """The error for an output whose length differs from its input's."""
    title = f"the input has {size} token{'s' * (size != 1)}, and the output {found}"
    if not isinstance(wanted, str):
        return UnequalLengths(title, hint="One output a position is needed; null where nothing is asked.")
    if form.words and found != 1:
        return UnequalLengths(title, hint="One output a position is needed.")
    shown = printable(wanted if len(wanted) <= 30 else f"{wanted[:30]}…")
    words = " `--words` splits inputs and outputs at blanks." if " " in wanted else ""
    return UnequalLengths(title, hint=f"Is {shown!r} a label? {ONE}{words}")
