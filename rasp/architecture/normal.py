"""Normal forms of nodes, so that equal programs that are written differently share their nodes.

In selectors, `not` moves inwards into the comparisons and double `not` vanishes; `and` and `or` are flattened, sorted
and freed of repetitions. Of two mirrored comparisons one is used, comparisons of a value with itself are replaced by
constants, and constants are folded. The normal form has the value of the node on every input on which the node has one;
a part that could fail is never dropped.

Tests evaluate random graphs and their normal forms, and compare values and errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from rasp.errors import RaspError
from rasp.graph import builders as graph
from rasp.graph.atoms import is_number, kind_of
from rasp.graph.nodes import (
    And,
    Atom,
    Best,
    Compare,
    Constant,
    Indices,
    Map,
    Nearest,
    Node,
    Not,
    Or,
    Tokens,
    is_selector,
    operands,
    topological,
)
from rasp.graph.operators import COMPARISONS, OPERATORS, operate

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRRORED = {">": "<", ">=": "<="}  # elementwise, `a > b` is `b < a`


class Normal:
    """Computes normal forms, and caches them."""

    def __init__(self) -> None:
        self._sops: dict[Node, Node] = {}
        self._selectors: dict[tuple[Node, bool], Node] = {}  # of a selector (True) and of its negation (False)
        self._safe: dict[Node, bool] = {}

    def __call__(self, node: Node) -> Node:
        """The normal form of an s-op or selector.

        >>> from rasp.graph.builders import compare, indices, negation, tokens
        >>> same = compare("==", tokens(), tokens())
        >>> Normal()(negation(negation(same))) is Normal()(same)
        True
        >>> Normal()(negation(compare(">=", indices(), indices()))) is compare("<", indices(), indices())
        True
        """
        for part in topological([node], self._sops):
            if not is_selector(part):
                self._sops[part] = self._sop(part)
        return self._form(node)

    # ------------------------------------------------------------------------------------------------------- s-ops

    def _sop(self, node: Node) -> Node:
        """The normal form of an s-op whose s-ops below have theirs."""
        parts = [self._form(part) for part in operands(node)]
        if not isinstance(node, Map):
            return graph.with_operands(node, parts)
        if node.op in COMPARISONS and parts[0] is parts[1] and self._cannot_fail(parts[0]):
            return graph.constant(node.op in ("==", "<=", ">="))
        return _fold_constants(_map(node, parts))

    def of_all(self, order: Iterable[Node]) -> dict[Node, Node]:
        """The normal form of each of these nodes, which come after their operands."""
        nodes_in_order = list(order)
        for node in nodes_in_order:
            if not is_selector(node) and node not in self._sops:
                self._sops[node] = self._sop(node)
        return {node: self._form(node) for node in nodes_in_order}

    def _form(self, node: Node) -> Node:
        """The normal form of a node whose s-ops below have theirs."""
        return self._selector(node) if is_selector(node) else self._sops[node]

    # --------------------------------------------------------------------------------------------------- selectors

    def _selector(self, top: Node) -> Node:
        """The normal form of a selector whose s-ops have theirs; iterative, because selectors may be of any depth."""
        stack = [(top, True)]
        while stack:
            node, positive = stack[-1]
            if (node, positive) in self._selectors:
                stack.pop()
                continue
            waiting = [pair for pair in self._parts(node, positive) if pair not in self._selectors]
            if waiting:
                stack.extend(waiting)
            else:
                self._selectors[stack.pop()] = self._combine(node, positive)
        return self._selectors[top, True]

    def _parts(self, node: Node, positive: bool) -> list[tuple[Node, bool]]:
        """The selectors, each positive or negated, whose normal forms that of a selector, or of its negation, needs."""
        match node:
            case Not():
                return [(node.selector, not positive)]
            case And() | Or():
                return [(node.left, positive), (node.right, positive)]
            case Best() | Nearest():
                return [(node.selector, True), (node.selector, positive)]
        return []

    def _combine(self, node: Node, positive: bool) -> Node:
        forms = [self._selectors[pair] for pair in self._parts(node, positive)]
        match node:
            case Not():
                return forms[0]
            case And() | Or():
                return self._join(forms, isinstance(node, And) == positive)
            case Compare():
                return _compare(node, self._sops[node.keys], self._sops[node.queries], positive)
            case Best():
                return self._best(node, positive)
            case Nearest():
                nearest = graph.nearest(forms[0])
                return nearest if positive else graph.negation(nearest)
        raise TypeError(f"not a selector: {node!r}")

    def _best(self, node: Best, positive: bool) -> Node:
        selector, scores = self._selectors[node.selector, True], self._sops[node.scores]
        if isinstance(scores, Constant):  # all keys score alike
            return self._selectors[node.selector, positive]
        whole = graph.best(selector, scores)
        return whole if positive else graph.negation(whole)

    def _join(self, forms: list[Node], conjunction: bool) -> Node:
        """The conjunction or disjunction of normal forms: flat, sorted, each once, without what says nothing."""
        kind, make = (And, graph.both) if conjunction else (Or, graph.either)
        if self._continues(kind, *forms):
            return make(*forms)
        flat = dict.fromkeys(member for form in forms for member in (_members(form) if type(form) is kind else [form]))
        deciding, idle = (_none(), graph.full()) if conjunction else (graph.full(), _none())
        if deciding in flat and all(map(self._cannot_fail, flat)):
            return deciding
        rest = sorted((form for form in flat if form is not idle), key=lambda form: form.serial)
        return reduce(make, rest) if rest else idle

    def _continues(self, kind: type[And | Or], left: Node, right: Node) -> bool:
        """Whether the right form can be appended to the left one as it is, so that long chains need no sorting."""
        return (
            isinstance(left, kind)
            and not isinstance(right, kind)
            and left.right.serial < right.serial
            and right not in (graph.full(), _none())
        )

    def _cannot_fail(self, node: Node) -> bool:
        """Whether the node surely has a value on every input."""
        for part in topological([node], self._safe):
            self._safe[part] = all(self._safe[below] for below in operands(part)) and _harmless(part)
        return self._safe[node]


def _members(node: Node) -> list[Node]:
    """What a conjunction or disjunction joins, however it is nested, each once."""
    found: dict[Node, None] = {}
    stack = [node]
    seen = set()
    while stack:
        part = stack.pop()
        if type(part) is not type(node):
            found[part] = None
        elif part not in seen:
            seen.add(part)
            stack.extend(reversed(operands(part)))
    return list(found)


def _none() -> Node:
    """The selector of nothing."""
    return graph.compare("!=", graph.constant(1), graph.constant(1))


# ------------------------------------------------------------------------------------------------------- comparisons


def _compare(node: Compare, keys: Node, queries: Node, positive: bool) -> Node:
    """A comparison or its opposite; of two constants, the selector of everything or of nothing."""
    op = node.op if positive else OPPOSITE[node.op]
    keys, queries = _plain(keys), _plain(queries)
    if isinstance(keys, Constant) and isinstance(queries, Constant):
        holds = _unless_it_fails(OPERATORS[op].function, keys.value, queries.value)
        if holds is not None:
            return graph.full() if holds else _none()
    return graph.compare(op, keys, queries)


def _plain(node: Node) -> Node:
    """A constant number as an int where one equals it: comparisons do not tell 1, 1.0 and True apart."""
    if isinstance(node, Constant) and is_number(node.value) and node.value == int(node.value):
        return graph.constant(int(node.value))
    return node


def _map(node: Map, parts: list[Node]) -> Node:
    """An elementwise operation on normal forms."""
    return _apply(node.op, parts) if node.table is None else graph.with_operands(node, parts)


def _apply(op: str, parts: list[Node]) -> Node:
    """An operator on normal forms: the opposite for `not`, the operands in one order where it does not matter."""
    inner = parts[0]
    if op == "not" and isinstance(inner, Map) and inner.op in OPPOSITE:
        return _apply(OPPOSITE[inner.op], list(inner.operands))
    if op in MIRRORED:
        return graph.apply(MIRRORED[op], *reversed(parts))
    commutes = OPERATORS[op].commutes
    if commutes == "always" or (commutes == "numbers" and all(_sure_kind(part) == "number" for part in parts)):
        return graph.apply(op, *sorted(parts, key=lambda part: part.serial))
    return graph.apply(op, *parts)


def _fold_constants(node: Node) -> Node:
    """An elementwise operation on constants as the constant that it gives, unless it fails."""
    if not isinstance(node, Map) or not all(isinstance(part, Constant) for part in node.operands):
        return node
    values = [part.value for part in node.operands if isinstance(part, Constant)]
    value = _unless_it_fails(operate, node, values)
    return node if value is None else graph.constant(value)


def _unless_it_fails(function: Callable[..., Atom], *arguments: Any) -> Atom | None:
    try:
        return function(*arguments)
    except RaspError:
        return None


# ---------------------------------------------------------------------------------------------------------- failing


def _harmless(node: Node) -> bool:
    """Whether a node has a value wherever its operands have one."""
    match node:
        case Tokens(kind=kind):
            return kind == "str"
        case Map(op=op) | Compare(op=op):
            fails = OPERATORS[op].fails
            return fails == "never" or (fails == "mixed" and _alike(*operands(node)))
    return is_selector(node) or isinstance(node, (Constant, Indices))


def _alike(left: Node, right: Node) -> bool:
    """Whether two s-ops surely are both numbers, or both strings."""
    kinds = {_sure_kind(left), _sure_kind(right)}
    return len(kinds) == 1 and kinds != {""}


def _sure_kind(node: Node) -> str:
    match node:
        case Constant():
            return "string" if kind_of(node.value) == "string" else "number"
        case Tokens(kind="str"):
            return "string"
        case Map(op=op) if OPERATORS[op].result != "any":
            return "number"
    return "number" if isinstance(node, Indices) else ""
