"""Formats results, errors and warnings for a person's terminal: folded, in colour, selectors as heat maps.

A `Screen` describes the terminal. Returns strings and prints nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence as Listing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rasp.base.diagnostics import Diagnostic, display_width, pad, printable, render_diagnostic, wrap_words
from rasp.graph.nodes import Atom
from rasp.present.text import element_text, matrix_text
from rasp.runtime.machine import ShownResult
from rasp.session.results import DisplayOptions, show_result
from rasp.session.session import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    SelectorMatrix = NDArray[np.bool_]

ELEMENTS = 60  # the most of a sequence, list or dict that are shown
LARGEST = 40  # the most positions of a selector with an entry each
WIDEST_LINE = 2_000  # the most characters of a line
PROSE_WIDTH = 90
SHADES, PLAIN_SHADES = "·░▒▓█", " .:+#"  # from no selected entry to all

DIM, BOLD, DOUBT = "2", "1", "35"
SELECTED, SHADE = "46", "36"  # SGR codes: background of a selected entry, colour of a block


class Screen(NamedTuple):
    """What a terminal can show: its width, whether it has colour, and whether it shows more than ASCII."""

    width: int = 80
    color: bool = False
    unicode: bool = True

    def paint(self, text: str, style: str) -> str:
        """The text in a style (parameters of an SGR sequence), if there is colour."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and text else text


def result_text(shown: ShownResult, session: Session, screen: Screen, full: bool = False) -> str:
    """A result of a statement as text. Unless `full`, long values are cut, with the count of the rest.

    >>> session = Session()
    >>> _ = session.run("l = range(100);")
    >>> result_text(ShownResult("l", session.scope.find("l")), session, Screen())[-10:]
    '… 40 more]'
    """
    matrix = partial(selector_text, screen=screen)
    view = (
        DisplayOptions(screen.width, matrix=matrix)
        if full
        else DisplayOptions(screen.width, ELEMENTS, ELEMENTS, matrix)
    )
    head, *rest = show_result(shown, session, view).split("\n")
    lines = [_highlight(head, screen), *(_reason(line, screen) for line in rest)]
    return "\n".join(_break_line(line if full else _cut(line), screen.width) for line in lines)


def _highlight(head: str, screen: Screen) -> str:
    """The first line of a result, with the name in bold."""
    kind, sign, rest = head.partition(": ")
    if not sign or kind.startswith(("=", '"')):
        return head
    name, equals, value = rest.partition(" = ")
    return f"{screen.paint(kind, DIM)}: {screen.paint(name, BOLD)}{equals}{value}"


def _reason(line: str, screen: Screen) -> str:
    """A line of an example, with an error highlighted, and on the next lines if it is too long."""
    before, sign, reason = line.partition(" has no value: ")
    if not sign or not before.startswith("    Example: "):
        return line
    if display_width(line) <= screen.width:
        return f"{before}{sign}{screen.paint(reason, DOUBT)}"
    below = wrap_words(reason, max(20, screen.width - 8), long_words=False)
    return "\n".join([f"{before}{sign}".rstrip(), *(f"        {screen.paint(text, DOUBT)}" for text in below)])


def _break_line(line: str, width: int) -> str:
    """Breaks a line that is wider than the screen between the elements of a list.

    >>> print(_break_line("list: l = [10, 11, 12]", 17))
    list: l = [10,
        11, 12]
    """
    plain = _STYLE.sub("", line)
    if display_width(plain) <= width or not _LISTS.search(plain):
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")) + 4)
    lines = [""]
    room = width
    for part in line.replace(", ", ", \n").split("\n"):
        wide = display_width(_STYLE.sub("", part).rstrip())
        if wide > room and lines[-1].strip():
            lines.append(indent)
            room = width - len(indent)
        lines[-1] += part
        room -= wide + 1
    return "\n".join(each.rstrip(" ") for each in lines)


_STYLE = re.compile(r"(\x1b\[[0-9;]*m)")
_LISTS = re.compile(r"^\s*[\[{]|= [\[{]")  # found in a line with a list, dict or sequence


def _cut(line: str) -> str:
    """A line cut to `WIDEST_LINE` characters; escape sequences do not count, and are closed where the line is cut."""
    if len(line) <= WIDEST_LINE:
        return line
    left = WIDEST_LINE
    kept: list[str] = []
    for index, piece in enumerate(_STYLE.split(line)):  # texts and styles alternate
        kept.append(piece if index % 2 else piece[:left])
        left -= 0 if index % 2 else len(piece)
        if left < 0:
            break
    length = len(_STYLE.sub("", line))
    if length <= WIDEST_LINE:
        return line
    end = "\x1b[0m" if len(kept) > 1 else ""
    return f"{''.join(kept)}{end}… {length - WIDEST_LINE} more characters"


