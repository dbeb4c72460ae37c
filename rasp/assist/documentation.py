"""The documentation of names in a session: kind, signature, comment, and place in the source.

A comment directly above a `def` or an assignment documents the name that it binds. Comment and place are taken from the
statement that bound the name, which a scope keeps beside the value. So they are right after a `load`, and when the file
has changed since.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from rasp.base.diagnostics import Span
from rasp.errors import InternalError, SourceTooLarge
from rasp.runtime import stdlib
from rasp.runtime.prelude import prelude
from rasp.runtime.scope import MISSING
from rasp.runtime.values import Builtin, Scorer, UserFunction, type_name
from rasp.session.session import Session
from rasp.syntax import tree

# Documentation of forms, which are not values, and of the s-ops of the language. Built-in functions have their own.
FORMS = {
    "select": (
        "select(keys, queries, ==)",
        "Which keys each query selects: those with `key == query`, or `<` and so on. An attention pattern.",
    ),
    "aggregate": (
        "aggregate(selector, sop, default)",
        "For each query the mean of the s-op over the selected keys; one key's own value; `default` (0) for none.",
    ),
}
LANGUAGE = {
    "tokens": "The input, each element as a string.",
    "tokens_str": "The input, each element as a string.",
    "tokens_int": "The input, each element as an int.",
    "tokens_float": "The input, each element as a float.",
    "tokens_bool": "The input, each element as a bool.",
    "tokens_asis": "The input as it is.",
    "indices": "The positions: 0, 1, 2, …",
    "out": "The value of the last statement.",
}


@dataclass(frozen=True)
class About:
    """The documentation of a name; `origin` is the place of the statement that bound it, if a program did."""

    name: str
    kind: str
    signature: str
    comment: str
    origin: Span | None

    @property
    def summary(self) -> str:
        """The first line of the comment."""
        return self.comment.partition("\n")[0]

    @property
    def parameters(self) -> list[str]:
        """The parameters of a function or form; none of another value."""
        inside = self.signature.partition("(")[2].removesuffix(")")
        return inside.split(", ") if inside else []


class Vocabulary(Protocol):
    """Names that can be used somewhere, with their documentation; `own` are those that programs of the user bound."""

    own: Collection[str]

    def visible(self) -> Collection[str]:
        """All names that can be used, except the forms of the language."""

    def about(self, name: str) -> About | None:
        """The documentation of a name or form, or None."""


class SessionNames:
    """The names of a session as a vocabulary."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.own: Collection[str] = session.scope.names

    def visible(self) -> Collection[str]:
        """All names that are visible in the session."""
        return self._session.scope.visible()

    def about(self, name: str) -> About | None:
        """The documentation of a name, as by `about`."""
        return about(name, self._session)


def about(name: str, session: Session) -> About | None:
    """The documentation of a name that is visible in the session, or None.

    >>> session = Session()
    >>> _ = session.run("# Twice as much.\\ndef twice(x) {\\n    return 2 * x;\\n}")
    >>> found = about("twice", session)
    >>> found.kind, found.signature, found.summary, found.origin.line
    ('function', 'twice(x)', 'Twice as much.', 2)
    """
    value = session.scope.find(name)
    if value is MISSING and name in FORMS:
        signature, comment = FORMS[name]
        return About(name, "form", signature, comment, None)
    if value is MISSING:
        return None
    statement = _origin(name, session)
    span = statement.span if statement is not None else None
    comment = comment_of(span) if span is not None else _built_in(name, value, session)
    return About(name, type_name(value), signature_of(name, value), comment, span)


def signature_of(name: str, value: Any) -> str:
    """The name of a value; of a function, with its parameters."""
    if isinstance(value, UserFunction):
        return f"{name}({', '.join(value.parameters)})"
    return f"{name}({value.forms[-1]})" if isinstance(value, Builtin) else name


def _origin(name: str, session: Session) -> tree.SyntaxNode | None:
    """The statement that bound a name of the session."""
    return session.scope.origins.get(name) if name in session.scope.names else None


def _built_in(name: str, value: Any, session: Session) -> str:
    """The documentation of a name of the language or the prelude; empty for a name that the user bound."""
    if name in session.scope.names and name != "out":
        return ""
    if isinstance(value, (Builtin, Scorer)):
        return value.doc
    return LANGUAGE.get(name) or (prelude_definitions().get(name, ("", ""))[0])


