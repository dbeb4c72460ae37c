"""The exceptions: one class for each cause of an error, with a stable code.

R1xx syntax, R2xx names, R3xx building a program, R4xx running on an input, R5xx files, R6xx limits, R7xx drawings,
R8xx models; W1xx are warnings. `rasp explain CODE` explains each with a wrong and a right program.

`RaspError` is the base class of all errors that a program or an input can cause; `InternalError` reports a bug in rasp.
`str(error)` is safe to print: characters that could move or hide text on a terminal are replaced.
"""

from __future__ import annotations

from collections.abc import Iterable

from rasp.base.diagnostics import Diagnostic, Note, Span, render_diagnostic
from rasp.base.tracebacks import own_lines


class RaspError(Exception):
    """Base class of all errors that a program or an input can cause.

    `code` is stable (see `rasp explain CODE`); `span` is the place in the source, or None; `str(error)` is the whole
    diagnostic. An error on an input also has the `position` (counted from 0) and the `sop` that failed.
    """

    code = "R000"
    title = "error"

    def __init__(
        self,
        title: str = "",
        *,
        span: Span | None = None,
        label: str = "",
        hint: str = "",
        suggestion: str = "",
        details: Iterable[str] = (),
        notes: Iterable[Note] = (),
    ) -> None:
        super().__init__(title or self.title)
        self.diagnostic = Diagnostic(
            self.code,
            title or self.title,
            span=span,
            label=label,
            hint=hint,
            suggestion=suggestion,
            details=details,
            notes=notes,
        )
        self.sop: str | None = None
        self.position: int | None = None
        self.node: object | None = None  # the graph node that failed
        self.operands: tuple[object, ...] | None = None  # the atoms on which it failed
        self.row: int | None = None  # the number of the input, if several were evaluated together

    def __reduce__(self) -> tuple[object, ...]:
        # A node cannot be sent to another process; `sop` has its name as text.
        return type(self), self.args, {**self.__dict__, "node": None}

    @property
    def span(self) -> Span | None:
        return self.diagnostic.span

    def at(self, span: Span | None) -> RaspError:
        """Sets the place of the error, unless it has one; returns the error itself."""
        if self.diagnostic.span is None:
            self.diagnostic.span = span
        return self

    def __str__(self) -> str:
        return render_diagnostic(self.diagnostic)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the diagnostic, then the user's own lines that led to it."""
        return [str(self), *own_lines(self.__traceback__)]


class InternalError(Exception):
    """A bug in rasp itself. Never raised for bad input."""


class WorkersLost(Exception):
    """The workers of an executor die repeatedly at the same work, or cannot do it (see `SOp.batch`).

    An error of the system, like OSError, and not of a program or an input: no RaspError.
    """


