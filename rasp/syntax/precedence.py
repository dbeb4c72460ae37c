"""Operator precedence: a larger number binds tighter. A test checks that the grammar agrees with the table."""

from __future__ import annotations

# All operators are left-associative: the right operand has to bind tighter.
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
