"""Each operation on chosen inputs: values, kinds, and the place and operands of errors."""

from __future__ import annotations

import pytest

from rasp.engine import evaluate
from rasp.errors import (
    BadMean,
    ConversionFailed,
    DivisionByZero,
    IntTooLarge,
    MissingEntry,
    MixedKinds,
    NotAnAtom,
    NotFinite,
    NotIndexable,
    RaspError,
    WrongOperand,
)
from rasp.graph.builders import (
    aggregate,
    apply,
    at,
    best,
    both,
    compare,
    constant,
    either,
    full,
    indices,
    length,
    lookup,
    lookup_key,
    member,
    nearest,
    negation,
    selector_width,
    tokens,
)
from rasp.graph.nodes import Illegal

IDX, TOK, ASIS, INTS = indices(), tokens(), tokens("asis"), tokens("int")
SAME, EARLIER, NOTHING = compare("==", TOK, TOK), compare("<", IDX, IDX), negation(full())
BIG = 2**53
HUGE = "9" * 5000


def c(value):
    return constant(value)


def run(node, value):
    """(kind, values) of an s-op on one input."""
    column = evaluate([node], [value])[0][0]
    return column.kind, column.values


VALUES = [
    # base s-ops
    (IDX, "abc", ("int", [0, 1, 2])),
    (TOK, "héy", ("string", ["h", "é", "y"])),
    (TOK, (1, 1.0, True, "a\0"), ("string", ["1", "1.0", "True", "a\0"])),
    (INTS, ("12", " 7 ", 1.9, True, "-1_0"), ("int", [12, 7, 1, 1, -10])),
    (INTS, "٣4", ("int", [3, 4])),
    (tokens("float"), ("1.5", 2, "1e3"), ("float", [1.5, 2.0, 1000.0])),
    (tokens("bool"), ("0", "", 0, 0.0, 2), ("bool", [True, False, False, False, True])),
    (ASIS, (True, 2), ("int", [1, 2])),
    (ASIS, (True, 2, 0.5), ("float", [True, 2.0, 0.5])),
    (ASIS, (BIG + 1, 0.5), ("float", [BIG + 1, 0.5])),
    (ASIS, (True, False), ("bool", [True, False])),
    (length(), "hello", ("int", [5] * 5)),
    # elements follow Python
    (apply("/", ASIS, c(2)), (1, 4), ("float", [0.5, 2.0])),
    (apply("/", c(0), c(-5)), "a", ("float", [-0.0])),
    (apply("/", c(BIG + 1), c(3)), "a", ("float", [(BIG + 1) / 3])),
    (apply("%", c(-7), c(3)), "ab", ("int", [2, 2])),
    (apply("*", ASIS, ASIS), (2**40, 3), ("int", [2**80, 9])),
    (apply("+", ASIS, c(1)), (2**63 - 1, 0), ("int", [2**63, 1])),
    (apply("negative", ASIS), (-(2**63), 0), ("int", [2**63, 0])),
    (apply("negative", ASIS), (True, False), ("int", [-1, 0])),
    (apply("positive", ASIS), (True, False), ("int", [1, 0])),
    (apply("^", ASIS, c(-1)), (2, 4), ("float", [0.5, 0.25])),
    (apply("^", c(2), ASIS), (3, 100), ("int", [8, 2**100])),
    (apply("+", TOK, c("!")), "ab", ("string", ["a!", "b!"])),
    (apply("*", TOK, IDX), "abc", ("string", ["", "b", "cc"])),
    (apply("*", TOK, c(100)), "a", ("string", ["a" * 100])),
    (apply("==", ASIS, c(1)), (1, 2.0, True), ("bool", [True, False, True])),
    (apply("==", TOK, c(1)), "1", ("bool", [False])),
    (apply("!=", TOK, c(1)), "1", ("bool", [True])),
    (apply("==", c(BIG + 1), c(float(BIG))), "a", ("bool", [False])),
    (apply("<", TOK, c("b")), ("a", "ab", "b", ""), ("bool", [True, True, False, True])),
    (apply("round", ASIS), (0.5, 1.5, -0.5, 2.5), ("int", [0, 2, 0, 2])),
    (apply("round", ASIS), (1e300, 1.0), ("int", [int(1e300), 1])),
    (apply("round", ASIS), (2.0**63,), ("int", [2**63])),
    (apply("indicator", ASIS), ("", "a"), ("int", [0, 1])),
    (apply("not", ASIS), (0.0, 0.1), ("bool", [True, False])),
    (apply("and", ASIS, TOK), (0, 3), ("bool", [False, True])),
    # the branches that are used make the kind
    (apply("where", apply("==", TOK, c("a")), IDX, c("no")), "aaa", ("int", [0, 1, 2])),
    (apply("where", apply("==", TOK, c("a")), IDX, c("no")), "bb", ("string", ["no", "no"])),
    (apply("where", IDX, c(0.5), c(True)), "ab", ("float", [True, 0.5])),
    (apply("where", IDX, c(BIG + 1), c(0.5)), "ab", ("float", [0.5, BIG + 1])),
    (apply("where", IDX, c(3), ASIS), (True, 0.5), ("int", [1, 3])),
    (apply("where", IDX, c(False), ASIS), (True, 0.5), ("bool", [True, False])),
    # tables
    (lookup(IDX, ["a", "b", "c"]), "xy", ("string", ["a", "b"])),
    (lookup(apply("negative", IDX), [5, 6, 7.5]), "xyz", ("float", [5.0, 7.5, 6.0])),
    (lookup(tokens("bool"), [5, 6]), (0, 1), ("int", [5, 6])),
    (lookup(IDX, [1, Illegal("list")]), "x", ("int", [1])),
    (lookup_key(ASIS, [(1, "x"), ("1", "y")]), (1.0, True), ("string", ["x", "x"])),
    (lookup_key(TOK, [(str(i), i) for i in range(10)]), "907", ("int", [9, 0, 7])),
    (member(TOK, ["a", 1, ""]), ("a", "b", "1", ""), ("bool", [True, False, False, True])),
    (member(TOK, ["\0", "ab"]), ("a", "", "b"), ("bool", [False, False, False])),
    (member(TOK, ["\U0001f600", "b"]), "a\U0001f600b", ("bool", [False, True, True])),
    (lookup(IDX, ["a", "b"], TOK), "xyz", ("string", ["a", "b", "z"])),
    (lookup(IDX, [1, Illegal("list")], c(7)), "x", ("int", [1])),
    (lookup(apply("negative", IDX), [5, 6], c(0.5)), "wxyz", ("float", [5.0, 6.0, 5.0, 0.5])),
    (lookup_key(TOK, [("a", 1)], c(0)), "aba", ("int", [1, 0, 1])),
    (lookup_key(TOK, [("a", 1)], IDX), "aba", ("int", [1, 1, 1])),
    (lookup_key(TOK, [("a", "x")], TOK), "bc", ("string", ["b", "c"])),
    (lookup_key(TOK, [], c(3)), "bc", ("int", [3, 3])),
    (lookup_key(TOK, [("", 1), ("\0", 2), ("a", 3)]), ("a", ""), ("int", [3, 1])),
    (lookup_key(TOK, [("", 1), ("\0", 2), ("a", 3)]), ("a", "", "\0"), ("int", [3, 1, 2])),
    (member(ASIS, [1, 2.5]), (True, 2.5, 3), ("bool", [True, True, False])),
    (member(IDX, []), "ab", ("bool", [False, False])),
    # aggregates
    (aggregate(SAME, IDX), "aba", ("float", [1.0, 1.0, 1.0])),
    (aggregate(SAME, IDX), "abc", ("int", [0, 1, 2])),
    (aggregate(EARLIER, INTS), "124", ("float", [0.0, 1.0, 1.5])),
    (aggregate(compare("==", apply("+", IDX, c(1)), IDX), TOK, "-"), "abc", ("string", ["-", "a", "b"])),
    (aggregate(NOTHING, TOK), "abc", ("int", [0, 0, 0])),
    (aggregate(NOTHING, TOK, "x"), "abc", ("string", ["x"] * 3)),
    (aggregate(compare("==", IDX, c(7)), TOK), "ab", ("int", [0, 0])),
    (aggregate(compare("==", IDX, IDX), ASIS), (True, False), ("bool", [True, False])),
    (aggregate(compare("==", IDX, apply("+", IDX, c(1))), ASIS), (True, False), ("int", [0, 0])),
    (aggregate(full(), c(3)), "abc", ("float", [3.0] * 3)),
    (aggregate(full(), ASIS), (2**24, 1), ("float", [2.0**23 + 0.5] * 2)),
    (aggregate(full(), ASIS), (BIG, 1, 1), ("float", [float(BIG + 2) / 3] * 3)),
    (aggregate(full(), ASIS), (2**63, 1, -(2**63)), ("float", [1 / 3] * 3)),
    (aggregate(full(), ASIS), (2**62, 2**62, 1, 1), ("float", [float(2**63 + 2) / 4] * 4)),
    (aggregate(full(), ASIS), (-0.0, -0.0), ("float", [0.0, 0.0])),
    (aggregate(full(), ASIS), (-0.0,), ("float", [-0.0])),
    (at(TOK, -1), "abc", ("string", ["c"] * 3)),
    (at(TOK, 1), "abc", ("string", ["b"] * 3)),
    (selector_width(full()), "abcd", ("int", [4] * 4)),
    (selector_width(SAME), "abca", ("int", [2, 1, 1, 2])),
    (selector_width(best(SAME, IDX)), "abca", ("int", [1] * 4)),
    (selector_width(best(full(), INTS)), "1313", ("int", [2] * 4)),
    (aggregate(best(SAME, IDX), IDX), "abca", ("int", [3, 1, 2, 3])),
    (aggregate(best(EARLIER, INTS), TOK, "-"), "3142", ("string", ["-", "3", "3", "4"])),
    (selector_width(compare("<", TOK, c("c"))), "abcd", ("int", [2] * 4)),
    (selector_width(compare("==", TOK, IDX)), "01", ("int", [0, 0])),
    (selector_width(compare("!=", TOK, IDX)), "01", ("int", [2, 2])),
    (selector_width(compare("<", c(BIG + 1), apply("+", tokens("float"), c(float(BIG))))), "12", ("int", [0, 2])),
]


