"""The operators, `select`, `aggregate`, `best` and indexing, on values of any kind.

Operations on atoms are computed at once, by the functions of `graph.operators`; an operation with an s-op or a selector
builds a graph node.
"""

from __future__ import annotations

from typing import Any

from rasp.errors import (
    BadCondition,
    BadDefault,
    Incomparable,
    MissingEntry,
    NotAnAtom,
    NotAnSOp,
    NotASelector,
    NotIndexable,
    WrongOperand,
)
from rasp.graph import builders as graph
from rasp.graph.atoms import check_collection_size, is_atom
from rasp.graph.nodes import Atom, Entry, Illegal, Node, is_selector
from rasp.graph.operators import COMPARISONS, OPERATORS, Operator, look_up
from rasp.runtime.values import Scorer, a, holds_nodes, is_sop, same, type_name

NEAR = Scorer(
    "near", "In best(selector, near): of the keys that each row selects, the nearest; of two as near, the left."
)

PREFIXED = {operator.sign: operator.name for operator in OPERATORS.values() if operator.notation == "prefix"}


def lift(value: Any, what: str) -> Node:
    """The s-op of an s-op or atom; the error calls the value `what`. Raises NotAnSOp."""
    if is_sop(value):
        return value  # type: ignore[no-any-return]
    if is_atom(value):
        return graph.constant(value)
    hint = "A scorer has one use: best(selector, near)." if isinstance(value, Scorer) else ""
    raise NotAnSOp(f"{what} must be an s-op or an atom, not {a(value)}", hint=hint)


def selector(value: Any, what: str) -> Node:
    """The value, if it is a selector; the error calls it `what`. Raises NotASelector."""
    if isinstance(value, Node) and is_selector(value):
        return value
    raise NotASelector(f"{what} must be a selector, not {a(value)}", hint=_selector_hint(value))


def _selector_hint(value: Any) -> str:
    return "A selector is made by select(keys, queries, ==)." if is_sop(value) or is_atom(value) else ""


# ------------------------------------------------------------------------------------------------ unary and binary


def unary(op: str, value: Any) -> Any:
    """`not value`, `-value`, `+value`.

    >>> unary("not", 0), unary("-", 3)
    (True, -3)
    """
    if op == "not" and not is_sop(value):
        return graph.negation(value) if isinstance(value, Node) else not value
    if is_sop(value):
        return graph.apply(PREFIXED[op], value)
    if is_atom(value):
        return OPERATORS[PREFIXED[op]].function(value)
    raise WrongOperand(f"`{op}` does not work on {a(value)}")


def call(operator: Operator, *values: Any) -> Any:
    """An operator that is called by its name, as in `round(x)`."""
    sops = any(map(is_sop, values))
    if not sops and not operator.on_atoms:
        hint = "A comparison is one when one of its parts is one, such as tokens."
        first = values[0]
        raise NotAnSOp(f"{operator.name} needs an s-op, not {a(first)}", hint=hint if isinstance(first, bool) else "")
    for value in values:
        if not (is_sop(value) or is_atom(value)):
            raise WrongOperand(f"`{operator.name}` does not work on {a(value)}")
    if not sops:
        return operator.function(*values)
    return graph.apply(operator.name, *(lift(value, "an operand") for value in values))


def binary(op: str, left: Any, right: Any) -> Any:
    """`left op right` for every binary operator.

    >>> binary("+", "a", "b"), binary("and", 0, 5), binary("==", (1, 2), (1, 2))
    ('ab', 0, True)
    """
    if op in ("in", "not in"):
        found = membership(left, right)
        return found if op == "in" else unary("not", found)
    if op in ("and", "or"):
        return _logic(op, left, right)
    if is_atom(left) and is_atom(right):
        return OPERATORS[op].function(left, right)
    if isinstance(left, Node) or isinstance(right, Node):
        return _elementwise(op, left, right)
    if op in COMPARISONS:
        return _compare_containers(op, left, right)
    return _join_lists(op, left, right)


def _wrong(op: str, left: Any, right: Any) -> WrongOperand:
    title = f"`{op}` does not work on {a(left)} and {a(right)}"
    return WrongOperand(title, hint=_hint(op, left, right))


