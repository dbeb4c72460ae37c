"""Formats values as text, one form for each kind: sequences, matrices, atoms, lists, dicts, and errors in one line.

Returns strings and prints nothing. Text that could move or hide things on a terminal, such as an escape sequence in a
string, is replaced (`printable`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Listing
from typing import Any

from rasp.base.diagnostics import display_width, pad, printable
from rasp.base.numerals import show_int
from rasp.errors import MixedKinds, RaspError
from rasp.graph.atoms import is_atom
from rasp.graph.nodes import Atom, Node, is_selector
from rasp.present.names import Names
from rasp.runtime.values import Builtin, Scorer, UserFunction

LINE_WIDTH = 100
SHOWN_ELEMENTS = 1000
MOST_LISTS = 10_000  # the most nested lists that are shown
DEEPEST = 50  # the most levels of nested lists that are shown


def error_line(error: RaspError) -> str:
    """An error in one line: its title, the s-op, position and operands, and for MixedKinds the hint."""
    diagnostic = error.diagnostic
    remarks = [remark.rsplit(", on the input", 1)[0] for remark in diagnostic.details if remark.startswith("in `")]
    text = " ".join([diagnostic.title, *(f"({remark})" for remark in remarks)])
    if isinstance(error, MixedKinds) and diagnostic.hint:  # it names the default of the aggregate; the title does not
        text = f"{text}. {diagnostic.hint}"
    return printable(text)


# ------------------------------------------------------------------------------------------------ sequences, matrices


def sequence_text(values: Listing[Atom], kind: str, most: int = SHOWN_ELEMENTS) -> str:
    """The values of a sequence, at most `most`, and their kind; n > 1 equal ones as `[value]*n`.

    >>> sequence_text([5, 5], "int"), sequence_text(["a", "b"], "string"), sequence_text([1 / 3, 2.0], "float")
    ('[5]*2 (ints)', '[a, b] (strings)', '[0.333, 2.0] (floats)')
    """
    if are_equal(values):
        return f"[{element_text(values[0])}]*{len(values)} ({kind}s)"
    shown = ", ".join(element_text(value) for value in values[:most])
    rest = f", … {len(values) - most} more" if len(values) > most else ""
    return f"[{shown}{rest}] ({kind}s)"


def are_equal(values: Listing[Atom]) -> bool:
    """Whether there are several elements and all are equal: such a sequence is written `[value]*n`.

    >>> are_equal([1, 1]), are_equal([1])
    (True, False)
    """
    return len(values) > 1 and all(value == values[0] for value in values)


def element_text(value: Atom) -> str:
    """An element of a sequence: floats rounded to 3 digits, bools as T and F, strings without quotes.

    >>> element_text(1 / 3), element_text(True), element_text("a")
    ('0.333', 'T', 'a')
    """
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, float):
        return repr(round(value, 3))
    return show_int(value, most=4300) if isinstance(value, int) else printable(value)


def matrix_text(matrix: Any, given: Listing[Atom]) -> str:
    """A selector's matrix, keys across, queries down, with a 1 for each selected key.

    >>> import rasp
    >>> print(matrix_text(rasp.select(rasp.indices, rasp.indices, "<=")("abc").matrix, "abc"))
        a b c
    a | 1
    b | 1 1
    c | 1 1 1
    """
    keys = [element_text(item) for item in given]
    widths = [max(1, display_width(key)) for key in keys]
    margin = max(widths)
    head = " ".join(pad(key, width) for key, width in zip(keys, widths, strict=True))
    lines = [" " * (margin + 3) + head.rstrip()]
    for key, row in zip(keys, matrix.tolist(), strict=True):
        cells = " ".join(("1" if cell else " ").ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append(f"{' ' * (margin - display_width(key))}{key} | {cells}".rstrip())
    return "\n".join(lines)


def align(given: Listing[Atom], values: Listing[Atom], kind: str, line_width: int = LINE_WIDTH) -> str:
    """Input and output as two aligned rows, wrapped to lines of about `line_width` columns.

    >>> print(align("abc", [0, 1, 2], "int"))
    input:  a b c
    output: 0 1 2
    (ints)
    """
    rows = [[element_text(item) for item in given], [element_text(item) for item in values]]
    heads = ["input: ", "output:"]
    widths = [max(map(display_width, pair)) for pair in zip(*rows, strict=True)]
    blocks = []
    for start, end in _line_stretches(widths, line_width - len(heads[0]) - 1):
        for head, row in zip(heads, rows, strict=True):
            cells = (pad(text, width) for text, width in zip(row[start:end], widths[start:end], strict=True))
            blocks.append(f"{head} {' '.join(cells)}".rstrip())
    return "\n".join([*blocks, f"({kind}s)"])


def _line_stretches(widths: list[int], line_width: int) -> list[tuple[int, int]]:
    """Splits columns into ranges (start, end) of which each fits on a line."""
    stretches, start, used = [], 0, 0
    for index, width in enumerate(widths):
        if used + width > line_width and index > start:
            stretches.append((start, index))
            start, used = index, 0
        used += width + 1
    return [*stretches, (start, len(widths))]


def indent(text: str, width: int) -> str:
    return "\n".join(" " * width + line for line in text.split("\n"))


# ------------------------------------------------------------------------------------------ atoms, lists and dicts


def value_text(value: Any, names: Names, most: int | None = None) -> str:
    """An atom, list or dict; a list or dict with entries that are not atoms has one entry per line.

    `most` is the number of entries of a list or dict that are shown, None for all.

    >>> print(value_text((1, "a", (2, 3)), Names()))
    [
        1,
        'a',
        [2, 3]
    ]
    """
    return _text(value, names, 0, itertools.count(), most)


def _text(value: Any, names: Names, depth: int, lists: Iterator[int], most: int | None) -> str:
    """As `value_text`, at nesting level `depth`. `lists` counts the lists shown, since shared ones may be countless."""
    match value:
        case tuple() | dict() if depth > DEEPEST or next(lists) > MOST_LISTS:
            return "[…]" if isinstance(value, tuple) else "{…}"
        case tuple():
            items = [_text(item, names, depth + 1, lists, most) for item in value[:most]]
            return _block(("[", "]"), _with_rest(items, len(value)), value[:most], depth)
        case dict():
            pairs = list(itertools.islice(value.items(), most))
            items = [f"{_item_text(key)}: {_text(item, names, depth + 1, lists, most)}" for key, item in pairs]
            return _block(("{", "}"), _with_rest(items, len(value)), (item for _, item in pairs), depth)
        case Node():
            return f"{'selector' if is_selector(value) else 's-op'}: {names.describe(value)}"
        case UserFunction() | Builtin():
            return f"function: {value.signature}"
        case Scorer():
            return f"scorer: {value.name}"
    return _item_text(value) if depth else atom_text(value)


def _with_rest(entries: list[str], count: int) -> list[str]:
    """The shown entries of `count`, and a note with the number of the rest."""
    return entries if len(entries) == count else [*entries, f"… {count - len(entries)} more"]


def _block(brackets: tuple[str, str], entries: list[str], values: Iterable[Any], depth: int) -> str:
    """The entries in brackets; on a line each if one of the values is not an atom."""
    opening, closing = brackets
    if all(is_atom(value) for value in values):
        return f"{opening}{', '.join(entries)}{closing}"
    inner = "    " * (depth + 1)
    return f"{opening}\n{inner}" + f",\n{inner}".join(entries) + f"\n{'    ' * depth}{closing}"


def _item_text(value: Atom) -> str:
    """An atom inside a list or dict."""
    return printable(repr(value)) if isinstance(value, str) else atom_text(value)


def atom_text(value: Atom) -> str:
    if isinstance(value, str):
        return f'"{printable(value)}"'
    return repr(value) if isinstance(value, (bool, float)) else show_int(value, most=4300)
