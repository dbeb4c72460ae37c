"""Flows of library programs."""

from __future__ import annotations

import rasp
from rasp.draw.flow import Flow
from rasp.drawing import flow_of

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


def real_flow(program: str, name: str, given: object) -> Flow:
    """The flow of a library program's s-op on an input."""
    module = rasp.load(program)
    return flow_of([module[name]], module.session.names_of_nodes, given)


REAL = {f"{name} {str(given)[:12]} {len(given)}": real_flow(program, name, given) for program, name, given in PROGRAMS}
