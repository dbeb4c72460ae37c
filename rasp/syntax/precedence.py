"""How tightly the operators bind: grammar and table agree by test."""

from __future__ import annotations

# What stands to an operator's right must bind tighter.
LEVELS: dict[str, int] = {
    **dict.fromkeys(("in", "not in"), 1),
    "if": 2,
    **dict.fromkeys(("and", "or"), 3),
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">"), 4),
    **dict.fromkeys(("+", "-"), 5),
    "%": 6,
    **dict.fromkeys(("*", "/"), 7),
    "^": 8,
}
ANY, PREFIX, POSTFIX, ATOM = 1, 9, 10, 11
