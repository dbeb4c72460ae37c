"""Lays out programs: words go in, lines come out. Blanks, indents and line breaks are decided here and nowhere else.

A line that is too long breaks at its loosest operators; where there is only one long operand, in the brackets of that
one. What stands in brackets then gets a line of its own, or, if one is not enough, each of its parts does. Comments
break lines in the same way. No step looks at the line breaks of the text that the words are from, so a layout that is
laid out again stays as it is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from rasp.syntax.draft import OPENERS
from rasp.syntax.lexer import OPENING
from rasp.syntax.page import STEP, WIDTH, Page
from rasp.syntax.precedence import LEVELS
from rasp.syntax.words import LEAVING, Line, Structure, Words

SHORT = 24  # columns of what may stand beside one long operand
ATOM, ENTRY = 2, 5  # words of an atom with its sign, and of an entry of a dict that is made of atoms
LOOSE = 1 + max(LEVELS.values())
SEPARATORS = (",", ":", "for")

Rule = Iterator[Any]  # writes, and gives the rules that write what stands inside, when it is their turn
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
    """The rules. None calls itself, for expressions may be deep: it gives the next one to the loop in `lay`."""

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
            stack = [self._statement(line, page.column)]
            while stack:
                rule = next(stack[-1], None)
                if rule is None:
                    stack.pop()
                else:
                    stack.append(rule)
        page.end()

    # -------------------------------------------------------------------------------------------------- statements

    def _statement(self, line: Line, margin: int) -> Rule:
        first, last = line.first, line.end - 1
        kind, page = self.kinds[first], self.page
        leaving = not line.depth and self.texts[first] in LEAVING and self.kinds[first + 1] not in ("=", ",")
        if kind in OPENING or kind == "def" or leaving:  # these do not go on in a line that begins with an operator
            yield self._primary(first, line.end, Room(margin, margin + STEP))
            return
        if kind == "for":
            start = self.kinds.index("in", first) + 1
            self._targets(first, start, margin + 2 * STEP)
            yield from self._expression(start, last, Room(margin, margin + 2 * STEP, tail=2))
        else:
            start = first + 1 if kind == "return" else self._behind_targets(first)
            self._targets(first, start, margin + STEP)
            yield self._values(start, last, margin, start > first)
        page.write(last, line.end)

    def _behind_targets(self, first: int) -> int:
        """The place behind the `=` of an assignment; of another statement, its first place."""
        place = first
        while self.kinds[place] in ("NAME", ","):
            place += 1
        return place + 1 if self.kinds[place] == "=" else first

    def _targets(self, start: int, end: int, further: int) -> None:
        """Writes what values are bound to, up to the `=` or `in`: as many names in a line as fit."""
        page = self.page
        page.further = further
        for first, comma in self._items(start, end):
            behind = min(comma + 1, end)
            needed = behind if comma < end else self._unbroken(end)  # the last name goes with the value
            if first > start and page.reach(first, needed) > WIDTH:
                page.break_line(further)
            page.write(first, behind)

    def _unbroken(self, start: int) -> int:
        """The place behind what has to stand on the line on which a value begins."""
        partners, place = self.structure.partners, start
        place += 2 if partners.get(place) == place + 1 else 1
        while self.kinds[place] == "(" and partners[place] == place + 1:
            place += 2
        return place + 1

    def _values(self, start: int, end: int, margin: int, has_head: bool) -> Rule:
        """The values of an assignment or a `return`: several stand below one another, and so does a long first part."""
        page, inner = self.page, margin + STEP
        values = self._items(start, end)
        if len(values) > 1:
            yield from self._listed(values, inner)
            return
        operators = self._operators(start, end)
        breaks = has_head and self._breaks_at(start, end, operators)
        if breaks and not page.fits(start, end, 1) and not page.fits(start, operators[0]):
            margin = inner
            page.break_line(inner)
        yield from self._expression(start, end, Room(margin, inner, 1))

    # ------------------------------------------------------------------------------------------------- expressions

    def _expression(self, start: int, end: int, room: Room) -> Sequence[Rule]:
        """Writes an expression that fits, or gives the rule for it."""
        page = self.page
        page.further = room.further
        if page.fits(start, end, room.tail):
            page.write(start, end)
            return ()
        operators = self._operators(start, end)
        if self._breaks_at(start, end, operators):
            return (self._chain(start, end, operators, room),)
        return (self._primary(start, end, room),)

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

    def _chain(self, start: int, end: int, operators: list[int], room: Room) -> Rule:
        """Operands below one another, each behind its operator; of short atoms, as many in a line as fit."""
        page = self.page
        indent, deeper = room.further, room.further + STEP
        conditional = self.kinds[operators[0]] == "if"
        if conditional:
            operators = self._cases(start, operators, indent)
        filled = not conditional and self._is_short(start, operators, end)
        yield from self._expression(start, operators[0], Room(room.base, deeper))
        for place, following in pairwise([*operators, end]):
            page.further = indent
            operand = place + 1 + (self.kinds[place] == "not")
            tail = room.tail if following == end else 0
            goes_on = filled and place - 1 not in self.behind and page.fits(place, following, tail)
            if not (goes_on or operand - 1 in self.behind):  # which stands at the end of a line, with its comment
                page.break_line(indent)
            if page.fits(place, following, tail):
                page.write(place, following)
            else:
                page.write(place, operand)
                yield from self._expression(operand, following, Room(indent, deeper, tail))

    def _cases(self, start: int, operators: list[int], indent: int) -> list[int]:
        """Of the words of conditions, those that begin lines: each `else`, and the `if` of a case that fits in none."""
        kept: list[int] = []
        for place, otherwise in zip(operators[::2], operators[1::2], strict=True):
            before, margin = (kept[-1], indent) if kept else (start, None)
            kept += [otherwise] if self.page.fits(before, otherwise, indent=margin) else [place, otherwise]
        return kept

    def _is_short(self, start: int, operators: list[int], end: int) -> bool:
        """Whether all operands are short atoms."""
        operands = pairwise([start - 1, *operators, end])
        return all(
            after - place - 1 <= ATOM
            and OPENERS.isdisjoint(self.kinds[place + 1 : after])
            and self.page.width(place + 1, after) <= SHORT // 2
            for place, after in operands
        )

    # ---------------------------------------------------------------------------------------------------- brackets

    def _primary(self, start: int, end: int, room: Room) -> Rule:
        """An expression that breaks in its widest brackets, and in others only if that is not enough."""
        page = self.page
        page.further = room.further
        brackets = self._brackets(start, end)
        widest = self._widest(brackets) if brackets else None
        place = start
        for pair, (following, _) in pairwise([*brackets, (end, end)]):
            opener, closer = pair
            page.write(place, opener)
            place = closer + 1
            rest = page.width(place, following) + (room.tail if following == end else 1)
            if pair != widest and page.fits(opener, place, rest):
                page.write(opener, place)
            else:
                yield self._bracket(opener, closer, room.base)
        page.write(place, end)

    def _brackets(self, start: int, end: int) -> list[Stretch]:
        """The outermost brackets, each pair by its places, without those that cannot break."""
        found = []
        for place in self._outside(start, end):
            closer = self.structure.partners.get(place, end)  # that of a body is elsewhere
            can_break = closer > place + 1 or self.page.must_break(place, closer + 1)
            if closer < end and self.kinds[place] in OPENERS and can_break:
                found.append((place, closer))
        return found

    def _widest(self, brackets: list[Stretch]) -> Stretch:
        return max(brackets, key=lambda pair: self.page.width(*pair))

    def _bracket(self, opener: int, closer: int, base: int) -> Rule:
        """Brackets, with what they hold in lines of its own."""
        page, start = self.page, opener + 1
        page.write(opener, start)
        inner = page.further = base + STEP
        if start < closer and not page.fits(start, closer, indent=inner):
            if self._is_hugged(opener, closer):
                yield self._primary(start, closer, Room(base, inner, 1))
                page.write(closer, closer + 1)
                return
            yield self._content(opener, closer, inner)
        else:
            page.break_line(inner)
            page.write(start, closer)
        page.write_closing(closer, base)

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

    def _content(self, opener: int, closer: int, inner: int) -> Rule:
        """What stands in brackets: parts below one another; of atoms, as many in a line as fit."""
        start = opener + 1
        loop = self._place_of(("for",), start, closer)
        if loop is not None:
            yield self._comprehension(start, loop, closer, inner)
            return
        items = self._items(start, closer)
        most = {"[": ATOM, "{": ENTRY}.get(self.kinds[opener], 0)
        if len(items) == 1:
            self.page.break_line(inner)
            yield from self._entry(start, closer, Room(inner, inner))
        elif all(end - first <= most and OPENERS.isdisjoint(self.kinds[first:end]) for first, end in items):
            self._fill(items, inner)
        else:
            yield from self._listed(items, inner)

    def _comprehension(self, start: int, loop: int, end: int, inner: int) -> Rule:
        page, room = self.page, Room(inner, inner + STEP)
        iterable = self.kinds.index("in", loop) + 1
        page.break_line(inner)
        yield from self._entry(start, loop, room)
        page.break_line(inner)
        self._targets(loop, iterable, inner + STEP)
        yield from self._expression(iterable, end, room)

    def _listed(self, items: list[Stretch], inner: int) -> Rule:
        """Each item on a line of its own, with its comma."""
        page, room = self.page, Room(inner, inner + STEP, 1)
        for place, (start, end) in enumerate(items, 1):
            page.break_line(inner)
            yield from self._entry(start, end, room)
            if place < len(items):
                page.write(end, end + 1)

    def _fill(self, items: list[Stretch], inner: int) -> None:
        """As many items in a line as fit, each with its comma."""
        page = self.page
        page.break_line(inner)
        for start, end in items:
            behind = end + ((start, end) != items[-1])
            if not page.fits(start, behind):
                page.break_line(inner)
            page.write(start, behind)

    def _entry(self, start: int, end: int, room: Room) -> Rule:
        """An item of a list, or a key and a value."""
        colon = self._place_of((":",), start, end)
        if colon is not None:
            yield from self._expression(start, colon, room._replace(tail=1))
            self.page.write(colon, colon + 1)
            start = colon + 1
        yield from self._expression(start, end, room)

    # ---------------------------------------------------------------------------------------------- outside brackets

    def _outside(self, start: int, end: int) -> Iterator[int]:
        """The places of the words outside brackets, of brackets the opening ones."""
        partners, place = self.structure.partners, start
        while place < end:
            yield place
            place = partners.get(place, place) + 1

    def _place_of(self, kinds: Container[str], start: int, end: int) -> int | None:
        return next((place for place in self._outside(start, end) if self.kinds[place] in kinds), None)

    def _items(self, start: int, end: int) -> list[Stretch]:
        """The stretches between commas outside brackets."""
        commas = [place for place in self._outside(start, end) if self.kinds[place] == ","]
        return list(zip([start, *(place + 1 for place in commas)], [*commas, end], strict=True))