@pytest.mark.parametrize(("node", "value", "expected"), VALUES)
def test_values(node, value, expected):
    assert repr(run(node, value)) == repr(expected)


@pytest.mark.parametrize(("node", "value", "expected"), VALUES)
def test_values_in_a_batch(node, value, expected):
    """The neighbours in a batch, of whatever kind, change nothing."""
    neighbours = [[0] * len(value), [1.5] * len(value), ["1"] * len(value)]
    batch = [value, *(other for other in neighbours if has_value(node, other)), value]
    results = [repr((row[0].kind, row[0].values)) for row in evaluate([node], batch)]
    assert results == [repr(run(node, other)) for other in batch]
    assert results[0] == repr(expected)


def has_value(node, value):
    try:
        run(node, value)
    except RaspError:
        return False
    return True


MATRICES = [
    (EARLIER, "abc", ["...", "x..", "xx."]),
    (SAME, "aba", ["x.x", ".x.", "x.x"]),
    (compare("==", IDX, c(1)), "abc", [".x.", ".x.", ".x."]),
    (compare("==", c(1), IDX), "abc", ["...", "xxx", "..."]),
    (full(), "ab", ["xx", "xx"]),
    (both(EARLIER, SAME), "aba", ["...", "...", "x.."]),
    (either(EARLIER, SAME), "aba", ["x.x", "xx.", "xxx"]),
    (negation(EARLIER), "abc", ["xxx", ".xx", "..x"]),
    (compare("<", TOK, TOK), ("b", "", "ab"), [".xx", "...", ".x."]),
    (compare("==", ASIS, ASIS), ("a\0", "a", "a\0"), ["x.x", ".x.", "x.x"]),
    (compare("<=", ASIS, ASIS), (2**70, -1, 2**70 + 1), ["xx.", ".x.", "xxx"]),
    # of each row's entries, those with the highest score
    (best(EARLIER, IDX), "abcd", ["....", "x...", ".x..", "..x."]),
    (best(EARLIER, c(1)), "abc", ["...", "x..", "xx."]),
    (best(full(), TOK), "abb", [".xx"] * 3),
    (nearest(full()), "abc", ["x..", ".x.", "..x"]),
    (nearest(full()), "a", ["x"]),
    (nearest(NOTHING), "ab", ["..", ".."]),
    (nearest(compare("==", TOK, c("a"))), "abbba", ["x....", "x....", "x....", "....x", "....x"]),
    (nearest(both(SAME, negation(compare("==", IDX, IDX)))), "abab", ["..x.", "...x", "x...", ".x.."]),
    (nearest(both(SAME, negation(compare("==", IDX, IDX)))), "aaa", [".x.", "x..", ".x."]),
    (nearest(compare(">", IDX, c(1))), "abcd", ["..x.", "..x.", "..x.", "...x"]),
    (best(nearest(full()), INTS), "12", ["x.", ".x"]),
    (nearest(best(full(), INTS)), "1221", [".x..", ".x..", "..x.", "..x."]),
    (negation(nearest(full())), "ab", [".x", "x."]),
    (best(full(), TOK), ("ab", "b", "", "a"), [".x.."] * 4),
    (best(full(), TOK), ("a", "\0", "\U0001f600", "\uffff"), ["..x."] * 4),
    (best(full(), TOK), "x", ["x"]),
    (best(NOTHING, TOK), "ab", ["..", ".."]),
    (best(compare("==", IDX, c(0)), IDX), "ab", ["x.", "x."]),
    (best(compare("==", c(1), IDX), TOK), "acb", ["...", ".x.", "..."]),
    (best(full(), ASIS), (True, 1, 1.0, 0), ["xxx."] * 4),
    (best(full(), ASIS), (True, 0.5, 1), ["x.x"] * 3),
    (best(full(), ASIS), (False, True), [".x"] * 2),
    (best(full(), ASIS), (-0.0, 0.0, -1.0), ["xx."] * 3),
    (best(full(), ASIS), (BIG, BIG + 1, float(BIG)), [".x."] * 3),
    (best(full(), ASIS), (BIG, float(BIG), 0.5), ["xx."] * 3),
    (best(full(), ASIS), (2**63, 2**63 - 1, -(2**63)), ["x.."] * 3),
    (best(full(), ASIS), (-(2**63), 2**63 - 1, 0), [".x."] * 3),
    (best(full(), ASIS), (-(2**63), -(2**63) + 1), [".x"] * 2),
    (best(full(), ASIS), (10**400, 10**400 + 1, 1.5), [".x."] * 3),
    (best(full(), ASIS), (1e308, -1e308, 5e-324), ["x.."] * 3),
    (best(EARLIER, ASIS), (-5, -7, -6, 0), ["....", "x...", "x...", "x..."]),
    (best(best(full(), INTS), IDX), "1221", ["..x."] * 4),
    (best(best(full(), IDX), INTS), "1221", ["...x"] * 4),
    (negation(best(full(), INTS)), "121", ["x.x"] * 3),
    (both(best(full(), INTS), EARLIER), "121", ["...", "...", ".x."]),
    (either(best(full(), INTS), EARLIER), "121", [".x.", "xx.", "xx."]),
]


