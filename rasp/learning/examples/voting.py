"""Majority voting: if an input occurs several times with different outputs, the commonest ones are taken as right.

If outputs are causal, all inputs with a common prefix vote on its outputs. So there are many votes on short prefixes
even in data in which no input occurs twice.
"""

from __future__ import annotations

from collections import Counter

from rasp.graph.nodes import Atom
from rasp.learning.deadlines import checked
from rasp.learning.examples.data import Data, Input, Output

VOTES, LEAD = 3, 2  # least votes on an output; least lead of the commonest one, else nothing is asked
ROWS = 20  # least number of inputs with enough votes
LOOKED_AT = 3000  # rows by which it is decided whether outputs are causal
MANY, SPLIT, DOUBT = 10, 55, 5  # of MANY votes, at most 55 % agree: split; allowed for 5 % of prefixes
OTHERS = 6  # least prefixes without the commonest output: a constant output is no evidence
LONGEST = 64  # most tokens of a prefix

Votes = dict[Input, list[Counter[Atom]]]  # for each input, at each position


def take_majority(data: Data, causal: bool = False) -> Data | None:
    """The inputs with their majority outputs; None if all votes agree, or if there are few votes.

    >>> from rasp.learning.examples.rows import data_of
    >>> pairs = [(f"{number:05b}", f"{number:05b}") for number in range(32)] * 4
    >>> made = take_majority(data_of([("00000", "10001"), *pairs]))
    >>> len(made), all(given == wanted for given, wanted in made.pairs())
    (32, True)
    >>> take_majority(data_of(pairs)) is None
    True
    """
    votes = _votes(data)
    if not _differ(votes):
        some = data.rows_at(range(min(len(data), LOOKED_AT)))
        if _are_unlike(some) and (causal or _looks_causal(some)):
            votes = _votes_of_prefixes(data)
    if not _differ(votes):
        return None
    rows = [(given, _winners(counters)) for given, counters in votes.items() if _are_many(counters)]
    rows = [(given, wanted) for given, wanted in rows if any(atom is not None for atom in wanted)]
    if len(rows) < ROWS:
        return None
    inputs, outputs = zip(*rows, strict=True)
    return Data(inputs, outputs, tuple(range(1, len(rows) + 1)), one=data.one)


def _votes(data: Data) -> Votes:
    """The votes of equal inputs, if there are enough of them."""
    often = Counter(data.inputs)
    votes: Votes = {given: [Counter() for _ in given] for given, count in often.items() if count >= VOTES}
    for given, wanted in checked(data.pairs()):
        for counter, atom in zip(votes.get(given, ()), wanted, strict=False):
            if atom is not None:
                counter[atom] += 1
    return votes


def _votes_of_prefixes(data: Data) -> Votes:
    """The votes of inputs with a common prefix, if there are enough of them."""
    prefixes = ((given, range(1, min(len(given), LONGEST) + 1)) for given in checked(data.inputs))
    often = Counter(given[:position] for given, positions in prefixes for position in positions)
    single: dict[Input, Counter[Atom]] = {prefix: Counter() for prefix, count in often.items() if count >= VOTES}
    for given, wanted in checked(data.pairs()):
        for position, atom in enumerate(wanted[:LONGEST], 1):
            counter = single.get(given[:position])
            if counter is None:  # longer prefixes have too few votes, too
                break
            if atom is not None:
                counter[atom] += 1
    return {
        given: [single[given[:position]] for position in range(1, len(given) + 1)] for given in single if single[given]
    }


def _are_unlike(data: Data) -> bool:
    """Whether inputs with a common prefix have different outputs on it."""
    known: dict[Input, Atom] = {}
    for given, wanted in data.pairs():
        for position, atom in enumerate(wanted[:LONGEST], 1):
            if atom is not None and known.setdefault(given[:position], atom) != atom:
                return True
    return False


def _looks_causal(data: Data) -> bool:
    """Whether outputs seem causal, except for noise: where many vote, most agree."""
    votes = _votes_of_prefixes(data)
    last = [counters[-1] for given, counters in votes.items() if len(given) > 1]  # first tokens are no evidence
    many = [counter for counter in last if counter.total() >= MANY]
    split = sum(100 * max(counter.values()) <= SPLIT * counter.total() for counter in many)
    winners = Counter(map(_winner, many))
    unlike = winners.total() - max(winners.values(), default=0)
    return len(many) >= ROWS and unlike >= OTHERS and 100 * split <= DOUBT * len(many)


def _differ(votes: Votes) -> bool:
    """Whether some votes disagree."""
    return any(len(counter) > 1 for counters in votes.values() for counter in counters)


def _are_many(counters: list[Counter[Atom]]) -> bool:
    """Whether every asked output has enough votes."""
    return all(counter.total() >= VOTES for counter in counters if counter.total())


def _winners(counters: list[Counter[Atom]]) -> Output:
    return tuple(map(_winner, counters))


def _winner(counter: Counter[Atom]) -> Atom | None:
    """The output with most votes; None if another one has about as many."""
    (atom, most), (_, next_most) = [*counter.most_common(2), (None, 0), (None, 0)][:2]
    return atom if most - next_most >= LEAD else None
