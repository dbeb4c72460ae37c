"""Functions that build s-ops and selectors in Python (`rasp.select`, `rasp.aggregate`, …), and `tokens` and `indices`.

They build the same nodes of the graph as programs in the language do.
"""

from __future__ import annotations

from typing import Any

from rasp.errors import NotAnSOp, WrongOperand
from rasp.graph import builders as graph
from rasp.graph.nodes import Atom
from rasp.graph.operators import COMPARISONS, OPERATORS
from rasp.present.names import Names
from rasp.runtime import operations
from rasp.runtime.operations import NEAR
from rasp.session.sops import Selector, SOp, unwrap, wrap


def select(keys: Any, queries: Any, op: str) -> Selector:
    """The selector whose entry (query i, key j) is `keys[j] op queries[i]`.

    `keys` and `queries` are s-ops or atoms, `op` one of "==" "!=" "<" "<=" ">" ">=" ("Thinking Like Transformers",
    section 3). Raises NotAnSOp or WrongOperand.

    >>> import rasp
    >>> rasp.select(rasp.indices, rasp.indices, "<")("abc").matrix.astype(int).tolist()
    [[0, 0, 0], [1, 0, 0], [1, 1, 0]]
    """
    if op not in COMPARISONS:
        raise WrongOperand(f"select compares with one of {' '.join(COMPARISONS)}, not with {op!r:.20}")
    return Selector(operations.select(unwrap(keys), unwrap(queries), op), _names_of(keys, queries))


def aggregate(selector: Selector, values: Any, default: Atom = 0) -> SOp:
    """The mean of `values` over the keys that each row selects; one key's own value; `default` if there is no key.

    `values` is an s-op or atom. Raises NotASelector, NotAnSOp, BadDefault; when evaluated, BadMean for several strings.

    >>> import rasp
    >>> previous = rasp.select(rasp.indices, rasp.indices - 1, "==")
    >>> rasp.aggregate(previous, rasp.tokens, "-")("hey").values
    ['-', 'h', 'e']
    """
    node = operations.aggregate(unwrap(selector), unwrap(values), unwrap(default))
    return SOp(node, _names_of(selector, values))


def best(selector: Selector, scores: Any) -> Selector:
    """The selector of the keys with the highest score among those that each row selects; of a tie, all keys.

    `scores` is an s-op or atom, read at the keys: numbers compare by value, strings by code point. This is hard
    attention: without a tie, one key. With `rasp.near` for scores, it is the key nearest to the query; of two as near,
    the left one. Raises NotASelector or NotAnSOp.

    >>> import rasp
    >>> up_to_here = rasp.select(rasp.indices, rasp.indices, "<=")
    >>> rasp.aggregate(rasp.best(up_to_here, rasp.tokens_int), rasp.tokens_int)("31425").values
    [3, 3, 4, 4, 5]
    >>> rasp.aggregate(rasp.best(rasp.select(rasp.tokens, "a", "=="), rasp.near), rasp.indices)("abbba").values
    [0, 0, 0, 4, 4]
    """
    return Selector(operations.best(unwrap(selector), unwrap(scores)), _names_of(selector, scores))


def selector_width(selector: Selector) -> SOp:
    """The number of keys that each row of the selector selects.

    >>> import rasp
    >>> rasp.selector_width(rasp.select(rasp.tokens, rasp.tokens, "=="))("hello").values
    [1, 1, 2, 2, 1]
    """
    chosen = operations.selector(unwrap(selector), "the argument of selector_width")
    return SOp(graph.selector_width(chosen), _names_of(selector))


def where(condition: SOp, value: Any, otherwise: Any) -> SOp:
    """`value if condition else otherwise` at each position; both are s-ops or atoms.

    >>> import rasp
    >>> rasp.where(rasp.tokens == "l", "L", rasp.tokens)("hello").values
    ['h', 'e', 'L', 'L', 'o']
    """
    node = operations.where(
        operations.lift(unwrap(condition), "the condition of where"), unwrap(value), unwrap(otherwise)
    )
    return SOp(node, _names_of(condition, value, otherwise))


def isin(value: Any, container: Any) -> Any:
    """`value in container`: an s-op in a list of atoms at each position, or whether an atom occurs in an s-op.

    >>> import rasp
    >>> rasp.isin(rasp.tokens, ["a", "e"])("hea").values, rasp.isin("z", rasp.tokens)("hea").values
    ([False, True, True], [False, False, False])
    """
    return wrap(operations.membership(unwrap(value), unwrap(container)), _names_of(value, container))


def lookup(table: Any, index: SOp, default: Any = None) -> SOp:
    """`table[index]` at each position, in a list, string or dict of atoms; `default` where there is no such entry.

    The default is an s-op or atom. Without one, an index that the table lacks raises MissingEntry when it is evaluated.
    Raises NotIndexable or NotAnSOp for arguments of other types.

    >>> import rasp
    >>> rasp.lookup({"a": 1, "b": 2}, rasp.tokens)("abba").values
    [1, 2, 2, 1]
    >>> rasp.lookup({"a": 1, "b": 2}, rasp.tokens, 0)("abcd").values
    [1, 2, 0, 0]
    """
    table, number = unwrap(table), operations.lift(unwrap(index), "the index of lookup")
    if default is None:
        return SOp(operations.index(table, number), _names_of(index))
    return SOp(operations.lookup(table, number, unwrap(default)), _names_of(index, default))


def round(value: Any) -> Any:
    """The nearest int at each position, halves to the even one; of an s-op or an atom.

    >>> import rasp
    >>> rasp.round(rasp.indices / 2)("abcd").values
    [0, 0, 1, 2]
    """
    return wrap(operations.call(OPERATORS["round"], unwrap(value)), _names_of(value))


def indicator(value: SOp) -> SOp:
    """1 where the s-op is true, else 0.

    >>> import rasp
    >>> rasp.indicator(rasp.tokens == "l")("hello").values
    [0, 0, 1, 1, 0]
    """
    if not isinstance(value, SOp):
        raise NotAnSOp(f"indicator needs an s-op, not a value of type {type(value).__name__}")
    return SOp(operations.call(OPERATORS["indicator"], value.node), _names_of(value))


def _names_of(*values: Any) -> Names:
    """The names of the session of the first value that has one."""
    for value in values:
        if isinstance(value, (SOp, Selector)) and value.names.scope is not None:
            return value.names
    return Names()


indices = SOp(graph.indices())
near = NEAR
tokens = SOp(graph.tokens("str"))
tokens_str = tokens
tokens_int = SOp(graph.tokens("int"))
tokens_float = SOp(graph.tokens("float"))
tokens_bool = SOp(graph.tokens("bool"))
tokens_asis = SOp(graph.tokens("asis"))
