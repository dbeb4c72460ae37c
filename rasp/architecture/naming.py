"""The names and formulas under which reports and drawings show the nodes of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from rasp.architecture.plan import Plan, Use, sops_of
from rasp.graph.nodes import Constant, Map, Node, is_selector, operands, topological

LEVELS = 8  # nested operators beyond which no formula shows a name, unless it is whole
ROLES = {"or BOS": "indices == 0", "and BOS": "1", "all": "the BOS position"}  # what a width's heads read


class NodeNames(Protocol):
    """What a session knows about nodes."""

    def name(self, node: Node) -> str | None:
        """The user's name for a node, if there is one."""

    def formula(self, node: Node, name_of: Callable[[Node], str | None], whole: bool) -> str:
        """The formula of the node in terms of names; a long one is cut unless `whole` is true."""


class Wording:
    """Names and formulas of the nodes of a plan.

    If several values with the same name matter to the plan, the later ones are numbered: `rank`, `rank#2`. Long
    formulas are cut unless `whole` is true.
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
        """The name of the node in this plan, if it has one."""
        return self._own.get(node)

    def formula(self, node: Node) -> str:
        """The formula of the node."""
        if node not in self._formulas:
            self._formulas[node] = self.names.formula(node, self._own.get, self.whole)
        return self._formulas[node]

    def short(self, node: Node) -> str:
        """The name of the node, or else its formula."""
        return self._own.get(node) or self.formula(node)

    def words_for_write(self, node: Node) -> str:
        """The words for what a head writes: its name or formula, or `for NAME` if it is part of a named value."""
        if node in self._own or node in self._plan.outputs:
            return self.short(node)
        owner = self._owner(node)
        return self.formula(node) if owner is None else f"for {self._own[owner]}"

    def _owner(self, node: Node) -> Node | None:
        """The nearest named value that is computed from a node by elementwise operations alone."""
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

    def words_for_read(self, use: Use) -> str:
        """The words for what a use of a head reads."""
        return ROLES.get(use.role, "") if use.reads is None else self.short(use.reads)

    def definitions(self, nodes: Iterable[Node]) -> dict[str, str]:
        """The formulas of the named selectors in the formulas of the nodes, and in the formulas of those in turn."""
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
        """The critical path from the result to the input: the values that determine the depth, one for each layer."""
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
        """The words for a value of the critical path, and the attention that it is computed from."""
        label = self._own.get(node)
        while isinstance(node, Map):
            node = self._deepest(node)
            label = label or self._own.get(node)
        return label or self.words_for_write(node), node

    def _deepest(self, node: Node) -> Node:
        """The deepest s-op that a node reads; of equally deep ones the first that is not a constant."""
        parts = [part for part in sops_of(node) if part in self._plan.depth_of]
        return max(parts, key=lambda part: (self._plan.depth_of[part], not isinstance(part, Constant)))

    def _source(self, node: Node) -> str:
        """The words for the named value, or the input, where the critical path begins."""
        while node not in self._own and isinstance(node, Map):
            node = self._deepest(node)
        return self.short(node)