def _hint(op: str, left: Any, right: Any) -> str:
    """A hint for mixtures of selectors and other values, which beginners write."""
    chosen = [value for value in (left, right) if isinstance(value, Node) and is_selector(value)]
    if not chosen:
        return ""
    if op in ("and", "or"):
        return f"`{op}` joins two selectors, or two s-ops. select(value, True, ==) makes a selector of an s-op."
    return "A selector is no value: aggregate(selector, sop) reads through it, selector_width(selector) counts."


def _elementwise(op: str, left: Any, right: Any) -> Node:
    if all(is_sop(value) or is_atom(value) for value in (left, right)):
        return graph.apply(op, lift(left, op), lift(right, op))
    if op in ("==", "!=") and not any(isinstance(value, Node) and is_selector(value) for value in (left, right)):
        return graph.constant(op == "!=")  # no element equals a list, dict or function
    raise _wrong(op, left, right)


def _logic(op: str, left: Any, right: Any) -> Any:
    """`and`, `or`: of selectors a selector, with an s-op a bool at each position, else one of the operands."""
    selectors = [isinstance(value, Node) and is_selector(value) for value in (left, right)]
    if all(selectors):
        return graph.both(left, right) if op == "and" else graph.either(left, right)
    if any(selectors):
        raise _wrong(op, left, right)
    if is_sop(left) or is_sop(right):
        return graph.apply(op, _truth_node(left), _truth_node(right))
    return (left and right) if op == "and" else (left or right)


def _truth_node(value: Any) -> Node:
    return lift(value if is_sop(value) or is_atom(value) else bool(value), "an operand")


def _compare_containers(op: str, left: Any, right: Any) -> bool:
    """A comparison with a list, dict or function on one side."""
    _refuse_nodes(left, right)
    if op in ("==", "!="):
        return same(left, right) == (op == "==")
    one, other = left, right
    while isinstance(one, tuple) and isinstance(other, tuple):  # the first elements that differ decide
        index = next((index for index, pair in enumerate(zip(one, other, strict=False)) if not same(*pair)), None)
        if index is None:
            one, other = len(one), len(other)
        else:
            one, other = one[index], other[index]
    if not (is_atom(one) and is_atom(other) and isinstance(left, tuple) and isinstance(right, tuple)):
        raise _wrong(op, left, right)
    return bool(OPERATORS[op].function(one, other))


def _refuse_nodes(*values: Any) -> None:
    for value in values:
        if holds_nodes(value):
            raise Incomparable("lists and dicts that hold s-ops or selectors cannot be compared or searched")


def _join_lists(op: str, left: Any, right: Any) -> tuple[Any, ...]:
    """`list + list`, `list * int`, `int * list`."""
    if op == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        check_collection_size(len(left) + len(right), "a list")
        return (*left, *right)
    for items, times in ((left, right), (right, left)):
        if op == "*" and isinstance(items, tuple) and isinstance(times, int):
            check_collection_size(len(items) * times, "a list")
            return tuple(items) * times if items and times > 0 else ()
    raise _wrong(op, left, right)


# ------------------------------------------------------------------------------- membership, choice, look-up


def membership(value: Any, container: Any) -> Any:
    """`value in container`

    >>> membership(1, (True, "a")), membership("b", ("a",))
    (True, False)
    """
    if is_sop(container) and is_atom(value):
        equal = graph.apply("indicator", graph.apply("==", container, graph.constant(value)))
        return graph.apply(">", graph.aggregate(graph.full(), equal), graph.constant(0))
    if not isinstance(container, tuple):
        raise WrongOperand(
            f"`in` looks in a list, not in {a(container)}",
            hint="contains(seq, atom) tells whether an s-op holds an atom." if is_sop(container) else "",
        )
    if is_sop(value):
        _refuse_nodes(container)
        return graph.member(value, filter(is_atom, container))
    _refuse_nodes(value, container)
    return any(same(value, item) for item in container)


def condition_truth(condition: Any) -> bool:
    """The truth value of a condition that is not an s-op, as in Python."""
    if isinstance(condition, Node):
        raise BadCondition(hint="has_focus(selector) tells where a selector selects something.")
    return bool(condition)


