"""Parses a whole program or expression into its tree. `reader.py` parses a text that arrives piece by piece.

>>> parse("a = 1;")
[Assign(targets=(Name(id='a'),), values=(Literal(value=1),))]
"""

from __future__ import annotations

from collections.abc import Iterator

from rasp.base.diagnostics import Source, Span
from rasp.base.limits import limits
from rasp.errors import RaspError, RaspSyntaxError
from rasp.syntax import tree
from rasp.syntax.draft import byte_size
from rasp.syntax.prompts import PROMPT, says
from rasp.syntax.reader import BYTE_ORDER_MARK, Hear, Reader, read_expression, source_too_large

__all__ = ["Reader", "check_text_size", "completeness", "parse", "parse_expression", "statements"]


def parse(text: str, name: str = "<text>") -> list[tree.SyntaxNode]:
    """All statements of a text. Raises the first syntax error; `name` is the file name in it.

    >>> [type(statement).__name__ for statement in parse("tokens; # all of them\\nset example [1,\\n2]")]
    ['ExpressionStatement', 'SessionCommand']
    """
    return list(statements(text, name))


def statements(text: str, name: str = "<text>", hear: Hear | None = None) -> Iterator[tree.SyntaxNode]:
    """Yield the statements of a text, as `parse` returns them; `hear` is called with its tokens and comments."""
    check_text_size(text, name)
    reader = Reader(name, hear)
    reader.feed(text)
    for item in reader.finish():
        if isinstance(item, RaspError):
            raise item
        yield item


def parse_expression(text: str, name: str = "<text>") -> tree.SyntaxNode:
    """The expression that a text consists of, without `;`. Raises its first syntax error.

    >>> parse_expression("1 + x")
    Binary(op='+', left=Literal(value=1), right=Name(id='x'))
    """
    check_text_size(text, name)
    return read_expression(text, name)


def check_text_size(text: str, name: str = "<text>") -> None:
    """Raise SourceTooLarge for a text of more than `limits.source` bytes, and TypeError if it is not a text."""
    if not isinstance(text, str):
        raise TypeError(f"a program is a str, not a value of type {type(text).__name__}")
    if is_too_large(text):
        first = text[: text.find("\n") + 1] or text[:100]
        raise source_too_large(Span(Source(name, first), 0, 1))


def is_too_large(text: str) -> bool:
    """Whether a text has more than `limits.source` bytes."""
    return len(text) > limits.source or byte_size(text) > limits.source


def refuse_conversation(text: str, name: str = "<text>") -> None:
    """Raises RaspSyntaxError for a copied REPL conversation: formatting would lose its prompts and results."""
    check_text_size(text, name)
    lines = enumerate(text.removeprefix(BYTE_ORDER_MARK).split("\n"), 1)
    number, first = next(((number, line) for number, line in lines if says(line)), (1, ""))
    if prompt := PROMPT.match(first):
        raise RaspSyntaxError(
            "the text is a copied conversation",
            span=Span(Source(name, first, number), *prompt.span(1)),
            hint="Its prompts and results would be lost. `rasp repl FILE`, then `:save NAME`, writes what was typed.",
        )


def completeness(text: str) -> str:
    """Whether a text is "complete", "incomplete" (more lines are needed), or "wrong" (it has a syntax error).

    >>> completeness("a = 1;"), completeness("def f(x) {"), completeness("a = = 1;")
    ('complete', 'incomplete', 'wrong')
    """
    reader = Reader()
    reader.feed(text + "\n")
    if any(isinstance(item, RaspError) for item in reader):
        return "wrong"
    return "incomplete" if reader.pending else "complete"
