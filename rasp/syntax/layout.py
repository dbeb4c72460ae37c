"""The pretty printer: decides the blanks, indents and line breaks of a program.

A statement that fits in 88 columns is one line. Otherwise:

1. An expression breaks before its operators of the lowest precedence, so each operand has a line.
2. If only one operand is long, the expression breaks in the brackets of that operand instead.
3. What brackets hold gets a line of its own, indented. If it does not fit there either, each item gets a line.
4. A comment ends its line, so the line breaks there, too.

Line breaks of the original text play no part, so formatting a formatted program changes nothing.

>>> import rasp
>>> long = "average_of_all_earlier_ones"
>>> print(rasp.format(f"x = {long} + aggregate(select(indices, indices, <), {long} * {long}, 0);"), end="")
x = average_of_all_earlier_ones
    + aggregate(
        select(indices, indices, <),
        average_of_all_earlier_ones * average_of_all_earlier_ones,
        0
    );

The words to lay out come from a text (`formatting.py`) or from a tree (`printer.py`). Each rule is a generator: it
writes words, and yields the rules of nested parts to the loop in `lay`, which keeps them on a list. So the depth of an
expression is not limited by Python's stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from rasp.syntax.draft import OPENERS, PREFIXES
from rasp.syntax.lexer import OPENING
from rasp.syntax.page import STEP, WIDTH, Page
from rasp.syntax.precedence import LEVELS
from rasp.syntax.words import LEAVING, LogicalLine, Structure, Words

SHORT = 24  # columns: if the others take at most these, the one long operand breaks in its brackets
ATOM, ENTRY = 2, 5  # words, at most, of an atom with its sign, and of a dict entry of atoms
LOOSE = 1 + max(LEVELS.values())  # more than the level of any operator

SEPARATORS = frozenset((",", ":", "for"))

Rule = Iterator[Any]  # writes words, and yields the rules of nested parts when it is their turn
Stretch = tuple[int, int]  # a range of words: the index of the first, and the index after the last


class Room(NamedTuple):
    """Where an expression goes: `base` is the indent of the line on which it begins, `further` that of its other lines,
    and `tail` the number of columns that are needed after it.
    """

    base: int
    further: int
    tail: int = 0


class Parts(NamedTuple):
    """The indices of what a stretch has outside brackets: the loosest operators, the brackets that can break, and the
    separators `,`, `:` and `for`.
    """

    operators: list[int]
    brackets: list[Stretch]
    separators: list[int]


def lay_out(words: Words, structure: Structure) -> str:
    """The text of a program, with a line break at its end."""
    layout = SourceLayout(words, structure)
    for line in structure.lines:
        layout.lay(line)
    layout.page.close()
    return layout.page.text()


class SourceLayout:
    """The rules, as methods, and the page that they write on."""

    def __init__(self, words: Words, structure: Structure) -> None:
        self.kinds, self.texts = words.kinds, words.texts
        self.structure = structure
        self.page = Page(words, structure)
        self._found: dict[Stretch, Parts] = {}  # in the current line

    def lay(self, line: LogicalLine) -> None:
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
            self._found.clear()
        page.end()

    # -------------------------------------------------------------------------------------------------- statements

    def _statement(self, line: LogicalLine, margin: int) -> Rule:
        first, last = line.first, line.end - 1
        kind, page = self.kinds[first], self.page
        leaving = not line.depth and self.texts[first] in LEAVING and self.kinds[first + 1] not in ("=", ",")
        if kind in OPENING or kind == "def" or leaving:  # breaks in brackets only
            yield self._primary(first, line.end, self._all_brackets(first, line.end), Room(margin, margin + STEP))
            return
        if kind == "for":
            start = self.kinds.index("in", first) + 1
            self._targets(first, start, margin + 2 * STEP)
            yield from self._value(start, last, Room(margin, margin + 2 * STEP, tail=2))
        else:
            start = first + 1 if kind == "return" else self._behind_targets(first)
            self._targets(first, start, margin + STEP)
            yield self._values(start, last, margin, start > first)
        page.write(last, line.end)

    def _behind_targets(self, first: int) -> int:
        """The index after the `=` of an assignment; the first index of another statement."""
        index = first
        while self.kinds[index] in ("NAME", ","):
            index += 1
        return index + 1 if self.kinds[index] == "=" else first

    def _targets(self, start: int, end: int, further: int) -> None:
        """Writes targets, with the `=` or `in` after them; as many in a line as fit."""
        page = self.page
        page.further = further
        for first, comma in self._items(start, end):
            behind = min(comma + 1, end)
            # The last target shares a line with the start of the value.
            needed = behind if comma < end else self._end_of_unbroken(end)
            if first > start and page.reach(first, needed) > WIDTH:
                page.break_line(further)
            page.write(first, behind)

    def _end_of_unbroken(self, start: int) -> int:
        """The index after the words that share a line with the start of a value: prefixes, a word, and its bracket."""
        if self.page.breaks_before(start):
            return start
        partners, index = self.structure.partners, start
        while self.kinds[index] in PREFIXES:
            index += 1
        if partners.get(index, 0) > index + 1:
            return index + 1
        index += 2 if index in partners else 1
        while self.kinds[index] == "(" and partners[index] == index + 1:
            index += 2
        return index + 1

    def _values(self, start: int, end: int, margin: int, has_head: bool) -> Rule:
        """The values of an assignment or a `return`, or an expression alone: several values have a line each."""
        values, inner = self._items(start, end), margin + STEP
        if len(values) > 1:
            yield from self._one_per_line(values, inner, 1)
        else:
            write = self._value if has_head else self._expression
            yield from write(start, end, Room(margin, inner, 1))

    def _value(self, start: int, end: int, room: Room) -> Sequence[Rule]:
        """Writes the expression after `=`, `return`, `in` or `:`, which may have to begin on the next line."""
        if self._begins_line(start, end, room):
            self.page.break_line(room.further)
            room = room._replace(base=room.further)
        return self._expression(start, end, room)

    def _begins_line(self, start: int, end: int, room: Room) -> bool:
        """Whether a value begins on the next line.

        One does after a comment, and if its first operand does not fit in this line. If it does not break at operators,
        it does only if that makes it fit.
        """
        page = self.page
        if page.breaks_before(start) or page.fits(start, end, room.tail):
            return page.breaks_before(start)
        if self._breaks_at(start, end):
            return not page.fits(start, self._parts(start, end).operators[0])
        head = min(self._end_of_unbroken(start), end)
        tail = room.tail if head == end else 0
        return page.fits(start, head, tail, room.further) and not page.fits(start, head, tail)

    # ------------------------------------------------------------------------------------------------- expressions

    def _expression(self, start: int, end: int, room: Room) -> Sequence[Rule]:
        """Writes an expression if it fits in the line; otherwise returns the rule that breaks it."""
        page = self.page
        page.further = room.further
        if page.fits(start, end, room.tail):
            page.write(start, end)
            return ()
        if self._breaks_at(start, end):
            return (self._chain(start, end, room),)
        return (self._primary(start, end, self._parts(start, end).brackets, room),)

    def _breaks_at(self, start: int, end: int) -> bool:
        """Whether an expression breaks at its operators, and not in the brackets of its one long operand."""
        operators, brackets, _ = self._parts(start, end)
        if not operators or self.kinds[operators[0]] == "if":
            return bool(operators)
        together = all(closer + 1 == opener for (_, closer), (opener, _) in pairwise(brackets))
        if not brackets or not together:
            return True
        opener, closer = brackets[0][0], brackets[-1][1]
        rest = self.page.width(start, opener) + self.page.width(closer + 1, end)
        return rest > SHORT or not self.page.fits(start, opener + 1) or self.page.must_break(closer, end)

    def _chain(self, start: int, end: int, room: Room) -> Rule:
        """One operand a line, each after its operator; of short atoms, as many in a line as fit."""
        page, operators = self.page, self._parts(start, end).operators
        indent, deeper = room.further, room.further + STEP
        conditional = self.kinds[operators[0]] == "if"
        if conditional:
            operators = self._cases(start, operators, indent)
        filled = not conditional and self._is_short(start, operators, end)
        yield from self._expression(start, operators[0], Room(room.base, deeper))
        for index, following in pairwise([*operators, end]):
            page.further = indent
            tail = room.tail if following == end else 0
            goes_on = filled and not page.breaks_before(index) and page.fits(index, following, tail)
            if not goes_on:
                page.break_line(indent)
            if page.fits(index, following, tail):
                page.write(index, following)
            else:
                operand = index + 1 + (self.kinds[index] == "not")
                page.write(index, operand)
                yield from self._expression(operand, following, Room(indent, deeper, tail))

    def _cases(self, start: int, operators: list[int], indent: int) -> list[int]:
        """The words that begin lines: each `else`, and an `if` whose value and condition do not fit in one line."""
        kept: list[int] = []
        for index, otherwise in zip(operators[::2], operators[1::2], strict=True):
            before, margin = (kept[-1], indent) if kept else (start, None)
            kept += [otherwise] if self.page.fits(before, otherwise, indent=margin) else [index, otherwise]
        return kept

    def _is_short(self, start: int, operators: list[int], end: int) -> bool:
        """Whether all operands are short atoms."""
        operands = pairwise([start - 1, *operators, end])
        return all(
            after - index - 1 <= ATOM
            and OPENERS.isdisjoint(self.kinds[index + 1 : after])
            and self.page.width(index + 1, after) <= SHORT // 2
            for index, after in operands
        )

    # ---------------------------------------------------------------------------------------------------- brackets

    def _primary(self, start: int, end: int, brackets: list[Stretch], room: Room) -> Rule:
        """Breaks an operand in its widest brackets, and in others only if that is not enough."""
        page = self.page
        page.further = room.further
        widest = self._widest(brackets) if brackets else None
        index = start
        for pair, (following, _) in pairwise([*brackets, (end, end)]):
            opener, closer = pair
            page.write(index, opener)
            index = closer + 1
            tail = page.width_behind(closer, following) + (room.tail if following == end else 1)
            if pair == widest or not page.fits(opener, index, tail):
                yield from self._bracket(opener, closer, room.base, tail)
            else:
                page.write(opener, index)
        page.write(index, end)

    def _widest(self, brackets: list[Stretch]) -> Stretch:
        return brackets[0] if len(brackets) == 1 else max(brackets, key=lambda pair: self.page.width(*pair))

    def _bracket(self, opener: int, closer: int, base: int, tail: int) -> Sequence[Rule]:
        """Writes brackets and, on a line of its own, what they hold; returns the rule for what fits in no line."""
        page, start, inner = self.page, opener + 1, base + STEP
        page.write(opener, start)
        page.further = inner
        if start == closer or page.fits(start, closer, indent=inner):
            page.break_line(inner)
            page.write(start, closer)
            page.write_closing(closer, base)
            return ()
        if self._is_hugged(opener, closer):
            return (self._primary(start, closer + 1, self._parts(start, closer).brackets, Room(base, inner, tail)),)
        return (self._content(opener, closer, base),)

    def _is_hugged(self, opener: int, closer: int) -> bool:
        """Whether brackets break together with those inside, as `f([` and `])`, because these end the only item."""
        start, page = opener + 1, self.page
        operators, brackets, separators = self._parts(start, closer)
        if separators or not brackets or brackets[-1][1] != closer - 1:
            return False
        if page.breaks_before(start) or page.breaks_before(closer):
            return False
        fits = page.fits(start, self._widest(brackets)[0] + 1)
        return fits and not (operators and self._breaks_at(start, closer))

    def _content(self, opener: int, closer: int, base: int) -> Rule:
        """What brackets hold, and the closing one: one item a line; of atoms, as many in a line as fit."""
        start, inner = opener + 1, base + STEP
        loop = next(self._separators("for", start, closer), None)
        items = self._items(start, closer)
        most = {"[": ATOM, "{": ENTRY}.get(self.kinds[opener], 0)
        if loop is not None:
            yield from self._comprehension(start, loop, closer, inner)
        elif len(items) == 1:
            self.page.break_line(inner)
            yield from self._entry(start, closer, Room(inner, inner))
        elif all(self._is_atom(first, end, most) for first, end in items):
            yield from self._fill(items, inner)
        else:
            yield from self._one_per_line(items, inner)
        self.page.write_closing(closer, base)

    def _is_atom(self, start: int, end: int, most: int) -> bool:
        """Whether an item has few words, no brackets, and no comments between them."""
        few = end - start <= most and OPENERS.isdisjoint(self.kinds[start:end])
        return few and not self.page.must_break(start, end)

    def _comprehension(self, start: int, loop: int, end: int, inner: int) -> Rule:
        page, room = self.page, Room(inner, inner + STEP)
        iterable = self.kinds.index("in", loop) + 1
        page.break_line(inner)
        yield from self._entry(start, loop, room)
        page.break_line(inner)
        self._targets(loop, iterable, inner + STEP)
        yield from self._value(iterable, end, room)

    def _one_per_line(self, items: list[Stretch], inner: int, tail: int = 0) -> Rule:
        """Each item on a line of its own, with its comma, or with `tail` columns after the last one."""
        page = self.page
        for start, end in items:
            comma = (start, end) != items[-1]
            page.break_line(inner)
            yield from self._entry(start, end, Room(inner, inner + STEP, 1 if comma else tail))
            page.write(end, end + comma)

    def _fill(self, items: list[Stretch], inner: int) -> Rule:
        """As many items in a line as fit, each with its comma."""
        page, broken = self.page, False
        page.break_line(inner)
        for start, end in items:
            comma = (start, end) != items[-1]
            if broken or not page.fits(start, end + comma):
                page.break_line(inner)
                broken = not page.fits(start, end + comma)
                if broken:
                    yield from self._entry(start, end, Room(inner, inner + STEP, comma))
                    start = end
            page.write(start, end + comma)

    def _entry(self, start: int, end: int, room: Room) -> Rule:
        """An item of a list, or a key and a value."""
        page, colon = self.page, next(self._separators(":", start, end), None)
        if colon is None or page.fits(start, end, room.tail):
            yield from self._expression(start, end, room)
            return
        behind = min(self._end_of_unbroken(colon + 1), end)
        tail = page.width(colon, behind) + (room.tail if behind == end else 0)
        yield from self._expression(start, colon, room._replace(tail=tail))
        page.write(colon, colon + 1)
        yield from self._value(colon + 1, end, room._replace(further=room.base + STEP))

    # ---------------------------------------------------------------------------------------------- outside brackets

    def _parts(self, start: int, end: int) -> Parts:
        """The parts of a stretch; they are kept, because several rules ask for them."""
        parts = self._found.get((start, end))
        if parts is None:
            parts = self._found[start, end] = self._find(start, end)
        return parts

    def _find(self, start: int, end: int) -> Parts:
        kinds, levels, partners = self.kinds, self.structure.levels, self.structure.partners
        operators: list[int] = []
        brackets: list[Stretch] = []
        separators: list[int] = []
        least, index = LOOSE, start
        while index < end:
            kind, level = kinds[index], levels[index]
            if 0 < level < least:
                least, operators = level, [index]
            elif level == least:
                operators.append(index)
            elif kind in SEPARATORS:
                separators.append(index)
            partner = partners.get(index)
            if partner is None:
                index += 1
            elif kind == "if":
                index = partner  # its `else`, which is an operator like it
            else:
                if self._can_break(index, partner, end):
                    brackets.append((index, partner))
                index = partner + 1
        return Parts(operators, brackets, separators)

    def _can_break(self, opener: int, closer: int, end: int) -> bool:
        """Whether brackets hold something, and close in this stretch; the brace of a body closes in another one."""
        return closer < end and (closer > opener + 1 or self.page.breaks_before(closer))

    def _all_brackets(self, start: int, end: int) -> list[Stretch]:
        """The outermost brackets that can break, including those between an `if` and its `else`."""
        found, index = [], start
        while index < end:
            if self.kinds[index] in OPENERS:
                closer = self.structure.partners.get(index, end)
                if self._can_break(index, closer, end):
                    found.append((index, closer))
                index = closer
            index += 1
        return found

    def _separators(self, kind: str, start: int, end: int) -> Iterator[int]:
        """The indices of separators of a kind."""
        return (index for index in self._parts(start, end).separators if self.kinds[index] == kind)

    def _items(self, start: int, end: int) -> list[Stretch]:
        """The stretches between commas outside brackets."""
        commas = list(self._separators(",", start, end))
        return list(zip([start, *(index + 1 for index in commas)], [*commas, end], strict=True))
