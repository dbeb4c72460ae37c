"""Warns where an expression groups differently than it would under Python's operator precedence.

A *region* is a maximal sequence of operands and operators that is not divided by brackets. It is parsed a second time
with Python's precedence; if the result differs, people who know Python may misread it.

>>> from rasp.syntax.parser import parse
>>> warnings_of(parse("a or b and c;")[0])[0].details
['RASP reads it as: (a or b) and c', 'in Python it means: a or (b and c)']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from rasp.base.diagnostics import Diagnostic
from rasp.syntax import tree
from rasp.syntax.builder import BracketedSpan, outer
from rasp.syntax.lexer import lexer
from rasp.syntax.precedence import LEVELS, PREFIX

COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "in", "not in"))
CHAINED = COMPARISONS | {"and"}  # operators after which a comparison continues a chain
SIGNS = {"-": "negative", "+": "positive", "not": "not"}  # prefix operators need names of their own: `-` is also binary
TEXTS = {name: text for text, name in SIGNS.items()}
OPERATIONS = (tree.Binary, tree.Unary, tree.Conditional)

RASP = {**LEVELS, **dict.fromkeys(SIGNS.values(), PREFIX)}
PYTHON = {
    "if": 1,
    "or": 2,
    "and": 3,
    "not": 4,
    **dict.fromkeys(COMPARISONS, 5),
    **dict.fromkeys("+-", 6),
    **dict.fromkeys("*/%", 7),
    **dict.fromkeys(("negative", "positive"), 8),
    "^": 9,
}
RIGHT = ("if", "^")  # Python groups these to the right

REASONS = {
    "if": "`a if c else b if d else e` groups to the left, and `in` is looser than `if`.",
    "or": "`and` and `or` share one level and group to the left.",
    "and": "`and` and `or` share one level and group to the left.",
    "not": "`not` binds tighter than every operator between two operands.",
    "in": "`in` binds loosest of all operators.",
    "not in": "`not in` binds loosest of all operators.",
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), "Comparisons do not chain, and `in` is looser than they are."),
    **dict.fromkeys("*/%", "`%` binds looser than `*` and `/`."),
    **dict.fromkeys(("negative", "positive"), "A sign in front binds tighter than `^`."),
    "^": "`^` groups to the left, and a sign in front binds tighter.",
}


class OperatorGroup:
    """An operator with its parts; an operand is a group without parts. `first` and `last` are indices in the region."""

    __slots__ = ("first", "index", "last", "op", "parts")

    def __init__(self, op: str, index: int, parts: list[OperatorGroup]) -> None:
        self.op = op  # "" for an operand
        self.index = index
        self.parts = parts
        self.first: int = min(index, parts[0].first) if parts else index
        self.last: int = parts[-1].last if parts else index


def warnings_of(node: tree.SyntaxNode) -> list[Diagnostic]:
    """A warning for each region of a tree that groups differently under Python's precedence.

    The spans tell where brackets were, so a tree without spans gives no warnings.

    >>> from rasp.syntax.parser import parse
    >>> [str(warning.span) for warning in warnings_of(parse("f(not x == y) + [1 < 2 < 3];")[0])]
    ['<text>:1:3', '<text>:1:18']
    """
    found = (_warning(*misread) for misread in misreadings(node))
    return sorted(found, key=lambda warning: warning.span.start if warning.span else 0)


# -------------------------------------------------------------------------------------------------------- regions


class Region(NamedTuple):
    """A region: its outermost node, its operators and operands in order, and the offsets of its prefix operators.

    `signs` has the offset of each prefix operator by its index in `words`.
    """

    root: tree.SyntaxNode
    words: list[str | tree.SyntaxNode]
    signs: dict[int, int]

    def start(self, index: int) -> int:
        """The offset at which an operand or a prefix operator starts."""
        word = self.words[index]
        return outer(word).start if isinstance(word, tree.SyntaxNode) else self.signs[index]

    def end(self, index: int) -> int:
        """The offset at which an operand ends."""
        word = self.words[index]
        assert isinstance(word, tree.SyntaxNode)
        return outer(word).end


def misreadings(node: tree.SyntaxNode) -> Iterator[tuple[Region, OperatorGroup, OperatorGroup]]:
    """Yield each region of a tree that groups differently in Python, with its groups in RASP and in Python."""
    for region in _regions(node):
        operators = {word for word in region.words if isinstance(word, str)}
        if len(region.words) <= 3 or operators <= AGREED or region.root.span is None:
            continue
        here, there = _group(region.words, RASP), _group(region.words, PYTHON)
        if _shape(here) != _shape(there):
            yield region, here, there


def _regions(node: tree.SyntaxNode) -> Iterator[Region]:
    """Yield every region of a tree."""
    stack = [node]
    while stack:
        item = stack.pop()
        if _is_constant(item):  # tables have thousands of them
            continue
        if not isinstance(item, OPERATIONS):
            stack.extend(CHILDREN[type(item)](item))
            continue
        region = _region(item)
        stack.extend(word for word in region.words if not isinstance(word, str))
        yield region


def _is_constant(node: tree.SyntaxNode) -> bool:
    """Whether a node is a literal, perhaps with a sign, and so no region in which operators could group otherwise."""
    return type(node) is tree.Literal or (type(node) is tree.Unary and type(node.operand) is tree.Literal)


def _region(root: tree.SyntaxNode) -> Region:
    """The region whose outermost operation is a node."""
    region = Region(root, [], {})
    stack: list[str | tree.SyntaxNode] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, OPERATIONS) and (item is root or not isinstance(item.span, BracketedSpan)):
            if isinstance(item, tree.Unary) and item.span is not None:
                region.signs[len(region.words)] = item.span.start
            stack.extend(reversed(_pieces(item)))
        else:
            region.words.append(item)
    return region


def _pieces(node: tree.SyntaxNode) -> list[str | tree.SyntaxNode]:
    """The operands and operators of an operation in order."""
    match node:
        case tree.Unary(op=op, operand=operand):
            return [SIGNS[op], operand]
        case tree.Binary(op=op, left=left, right=right):
            return [left, op, right]
        case tree.Conditional(value=value, condition=condition, otherwise=otherwise):
            return [value, "if", condition, "else", otherwise]
    raise TypeError(node)


CHILDREN: dict[type, Callable[[Any], tuple[tree.SyntaxNode, ...]]] = {
    tree.Literal: lambda node: (),
    tree.Name: lambda node: (),
    tree.List: lambda node: node.items,
    tree.Dict: lambda node: tuple(part for entry in node.entries for part in entry),
    tree.ListComprehension: lambda node: (node.item, node.iterable),
    tree.DictComprehension: lambda node: (node.key, node.value, node.iterable),
    tree.SelectCall: lambda node: (node.keys, node.queries),
    tree.AggregateCall: lambda node: tuple(part for part in (node.selector, node.values, node.default) if part),
    tree.Index: lambda node: (node.operand, node.index),
    tree.Call: lambda node: (node.function, *node.arguments),
    tree.ExpressionStatement: lambda node: (node.expression,),
    tree.Assign: lambda node: node.values,
    tree.For: lambda node: (node.iterable, *node.body),
    tree.Def: lambda node: (*node.body, *node.returns),
    tree.Load: lambda node: (),
    tree.Draw: lambda node: node.arguments,
    tree.SessionCommand: lambda node: (node.argument,) if node.argument else (),
}


# ------------------------------------------------------------------------------------------------------- grouping


def _warning(region: Region, here: OperatorGroup, there: OperatorGroup) -> Diagnostic:
    op = min(_shape(here) ^ _shape(there))[1]
    words = region.words
    return Diagnostic(
        "W101",
        "groups otherwise than in Python",
        severity="warning",
        span=region.root.span,
        hint=REASONS.get(op, "The levels of the operators differ.") + " Brackets make the meaning plain.",
        details=[f"RASP reads it as: {_spell(here, words)}", f"in Python it means: {_spell(there, words)}"],
    )


AGREED = frozenset(("+", "-", "*", "/", "negative", "positive"))  # the same under both precedences


def _group(words: list[str | tree.SyntaxNode], levels: dict[str, int]) -> OperatorGroup:
    """Parse a region with a table of precedences (by the shunting-yard algorithm, because chains may be long)."""
    right = RIGHT if levels is PYTHON else ()
    groups: list[OperatorGroup] = []
    waiting: list[tuple[str, int]] = []  # operators without their right part; "else" acts as a bracket

    def close(level: int) -> None:
        """Complete the waiting operators of at least this precedence."""
        while waiting and waiting[-1][0] != "else" and levels[waiting[-1][0]] >= level:
            group = _complete(groups, *waiting.pop())
            chains = levels is PYTHON and group.op in COMPARISONS and group.parts[0].op in CHAINED
            groups.append(_chain(group) if chains else group)

    for index, word in enumerate(words):
        if not isinstance(word, str):
            groups.append(OperatorGroup("", index, []))
        elif word in TEXTS:
            waiting.append((word, index))
        elif word == "else":  # what is between `if` and `else` is as in brackets
            close(0)
            waiting.append(("if", waiting.pop()[1]))
        else:
            close(levels[word] + (word in right))
            waiting.append(("else" if word == "if" else word, index))
    close(0)
    return groups[0]


def _complete(groups: list[OperatorGroup], op: str, index: int) -> OperatorGroup:
    """Take the parts of an operator from the stack."""
    size = 3 if op == "if" else 1 if op in TEXTS else 2
    parts = groups[-size:]
    del groups[-size:]
    return OperatorGroup(op, index, parts)


def _chain(group: OperatorGroup) -> OperatorGroup:
    """Python's meaning of a comparison whose left part is a comparison: both have to hold."""
    left, right = group.parts
    link = left.parts[1] if left.op == "and" else left
    return OperatorGroup("and", group.index, [left, OperatorGroup(group.op, group.index, [link.parts[1], right])])


