"""The tasks of "Learning Transformer Programs" (Friedman, Wettig, Chen, NeurIPS 2023), with their samplers.

Each has a definition, an alphabet, a longest length, and a sampler that draws inputs as the paper does. Brackets are an
exception: half of the paper's inputs are the beginning of a longer balanced one, half of those here begin with a
balanced part of any length. With `marks`, each input begins with the token `<s>`, and for sort and reverse ends with
`</s>`; no output is asked at these tokens.
"""

from __future__ import annotations

import itertools
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from rasp.graph.nodes import Atom

Answers = Sequence[Atom | None]
FILLER, UNKNOWN = "-", "?"
BEGIN, END = "<s>", "</s>"
PAIRS = ("()", "{}", "[]")


def _hist(tokens: Sequence[str]) -> Answers:
    counts = Counter(tokens)
    return [counts[token] for token in tokens]


def _double_hist(tokens: Sequence[str]) -> Answers:
    counts = Counter(tokens)
    alike = Counter(counts.values())
    return [alike[counts[token]] for token in tokens]


def _most_freq(tokens: Sequence[str]) -> Answers:
    first = {token: position for position, token in reversed(list(enumerate(tokens)))}
    counts = Counter(tokens)
    order = sorted(counts, key=lambda token: (-counts[token], first[token]))
    return order + [FILLER] * (len(tokens) - len(order))


def _dyck(tokens: Sequence[str]) -> Answers:
    """T where the prefix is balanced, P where it can still be, F where it can no longer."""
    opener = {pair[1]: pair[0] for pair in PAIRS}
    waiting: list[str] = []
    verdicts: list[str] = []
    for token in tokens:
        if verdicts and verdicts[-1] == "F":
            verdicts.append("F")
        elif token not in opener:
            waiting.append(token)
            verdicts.append("P")
        elif waiting and waiting.pop() == opener[token]:
            verdicts.append("P" if waiting else "T")
        else:
            verdicts.append("F")
    return verdicts


def _induction(tokens: Sequence[str]) -> Answers:
    """At a letter, the digit that followed its previous occurrence; nothing is asked at a digit."""
    followed: dict[str, str] = {}
    answers: list[str | None] = []
    for position, token in enumerate(tokens):
        answers.append(None if token.isdigit() else followed.get(token, UNKNOWN))
        if token.isdigit() and position:
            followed[tokens[position - 1]] = token
    return answers


