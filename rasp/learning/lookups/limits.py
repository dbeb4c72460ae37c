"""The costs of reads (layers, heads and bytes of text), and which reads the caps allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rasp.learning.lookups.candidates import GUESS
from rasp.learning.lookups.packing import pack
from rasp.learning.lookups.reads import At, Bag, FirstOrLast, Fixed, FlagCount, NearestRead, TwoReads, WordRead
from rasp.learning.lookups.variables import WordVariable
from rasp.learning.request import Caps

ENTRY = 6  # bytes of an entry of the table, without its word and digits
INDENT = 1.1  # bytes after formatting, for each byte of a table
WEIGHT = 4.0  # bytes of a weight
REST = 5_000  # bytes of everything else
DEAR = 2  # heads that a count takes without BOS


def layers_of(read: WordRead) -> int:
    """How many layers a read takes.

    >>> layers_of(At("rate", 9)), layers_of(Bag(TwoReads(At("rate", 9), At("rate", 9, 1))))
    (0, 2)
    """
    match read:
        case At(by=by):
            return int(by != 0)
        case TwoReads(left=left, right=right):
            return max(layers_of(left), layers_of(right))
        case Bag(inner=inner):
            return 1 + layers_of(inner)
        case FirstOrLast(by=by):
            return 1 + int(by != 0)
        case Fixed(position=position):
            return 1 + int(position < 0)
        case NearestRead() | FlagCount():
            return 1
    return 0


def looks_ahead(read: WordRead) -> bool:
    """Whether a read sees later positions.

    >>> looks_ahead(At("rate", 9, -1)), looks_ahead(At("rate", 9, 1))
    (False, True)
    """
    match read:
        case At(by=side) | NearestRead(side=side):
            return side > 0
        case TwoReads(left=left, right=right):
            return looks_ahead(left) or looks_ahead(right)
    return isinstance(read, (Bag, FirstOrLast, FlagCount, Fixed))


@dataclass
class Costs:
    """The caps on a program, and what its size depends on: words, variables and labels."""

    caps: Caps
    words: Sequence[str]
    variables: dict[str, WordVariable]
    labels: int
    most_bytes: int
    below: int = 0  # layers that computing the guesses takes
    spent: float = 0.0  # bytes of the first layer's weights
    _tables: dict[frozenset[str], float] = field(default_factory=dict)  # bytes of tables, by their variables

    def allow(self, reads: Sequence[WordRead]) -> bool:
        """Whether a program may have these reads."""
        caps = self.caps
        if caps.layers is not None and max(map(self._layers, reads), default=0) > caps.layers:
            return False
        if caps.heads is not None and self._heads(reads) > caps.heads:
            return False
        return not (caps.causal and any(map(looks_ahead, reads))) and self.bytes(reads) <= self.most_bytes

    def _layers(self, read: WordRead) -> int:
        return layers_of(read) + (self.below if GUESS in read.names() else 0)

    def _heads(self, reads: Sequence[WordRead]) -> int:
        keys = {key for read in reads for key in read.heads()}
        counts = len([key for key in keys if isinstance(key, tuple) and key[0] == "count"])
        return len(keys) + counts * (0 if self.caps.assume_bos else DEAR - 1)

    def bytes(self, reads: Sequence[WordRead]) -> float:
        """The approximate length of the text in bytes."""
        used = frozenset(name for read in reads for name in read.names() if name != GUESS)
        if used not in self._tables:
            self._tables[used] = self._table(used)
        return REST + self._tables[used] + self.weights(reads) + self.spent

    def _table(self, used: frozenset[str]) -> float:
        """The approximate length of the table of words in bytes."""
        if not used or not self.words:
            return 0.0
        codes = pack(self.variables[name] for name in sorted(used)).codes
        entries = (
            len(word.encode()) + len(str(code)) + ENTRY
            for word, code in zip(self.words, codes, strict=True)
            if code != codes[0]
        )
        return INDENT * sum(entries)

    def weights(self, reads: Sequence[WordRead]) -> float:
        """The approximate length of the weights in bytes."""
        return WEIGHT * (self.labels - 1) * sum(read.size for read in reads)
