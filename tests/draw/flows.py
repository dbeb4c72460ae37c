"""Flows made by hand, with the values that the programs have on their inputs; `ALL` has them by name.

`test_flows.py` asks the engine whether the values are right.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from rasp.draw.flow import Flow, FlowHead, FlowLayer, FlowValue

Row = Sequence[Any]
Matrix = tuple[tuple[bool, ...], ...]

_KINDS = {str: "strings", int: "ints", float: "floats", bool: "bools"}
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {"==": operator.eq, "<": operator.lt, "<=": operator.le}


def select(keys: Row, queries: Row, op: str) -> Matrix:
    return tuple(tuple(_OPERATORS[op](key, query) for key in keys) for query in queries)


def both(left: Matrix, right: Matrix) -> Matrix:
    return tuple(tuple(a and b for a, b in zip(*rows, strict=True)) for rows in zip(left, right, strict=True))


def either(left: Matrix, right: Matrix) -> Matrix:
    return tuple(tuple(a or b for a, b in zip(*rows, strict=True)) for rows in zip(left, right, strict=True))


def aggregate(matrix: Matrix, values: Row, default: Any = 0) -> list[Any]:
    chosen = [[value for value, selected in zip(values, row, strict=True) if selected] for row in matrix]
    return [(row[0] if len(row) == 1 else sum(row) / len(row)) if row else default for row in chosen]


def width(matrix: Matrix) -> list[int]:
    return [sum(row) for row in matrix]


def value(name: str, cells: Row, sources: str = "", formula: str = "", id: str = "", minor: bool = False) -> FlowValue:
    """`sources` are ids between blanks; the id is the name where no other one is given."""
    texts = tuple(_text(cell) for cell in cells)
    return FlowValue(id or name, name, formula or name, _KINDS[type(cells[0])], texts, tuple(sources.split()), minor)


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "T" if cell else "F"
    return repr(round(cell, 3)) if isinstance(cell, float) else str(cell)


def reverse(given: str) -> Flow:
    n = len(given)
    full = select([1] * n, [1] * n, "==")
    first = [int(i == 0) for i in range(n)]
    mirrored = [n - 1 - i for i in range(n)]
    flipped = select(range(n), mirrored, "==")
    formula = "select(indices, length - 1 - indices, ==)"
    return Flow(
        f'reverse("{given}")',
        "2 layers, 1 head",
        tuple(given),
        (
            FlowLayer(
                0,
                computed=(
                    value("tokens", given),
                    value("indices", range(n)),
                    value("indicator(indices == 0)", first, "indices", id="first", minor=True),
                ),
            ),
            FlowLayer(
                1,
                (FlowHead("full", "full_s", "select(1, 1, ==)", full, (), (), ("first",), ("share",)),),
                (
                    value(
                        "aggregate(full_s, indicator(indices == 0))",
                        aggregate(full, first),
                        "full first",
                        id="share",
                        minor=True,
                    ),
                ),
                (
                    value("length", [n] * n, "share", "round(1 / aggregate(full_s, indicator(indices == 0)))"),
                    value("length - 1 - indices", mirrored, "length indices", id="mirrored", minor=True),
                ),
            ),
            FlowLayer(
                2,
                (FlowHead("flip", "", formula, flipped, ("indices",), ("mirrored",), ("tokens",), ("reverse",)),),
                (value("reverse", aggregate(flipped, given), "flip tokens", f"aggregate({formula}, tokens)"),),
            ),
        ),
        ("reverse",),
    )


def _width_heads(
    id: str, matrix: Matrix, name: str, formula: str, keys: tuple[str, ...], queries: tuple[str, ...], target: str
) -> tuple[FlowHead, FlowHead]:
    """The two heads of a width: `sel or at0` and `sel and at0`."""
    n = len(matrix)
    bos = select(range(n), [0] * n, "==")
    keys, queries = tuple(dict.fromkeys((*keys, "indices"))), tuple(dict.fromkeys((*queries, "zero")))
    shown = name or formula
    return (
        FlowHead(
            f"{id}-or",
            "",
            f"{shown} or select(indices, 0, ==)",
            either(matrix, bos),
            keys,
            queries,
            ("first",),
            (target,),
            f"counts the keys of {shown}",
        ),
        FlowHead(
            f"{id}-and",
            "",
            f"{shown} and select(indices, 0, ==)",
            both(matrix, bos),
            keys,
            queries,
            ("first",),
            (target,),
            f"whether {shown} selects position 0",
        ),
    )


def hist(given: str) -> Flow:
    n = len(given)
    same = select(given, given, "==")
    heads = _width_heads("same", same, "same", "select(tokens, tokens, ==)", ("tokens",), ("tokens",), "hist")
    return Flow(
        f'hist("{given}")',
        "1 layer, 2 heads",
        tuple(given),
        (
            FlowLayer(
                0,
                computed=(
                    value("tokens", given),
                    value("indices", range(n)),
                    value("0", [0] * n, id="zero", minor=True),
                    value("indicator(indices == 0)", [int(i == 0) for i in range(n)], "indices", "", "first", True),
                ),
            ),
            FlowLayer(1, heads, (value("hist", width(same), "same-or same-and", "selector_width(same)"),)),
        ),
        ("hist",),
    )


BEFORE = "select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, indices, <))"


def sort(given: str) -> Flow:
    n = len(given)
    before = either(select(given, given, "<"), both(select(given, given, "=="), select(range(n), range(n), "<")))
    both_rows = ("tokens", "indices")
    rank = width(before)
    placed = select(rank, range(n), "==")
    return Flow(
        f'sorted("{given}")',
        "2 layers, 2 heads at most (2, 1) without BOS",
        tuple(given),
        (
            FlowLayer(
                0,
                computed=(
                    value("tokens", given),
                    value("indices", range(n)),
                    value("0", [0] * n, id="zero", minor=True),
                    value("indicator(indices == 0)", [int(i == 0) for i in range(n)], "indices", "", "first", True),
                ),
            ),
            FlowLayer(
                1,
                _width_heads("before", before, "before", BEFORE, both_rows, both_rows, "rank"),
                (value("rank", rank, "before-or before-and", "selector_width(before)"),),
            ),
            FlowLayer(
                2,
                (
                    FlowHead(
                        "place",
                        "",
                        "select(rank, indices, ==)",
                        placed,
                        ("rank",),
                        ("indices",),
                        ("tokens",),
                        ("sorted",),
                    ),
                ),
                (
                    value(
                        "sorted",
                        aggregate(placed, given),
                        "place tokens",
                        "aggregate(select(rank, indices, ==), tokens)",
                    ),
                ),
            ),
        ),
        ("sorted",),
    )


PAIRS = ("()", "{}")


def dyck2(given: str) -> Flow:
    """Four layers: depth, the index among the brackets of one level, the opener of each closer, a mismatch before."""
    n = len(given)
    indices = list(range(n))
    opens = [token in "({" for token in given]
    closes = [token in ")}" for token in given]
    steps = [int(a) - int(b) for a, b in zip(opens, closes, strict=True)]
    so_far = select(indices, indices, "<=")
    balance = [float(item) for item in aggregate(so_far, steps)]
    depth = [round((i + 1) * item) for i, item in enumerate(balance)]
    level = [item + int(closing) for item, closing in zip(depth, closes, strict=True)]
    same_level = select(level, level, "==")
    earlier = both(same_level, so_far)
    order = width(earlier)
    before = [item - 1 for item in order]
    partner = both(same_level, select(order, before, "=="))
    opener = aggregate(partner, given, "-")
    matched = [f"{a}{b}" in PAIRS for a, b in zip(opener, given, strict=True)]
    mismatch = [closing and not good for closing, good in zip(closes, matched, strict=True)]
    wrong = [int(bad or low < 0) for bad, low in zip(mismatch, depth, strict=True)]
    share = aggregate(so_far, wrong)
    lost = [item > 0 for item in share]
    result = ["F" if bad else ("T" if low == 0 else "P") for bad, low in zip(lost, depth, strict=True)]
    level_rows = ("level", "indices")
    layers = (
        FlowLayer(
            0,
            computed=(
                value("tokens", given),
                value("indices", indices),
                value("opens", opens, "tokens", 'tokens in ["(", "{"]'),
                value("closes", closes, "tokens", 'tokens in [")", "}"]'),
                value("indicator(opens) - indicator(closes)", steps, "opens closes", id="steps", minor=True),
                value("0", [0] * n, id="zero", minor=True),
                value("indicator(indices == 0)", [int(i == 0) for i in indices], "indices", id="first", minor=True),
            ),
        ),
        FlowLayer(
            1,
            (
                FlowHead(
                    "depth-head",
                    "so_far",
                    "select(indices, indices, <=)",
                    so_far,
                    ("indices",),
                    ("indices",),
                    ("steps",),
                    ("balance",),
                ),
            ),
            (
                value(
                    "aggregate(so_far, indicator(opens) - indicator(closes))",
                    balance,
                    "depth-head steps",
                    id="balance",
                    minor=True,
                ),
            ),
            (
                value(
                    "depth",
                    depth,
                    "indices balance",
                    "round((indices + 1) * aggregate(so_far, indicator(opens) - indicator(closes)))",
                ),
                value("level", level, "depth closes", "depth + indicator(closes)"),
            ),
        ),
        FlowLayer(
            2,
            _width_heads("order", earlier, "", "select(level, level, ==) and so_far", level_rows, level_rows, "order"),
            (value("order", order, "order-or order-and", "selector_width(select(level, level, ==) and so_far)"),),
            (value("order - 1", before, "order", id="before", minor=True),),
        ),
        FlowLayer(
            3,
            (
                FlowHead(
                    "partner",
                    "partner",
                    "select(level, level, ==) and select(order, order - 1, ==)",
                    partner,
                    ("level", "order"),
                    ("level", "before"),
                    ("tokens",),
                    ("opener",),
                ),
            ),
            (value("opener", opener, "partner tokens", 'aggregate(partner, tokens, "-")'),),
            (
                value("matched", matched, "opener tokens", '(opener + tokens) in ["()", "{}"]'),
                value("mismatch", mismatch, "closes matched", "closes and (not matched)"),
                value("indicator(mismatch or (depth < 0))", wrong, "mismatch depth", id="wrong", minor=True),
            ),
        ),
        FlowLayer(
            4,
            (
                FlowHead(
                    "lost-head",
                    "so_far",
                    "select(indices, indices, <=)",
                    so_far,
                    ("indices",),
                    ("indices",),
                    ("wrong",),
                    ("share",),
                ),
            ),
            (
                value(
                    "aggregate(so_far, indicator(mismatch or (depth < 0)))",
                    [float(item) for item in share],
                    "lost-head wrong",
                    id="share",
                    minor=True,
                ),
            ),
            (
                value("lost", lost, "share", "aggregate(so_far, indicator(mismatch or (depth < 0))) > 0"),
                value("dyck2", result, "lost depth", '"F" if lost else ("T" if depth == 0 else "P")'),
            ),
        ),
    )
    return Flow(
        f'dyck2("{given}")', "4 layers, 2 heads at most (1, 2, 1, 1) without BOS", tuple(given), layers, ("dyck2",)
    )


def selector(given: str) -> Flow:
    """A flow whose result is a head."""
    same = select(given, given, "==")
    head = FlowHead("same", "same", "select(tokens, tokens, ==)", same, ("tokens",), ("tokens",))
    layers = (FlowLayer(0, computed=(value("tokens", given),)), FlowLayer(1, (head,)))
    return Flow(f'same("{given}")', "1 layer, 1 head", tuple(given), layers, ("same",))


def elementwise(given: str) -> Flow:
    """A flow without heads."""
    rows = (
        value("indices", range(len(given))),
        value("x", [i * i for i in range(len(given))], "indices", "indices ^ 2"),
    )
    return Flow(f'x("{given}")', "no layers", tuple(given), (FlowLayer(0, computed=rows),), ("x",))


def many_heads(given: str, heads: int = 9) -> Flow:
    """More heads in one layer than stand side by side: tokens moved by 1, 2, 3 …"""
    n = len(given)
    moved, made = [], []
    shifts: list[FlowValue] = []
    for by in range(1, heads + 1):
        places = [i + by for i in range(n)]
        matrix = select(range(n), places, "==")
        formula = f"select(indices, indices + {by}, ==)"
        shifts.append(value(f"indices + {by}", places, "indices", id=f"plus{by}", minor=True))
        made.append(FlowHead(f"h{by}", "", formula, matrix, ("indices",), (f"plus{by}",), ("tokens",), (f"next{by}",)))
        moved.append(
            value(f"next{by}", aggregate(matrix, given, "-"), f"h{by} tokens", f'aggregate({formula}, tokens, "-")')
        )
    last = value(
        "joined",
        ["".join(parts) for parts in zip(*(item.cells for item in moved), strict=True)],
        " ".join(item.id for item in moved),
        " + ".join(item.name for item in moved),
    )
    layers = (
        FlowLayer(0, computed=(value("tokens", given), value("indices", range(n)), *shifts)),
        FlowLayer(1, tuple(made), tuple(moved), (last,)),
    )
    return Flow(f'joined("{given}")', f"1 layer, {heads} heads", tuple(given), layers, ("joined",))


HOSTILE_TOKENS = (
    "",
    "<b>&amp;\"'",
    "</script><script>alert(1)</script>",
    "a\x00b\x1b[2J\r\n\t",
    "\u202eabc\u2066",
    "שלום",
    "مرحبا",
    "e\u0301\u0327",
    "日本語のトークン",
    "x" * 500,
    "]]>-->",
    "\u2028\u2029\ufffe\uffff",
    "\ud800",
    "👩\u200d👩\u200d👧",
    " ",
    "\\N{BACK}\\n|{}",
)


def hostile() -> Flow:
    """Names, formulas and elements that would break what does not escape or measure them."""
    tokens = HOSTILE_TOKENS
    n = len(tokens)
    same = select(tokens, tokens, "==")
    name = "<i>\"naïve\"&'名前'\u202e</i>"
    long = "f(" * 100 + "שלום, \"</style>\", '\x07'" + ")" * 100
    rows = (
        value("tokens", tokens),
        value(name, tokens[::-1], "tokens", long, id='"><id&'),
        value("", [""] * n, "tokens", "", id="empty"),
        value("huge", [10**300 + i for i in range(n)], "", "10 ^ 300 + indices", id="huge"),
    )
    heads = (
        FlowHead(
            "head <1>",
            name,
            long,
            same,
            ("tokens", '"><id&', "huge"),
            ("tokens", "empty", "huge"),
            ('"><id&',),
            ("out",),
            "note: </title>&\x1b[31m",
            (("</dd>&\x07", long), ("שלום", "select(tokens, tokens, ==)"), (name, "shown by the head itself")),
        ),
        FlowHead("blank", "", "", same),
    )
    out = FlowValue("out", "out-->", f"aggregate({long})", "strings", tokens, ("head <1>", "tokens"))
    layers = (FlowLayer(0, computed=rows), FlowLayer(1, heads, (out,)))
    return Flow("hostile(" + repr(tokens) + ")", '1 layer, "2" heads </svg>', tokens, layers, ("out", "huge"))


BRACKETS = "({}(){()})" * 3 + "({()}(){)}"

ALL: dict[str, Flow] = {
    "reverse": reverse("abcdefghij"),
    "hist": hist("abracadabr"),
    "sort": sort("waterfalls"),
    "dyck2": dyck2("({}){}()(}"),
    "dyck2_40": dyck2(BRACKETS),
    "hist_1": hist("a"),
    "hist_40": hist("the_quick_brown_fox_jumps_over_lazy_dogs"),
    "reverse_2": reverse("ab"),
    "selector": selector("hello"),
    "elementwise": elementwise("hello"),
    "many_heads": many_heads("abcdef"),
    "hostile": hostile(),
}