def where(condition: Node, value: Any, otherwise: Any) -> Node:
    """`value if condition else otherwise` at each position."""
    then = lift(value, "the value before `if`")
    return graph.apply("where", condition, then, lift(otherwise, "the value after `else`"))


def index(container: Any, key: Any) -> Any:
    """`container[key]`

    >>> index((5, 6), -1), index("abc", 0), index({"a": 1}, "a")
    (6, 'a', 1)
    """
    if is_sop(container):
        if not isinstance(key, int):
            hint = "load_from_location(sop, positions) reads each position's element there." if is_sop(key) else ""
            raise NotIndexable(f"an s-op is indexed by an int, not by {a(key)}", hint=hint)
        return graph.at(container, int(key))
    if not isinstance(container, (tuple, str, dict)):
        raise NotIndexable(f"{a(container)} cannot be indexed")
    if is_sop(key):
        return _elementwise_look_up(container, key)
    if not is_atom(key):
        raise NotIndexable(f"the index must be an atom or an s-op, not {a(key)}")
    if isinstance(container, dict):
        return container[key] if key in container else look_up((), True, key)
    if isinstance(container, tuple) and isinstance(key, int) and -len(container) <= key < len(container):
        return container[key]
    return look_up(tuple(container), False, key)


def lookup(table: Any, key: Any, default: Any) -> Any:
    """`lookup(table, key, default)`: `table[key]`, or the default where there is no entry."""
    container = lookup_table(table)
    if is_sop(key):
        return _elementwise_look_up(container, key, lift(default, "the default of lookup"))
    try:
        return index(container, key)
    except MissingEntry:
        return default


def lookup_table(value: Any) -> Any:
    """The first argument of `lookup`. Raises NotIndexable."""
    if isinstance(value, (tuple, str, dict)):
        return value
    hint = "aggregate(selector, sop, default) reads another position." if is_sop(value) else ""
    raise NotIndexable(f"lookup needs a list, a string or a dict, not {a(value)}", hint=hint)


def _elementwise_look_up(
    container: tuple[Any, ...] | str | dict[Atom, Any], key: Node, default: Node | None = None
) -> Node:
    entries = [_entry(entry) for entry in (container.values() if isinstance(container, dict) else container)]
    if not entries and default is None:
        raise MissingEntry(f"an empty {type_name(container)} has no entry for any index")
    if entries and all(isinstance(entry, Illegal) for entry in entries):
        raise NotAnAtom(f"the {type_name(container)} holds nothing that a sequence can hold")
    if isinstance(container, dict):
        return graph.lookup_key(key, zip(container, entries, strict=True), default)
    return graph.lookup(key, entries, default)


def _entry(value: Any) -> Entry:
    return value if is_atom(value) else Illegal(type_name(value))


# -------------------------------------------------------------------------------- select, aggregate and best


def select(keys: Any, queries: Any, op: str) -> Node:
    """`select(keys, queries, op)`"""
    if is_atom(keys) and is_atom(queries):
        OPERATORS[op].function(keys, queries)  # atoms that cannot be compared are an error at once, as on any input
    return graph.compare(op, lift(keys, "the keys of select"), lift(queries, "the queries of select"))


def aggregate(chosen: Any, values: Any, default: Any = 0) -> Node:
    """`aggregate(chosen, values, default)`"""
    chosen = selector(chosen, "the first part of aggregate")
    values = lift(values, "the second part of aggregate")
    check_default(default)
    return graph.aggregate(chosen, values, default)


def check_default(value: Any) -> None:
    """Raise BadDefault for a default of `aggregate` that is not an atom."""
    if not is_atom(value):
        raise BadDefault(f"the default of aggregate must be an atom, not {a(value)}")


def best(chosen: Any, scores: Any) -> Node:
    """`best(chosen, scores)`"""
    selected, found = best_selector(chosen), best_scores(scores)
    return graph.nearest(selected) if isinstance(found, Scorer) else graph.best(selected, found)


def best_selector(value: Any) -> Node:
    """The first argument of `best`. Raises NotASelector."""
    return selector(value, "the first argument of best")


def best_scores(value: Any) -> Node | Scorer:
    """The second argument of `best`. Raises NotAnSOp."""
    return value if isinstance(value, Scorer) else lift(value, "the second argument of best")
