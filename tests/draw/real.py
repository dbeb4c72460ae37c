"""Flows of library programs."""

from __future__ import annotations

import rasp
from rasp.draw.flow import Flow
from rasp.session.drawing import flow_of

PROGRAMS = [
    ("reverse", "reverse", "waterfalls"),
    ("histogram", "hist", "waterfalls"),
    ("sort", "sorted", "waterfalls"),
    ("sort", "sorted", [3, 10, -2, 7.5]),
    ("most_frequent", "most_freq", "waterfalls"),
    ("dyck", "dyck2_ptf", "({}){}()(}"),
    ("dyck", "dyck2_ptf_best", "({}){}()(}"),
    ("addition", "add", "12345+6789"),
    ("majority", "majority", "a"),
    ("dyck", "dyck2_ptf", "({}){}()(}" * 4),
]

ORDERED = """
same = select(tokens, tokens, ==);
before = select(tokens, tokens, <) or (same and select(indices, indices, <));
rank = selector_width(before);
ordered = aggregate(select(rank, indices, ==), tokens);
"""  # names of selectors that no head shows
MERGED = """
same = select(tokens, tokens, ==);
alike = not select(tokens, tokens, !=);
merged = aggregate(same, indices) + aggregate(alike, indices + 1);
"""  # a name that only the formulas of values speak of, for one head does both


def real_flow(program: str, name: str, given: object) -> Flow:
    """The flow of a library program's s-op on an input."""
    module = rasp.load(program)
    return flow_of([module[name]], module.session.names_of_nodes, given)


def own_flow(source: str, name: str, given: object, as_built: bool = False) -> Flow:
    """The flow of an s-op of a program on an input."""
    session = rasp.Session()
    session.run(source)
    return flow_of([session[name]], session.names_of_nodes, given, as_built=as_built)


REAL = {f"{name} {str(given)[:12]} {len(given)}": real_flow(program, name, given) for program, name, given in PROGRAMS}
REAL["ordered"] = own_flow(ORDERED, "ordered", "waterfalls", as_built=True)
REAL["merged"] = own_flow(MERGED, "merged", "waterfalls")
REAL["induction"] = real_flow("induction", "induction", "abcabcabca")
