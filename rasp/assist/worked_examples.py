"""Worked examples of the built-in names, for `:help`: an expression and its values, computed when it is shown.

A selector is shown as a matrix with a row for each query and a column for each key; so are the selectors inside of an
`aggregate` and a width, with the values read above it and the result beside it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rasp.assist.documentation import prelude_definitions
from rasp.base.diagnostics import display_width, pad
from rasp.graph.nodes import Aggregate, Atom, Node, SelectorWidth, is_selector
from rasp.present.evaluation import evaluate_inputs
from rasp.present.text import element_text, sequence_text, value_text
from rasp.session.examples import examples_in
from rasp.session.session import Session
from rasp.session.sops import unwrap

if TYPE_CHECKING:
    from rasp.engine.values import Column

# Statements that come before, and the expression. Names of the prelude have examples in their comments.
EXPRESSIONS = {
    "select": 'select(tokens, tokens, <)("cab")',
    "aggregate": 'aggregate(select(indices, indices, <=), tokens_int)("135")',
    "selector_width": 'selector_width(select(tokens, tokens, ==))("abb")',
    "best": 'best(select(tokens, "a", ==), indices)("aba")',
    "near": 'best(select(tokens, "a", ==), near)("abba")',
    "lookup": 'lookup({"a": 1, "b": 2}, tokens, 0)("abc")',
    "tokens": 'tokens("cab")',
    "tokens_str": 'tokens_str + "!"("cab")',
    "tokens_int": 'tokens_int + 1("123")',
    "tokens_float": 'tokens_float / 2("123")',
    "tokens_bool": 'tokens_bool("aab")',
    "tokens_asis": 'tokens_asis("cab")',
    "indices": 'indices("hello")',
    "out": 'indices + 1; out("hello")',
    "round": 'round(indices / 2)("hello")',
    "indicator": 'indicator(tokens == "l")("hello")',
    "range": "range(1, 8, 3)",
    "zip": 'zip([1, 2], ["a", "b"])',
    "len": "len([5, 6, 7])",
}

_APPLIED = re.compile(r'(.*)\("([^"]*)"\)', re.DOTALL)


def worked_example(name: str) -> list[str]:
    """The lines of an example of a built-in name; none for other names.

    >>> print("\\n".join(worked_example("select")))
    select(tokens, tokens, <) on "cab":
        keys     c  a  b
        query c  .  1  1
        query a  .  .  .
        query b  .  1  .
    >>> worked_example("max")
    ['max(indices, 1) on "hey" = [1, 1, 2] (ints)']
    """
    text = EXPRESSIONS.get(name) or _of_prelude(name)
    return _evaluate_example(text) if text else []


def _of_prelude(name: str) -> str:
    examples = examples_in(prelude_definitions().get(name, ("", ""))[1])
    return examples[0].expression if examples else ""


@cache
def _evaluate_example(text: str) -> list[str]:
    before, _, expression = text.rpartition("; ")
    session = Session()  # names that the user has bound anew do not disturb it
    session.run(f"{before};" if before else "")
    applied = _APPLIED.fullmatch(expression)
    if applied is None:
        value = value_text(unwrap(session.eval(expression)), session.names_of_nodes)
        return [f"{expression} = {' '.join(value.split())}"]
    formula, given = applied.groups()
    node = unwrap(session.eval(formula))
    head = f'{before}; {formula} on "{given}"'.removeprefix("; ")
    shown = _matrix(node, given, session)
    if shown:
        return [f"{head}:", *(f"    {line}" for line in shown)]
    column = _values(node, given, session)
    return [f"{head} = {sequence_text(column, _kind(node, given, session))}"]


def _matrix(node: Node, given: str, session: Session) -> list[str]:
    """The lines of the matrix that a node is or reads; none for other nodes."""
    if not is_selector(node) and not isinstance(node, (Aggregate, SelectorWidth)):
        return []
    selector = node.selector if isinstance(node, (Aggregate, SelectorWidth)) else node
    reads = node.values if isinstance(node, Aggregate) else None
    result = None if is_selector(node) else node
    rows = [["keys", *given, ""]]
    if reads is not None:
        rows.append(["values", *map(element_text, _values(reads, given, session)), ""])
    results = [""] * len(given) if result is None else list(map(element_text, _values(result, given, session)))
    rows[-1][-1] = "" if result is None else "result"
    matrix = evaluate_inputs([selector], [given], session.names_of_nodes)[1][0][0]
    for token, selected, found in zip(given, matrix.tolist(), results, strict=True):
        rows.append([f"query {token}", *(".1"[chosen] for chosen in selected), found])
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(pad, row, widths)).rstrip() for row in rows]


def _column(node: Node, given: str, session: Session) -> Column:
    found: Column = evaluate_inputs([node], [given], session.names_of_nodes)[1][0][0]
    return found


def _values(node: Node, given: str, session: Session) -> list[Atom]:
    return _column(node, given, session).values


def _kind(node: Node, given: str, session: Session) -> str:
    return _column(node, given, session).kind
