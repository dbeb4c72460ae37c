"""Finds lines of a formatted program that are too wide although they could break, without the rules of the layout."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import NamedTuple

from rasp.base.diagnostics import display_width
from rasp.syntax.draft import OPENERS, PARTNERS
from rasp.syntax.lexer import OPENING
from rasp.syntax.parser import statements
from rasp.syntax.reader import COMMENT
from rasp.syntax.words import LEAVING, Structure

WIDTH = 88
DEEPER = 8  # columns that a value on a line of its own is set in, at most


class Placed(NamedTuple):
    """A token: the number of its line, its kind, its level as an operator, whether its line may break before it."""

    number: int
    kind: str
    level: int
    free: bool


def too_wide(text: str) -> list[str]:
    """The lines of a program, without their comments, that have more than 88 columns and a place to break."""
    if all(display_width(line) <= WIDTH for line in text.split("\n")):
        return []
    heard: list[tuple[int, str, str]] = []
    list(statements(text, hear=lambda *word: heard.append(word)))
    comments = {number: word for number, kind, word in heard if kind == COMMENT}
    lines = [line.removesuffix(comments.get(number, "")).rstrip() for number, line in enumerate(text.split("\n"), 1)]
    if all(display_width(line) <= WIDTH for line in lines):
        return []
    rows = groupby(_placed([word for word in heard if word[1] != COMMENT]), key=lambda word: word.number)
    codes = [(lines[number - 1], list(row)) for number, row in rows]
    return [line for line, row in codes if display_width(line) > WIDTH and _can_break(line, row)]


def _placed(tokens: list[tuple[int, str, str]]) -> list[Placed]:
    structure, words = Structure([kind for _, kind, _ in tokens], [text for _, _, text in tokens]), []
    for line in structure.lines:
        _, kind, text = tokens[line.first]
        command = kind in OPENING or (not line.depth and text in LEAVING)  # it ends with its line, but in brackets
        depth = 0
        for index in range(line.first, line.end):
            number, kind, _ = tokens[index]
            free = index < line.end - 1 and (depth > 0 or not command)
            depth += (kind in OPENERS) - (kind in PARTNERS)
            words.append(Placed(number, kind, structure.levels[index], free))
    return words


def _can_break(line: str, row: list[Placed]) -> bool:
    """Whether a line can break: in brackets, at an operator, behind a comma, or before a value that then fits."""
    begun = False  # after more than the closing brackets that the line begins with
    for before, word in pairwise(row):
        begun = begun or before.kind not in PARTNERS
        inside = before.kind in OPENERS or (word.kind in PARTNERS and begun)
        empty = before.kind in OPENERS and word.kind in PARTNERS
        if word.free and ((inside and not empty) or word.level > 0 or word.kind == "for" or before.kind == ","):
            return True
    start, sign, value = line.partition(" = ")
    indent = len(start) - len(start.lstrip())
    return bool(sign) and indent + DEEPER + display_width(value) <= WIDTH
