"""Programs with their tokens, as Pygments has them, for comparison with the highlighting of editors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rasp.assist.highlighting import RaspLexer
from rasp.runtime import stdlib

EDITORS = Path(__file__).parents[2] / "editors"

# What the library has no example of. A word that a highlighter does not know must not look like one that it knows.
ODD = """\
set example "hello"
set  s-op example [1, 2]
show selector example
examples off; selector examples on
full seq display off
set = example; examples = 3;
a = 1; exit
exit()
load "sort"; loads = 1;
x = draw; draw(x); draw = load;
def f(defx, x1) { return defx == x1; }
select = 3; aggregate = select; y = aggregate (select (tokens, 1.5, <=), 10 % 3);
s = "a # no comment" + "def"; # a comment with "a string"
z = not_known and not True or x in [1] if False else {1: 2}[1];
order = sort(tokens_x, length); minimum = min(1, 2) - -3 ^ 2 / 4 * 5 != 6;
w = a ! b;
"""

Token = tuple[int, int, str]  # the first column, the one behind the last, and the kind


def texts() -> dict[str, str]:
    """The programs by their names."""
    return {"odd": ODD, "prelude": stdlib.source("prelude")} | {name: stdlib.source(name) for name in stdlib.names()}


def lines(text: str) -> Iterator[tuple[str, list[Token]]]:
    """The lines of a program, each with its tokens besides blanks."""
    for line in text.split("\n"):
        found = []
        for start, kind, word in RaspLexer().get_tokens_unprocessed(line):
            if word.strip():
                found.append((start, start + len(word), str(kind).removeprefix("Token.")))
        yield line, found