def comment_of(span: Span) -> str:
    """The comment above a statement, if it is the first statement on its line."""
    line = span.source.line(span.line)
    first = not line[: span.column - 1].strip()
    return plain_comment(span.source.comment) if first else ""


def plain_comment(text: str) -> str:
    """The text of a comment, without `#` signs and examples.

    >>> plain_comment("# How many.\\n#\\n# >>> x\\n# 1\\n")
    'How many.'
    """
    lines = [re.sub(r"^\s*#+ ?", "", line).rstrip() for line in text.splitlines()]
    example = next((index for index, line in enumerate(lines) if line.startswith(">>>")), len(lines))
    return "\n".join(lines[:example]).strip()


_SEMICOLON = re.compile(r"(?:(?:\s|#.*\n)*;)?")
_SEMICOLON_OF_COMMAND = re.compile(r"(?:[^\S\n]*;)?")
_BEHIND = re.compile(r"[^\S\n]*(#.*)?")


def statement_text(statement: tree.SyntaxNode) -> str:
    """A statement as written, with the comments above and after it; empty for a tree that was not parsed from text."""
    if statement.span is None:
        return ""
    above, text, behind = statement_parts(statement, statement.span)
    return f"{above}{text}{behind}"


def statement_parts(statement: tree.SyntaxNode, span: Span) -> tuple[str, str, str]:
    """The comment above a statement, the statement as written, and the comment after it on its line.

    Of several statements on a line, the first has the comment above, the last the one after it.
    """
    text, end = span.source.text, span.end
    if not isinstance(statement, (tree.Def, tree.For)):
        rest = _SEMICOLON_OF_COMMAND if isinstance(statement, tree.SessionCommand) else _SEMICOLON
        end = rest.match(text, end).end()  # type: ignore[union-attr]  # it matches everywhere
    above = span.source.comment if not span.source.line(span.line)[: span.column - 1].strip() else ""
    behind = _BEHIND.match(text, end).group(1)  # type: ignore[union-attr]
    return above, text[span.start : end], f"  {behind.rstrip()}" if behind else ""


def format_if_possible(text: str) -> str:
    """The formatted text; the text itself where formatting would make it too large or change its meaning."""
    from rasp.syntax.formatting import format_text  # imported late: no start needs it

    try:
        return format_text(text)
    except (SourceTooLarge, InternalError):  # never lose what the user typed
        return f"{text.rstrip()}\n"


def definition_text(name: str, session: Session) -> str | None:
    """The formatted text of the definition of a name, or None for a name of the language itself."""
    statement = _origin(name, session)
    if statement is not None:
        return format_if_possible(statement_text(statement)).rstrip("\n")
    return prelude_definitions().get(name, ("", ""))[1] or None


def place_of(name: str, session: Session) -> str:
    """The place of the definition of a name, in words.

    >>> import rasp
    >>> place_of("length", rasp.Session()), place_of("round", rasp.Session())
    ('of the prelude', 'of the language')
    """
    statement = _origin(name, session)
    if statement is not None and statement.span is not None:
        span = statement.span
        return "defined here" if span.file.startswith("<") else f"defined in {span.file}, line {span.line}"
    return "of the prelude" if name in prelude().names_here() - {"selector_width"} else "of the language"


_DEFINED = re.compile(r"((?:^#.*\n)*)(^(?:def )?(\w+)(?: =[^;]*;|\((?s:.*?)\n\}))", re.MULTILINE)


@cache
def prelude_definitions() -> dict[str, tuple[str, str]]:
    """Each name of the prelude with its comment, and its definition with all comment lines above.

    >>> print("\\n".join(prelude_definitions()["full_s"]))
    Selects every key for every query. One head, layer 1.
    # Selects every key for every query. One head, layer 1.
    # >>> full_s("hey")
    # [[1, 1, 1], [1, 1, 1], [1, 1, 1]]
    full_s = select(1, 1, ==);
    """
    found = _DEFINED.findall(stdlib.source("prelude"))
    return {name: (plain_comment(comment), comment + text) for comment, text, name in found}
