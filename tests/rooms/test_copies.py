"""No block of lines stands in two places."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from tests.rooms.modules import nodes, texts, trees

BLOCK = 6  # lines


class Copied(NamedTuple):
    """Lines that stand in several places, in a module as often as it is named, and the reason."""

    modules: tuple[str, ...]
    reason: str
    lines: str


DRAWS = ("rasp.session.sops", "rasp.session.transformer")
COPIES = [
    Copied(
        ("rasp.base.diagnostics", "rasp.errors"),
        "an error takes the parts of its diagnostic by their names",
        """
        span: Span | None = None,
        label: str = "",
        hint: str = "",
        suggestion: str = "",
        details: Iterable[str] = (),
        notes: Iterable[Note] = (),
        ) -> None:
        """,
    ),
    Copied(
        DRAWS,
        "`draw` has a signature without a path and one with it, which type checkers tell apart",
        """
        @overload
        def draw(
        self,
        given: Any,
        path: None = None,
        *,
        """,
    ),
    Copied(
        DRAWS,
        "as above",
        """
        ) -> Drawing: ...
        @overload
        def draw(
        self,
        given: Any,
        path: str | Path,
        *,
        """,
    ),
    Copied(
        DRAWS,
        "as above",
        """
        ) -> str: ...
        def draw(
        self,
        given: Any,
        path: str | Path | None = None,
        *,
        """,
    ),
    Copied(
        ("rasp.session.sops",) * 3,
        "the options of these signatures",
        """
        *,
        max_n: int | None = None,
        as_built: bool = False,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
        """,
    ),
]


def _lines(text: str, tree: ast.AST) -> list[str]:
    """The lines of a file that say something: no imports, examples, comments, blank lines, lone brackets."""
    imports = nodes(tree, ast.Import, ast.ImportFrom)
    passed_over = {line for node in imports for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in passed_over)
    return [line for _, line in lines if line.strip("()[]{},:") and not line.startswith(("#", ">>>"))]


def _windows(lines: list[str]) -> Iterator[tuple[str, ...]]:
    """The blocks of lines, each as long as what must not be copied."""
    return (tuple(lines[start : start + BLOCK]) for start in range(len(lines) - BLOCK + 1))


def _lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def test_no_block_stands_twice() -> None:
    found: dict[tuple[str, ...], list[str]] = {}
    for module, text in texts().items():
        for block in _windows(_lines(text, trees()[module])):
            found.setdefault(block, []).append(module)
    repeated = {block: tuple(modules) for block, modules in found.items() if len(modules) > 1}
    listed = {block: copied.modules for copied in COPIES for block in _windows(_lines_of(copied.lines))}
    assert repeated == listed
