"""Programs with the layers and heads that they need, for the tests of several levels."""

from __future__ import annotations

import json
from pathlib import Path

MEASURED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "conformance" / "arch.jsonl").read_text(encoding="utf-8").splitlines()
]

BEFORE = "earlier = select(indices, indices, <); same = select(tokens, tokens, ==);"

# program, s-op, heads in each layer, and with a BOS position
COUNTED = [
    ("", "tokens", (), ()),
    ("", "length", (1,), (1,)),
    ("x = 3 + indices;", "x", (), ()),
    (BEFORE, "earlier", (1,), (1,)),
    ("a = aggregate(full_s, indices); s = select(a, indices, <);", "s", (1, 1), (1, 1)),
    (f"{BEFORE} x = selector_width(same);", "x", (2,), (1,)),
    (f"{BEFORE} x = selector_width(same) + aggregate(same, 1);", "x", (3,), (1,)),
    (f"{BEFORE} x = selector_width(not (not same)) + selector_width(same);", "x", (2,), (1,)),
    (f"{BEFORE} x = selector_width(same) + selector_width(earlier);", "x", (4,), (2,)),
    # `same or select(indices, 0, ==)` is the width's own first head
    (f"{BEFORE} x = selector_width(same) + aggregate(select(indices, 0, ==) or same, indices);", "x", (2,), (2,)),
    ("x = aggregate(select(1, 1, ==), indices) + length;", "x", (1,), (1,)),
    (
        "x = aggregate(select(indices, indices, <), 1) + aggregate(not select(indices, indices, >=), 2);",
        "x",
        (1,),
        (1,),
    ),
    ("x = tokens[0];", "x", (1,), (1,)),
    ("x = tokens[-1];", "x", (1, 1), (1, 1)),
    # of four heads of the first layer, two wait for the second one
    ("x = sort(sort(tokens, tokens), indices);", "x", (3, 2, 1), (2, 1, 1)),
    ("x = (aggregate(full_s, indices) if True else tokens[0]) + 1;", "x", (1,), (1,)),
    (f"{BEFORE} x = aggregate(best(same, indices), indices);", "x", (1,), (1,)),
    (f"{BEFORE} x = aggregate(best(same, length), indices);", "x", (1, 1), (1, 1)),
    (f"{BEFORE} x = aggregate(best(same, near), indices) + aggregate(best(same, near), 2 * indices);", "x", (1,), (1,)),
    (f"{BEFORE} x = aggregate(best(same, 1), indices) + aggregate(same, 2);", "x", (1,), (1,)),
]

PUBLISHED = {  # layers, and heads in the widest: bounds to meet or beat
    "reverse": (2, 1),
    "hist_bos": (1, 1),
    "hist": (1, 2),
    "hist2_bos": (2, 2),
    "sorted_bos": (2, 1),
    "most_freq_bos": (3, 2),
    "dyck1_ptf": (2, 1),
    "dyck2_ptf": (4, 2),
    "dyck3_ptf": (4, 2),
    "dyck2_ptf_best": (3, 1),
}