def _shape(group: OperatorGroup) -> set[tuple[int, str, int, int]]:
    """For each operator its index, and the first and the last index of its group."""
    shape, stack = set(), [group]
    while stack:
        item = stack.pop()
        if item.parts:
            shape.add((item.index, item.op, item.first, item.last))
            stack.extend(item.parts)
    return shape


# ------------------------------------------------------------------------------------------------------- spelling


OPERAND_WIDTH = 60
DETAIL_WIDTH = 200


def _shorten(text: str) -> str:
    """Both ends of a long text; the brackets of a chain pile up at one of them."""
    half = DETAIL_WIDTH // 2
    return text if len(text) <= DETAIL_WIDTH else f"{text[:half]} … {text[-half:]}"


def _spell(group: OperatorGroup, words: list[str | tree.SyntaxNode]) -> str:
    """A group as source text, with the brackets that make it unambiguous under both precedences."""
    texts: list[str] = []
    stack: list[str | OperatorGroup] = [group]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            texts.append(item)
        elif item.parts:
            stack.extend(reversed(_spell_parts(item)))
        else:
            texts.append(_operand(words[item.index]))
    return _shorten("".join(texts))


def _spell_parts(group: OperatorGroup) -> list[str | OperatorGroup]:
    parts = [_enclose(group, part, side) for side, part in enumerate(group.parts)]
    if group.op == "if":
        return [*parts[0], " if ", *parts[1], " else ", *parts[2]]
    if group.op in TEXTS:
        return [TEXTS[group.op] + (" " if group.op == "not" else ""), *parts[0]]
    return [*parts[0], f" {group.op} ", *parts[1]]


