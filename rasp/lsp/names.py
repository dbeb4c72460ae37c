"""The names of a program for completion and hovers: from its last run, and from its text alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from rasp.assist.documentation import About, SessionNames, comment_of
from rasp.lsp.analysis import Analysis
from rasp.session.session import Session
from rasp.syntax import tree


@cache
def language() -> SessionNames:
    """The names of the language and the prelude."""
    return SessionNames(Session())


class ProgramNames:
    """The names that a program can use at its end; `ran` are those that a run has reported."""

    def __init__(self, analysis: Analysis | None, ran: Mapping[str, About]) -> None:
        self._ran = ran
        self._statements = {} if analysis is None else _binders(analysis)
        self.own: Collection[str] = self._statements.keys()

    def visible(self) -> Collection[str]:
        """All names: those that the program binds or loads, and those of the language."""
        return {*self.own, *language().visible()}

    def about(self, name: str) -> About | None:
        """The documentation of a name; without a run it has no kind, but for functions."""
        if name not in self._statements:
            return language().about(name)
        return self._ran.get(name) or _about(name, self._statements[name])


def _binders(analysis: Analysis) -> dict[str, tree.SyntaxNode | None]:
    """The names of the top level with the statements that bind them; None for names that a `load` binds."""
    found: dict[str, tree.SyntaxNode | None] = dict.fromkeys(analysis.names.top)
    for each in analysis.names:
        if each.binds and each.root is analysis.names.top.get(each.name.id):
            found[each.name.id] = each.statement
    return found


def _about(name: str, statement: tree.SyntaxNode | None) -> About:
    comment = "" if statement is None or statement.span is None else comment_of(statement.span)
    span = None if statement is None else statement.span
    if isinstance(statement, tree.Def) and statement.name.id == name:
        parameters = ", ".join(parameter.id for parameter in statement.parameters)
        return About(name, "function", f"{name}({parameters})", comment, span)
    return About(name, "", name, comment, span)
