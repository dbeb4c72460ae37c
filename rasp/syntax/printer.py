"""Prints the tree of an expression or a statement as source text.

`parse` gives the same tree back; brackets stand only where the levels of the operators need them. The words of a tree
are worked out here, and `layout.py` sets them, as it does for texts.

>>> from rasp.syntax.parser import parse_expression
>>> to_source(parse_expression("((a or b)) and not (c == d)"))
'a or b and not (c == d)'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rasp.base.numerals import int_text
from rasp.syntax import tree
from rasp.syntax.layout import lay_out
from rasp.syntax.precedence import ANY, ATOM, LEVELS, POSTFIX, PREFIX
from rasp.syntax.reader import LINE_END
from rasp.syntax.words import Structure, Words, one_line

OPERAND = "NAME"  # the kind of all operands
SIGNS = frozenset((*"()[]{},;:=", *LEVELS, "not", "else", "for", "def", "return"))  # tokens that are not operands

Fragment = Any  # a word, by its text or by kind and text, or a node with the level that it must have at least


def to_source(node: tree.SyntaxNode) -> str:
    """The source text of an expression, in one line, or of a statement, in the layout of all programs.

    Raises ValueError for what has no spelling: strings with `"` or a line break, floats that are not finite.

    >>> to_source(tree.Literal(1e21)), to_source(tree.Unary("-", tree.Literal(2)))
    ('1000000000000000000000.0', '-2')
    """
    words = _words(node)
    if type(node) in EXPRESSIONS:
        return one_line(words)
    return lay_out(words, Structure(words.kinds, words.texts)).removesuffix("\n")


def _words(node: tree.SyntaxNode) -> Words:
    words = Words()
    add_kind, add_text = words.kinds.append, words.texts.append
    stack: list[Fragment] = [(node, ANY)]
    while stack:
        piece = stack.pop()
        if type(piece) is str:
            add_kind(piece if piece in SIGNS else OPERAND)
            add_text(piece)
            continue
        item, least = piece
        if type(item) is str:
            add_kind(item)
            add_text(least)
            continue
        pieces: list[Fragment] = PRINTERS[type(item)](item)
        if least != ANY and level_of(item) < least:
            pieces = ["(", *pieces, ")"]
        pieces.reverse()
        stack += pieces
    return words


def level_of(node: tree.SyntaxNode) -> int:
    """How tightly the outermost operator of an expression binds.

    >>> from rasp.syntax.parser import parse_expression
    >>> level_of(parse_expression("a + b")) < level_of(parse_expression("a * b")) < level_of(parse_expression("a[0]"))
    True
    """
    match node:
        case tree.Binary(op=op):
            return LEVELS[op]
        case tree.Conditional():
            return LEVELS["if"]
        case tree.Unary():
            return PREFIX
        case tree.Literal(value=value) if isinstance(value, (int, float)) and str_of(value).startswith("-"):
            return PREFIX
        case tree.Index() | tree.Call():
            return POSTFIX
    return ATOM


def _comma_list(nodes: Iterable[tree.SyntaxNode]) -> list[Fragment]:
    """The nodes with commas between them."""
    pieces: list[Fragment] = []
    for node in nodes:
        pieces += [",", (node, ANY)]
    return pieces[1:]


# ---------------------------------------------------------------------------------------------------------- atoms


def str_of(value: bool | int | float | str) -> str:
    """A literal as it is written in a program.

    >>> str_of(1e-7), str_of(True), str_of("a"), len(str_of(10**5000))
    ('0.0000001', 'True', '"a"', 5001)
    """
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return int_text(value)
    if isinstance(value, float):
        return _float(value)
    if any(char in value for char in '"\r\n'):
        raise ValueError(f"no RASP string can hold {value!r}")
    return f'"{value}"'


def _float(value: float) -> str:
    """Digits, point, digits: RASP has no exponents."""
    shown = repr(value)
    if "n" in shown:  # inf, nan
        raise ValueError(f"no RASP float can be {value!r}")
    if "e" not in shown:
        return shown
    mantissa, _, exponent = shown.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    if int(exponent) < 0:
        return f"{sign}0.{'0' * (-int(exponent) - 1)}{whole}{fraction}"
    return f"{sign}{whole}{fraction.ljust(int(exponent), '0')}.0"


# ----------------------------------------------------------------------------------------------------- expressions


def _binary(node: tree.Binary) -> list[Fragment]:
    level = LEVELS[node.op]
    return [(node.left, level), *node.op.split(), (node.right, level + 1)]


def _conditional(node: tree.Conditional) -> list[Fragment]:
    level = LEVELS["if"]
    return [(node.value, level), "if", (node.condition, ANY), "else", (node.otherwise, level + 1)]


def _unary(node: tree.Unary) -> list[Fragment]:
    return [node.op, (node.operand, PREFIX)]


def _call(node: tree.Call) -> list[Fragment]:
    words = ("select", "aggregate", "draw")  # in brackets these are names like others
    special = isinstance(node.function, tree.Name) and node.function.id in words
    least = ATOM + 1 if special else POSTFIX
    return [(node.function, least), "(", *_comma_list(node.arguments), ")"]


def _aggregate(node: tree.AggregateCall) -> list[Fragment]:
    default = [] if node.default is None else [node.default]
    return ["aggregate", "(", *_comma_list([node.selector, node.values, *default]), ")"]


def _dict(node: tree.Dict) -> list[Fragment]:
    pieces: list[Fragment] = []
    for key, value in node.entries:
        pieces += [",", (key, ANY), ":", (value, ANY)]
    return ["{", *pieces[1:], "}"]


def _list_comprehension(node: tree.ListComprehension) -> list[Fragment]:
    return ["[", (node.item, ANY), *_for_clause(node), "]"]


def _dict_comprehension(node: tree.DictComprehension) -> list[Fragment]:
    return ["{", (node.key, ANY), ":", (node.value, ANY), *_for_clause(node), "}"]


def _for_clause(node: tree.ListComprehension | tree.DictComprehension) -> list[Fragment]:
    return ["for", *_comma_list(node.targets), "in", (node.iterable, ANY)]


# ------------------------------------------------------------------------------------------------------ statements


def _expression(node: tree.ExpressionStatement) -> list[Fragment]:
    """In brackets where the bare words would be a command."""
    inner = node.expression
    name = inner.function if isinstance(inner, tree.Call) and not inner.arguments else inner
    command = isinstance(name, tree.Name) and name.id in ("exit", "quit")
    return [(inner, ATOM + 1 if command else ANY), ";"]


def _for(node: tree.For) -> list[Fragment]:
    return ["for", *_comma_list(node.targets), "in", (node.iterable, ANY), "{", *_each(node.body), "}"]


def _def(node: tree.Def) -> list[Fragment]:
    head = ["def", (node.name, ANY), "(", *_comma_list(node.parameters), ")", "{"]
    return [*head, *_each(node.body), "return", *_comma_list(node.returns), ";", "}"]


def _each(body: Iterable[tree.SyntaxNode]) -> list[Fragment]:
    return [(statement, ANY) for statement in body]


def _command(node: tree.SessionCommand) -> list[Fragment]:
    argument = [] if node.argument is None else [(node.argument, ANY)]
    return [("SETTING" if argument else "COMMAND", node.words), *argument, (LINE_END, "")]


EXPRESSIONS: dict[type, Callable[[Any], list[Fragment]]] = {
    tree.Literal: lambda node: [str_of(node.value)],
    tree.Name: lambda node: [node.id],
    tree.List: lambda node: ["[", *_comma_list(node.items), "]"],
    tree.Dict: _dict,
    tree.ListComprehension: _list_comprehension,
    tree.DictComprehension: _dict_comprehension,
    tree.SelectCall: lambda node: ["select", "(", (node.keys, ANY), ",", (node.queries, ANY), ",", node.op, ")"],
    tree.AggregateCall: _aggregate,
    tree.Index: lambda node: [(node.operand, POSTFIX), "[", (node.index, ANY), "]"],
    tree.Call: _call,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Conditional: _conditional,
}
PRINTERS: dict[type, Callable[[Any], list[Fragment]]] = {
    **EXPRESSIONS,
    tree.ExpressionStatement: _expression,
    tree.Assign: lambda node: [*_comma_list(node.targets), "=", *_comma_list(node.values), ";"],
    tree.For: _for,
    tree.Def: _def,
    tree.Load: lambda node: ["load", (node.path, ANY), ";"],
    tree.Draw: lambda node: ["draw", "(", *_comma_list(node.arguments), ")", ";"],
    tree.SessionCommand: _command,
}