def _enclose(group: OperatorGroup, part: OperatorGroup, side: int) -> list[str | OperatorGroup]:
    """A part, in brackets if it needs them."""
    return ["(", part, ")"] if needs_brackets(group, part, side) else [part]


def needs_brackets(group: OperatorGroup, part: OperatorGroup, side: int) -> bool:
    """Whether a part needs brackets to stay together under both precedences; `side` is 0 for the first part."""
    if not part.parts:
        return False
    inner, around = part.op, group.op
    tighter = RASP[inner] > RASP[around] and PYTHON[inner] > PYTHON[around]
    level = RASP[inner] >= RASP[around] and PYTHON[inner] >= PYTHON[around]
    chain = side == 0 and level and around not in RIGHT and around not in TEXTS and inner not in COMPARISONS
    return not (tighter or chain)


def _operand(node: str | tree.SyntaxNode) -> str:
    """The text of an operand, on one line. It is cut first, because every region around it spells it again."""
    assert isinstance(node, tree.SyntaxNode)
    span = outer(node)
    cut = span.end - span.start > OPERAND_WIDTH
    lines = span.source.text[span.start : span.start + OPERAND_WIDTH if cut else span.end].split("\n")
    text = lines[0] if len(lines) == 1 else " ".join(filter(None, map(_without_comment, lines)))
    return text + "…" if cut else text


def _without_comment(line: str) -> str:
    """A line without surrounding white space and its comment."""
    end = 0
    while (token := lexer().token(line, end, 0, opening=False)) is not None:
        end = token.end
    return line[:end].strip()
