"""Reads statements incrementally, from a text that may still be arriving.

A statement is returned as soon as its last token is read: the automaton tells when it is complete. So a program at the
other end of a pipe gets its result without sending more. An error is returned at once, too; the rest of its statement
is then skipped (`recovery.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import cast

from rasp.base.diagnostics import Source, Span
from rasp.base.limits import limits
from rasp.errors import BadCommand, NestedTooDeep, RaspError, RaspSyntaxError, SourceTooLarge
from rasp.syntax import tree
from rasp.syntax.automaton import END, Automaton
from rasp.syntax.builder import Builder
from rasp.syntax.constants import ConstantRuns
from rasp.syntax.draft import StatementDraft
from rasp.syntax.lexer import Token, lexer
from rasp.syntax.loading import tables
from rasp.syntax.prompts import Prompts
from rasp.syntax.recovery import Skipping, breaks_off, reads_as_code

BYTE_ORDER_MARK = "\ufeff"  # some editors write it at the start of a text
LINE_END = "LINE_END"  # the token that ends a command
ENDS = frozenset((";", "}", LINE_END))  # what a statement ends with

COMMENT = "COMMENT"  # the kind of comments that `hear` is called with

ReaderItem = tree.SyntaxNode | RaspError
Hear = Callable[
    [int, str, str], None
]  # called with the number of a line, and the kind and text of a token or comment in it


class Reader:
    """Reads the statements of a text that is fed to it piece by piece.

    >>> reader = Reader("<stdin>")
    >>> reader.feed("a = 1; b = ")
    >>> reader.feed("2;\\nc =")
    >>> [type(item).__name__ for item in reader], reader.pending
    (['Assign', 'Assign'], True)
    >>> [item.code for item in reader.finish()]
    ['R114']

    `hear` is called with every token and every comment.
    """

    def __init__(self, name: str = "<text>", hear: Hear | None = None) -> None:
        self.name = name
        self._hear = hear
        self._tables = tables()
        self._lexer = lexer()
        self._builder = Builder(self._tables)
        self._runs = ConstantRuns(self._tables)
        self._waiting: deque[str] = deque()  # whole lines that have not been read yet
        self._tail: list[str] = []  # the start of a line
        self._tail_size = 0
        self._dropping = False  # whether the rest of a line that is too long is dropped
        self._number = 0  # of the current line
        self._line: str | None = None  # the current line, until it has been read
        self._at = 0  # up to where it has been read
        self._skipping: Skipping | None = None
        self._forgiving = False  # whether to ignore a `}` at the start of the next statement
        self._comments: list[str] = []  # the comment lines directly above the current line
        self._prompts = Prompts(reads_as_code)
        self._draft = self._new_draft()

    # ------------------------------------------------------------------------------------------------------- input

    def feed(self, text: str) -> None:
        """Add text, which may end anywhere."""
        *lines, rest = text.split("\n")
        for line in lines:
            self._add_tail(line + "\n")
            self._end_line()
        self._add_tail(rest)

    def _add_tail(self, piece: str) -> None:
        if piece and not self._dropping:
            self._tail.append(piece)
            self._tail_size += len(piece)
            if self._tail_size > limits.source:  # reading the line will fail, so the rest is not needed
                self._dropping = True

    def _end_line(self) -> None:
        self._waiting.append("".join(self._tail))
        self._tail, self._tail_size, self._dropping = [], 0, False

    def begin_text(self) -> None:
        """Begin a new text: whether it is a copied conversation is decided anew."""
        self._prompts = Prompts(reads_as_code)

    @property
    def copied(self) -> bool:
        """Whether the text so far is a copied conversation: its first line has a prompt."""
        return self._prompts.copied

    @property
    def pending(self) -> bool:
        """Whether a statement has begun and is not complete."""
        begun = self._skipping is None and self._draft.first is not None
        return begun or any(not piece.isspace() for piece in self._tail)

    @property
    def unfinished(self) -> bool:
        """Whether the next line may belong to what was read: a statement, also a broken one, or a comment above one."""
        return self.pending or self._skipping is not None or bool(self._comments)

    @property
    def lacks_semicolon(self) -> bool:
        """Whether a `;` would complete the statement that has begun. The statement may also continue otherwise.

        >>> reader = Reader()
        >>> for line in ("a = 1\\n", "+\\n", "2;\\n"):
        ...     reader.feed(line)
        ...     print(len(list(reader)), reader.lacks_semicolon)
        0 True
        0 False
        1 False
        """
        draft = self._draft
        begun = self._skipping is None and draft.first is not None
        return begun and not draft.openings and draft.automaton.accepts(";")

    def goes_on_with(self, line: str) -> bool | None:
        """Whether the statement that has begun can continue with the first token of a line; None if it has no token.

        >>> reader = Reader()
        >>> reader.feed("a = 1\\n")
        >>> len(list(reader)), [reader.goes_on_with(line) for line in ("  + 2;", "b = 2;", "# one")]
        (0, [True, False, None])
        """
        token = self._lexer.token(line, 0, 0, opening=False)
        return None if token is None else self._draft.automaton.accepts(token.kind)

    # ------------------------------------------------------------------------------------------------------ output

    def __iter__(self) -> Iterator[ReaderItem]:
        return self.read()

    def read(self) -> Iterator[ReaderItem]:
        """Yield the complete statements and the errors; nothing after an item is read before the next is requested."""
        while True:
            if self._line is None and not self._next_line():
                return
            item = self._go_on()
            if item is not None:
                yield item

    def finish(self) -> Iterator[ReaderItem]:
        """Yield the rest, at the end of the text; then the reader is ready for another text."""
        if self._tail:
            self._end_line()
        yield from self.read()
        draft = self._draft
        if self._skipping is None and draft.first is not None:
            draft.settle()
            offset = draft.base + len(draft.lines[-1].rstrip("\n"))
            yield _explain(draft, Token(END, "", offset, offset))
        self._skipping = None
        self._draft = self._new_draft()

    # -------------------------------------------------------------------------------------------------------- lines

    def _next_line(self) -> bool:
        """Go to the next line; return false if it has not arrived."""
        if not self._waiting:
            return False
        self._number += 1
        self._line, self._at = self._waiting.popleft(), 0
        if self._number == 1:
            self._line = self._line.removeprefix(BYTE_ORDER_MARK)
        self._line = self._prompts.strip(self._line, begun=self._skipping is None and self._draft.first is not None)
        if self._skipping is None:
            if self._draft.first is None:
                self._draft = self._new_draft()
            self._draft.add_line(self._line)
            self._builder.source = self._draft.source
        return True

    def _new_draft(self) -> StatementDraft:
        """A new draft, for a statement that begins on the next line that is added."""
        automaton = Automaton(self._tables, "statement", self._builder.callbacks)
        return StatementDraft(automaton, Source(self.name, "", max(1, self._number)))

    def _next_draft(self) -> None:
        """Begin a draft for the statement after the last one on this line."""
        old, line = self._draft, self._line or ""
        self._skipping = None
        self._draft = self._new_draft()
        if len(old.lines) == 1 and old.source.first_line == self._number:
            self._draft = StatementDraft(self._draft.automaton, old.source, old)
        else:
            self._draft.add_line(line)
        self._builder.source = self._draft.source

    # ------------------------------------------------------------------------------------------------------- tokens

    def _go_on(self) -> ReaderItem | None:
        """Read the current line up to an item or the end of the line."""
        if self._skipping is not None:
            self._skip()
            return None
        draft, line = self._draft, self._line or ""
        if draft.size > limits.source:
            return self._too_large()
        if self._at == 0 and breaks_off(draft, line):
            return self._break_off()
        self._read_constants()
        while True:
            token = self._lexer.token(line, self._at, draft.base, draft.first is None)
            if token is None:
                return self._end_of_line()
            item = self._take(token)
            if item is not None:
                return item
            self._at = token.end - draft.base
            if token.kind == ",":
                self._read_constants()

    def _read_constants(self) -> None:
        """Read a run of constants behind a comma, if there is one, up to its last comma."""
        draft, line = self._draft, self._line or ""
        if self._hear is not None or draft.last is None or draft.last.kind != ",":
            return
        end = self._runs.end(draft.automaton, draft.source, line, self._at, draft.base)
        if end > self._at:
            draft.last = Token(",", ",", draft.base + end - 1, draft.base + end)
            self._at = end

    def _end_of_line(self) -> ReaderItem | None:
        """Finish a line without further tokens, which ends a command."""
        draft, line = self._draft, self._line or ""
        self._line = None
        if self._hear is not None and (comment := line[self._at :].strip()):
            self._hear(self._number, COMMENT, comment)
        if draft.first is None:
            self._note_comment(line)
        if not draft.command or draft.openings:
            return None
        offset = draft.base + len(line.rstrip())
        return self._take(Token(LINE_END, "", offset, offset))

    def _note_comment(self, line: str) -> None:
        """Keep a comment line for the statement directly below it."""
        if line.lstrip().startswith("#"):
            self._comments.append(line)
        else:
            self._comments.clear()

    def _take(self, token: Token) -> ReaderItem | None:
        """Read a token; return the statement that it completes, or the error that it causes, if any."""
        draft = self._draft
        if self._hear is not None:
            self._hear(self._number, token.kind, token.text)
        if self._forgiving and draft.first is None:
            self._forgiving = False
            if token.kind == "}":
                return None
        try:
            advance(draft, token)
        except RaspError as error:
            return self._skip_after(error, token)
        if token.kind in ENDS and not draft.openings and draft.automaton.accepts(END):
            return self._complete(token)
        return None

    def _complete(self, token: Token) -> ReaderItem:
        """Return the statement, after its last token."""
        draft = self._draft
        draft.settle()
        if self._comments:
            draft.source.comment = "".join(self._comments)
            self._comments.clear()
        try:
            item: ReaderItem = draft.automaton.finish()
        except RaspError as error:
            item = error
        self._at = token.end - draft.base
        self._next_draft()
        return item

    # --------------------------------------------------------------------------------------------- broken statements

    def _too_large(self) -> ReaderItem:
        draft, line = self._draft, self._line or ""
        draft.settle()
        error = source_too_large(Span(draft.source, draft.base, draft.base + len(line.rstrip())))
        self._line = None
        if draft.first is not None:  # else only this line is lost
            self._skipping = Skipping(draft)
        return error

    def _break_off(self) -> RaspError:
        """The error of a statement that needs more where this line begins the next one."""
        from rasp.syntax.messages import broken_off  # imported late: correct programs do not need it

        self._draft.settle()
        self._skipping = Skipping(self._draft)
        return broken_off(self._draft)

    def _skip_after(self, error: RaspError, token: Token) -> RaspError:
        """Return the error, and begin to skip the rest of the statement."""
        draft = self._draft
        draft.settle()
        self._skipping = Skipping(draft, by_line=draft.command or isinstance(error, BadCommand))
        if token.kind == LINE_END:
            self._next_draft()
            return error
        self._at = token.start - draft.base
        if self._line is not None and draft.last is token:  # the token was accepted
            self._at = token.end - draft.base
        return error

    def _skip(self) -> None:
        """Skip to the end of the broken statement, or of the line."""
        skipping, line = self._skipping, self._line or ""
        assert skipping is not None
        end = skipping.through(line, self._at)
        if end is None:
            self._line = None
            return
        self._forgiving = skipping.headless
        self._at = end
        self._next_draft()


def advance(draft: StatementDraft, token: Token) -> None:
    """Add a token to a statement. Raises the error that it causes."""
    if not draft.automaton.feed(token.kind, token):
        draft.settle()
        raise _explain(draft, token)
    draft.note(token)
    if draft.depth > limits.nesting:
        raise _too_deep(draft.span(token))


def read_expression(text: str, name: str) -> tree.SyntaxNode:
    """The expression that a whole text consists of."""
    builder = Builder(tables())
    draft = StatementDraft(Automaton(tables(), "expression", builder.callbacks), Source(name, text))
    builder.source = draft.source
    for line in text.split("\n"):
        draft.add_line(line + "\n")
        offset = 0
        while (token := lexer().token(line, offset, draft.base, opening=False)) is not None:
            advance(draft, token)
            offset = token.end - draft.base
    draft.settle()
    if not draft.automaton.accepts(END):
        end = len(text.rstrip())
        raise _explain(draft, Token(END, "", end, end))
    return cast(tree.SyntaxNode, draft.automaton.finish())


def _explain(draft: StatementDraft, token: Token) -> RaspSyntaxError:
    """The error for a token that cannot come next."""
    from rasp.syntax.messages import explain_token  # imported late: correct programs do not need it

    return explain_token(draft, token)


def _too_deep(span: Span) -> NestedTooDeep:
    return NestedTooDeep(
        f"brackets and prefix operators are nested more than {limits.nesting} deep",
        span=span,
        hint=f"Give parts of the expression a name. {limits.hint('nesting')}",
    )


def source_too_large(span: Span | None, subject: str = "the source text has") -> SourceTooLarge:
    """The error for a text over the limit `source`."""
    return SourceTooLarge(f"{subject} more than {limits.source} bytes", span=span, hint=limits.hint("source"))