def warning_text(diagnostic: Diagnostic, screen: Screen) -> str:
    """A warning in two lines: its title and source text, and its remark."""
    span = diagnostic.span
    where = f": {printable(' '.join(span.text.split()))[:60]}" if span else ""
    head = screen.paint(f"{diagnostic.severity}[{diagnostic.code}]", DOUBT)
    remarks = [*diagnostic.details, diagnostic.suggestion, diagnostic.hint]
    remark = next((f"\n  {printable(remark)}" for remark in remarks if remark), "")
    return f"{head}: {printable(diagnostic.title)}{where}{remark}"


def error_text(diagnostic: Diagnostic, screen: Screen) -> str:
    """An error as a diagnostic, with its source line and caret."""
    return render_diagnostic(diagnostic, screen.color, screen.width)


def wrap_prose(text: str, screen: Screen) -> str:
    """Prose wrapped to the width of the screen, at most 90 columns.

    >>> print(wrap_prose("one two three\\n\\n  four", Screen(20)))
    one two three
    <BLANKLINE>
      four
    """
    width = max(20, min(PROSE_WIDTH, screen.width))
    return "\n".join("\n".join(wrap_words(line, width)) for line in text.split("\n"))


def in_columns(text: str, screen: Screen) -> str:
    """A table of two columns; the second is wrapped, with a hanging indent.

    >>> print(in_columns("name = EXPR;  gives a name to a value", Screen(30)))
    name = EXPR;  gives a name to
                  a value
    """
    width = max(20, screen.width)
    lines = []
    for line in text.split("\n"):
        gap = re.match(r" *\S.*?  +", line)
        indent = gap.end() if gap and gap.end() <= width // 2 else 4
        lines += wrap_words(line, width, rest=" " * indent) or [""]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------------------- heat maps


def selector_text(matrix: SelectorMatrix, given: Listing[Atom], screen: Screen) -> str:
    """A selector on an input, keys across, queries down: a heat map in colour, else a matrix of 1s.

    A matrix with more than `LARGEST` positions, or wider than the screen, is scaled down, with a note.

    >>> import numpy as np
    >>> print(selector_text(np.eye(2, dtype=bool), "ab", Screen(40, False, True)))
        a b
    a | 1
    b |   1
    """
    keys = [element_text(item) for item in given]
    widest = max(map(display_width, keys))
    room = screen.width - 8 - widest - 3  # the text is indented by up to 8 columns
    if len(keys) > LARGEST or widest * len(keys) > room:
        return _scale_down(matrix, screen)
    roomy = (widest + 1) * len(keys) <= room
    if screen.color:
        return _heat_map(matrix, keys, widest + roomy, screen)
    return matrix_text(matrix, given) if roomy else _scale_down(matrix, screen)


def _heat_map(matrix: SelectorMatrix, keys: list[str], width: int, screen: Screen) -> str:
    """Keys across, queries down, `width` columns for each entry: a 1 on a coloured background if selected, else a dot.

    The signs make it readable without colours, where it is pasted.
    """
    margin = max(map(display_width, keys))
    head = "".join(pad(key, width) for key in keys)
    lines = [" " * (margin + 3) + head.rstrip()]
    signs = ("·" if screen.unicode else ".", "1")
    for key, row in zip(keys, matrix.tolist(), strict=True):
        runs = ((chosen, len(list(run))) for chosen, run in itertools.groupby(row))
        cells = "".join(
            screen.paint(signs[chosen].ljust(width) * count, SELECTED if chosen else DIM) for chosen, count in runs
        )
        lines.append(f"{' ' * (margin - display_width(key))}{key} | {cells}")
    return "\n".join(lines)


def _scale_down(matrix: SelectorMatrix, screen: Screen) -> str:
    """A large matrix with a shade for each block: the darker, the more entries are selected."""
    size = len(matrix)
    number = len(str(size - 1))
    count = max(1, min(LARGEST, size, (screen.width - 8 - number - 3) // 2))
    step = -(-size // count)
    shades = SHADES if screen.unicode else PLAIN_SHADES
    lines = []
    for start in range(0, size, step):
        shares = [matrix[start : start + step, left : left + step].mean() for left in range(0, size, step)]
        cells = "".join(2 * shades[_shade(float(share))] for share in shares)
        lines.append(f"{start:>{number}} | {screen.paint(cells, SHADE) if screen.color else cells.rstrip()}".rstrip())
    note = f"{size} positions, scaled down {step} times" if step > 1 else f"{size} positions"
    return "\n".join([*lines, f"({note}; queries down, keys across)"])


def _shade(share: float) -> int:
    """The number of the shade: 0 for a share of 0, 4 for a share of 1, 1 to 3 between.

    >>> [_shade(share) for share in (0.0, 0.01, 0.5, 0.99, 1.0)]
    [0, 1, 2, 3, 4]
    """
    return 0 if share == 0 else 4 if share == 1 else min(3, 1 + int(share * 3))
