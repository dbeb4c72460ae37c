"""Applies a program of look-ups to raw text, split into tokens as the data that it was learned from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput
from rasp.graph.nodes import Atom, Constant, Map, Node, Tokens, operands, topological
from rasp.learning.lookups.tokeniser import HEAD, ONE, Tokeniser

SETTINGS = re.compile(rf"^# {HEAD}([\w, ]+?)(; {ONE})?\.$", re.MULTILINE)
OWN = re.compile(r"^[^#\s]", re.MULTILINE)  # where the first statement begins


class TaggedText(NamedTuple):
    """The words of a text as written, the tokens that the program reads for them, and its outputs."""

    words: list[str]
    tokens: list[str]
    labels: list[Atom]


class Tagger:
    """A program's output as a function of text. `one` says that a text has one label.

    >>> from rasp.graph.builders import constant, lookup_key, tokens
    >>> node = lookup_key(tokens(), [("Sam", "N")], constant("O"))
    >>> Tagger("# Tokens: blanks, case, masked, shapes.", node).tag(["Sam sat"])[0].labels
    ['N', 'O']
    """

    def __init__(self, source: str, node: Node) -> None:
        first = OWN.search(source)
        match = SETTINGS.search(source[: first.start() if first else len(source)])
        if match is None:
            hint = "`rasp learn --method look-ups` writes it above the program."
            raise BadInput(f"the program does not say how text becomes tokens: it has no line `# {HEAD}…`", hint=hint)
        self.node, self.one = node, match[2] is not None
        self.tokeniser = Tokeniser.of(match[1].split(", "), Tokeniser())
        self.known = frozenset(_words(node))

    def tag(self, texts: Iterable[str | Sequence[str]]) -> list[TaggedText]:
        """Texts, or lists of their words, with the outputs. A text without words is left out. Raises RaspError."""
        words = [self.tokeniser.words(text) if isinstance(text, str) else list(text) for text in texts]
        words = [row for row in words if row]
        tokens = [self.tokeniser.known([self.tokeniser.token(word) for word in row], self.known) for row in words]
        results = evaluate([self.node], tokens) if tokens else []
        return [
            TaggedText(row, [str(token) for token in given], result.values)
            for row, given, (result,) in zip(words, tokens, results, strict=True)
        ]


def _words(node: Node) -> Iterator[str]:
    """The words that the tokens are looked up or compared with."""
    for part in topological([node]):
        parts = operands(part)
        if not any(isinstance(one, Tokens) for one in parts):
            continue
        yield from (one.value for one in parts if isinstance(one, Constant) and isinstance(one.value, str))
        if isinstance(part, Map):
            entries = (entry[0] if isinstance(entry, tuple) else entry for entry in part.table or ())
            yield from (entry for entry in entries if isinstance(entry, str))