@pytest.mark.parametrize(("node", "value", "expected"), MATRICES)
def test_matrices(node, value, expected):
    matrix = evaluate([node], [value])[0][0]
    assert ["".join(".x"[entry] for entry in row) for row in matrix.tolist()] == expected
    assert matrix.shape == (len(value), len(value))
    assert matrix.dtype == bool


ERRORS = [
    (INTS, "1a", ConversionFailed, 1, ("a",)),
    (INTS, ("0x1",), ConversionFailed, 0, ("0x1",)),
    (INTS, (HUGE + "x",), ConversionFailed, 0, (HUGE + "x",)),
    (INTS, (1, "9" * 100_001), IntTooLarge, 1, ("9" * 100_001,)),
    (tokens("float"), ("1", "nan"), NotFinite, 1, ("nan",)),
    (tokens("float"), ("1e999",), NotFinite, 0, ("1e999",)),
    (tokens("float"), (10**400,), NotFinite, 0, (10**400,)),
    (tokens("float"), ("1", "q"), ConversionFailed, 1, ("q",)),
    (ASIS, (1, 2, "a"), MixedKinds, 2, (1, "a")),
    (apply("/", c(1), IDX), "ab", DivisionByZero, 0, (1, 0)),
    (apply("%", c(1), apply("-", IDX, c(1))), "ab", DivisionByZero, 1, (1, 0)),
    (apply("*", ASIS, ASIS), (1.0, 1e200), NotFinite, 1, (1e200, 1e200)),
    (apply("^", ASIS, c(0.5)), (4, -4), NotFinite, 1, (-4, 0.5)),
    (apply("+", TOK, IDX), "ab", WrongOperand, 0, ("a", 0)),
    (apply("<", TOK, IDX), "ab", WrongOperand, 0, ("a", 0)),
    (apply("round", TOK), "ab", WrongOperand, 0, ("a",)),
    (apply("where", IDX, c("a"), c(1)), "abc", MixedKinds, 1, (1, "a")),
    (lookup(IDX, [1, 2]), "abc", MissingEntry, 2, (2,)),
    (lookup(apply("/", IDX, c(1)), [1, 2]), "ab", NotIndexable, 0, (0.0,)),
    (lookup(IDX, [1, Illegal("list")]), "ab", NotAnAtom, 1, (1,)),
    (lookup(IDX, [1, "a"]), "ab", MixedKinds, 1, (1, "a")),
    (lookup_key(TOK, [("a", 1)]), "aab", MissingEntry, 2, ("b",)),
    (lookup_key(TOK, [("a", 1)], c("x")), "aab", MixedKinds, 2, (1, "x")),
    (lookup(apply("/", IDX, c(1)), [1, 2], c(0)), "ab", NotIndexable, 0, (0.0, 0)),
    (lookup(IDX, [1, Illegal("list")], c(0)), "ab", NotAnAtom, 1, (1, 0)),
    (compare("<", TOK, IDX), "ab", WrongOperand, 0, ("a", 0)),
    (aggregate(SAME, TOK), "abb", BadMean, 1, ("b", "b")),
    (aggregate(best(full(), INTS), TOK), "717", BadMean, 0, ("7", "7")),
    (best(NOTHING, apply("/", c(1), IDX)), "ab", DivisionByZero, 0, (1, 0)),
    (best(full(), apply("where", IDX, c("a"), c(1))), "abc", MixedKinds, 1, (1, "a")),
    (aggregate(SAME, tokens("bool")), "abb", BadMean, 1, (True, True)),
    (aggregate(EARLIER, TOK), "ab", MixedKinds, 1, (0, "a")),
    (aggregate(full(), ASIS), (1e308, 1e308), NotFinite, 0, (1e308, 1e308)),
    (aggregate(full(), ASIS), (10**400, 1), NotFinite, 0, (10**400, 1)),
    (aggregate(NOTHING, apply("/", c(1), IDX)), "ab", DivisionByZero, 0, (1, 0)),
]


@pytest.mark.parametrize(("node", "value", "cause", "position", "operands"), ERRORS)
def test_errors(node, value, cause, position, operands):
    with pytest.raises(cause) as caught:
        evaluate([node], [value])
    assert (caught.value.row, caught.value.position, caught.value.operands) == (0, position, operands)
    assert caught.value.node is not None


def test_long_ints_become_text_and_ints():
    assert run(INTS, (HUGE,)) == ("int", [10**5000 - 1])
    assert run(TOK, (10**5000 - 1, -(10**5000))) == ("string", [HUGE, "-1" + "0" * 5000])


def test_error_of_a_later_input_says_which():
    with pytest.raises(ConversionFailed) as caught:
        evaluate([INTS], ["12", "1", "34", "x5", "7"])
    assert (caught.value.row, caught.value.position) == (3, 0)
    assert caught.value.node is INTS
