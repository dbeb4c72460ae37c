"""S-ops of the user's own that programs may use: variables of the search, computed by the engine.

A program includes the definitions of those that it uses, so that it can be loaded anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from rasp.architecture.plan import make_plan
from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput, RaspError
from rasp.graph.nodes import Atom, Node
from rasp.learning.examples.data import Data
from rasp.learning.examples.kinds import KINDS, MEANS, Kind
from rasp.learning.expressions.expression import Ready

NamedSOps = tuple[tuple[str, Node], ...]
AT_ONCE = 10_000


def ready_variables(named: NamedSOps, data: Data) -> tuple[Ready, ...]:
    """S-ops as variables. Raises BadInput for one that fails on some input, or gives floats or several kinds.

    >>> from rasp.graph.builders import indices
    >>> from rasp.learning.examples.rows import data_of
    >>> ready_variables((("position", indices()),), data_of([("ab", "ba")]))[0].kind
    'int'
    """
    return tuple(
        Ready(name, node, _only_kind(name, node, data), len(make_plan([node]).heads_per_layer)) for name, node in named
    )


def strings_of(ready: Sequence[Ready], data: Data) -> set[str]:
    """The strings among the variables' values on the data."""
    found: set[str] = set()
    for one in ready:
        if one.kind == "string":
            for values in _values(one.node, data.inputs):
                found.update(value for value in values if isinstance(value, str))
    return found


def _values(node: Node, inputs: Sequence[Sequence[Atom]]) -> list[list[Atom]]:
    return [row[0].values for row in evaluate([node], inputs)]


def _only_kind(name: str, node: Node, data: Data) -> Kind:
    """The kind of an s-op's values, which must be the same on all inputs."""
    kinds: set[str] = set()
    for start in range(0, len(data), AT_ONCE):
        try:
            rows = evaluate([node], data.inputs[start : start + AT_ONCE])
        except RaspError as error:
            line = data.lines[start + (error.row or 0)]
            raise BadInput(f"{name} fails on {data.noun} {line}: {error.diagnostic.title}") from None
        kinds.update(row[0].kind for row in rows)
    for kind in KINDS:
        if kinds == {kind}:
            return kind
    hint = MEANS if "float" in kinds else ""
    raise BadInput(f"{name} gives {' and '.join(f'{kind}s' for kind in sorted(kinds))}; give one kind", hint=hint)
