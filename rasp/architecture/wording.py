"""How a report calls the nodes of a program: enter a plan and the session's names, leave words for its nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from rasp.architecture.plan import Plan, Use, sops_of
from rasp.graph.nodes import Constant, Map, Node, is_selector, operands, topological

LEVELS = 8  # of operators inside one another: no formula shows a name deeper down, unless it is whole
ROLES = {"or front": "indices == 0", "and front": "1", "all": "the position in front"}  # what a width's heads read


class NodeNames(Protocol):
    """What a session knows of nodes."""

    def name(self, node: Node) -> str | None:
        """The user's name of a node."""

    def formula(self, node: Node, name_of: Callable[[Node], str | None], whole: bool) -> str:
        """What the node is made of, in names; cut where it is long, but not if it is to be `whole`."""


class Wording:
    """Names and formulas of the nodes of a plan.

    Two values of one name that matter to the plan are told apart by a number: `rank`, `rank#2`. Formulas are cut where
    they are long, unless they are to be `whole`.
    """

    def __init__(self, plan: Plan, names: NodeNames, whole: bool = False) -> None:
        self.names = names
        self.whole = whole
        self._plan = plan
        self._own: dict[Node, str] = {}
        self._formulas: dict[Node, str] = {}
        self._users: dict[Node, list[Node]] = {}
        order = topological(plan.outputs)
        for node in order:
            for part in operands(node):
                self._users.setdefault(part, []).append(node)
        results = (use.result for layer in plan.layers for head in layer.heads for use in head.uses)
        lasting = plan.lasting.union(results, filter(is_selector, order))
        taken: dict[str, int] = {}
        for node in sorted(order, key=lambda node: node not in lasting):
            name = names.name(node)
            if name is not None and (node in lasting or name not in taken):
                taken[name] = taken.get(name, 0) + 1
                self._own[node] = name if taken[name] == 1 else f"{name}#{taken[name]}"

    def name(self, node: Node) -> str | None:
        """The node's name in this plan, if it has one."""
        return self._own.get(node)

    def formula(self, node: Node) -> str:
        """What the node is made of."""
        if node not in self._formulas:
            self._formulas[node] = self.names.formula(node, self._own.get, self.whole)
        return self._formulas[node]

    def short(self, node: Node) -> str:
        """The node's name, or its formula."""
        return self._own.get(node) or self.formula(node)

    def written(self, node: Node) -> str:
        """What a head writes: a named value, or a part of one."""
        if node in self._own or node in self._plan.outputs:
            return self.short(node)
        owner = self._owner(node)
        return self.formula(node) if owner is None else f"for {self._own[owner]}"

    def _owner(self, node: Node) -> Node | None:
        """The nearest named value that an unnamed one is a part of, by elementwise operations alone."""
        seen = {node}
        waiting = [node]
        for part in waiting:
            for user in self._users.get(part, ()):
                if isinstance(user, Map) and user in self._own:
                    return user
                if isinstance(user, Map) and user not in seen:
                    seen.add(user)
                    waiting.append(user)
        return None

    def read(self, use: Use) -> str:
        """What a use of a head reads."""
        return ROLES.get(use.role, "") if use.reads is None else self.short(use.reads)

    def definitions(self, nodes: Iterable[Node]) -> dict[str, str]:
        """The formulas of the named selectors that the nodes' formulas speak of, and what these speak of in turn."""
        found: dict[Node, str] = {}
        seen: set[Node] = set()
        waiting = [(part, 1) for node in nodes for part in operands(node)]
        for node, level in waiting:
            if node in seen or (level > LEVELS and not self.whole):
                continue
            seen.add(node)
            if node not in self._own:
                waiting += [(part, level + 1) for part in operands(node)]
            elif is_selector(node):
                found[node] = self.formula(node)
                waiting += [(part, 1) for part in operands(node)]
        return {self._own[node]: text for node, text in found.items()}

    def path(self) -> tuple[str, ...]:
        """The values that force the depth, from the result to the input: one for each layer, and the input."""
        depth = self._plan.depth_of
        node = max(self._plan.outputs, key=lambda output: depth[output] + is_selector(output))
        chain = []
        if is_selector(node):
            chain.append(self.short(node))
            node = self._deepest(node)
        while depth[node]:
            label, attention = self._stretch(node)
            chain.append(label)
            node = self._deepest(attention)
        return (*chain, self._source(node))

    def _stretch(self, node: Node) -> tuple[str, Node]:
        """The name of a value of this depth, and the attention that it comes from."""
        label = self._own.get(node)
        while isinstance(node, Map):
            node = self._deepest(node)
            label = label or self._own.get(node)
        return label or self.written(node), node

    def _deepest(self, node: Node) -> Node:
        """The s-op of the greatest depth that a node is made of; the first one, if there are several."""
        parts = [part for part in sops_of(node) if part in self._plan.depth_of]
        return max(parts, key=lambda part: (self._plan.depth_of[part], not isinstance(part, Constant)))

    def _source(self, node: Node) -> str:
        """The named value, or the input, at the start of the chain."""
        while node not in self._own and isinstance(node, Map):
            node = self._deepest(node)
        return self.short(node)