class RaspWarning(UserWarning):
    """A Python warning about a doubtful place in a program; `diagnostic` has the details.

    >>> import rasp, warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     _ = rasp.Session().run('x = True or False and False;')
    >>> caught[0].category.__name__, caught[0].message.diagnostic.code
    ('RaspWarning', 'W101')
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.title)
        self.diagnostic = diagnostic

    def __str__(self) -> str:
        return render_diagnostic(self.diagnostic)


# ---------------------------------------------------------------------------------------------- syntax


class RaspSyntaxError(RaspError):
    """A text that is not RASP; base class of all syntax errors."""

    code = "R100"
    title = "unexpected input"


class MissingSemicolon(RaspSyntaxError):
    """A statement without its `;`."""

    code = "R101"
    title = "missing `;`"


class UnclosedBracket(RaspSyntaxError):
    """A `(`, `[` or `{` without its closing bracket."""

    code = "R102"
    title = "unclosed bracket"


class UnclosedString(RaspSyntaxError):
    """A string without its closing `\"` on the same line."""

    code = "R103"
    title = "unclosed string"


class StrayBracket(RaspSyntaxError):
    """A closing bracket without an opening one, or of another kind than the open one."""

    code = "R104"
    title = "stray bracket"


class UnknownCharacter(RaspSyntaxError):
    """A character that does not occur in RASP."""

    code = "R105"
    title = "unknown character"


class ForeignOperator(RaspSyntaxError):
    """An operator of another language: `&&`, `!`, `**`, `+=` …"""

    code = "R106"
    title = "not an operator of RASP"


class AssignmentInExpression(RaspSyntaxError):
    """`=` where `==` was meant, or a chained assignment."""

    code = "R107"
    title = "`=` inside an expression"


class MissingReturn(RaspSyntaxError):
    """A `def` whose body does not end in `return`."""

    code = "R108"
    title = "a function without `return`"


class MisplacedReturn(RaspSyntaxError):
    """A `return` outside a function, or not its last statement."""

    code = "R109"
    title = "`return` at a wrong place"


class ForeignStatement(RaspSyntaxError):
    """A statement of another language: `if`, `while`, `import` …"""

    code = "R110"
    title = "not a statement of RASP"


class MissingItem(RaspSyntaxError):
    """A comma too many, or an empty place in a list, dict or call."""

    code = "R111"
    title = "missing item"


class MalformedForm(RaspSyntaxError):
    """`select`, `aggregate`, `draw` or a loop with wrong parts."""

    code = "R112"
    title = "malformed call"


class BadNumber(RaspSyntaxError):
    """A number in a spelling that RASP does not have: `1e5`, `.5`, `0x1F` …"""

    code = "R113"
    title = "malformed number"


class UnfinishedStatement(RaspSyntaxError):
    """A text that ends before its statement does."""

    code = "R114"
    title = "unfinished statement"


class BadCommand(RaspSyntaxError):
    """A command of the session or of the prompt with wrong words, such as `set exampel` or `:hlep`."""

    code = "R115"
    title = "malformed command"


class BadTarget(RaspSyntaxError):
    """An assignment to something that is not a name."""

    code = "R116"
    title = "cannot be assigned"


class KeywordAsName(RaspSyntaxError):
    """A keyword where a name is needed."""

    code = "R117"
    title = "a keyword is not a name"


# ----------------------------------------------------------------------------------------------- names


class UnknownName(RaspError):
    """A name that is not defined."""

    code = "R201"
    title = "unknown name"


class UnknownAttribute(UnknownName, AttributeError):
    """An attribute of `session.names` that is no name of the session."""


class ReservedName(RaspError):
    """A binding of a name that belongs to the language or the prelude."""

    code = "R202"
    title = "reserved name"


class RepeatedName(RaspError):
    """Two parameters of the same name."""

    code = "R203"
    title = "repeated parameter"


# ---------------------------------------------------------------------------------- building a program


class NotCallable(RaspError):
    """A call of something that is neither a function nor an s-op or selector."""

    code = "R301"
    title = "cannot be called"


class WrongArgumentCount(RaspError):
    """A call with more or fewer arguments than the function takes."""

    code = "R302"
    title = "wrong number of arguments"


class WrongOperand(RaspError):
    """An operator or function applied to values for which it is not defined."""

    code = "R303"
    title = "unsuitable operand"


class NoTruthValue(WrongOperand, TypeError):
    """An s-op or selector where Python needs a truth value: `if`, `and`, `or`, `not`, `in`."""


class NotASelector(RaspError):
    """Another value where a selector is needed."""

    code = "R304"
    title = "a selector is needed"


class NotAnSOp(RaspError):
    """Another value where an s-op is needed."""

    code = "R305"
    title = "an s-op is needed"


class NotIterable(RaspError):
    """A loop over something that is neither a list nor a dict."""

    code = "R306"
    title = "cannot be looped over"


class UnpackMismatch(RaspError):
    """A number of values that does not fit the number of names."""

    code = "R307"
    title = "cannot be unpacked"


class NotIndexable(RaspError):
    """An index into a value without elements, or an index of an unsuitable kind."""

    code = "R308"
    title = "cannot be indexed"


class MissingEntry(RaspError):
    """A list index out of range, or a key that a dict does not have."""

    code = "R309"
    title = "missing entry"


class DivisionByZero(RaspError):
    """`/` or `%` by zero, or zero to a negative power."""

    code = "R310"
    title = "division by zero"


class NotFinite(RaspError):
    """A result that overflows, is undefined, or is a complex number."""

    code = "R311"
    title = "not a finite real number"


class UnequalLengths(RaspError):
    """`zip` of lists of unequal length."""

    code = "R312"
    title = "lists of unequal length"


class BadDefault(RaspError):
    """An `aggregate` whose default is not an atom."""

    code = "R313"
    title = "the default must be an atom"


class BadKey(RaspError):
    """A dict key that is a list, dict, function, s-op or selector."""

    code = "R314"
    title = "a dict key must be an atom"


class BadCondition(RaspError):
    """A selector between `if` and `else`."""

    code = "R315"
    title = "a selector is no condition"


class Incomparable(RaspError):
    """A comparison or search in lists or dicts that hold s-ops or selectors."""

    code = "R316"
    title = "cannot be compared"


# --------------------------------------------------------------------------------- running on an input


class EmptyInput(RaspError):
    """An input without elements."""

    code = "R401"
    title = "empty input"


class BadInput(RaspError):
    """An input that is neither a string nor a list of atoms."""

    code = "R402"
    title = "not an input"


class ConversionFailed(RaspError):
    """An input element that `tokens_int` or `tokens_float` cannot convert."""

    code = "R403"
    title = "cannot be converted"


class MixedKinds(RaspError):
    """A sequence of strings and other values."""

    code = "R404"
    title = "mixed kinds in one sequence"


class BadMean(RaspError):
    """An aggregate over several strings or bools."""

    code = "R405"
    title = "no mean of these values"


class NotAnAtom(RaspError):
    """A look-up of an entry that is a list, dict, function, s-op or selector."""

    code = "R406"
    title = "no value for a sequence"


# ----------------------------------------------------------------------------------------------- files


class FileMissing(RaspError):
    """A file that does not exist in any of the folders searched."""

    code = "R501"
    title = "no such file"


class NotUtf8(RaspError):
    """A file that is not text in UTF-8."""

    code = "R502"
    title = "not a text in UTF-8"


class LoadCycle(RaspError):
    """A file that loads itself, perhaps through others."""

    code = "R503"
    title = "files load one another in a circle"


class UnreadableFile(RaspError):
    """A folder, or a file without permission."""

    code = "R504"
    title = "cannot be read"


class UnwritableFile(RaspError):
    """A file that `:save` cannot write, or must not replace."""

    code = "R505"
    title = "cannot be written"


class WrongFile(UnreadableFile):
    """A file of another type than is needed: a model for a program, a program for a model, an image."""

    code = "R506"
    title = "not a file of this sort"


# ---------------------------------------------------------------------------------------------- limits


class SourceTooLarge(RaspError):
    """A source text over the limit `source`."""

    code = "R601"
    title = "the source text is too large"


class IntTooLarge(RaspError):
    """An int with more digits than the limit `int_digits`."""

    code = "R602"
    title = "the int is too large"


class CollectionTooLarge(RaspError):
    """A list, dict or string over the limit `collection`."""

    code = "R603"
    title = "too many elements"


class RecursionTooDeep(RaspError):
    """Nested calls over the limit `calls`."""

    code = "R604"
    title = "recursion without end"


class NestedTooDeep(RaspError):
    """Nested brackets over the limit `nesting`, or nested loads over `load_depth`."""

    code = "R605"
    title = "nested too deeply"


class SequenceTooLong(RaspError):
    """An input whose selectors would have more entries than the limit `pairs`, or would not fit in memory."""

    code = "R606"
    title = "the sequence is too long"


class DrawingTooLarge(RaspError):
    """An input that is too long to draw."""

    code = "R607"
    title = "too large to draw"


# ------------------------------------------------------------------------------------------------- drawings


class DrawingFailed(RaspError):
    """A drawing in a format that does not exist, or that could not be made or written."""

    code = "R701"
    title = "cannot be drawn"


# ---------------------------------------------------------------------------------------------------- models


class CannotCompile(RaspError):
    """An s-op that no standard transformer computes with the layers and heads of its architecture."""

    code = "R801"
    title = "cannot be compiled"


class TooManyValues(RaspError):
    """An s-op with so many values, or heads that read so many, that compiling exceeds the limit `work` or `memory`."""

    code = "R802"
    title = "too many values for a model"


class LooksAhead(RaspError):
    """A program for a causal model with a selector that selects a key after its query."""

    code = "R803"
    title = "a selector looks ahead"


class ProgramFails(RaspError):
    """A program that fails on some inputs of the model into which it is compiled."""

    code = "R804"
    title = "the program fails on an input of the model"
