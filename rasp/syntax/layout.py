"""Lays out programs: words go in, lines come out. Blanks, indents and line breaks are decided here and nowhere else.

A line that is too long breaks at its loosest operators; where there is only one long operand, in the brackets of that
one. What stands in brackets then gets a line of its own, or, if one is not enough, each of its parts does. Comments
break lines in the same way. No step looks at the line breaks of the text that the words are from, so a layout that is
laid out again stays as it is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from rasp.syntax.draft import OPENERS
from rasp.syntax.levels import LEVELS
from rasp.syntax.lexer import OPENING
from rasp.syntax.page import STEP, Page
from rasp.syntax.words import LEAVING, Line, Structure, Words

SHORT = 24  # columns of what may stand beside one long operand
ATOM, ENTRY = 2, 5  # words of an atom with its sign, and of an entry of a dict that is made of atoms

LOOSE = 1 + max(LEVELS.values())
SEPARATORS = (",", ":", "for")

Task = tuple[Any, ...]  # a function with its arguments
Stretch = tuple[int, int]  # of words: the first, and the one behind the last


class Room(NamedTuple):
    """Where an expression goes: the indent of the line it begins on, that of its further lines, and the columns that
    are needed behind it.
    """

    base: int
    further: int
    tail: int = 0


def laid_out(words: Words, structure: Structure) -> str:
    """The text of a program, with a line break at its end."""
    layout = Layout(words, structure)
    for line in structure.lines:
        layout.lay(line)
    layout.page.close()
    return layout.page.text()


class Layout:
    """The rules. A rule writes on the page, or gives tasks to do one after the other: it never calls itself, for
    expressions may be deep.
    """

    def __init__(self, words: Words, structure: Structure) -> None:
        self.kinds, self.texts = words.kinds, words.texts
        self.behind = words.behind
        self.structure = structure
        self.page = Page(words, structure)

    def lay(self, line: Line) -> None:
        """Writes a line of the program, in several if need be."""
        page = self.page
        page.begin(line)
        if page.fits(line.first, line.end):
            page.write(line.first, line.end)
        else:
            stack: list[Task] = self._statement(line, page.column)
            stack.reverse()
            while stack:
                task, *arguments = stack.pop()
                stack.extend(reversed(task(*arguments) or ()))
        page.end()

    # -------------------------------------------------------------------------------------------------- statements

    def _statement(self, line: Line, margin: int) -> list[Task]:
        first, last = line.first, line.end - 1
        kind, write = self.kinds[first], self.page.write
        leaving = not line.depth and self.texts[first] in LEAVING and self.kinds[first + 1] not in ("=", ",")
        if kind in OPENING or kind == "def" or leaving:  # these do not go on in a line that begins with an operator
            return [(self._primary, first, line.end, Room(margin, margin + STEP))]
        if kind == "for":
            start = self.kinds.index("in", first) + 1
            room = Room(margin, margin + 2 * STEP, tail=2)
            return [(write, first, start), (self._expression, start, last, room), (write, last, line.end)]
        start = first + 1 if kind == "return" else self._behind_targets(first)
        return [(write, first, start), (self._values, start, last, margin, start > first), (write, last, line.end)]

    def _behind_targets(self, first: int) -> int:
        """The place behind the `=` of an assignment; of another statement, its first place."""
        place = first
        while self.kinds[place] in ("NAME", ","):
            place += 1
        return place + 1 if self.kinds[place] == "=" else first

    def _values(self, start: int, end: int, margin: int, has_head: bool) -> list[Task]:
        """The values of an assignment or a `return`: several stand below one another, and so does a long first part."""
        inner = margin + STEP
        values = list(self._split(start, end))
        if len(values) > 1:
            return self._listed(values, inner)
        operators = self._operators(start, end)
        if (
            has_head
            and operators
            and not self.page.fits(start, operators[0])
            and self._breaks_at(start, end, operators)
        ):
            return [(self.page.break_line, inner), (self._expression, start, end, Room(inner, inner, 1))]
        return [(self._expression, start, end, Room(margin, inner, 1))]

    # ------------------------------------------------------------------------------------------------- expressions

    def _expression(self, start: int, end: int, room: Room) -> list[Task] | None:
        self.page.further = room.further
        if self.page.fits(start, end, room.tail):
            self.page.write(start, end)
            return None
        operators = self._operators(start, end)
        if self._breaks_at(start, end, operators):
            return self._chain(start, end, operators, room)
        return self._primary(start, end, room)

    def _operators(self, start: int, end: int) -> list[int]:
        """The places of the loosest operators outside brackets."""
        levels, partners = self.structure.levels, self.structure.partners
        least, places, place = LOOSE, list[int](), start
        while place < end:
            level = levels[place]
            if 0 < level < least:
                least, places = level, [place]
            elif level == least:
                places.append(place)
            place = partners.get(place, place + 1)
        return places

    def _breaks_at(self, start: int, end: int, operators: list[int]) -> bool:
        """Whether an expression breaks at its operators, and not in the brackets of its one long operand."""
        if not operators or self.kinds[operators[0]] == "if":
            return bool(operators)
        brackets = self._brackets(start, end)
        together = all(closer + 1 == opener for (_, closer), (opener, _) in pairwise(brackets))
        if not brackets or not together:
            return True
        opener, closer = brackets[0][0], brackets[-1][1]
        rest = self.page.width(start, opener) + self.page.width(closer + 1, end)
        return rest > SHORT or self.page.must_break(start, opener + 1) or self.page.must_break(closer, end)

    def _chain(self, start: int, end: int, operators: list[int], room: Room) -> list[Task]:
        """Operands below one another, each behind its operator; a single condition stands beside its value."""
        if len(operators) == 2 and self.kinds[operators[1]] == "else" and self.page.fits(start, operators[1]):
            operators = operators[1:]
        deeper = Room(room.further, room.further + STEP)
        tasks: list[Task] = [(self._expression, start, operators[0], Room(room.base, room.further + STEP))]
        for place, following in zip(operators, [*operators[1:], end], strict=True):
            operand = place + 1 + (self.kinds[place] == "not")
            tasks.append((self._operator, place, operand, room.further))
            tail = room.tail if following == end else 0
            tasks.append((self._expression, operand, following, deeper._replace(tail=tail)))
        return tasks

    def _operator(self, start: int, end: int, indent: int) -> None:
        """An operator at the start of a line, or at the end of one where a comment follows it."""
        if end - 1 not in self.behind:
            self.page.break_line(indent)
        self.page.write(start, end)

    # ---------------------------------------------------------------------------------------------------- brackets

    def _primary(self, start: int, end: int, room: Room) -> list[Task]:
        """An expression that breaks in its widest brackets, and in others only if that is not enough."""
        self.page.further = room.further
        brackets = self._brackets(start, end)
        widest = self._widest(brackets) if brackets else None
        tasks: list[Task] = []
        place = start
        for number, (opener, closer) in enumerate(brackets):
            following = brackets[number + 1][0] + 1 if number + 1 < len(brackets) else end
            rest = self.page.width(closer + 1, following) + (room.tail if following == end else 0)
            tasks.append((self.page.write, place, opener))
            tasks.append((self._bracket, opener, closer, room._replace(tail=rest), (opener, closer) == widest))
            place = closer + 1
        return [*tasks, (self.page.write, place, end)]

    def _brackets(self, start: int, end: int) -> list[Stretch]:
        """The outermost brackets, each pair by its places, without those that cannot break."""
        partners, found, place = self.structure.partners, list[Stretch](), start
        while place < end:
            closer = partners.get(place, place)
            if (
                self.kinds[place] in OPENERS
                and closer > place
                and (closer > place + 1 or self.page.must_break(place, closer + 1))
            ):
                found.append((place, closer))
            place = max(closer, place + 1)
        return found

    def _widest(self, brackets: list[Stretch]) -> Stretch:
        return max(brackets, key=lambda pair: self.page.width(*pair))

    def _bracket(self, opener: int, closer: int, room: Room, breaks: bool) -> list[Task]:
        """Brackets in one line if they fit, else with what they hold in lines of its own."""
        page = self.page
        if not breaks and page.fits(opener, closer + 1, room.tail):
            return [(page.write, opener, closer + 1)]
        page.write(opener, opener + 1)
        inner = page.further = room.base + STEP
        end: Task = (page.write_closing, closer, room.base)
        if closer == opener + 1:
            return [end]
        if page.fits(opener + 1, closer, indent=inner):
            return [(page.break_line, inner), (page.write, opener + 1, closer), end]
        if self._is_hugged(opener, closer):
            return [(self._expression, opener + 1, closer, room._replace(tail=1)), (page.write, closer, closer + 1)]
        return [*self._content(opener, closer, inner), end]

    def _is_hugged(self, opener: int, closer: int) -> bool:
        """Whether brackets hold one thing only that ends in brackets, and breaks in its own ones."""
        start, page = opener + 1, self.page
        brackets = self._brackets(start, closer)
        if not brackets or brackets[-1][1] != closer - 1 or self._place_of(SEPARATORS, start, closer) is not None:
            return False
        if page.must_break(opener, start + 1) or page.must_break(closer - 1, closer + 1):
            return False
        fits = page.fits(start, self._widest(brackets)[0] + 1)
        return fits and not self._breaks_at(start, closer, self._operators(start, closer))

    def _content(self, opener: int, closer: int, inner: int) -> list[Task]:
        """What stands in brackets: parts below one another; of atoms, as many in a line as fit."""
        start = opener + 1
        loop = self._place_of(("for",), start, closer)
        if loop is not None:
            return self._comprehension(start, loop, closer, inner)
        items = list(self._split(start, closer))
        if len(items) == 1:
            return [(self.page.break_line, inner), (self._entry, start, closer, Room(inner, inner))]
        most = {"[": ATOM, "{": ENTRY}.get(self.kinds[opener], 0)
        if all(end - first <= most and OPENERS.isdisjoint(self.kinds[first:end]) for first, end in items):
            return [(self.page.break_line, inner), *((self._filled, *item, closer) for item in items)]
        return self._listed(items, inner)

    def _comprehension(self, start: int, loop: int, end: int, inner: int) -> list[Task]:
        page, room = self.page, Room(inner, inner + STEP)
        iterable = self.kinds.index("in", loop) + 1
        item: list[Task] = [(page.break_line, inner), (self._entry, start, loop, room)]
        rest: list[Task] = [(page.write, loop, iterable), (self._expression, iterable, end, room)]
        return [*item, (page.break_line, inner), *rest]

    def _listed(self, items: list[Stretch], inner: int) -> list[Task]:
        """Each item on a line of its own, with its comma."""
        tasks: list[Task] = []
        for start, end in items:
            tasks.append((self.page.break_line, inner))
            tasks.append((self._entry, start, end, Room(inner, inner + STEP, 1)))
            if (start, end) != items[-1]:
                tasks.append((self.page.write, end, end + 1))
        return tasks

    def _filled(self, start: int, end: int, closer: int) -> None:
        """An item in the same line as the one before it, if it fits there with its comma."""
        end += end != closer
        if not self.page.fits(start, end):
            self.page.break_line(self.page.further)
        self.page.write(start, end)

    def _entry(self, start: int, end: int, room: Room) -> list[Task]:
        """An item of a list, or a key and a value."""
        colon = self._place_of((":",), start, end)
        value: Task = (self._expression, start if colon is None else colon + 1, end, room)
        if colon is None:
            return [value]
        return [(self._expression, start, colon, room._replace(tail=1)), (self.page.write, colon, colon + 1), value]

    # ---------------------------------------------------------------------------------------------- outside brackets

    def _outside(self, start: int, end: int) -> Iterator[int]:
        """The places of the words outside brackets, of brackets the opening ones."""
        place = start
        while place < end:
            yield place
            place = self.structure.partners.get(place, place) + 1

    def _place_of(self, kinds: Container[str], start: int, end: int) -> int | None:
        return next((place for place in self._outside(start, end) if self.kinds[place] in kinds), None)

    def _split(self, start: int, end: int) -> Iterator[Stretch]:
        """The stretches between commas outside brackets."""
        for place in self._outside(start, end):
            if self.kinds[place] == ",":
                yield start, place
                start = place + 1
        yield start, end
