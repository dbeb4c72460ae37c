"""The cases that come out differently here, on purpose: each with the reason and the probes that differ.

All are slips or needless limits of the interpreter on which the cases were recorded. A probe is named by its place in
the case, from 0; every other probe of the case must hold.
"""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """Why a case differs, and which of its probes do."""

    reason: str
    probes: tuple[int, ...]


DIFFERENCES = {
    "aggregate-021": Difference("white space is free: `aggregate (` is `aggregate(`", (0,)),
    "application-001": Difference("what an application gives is a list of atoms that can be used", (1, 2, 3)),
    "assignment-011": Difference("an assignment to several names binds all of them or none", (1,)),
    "atom-arithmetic-013": Difference("`%` is the remainder, and does not format strings", (0, 1, 2)),
    "caching-001": Difference("[1, 0], [1.0, 0.0] and [True, False] are different inputs", (1, 2, 4)),
    "collections-008": Difference("searching a list that holds s-ops is an error: what would they equal?", (0, 1)),
    "collections-009": Difference("comparing lists and dicts that hold s-ops is an error", (0, 1, 2)),
    "collections-010": Difference("`x not in l` is an operator", (0,)),
    "example-004": Difference("a `;` behind a command is accepted", (2,)),
    "example-008": Difference("an empty example is refused when it is set, and the old one stays", (0, 1)),
    "functions-036": Difference("recursion goes 10,000 calls deep", (0,)),
    "index-sop-009": Difference("an expression in brackets can be indexed", (0, 1, 2)),
    "layout-010": Difference("a comment may stand between any two tokens", (0,)),
    "layout-011": Difference("several statements may stand on a line", (0, 1)),
    "load-011": Difference("an assignment to a name of the prelude is refused in a file, too", (2,)),
    "load-014": Difference("after a syntax error, reading goes on behind the statement", (2,)),
    "load-025": Difference("line breaks are free between tokens", (1, 2, 3, 4, 5)),
    "load-026": Difference("the body of a loop may be empty", (0,)),
    "names-005": Difference("the words of commands may be names", (0, 1, 2, 3, 4, 5, 6, 7, 8)),
    "out-015": Difference("after an application, `out` is its result", (0,)),
    "select-023": Difference("white space is free: `select (` is `select(`", (0,)),
}