@dataclass(frozen=True)
class Task:
    """A task: the wanted outputs on an input, and the space of inputs.

    >>> task = TASKS["hist"]
    >>> task.answers("abca"), task.vocabulary, task.max_length, task.space()
    ([2, 1, 1, 2], ('a', 'b', 'c', 'd', 'e', 'f'), 7, 335922)
    """

    name: str
    define: Callable[[Sequence[str]], Answers]
    vocabulary: tuple[str, ...]
    max_length: int
    causal: bool = False
    ends: bool = False  # whether `marks` also puts a token at the end
    marks: bool = False

    def answers(self, tokens: Sequence[str]) -> list[Atom | None]:
        """The wanted outputs on an input with its marks; None at the marks."""
        if not self.marks:
            return list(self.define(tokens))
        inner = tokens[1:-1] if self.ends else tokens[1:]
        return [None, *self.define(inner), *([None] if self.ends else [])]

    def add_marks(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """The input with its marks, if it has some."""
        if not self.marks:
            return tuple(tokens)
        return (BEGIN, *tokens, *([END] if self.ends else []))

    def space(self) -> int:
        """The number of inputs of all lengths, if all tokens are allowed everywhere."""
        return sum(len(self.vocabulary) ** size for size in range(1, self.max_length + 1))

    def all_inputs(self, longest: int | None = None) -> Iterator[tuple[str, ...]]:
        """All inputs up to a length."""
        for size in range(1, (longest or self.max_length) + 1):
            yield from map(self.add_marks, itertools.product(self.vocabulary, repeat=size))

    def draw(self, random: Random, length: int | None = None) -> tuple[str, ...]:
        """An input as the paper draws them, or of brackets about so, of a given length or any."""
        size = length or self.max_length
        if self.define is _dyck:
            return self.add_marks(_draw_brackets(random, self.vocabulary, size))
        if self.define is _induction:
            return self.add_marks(_draw_pairs(random, self.vocabulary, size))
        size = length or random.randint(1, self.max_length)
        return self.add_marks([random.choice(self.vocabulary) for _ in range(size)])

    def sample(self, count: int, seed: int = 0, length: int | None = None) -> list[tuple[str, ...]]:
        """At most `count` different inputs; fewer if sampling does not find so many."""
        random = Random(seed)
        found: dict[tuple[str, ...], None] = {}
        for _ in range(5 * count):
            found.setdefault(self.draw(random, length))
            if len(found) == count:
                break
        return list(found)


def _draw_brackets(random: Random, vocabulary: Sequence[str], size: int) -> list[str]:
    """Half of the inputs have a balanced prefix and a random tail; the other half are random."""
    if random.randrange(2):
        return [random.choice(vocabulary) for _ in range(size)]
    grown: list[str] = []
    for _ in range(random.randint(1, max(1, (size + 1) // 2))):
        opener, closer = random.choice(list(zip(vocabulary[::2], vocabulary[1::2], strict=True)))
        grown = [*grown, opener, closer] if random.randrange(2) else [opener, *grown, closer]
    return (grown + [random.choice(vocabulary) for _ in range(size)])[:size]


def _draw_pairs(random: Random, vocabulary: Sequence[str], size: int) -> list[str]:
    """Letters, each followed by its own digit; a digit may come first, or a letter last."""
    letters = [token for token in vocabulary if not token.isdigit()]
    digits = [token for token in vocabulary if token.isdigit()]
    digit_of = {letter: random.choice(digits) for letter in letters}
    drawn: list[str] = [random.choice(digits)] if random.randrange(2) else []
    pairs = random.randint(2, 4) if size <= 9 else size // 2
    for letter in random.choices(letters, k=pairs):
        drawn += [letter, digit_of[letter]]
    return (drawn if len(drawn) % 2 else [*drawn, random.choice(letters)])[:size]


def _letters(size: int) -> tuple[str, ...]:
    return tuple((string.ascii_lowercase + string.ascii_uppercase)[:size])


TASKS = {
    task.name: task
    for task in (
        Task("hist", _hist, _letters(6), 7),
        Task("double_hist", _double_hist, _letters(6), 7),
        Task("reverse", lambda tokens: list(reversed(tokens)), _letters(5), 6, ends=True),
        Task("sort", sorted, _letters(5), 6, ends=True),
        Task("most_freq", _most_freq, _letters(6), 7),
        Task("dyck1", _dyck, tuple("()"), 15, causal=True),
        Task("dyck2", _dyck, tuple("(){}"), 15, causal=True),
        Task("dyck3", _dyck, tuple("(){}[]"), 15, causal=True),
        Task("induction", _induction, tuple("abcd0123"), 9, causal=True),
    )
}


def task(name: str, vocab_size: int | None = None, max_length: int | None = None, marks: bool = False) -> Task:
    """A task by its name, optionally of another size or with marks.

    >>> task("sort", vocab_size=3, marks=True).answers(["<s>", "c", "a", "</s>"])
    [None, 'a', 'c', None]
    """
    made = TASKS[name]
    if vocab_size is not None:
        made = replace(made, vocabulary=_resize(made, vocab_size))
    return replace(made, max_length=max_length or made.max_length, marks=marks)


def _resize(made: Task, size: int) -> tuple[str, ...]:
    if made.define is _dyck:
        return tuple("".join(PAIRS)[:size])
    if made.define is _induction:
        return (*_letters(size // 2), *string.digits[: size - size // 2])
    return _letters(size)
