"""Splits raw text into tokens, and replaces words that are not in a program's vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from rasp.errors import BadInput
from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data, Input

UNKNOWN = "<unk>"  # a word that is not in the vocabulary, if shapes are not used
PLAIN_SHAPE = "<x>"  # the shape of a word of small letters
MASK = "#"  # in the place of each digit, if they are masked
FEWEST = 2  # times that a word must occur in the training data to be in the vocabulary
SPLITS, CASES, DIGITS, UNKNOWNS = (
    ("blanks", "text", "characters"),
    ("case", "lower"),
    ("digits", "masked"),
    ("shapes", "plain"),
)
ALTERNATIVES = (SPLITS, CASES, DIGITS, UNKNOWNS)
WORD = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")
HEAD = "Tokens: "  # begins the line with these settings in a program's header
ONE = "one label a text"  # ends that line, if a text has one label

CAPITAL_ENDS = ("ing", "ed", "ly", "tion", "son", "ton", "er", "an", "s", "y", "a", "o", "e")
SMALL_ENDS = ("ing", "ed", "ly", "tion", "ness", "able", "al", "ic", "ous", "er", "est", "'s", "s", "y", "e")
SHAPES = (
    (re.compile(r"[#\d.,/:$%-]*[#\d][#\d.,/:$%-]*"), "<number>"),
    (re.compile(r".*[#\d].*"), "<with-number>"),
    (re.compile(r"\W+"), "<sign>"),
    (re.compile(r"[A-Z]\."), "<X.>"),
    (re.compile(r"(?:[A-Z]\.)+"), "<X.X.>"),
    (re.compile(r"[A-Z]{2,}.*"), "<XX>"),
    (re.compile(r"[A-Z].*(?:'s|s')"), "<Xx's>"),
    (re.compile(r"[A-Z].*-.*"), "<Xx-x>"),
    (re.compile(r".*-.*"), "<x-x>"),
)


def shape(word: str) -> str:
    """The shape of a word: capitals, digits, hyphens, its ending.

    >>> shape("Johnson"), shape("running"), shape("1,250"), shape("U.S."), shape("IBM"), shape("well-known")
    ('<Xx:son>', '<x:ing>', '<number>', '<X.X.>', '<XX>', '<x-x>')
    >>> shape("Sam's") == shape("Sam’s")
    True
    """
    word = word.replace("’", "'")
    for pattern, name in SHAPES:
        if pattern.fullmatch(word):
            return name
    start, ends = ("Xx", CAPITAL_ENDS) if word[:1].isupper() else ("x", SMALL_ENDS)
    end = next((end for end in ends if word.endswith(end)), "")
    return f"<{start}:{end}>" if end else f"<{start}>"


@dataclass(frozen=True)
class Tokeniser:
    """Settings by which text becomes tokens.

    `split`: at "blanks", or as "text", which also separates punctuation from words, or into "characters", for text
    without blanks between words. `case`: kept ("case"), or "lower".
    `digits`: kept ("digits"), or each written as `#` ("masked"). `unknown`: "shapes" or "plain", one token for all
    unknown words.

    >>> Tokeniser("text", "lower", "masked", "plain").tokens("It's 12 o'clock, Sam.")
    ["it's", '##', "o'clock", ',', 'sam', '.']
    """

    split: str = "blanks"
    case: str = "case"
    digits: str = "masked"
    unknown: str = "shapes"

    @classmethod
    def of(cls, words: Iterable[str], usual: Tokeniser) -> Tokeniser:
        """The named settings, else the `usual` ones. Raises BadInput for a word that is not a setting.

        >>> str(Tokeniser.of(["lower"], Tokeniser()))
        'blanks, lower, masked, shapes'
        """
        made = usual
        for word in words:
            field = next((number for number, known in enumerate(ALTERNATIVES) if word in known), None)
            if field is None:
                listed = "; ".join(" or ".join(known) for known in ALTERNATIVES)
                raise BadInput(f"{word!r:.40} is no setting of a tokeniser", hint=f"There are {listed}.")
            made = replace(made, **{("split", "case", "digits", "unknown")[field]: word})
        return made

    def __str__(self) -> str:
        return ", ".join((self.split, self.case, self.digits, self.unknown))

    @property
    def numbers(self) -> str:
        """How numbers are read, in words; empty if they stay, as all other words do.

        >>> Tokeniser().numbers
        '1987 is read as ####, or as <number> if that is unknown'
        """
        masked, known = self.token("1987"), self.stand_in("1987")
        return "" if masked == "1987" else f"1987 is read as {masked}, or as {known} if that is unknown"

    @property
    def told(self) -> str:
        """The settings for a report."""
        return "; ".join(filter(None, (f"tokens: {self}", self.numbers)))

    def words(self, text: str) -> list[str]:
        """The words of a text, as they stand there."""
        if self.split == "characters":
            return [character for character in text if not character.isspace()]
        return WORD.findall(text) if self.split == "text" else text.split()

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text, before unknown words are replaced."""
        return [self.token(word) for word in self.words(text)]

    def token(self, word: str) -> str:
        """The token for a word."""
        plain = word.replace('"', "''").replace("\r", " ").replace("\n", " ")  # not allowed in a program's strings
        plain = plain.lower() if self.case == "lower" else plain
        return re.sub(r"\d", MASK, plain) if self.digits == "masked" else plain

    def stand_in(self, word: str) -> str:
        """The token for a word that is not in the vocabulary."""
        return shape(word) if self.unknown == "shapes" else UNKNOWN

    @property
    def default(self) -> str:
        """The token for everything that a program does not know."""
        return PLAIN_SHAPE if self.unknown == "shapes" else UNKNOWN

    def known(self, words: Sequence[str], vocabulary: Container[str]) -> Input:
        """Words with stand-ins for those that are not in the vocabulary."""
        return tuple(word if word in vocabulary else self.stand_in(word) for word in words)


def common_words(data: Iterable[Input], most: int) -> frozenset[str]:
    """The commonest words of inputs, among those that occur at least twice.

    >>> sorted(common_words([("a", "b", "a"), ("b", "c")], 10))
    ['a', 'b']
    """
    counts = Counter(token for given in data for token in given if isinstance(token, str))
    order = sorted((word for word, count in counts.items() if count >= FEWEST), key=lambda word: (-counts[word], word))
    return frozenset(order[:most])


def with_stand_ins(data: Data, tokeniser: Tokeniser, vocabulary: Container[str]) -> Data:
    """The data with stand-ins for words that are not in the vocabulary."""
    inputs = tuple(tokeniser.known([str(token) for token in given], vocabulary) for given in data.inputs)
    return replace(data, inputs=inputs, declared=())


def tokenise(data: Data, tokeniser: Tokeniser) -> Data:
    """The data with each word as the tokeniser writes it; if a sequence has one label, words may be split.

    >>> from rasp.learning.examples.rows import Form, data_of
    >>> tokenise(data_of([(["So", "good!"], "pos")], Form(one=True)), Tokeniser("text", "lower")).inputs
    (('so', 'good', '!'),)
    """
    apart = tokeniser.split != "blanks" and data.one
    made: dict[Atom, list[str]] = {}
    for token in data.seen:
        made[token] = tokeniser.tokens(str(token)) if apart else [tokeniser.token(str(token))]
    inputs = tuple(tuple(part for token in given for part in made[token]) for given in data.inputs)
    if not apart:
        return replace(data, inputs=inputs, declared=())
    outputs = tuple(wanted[:1] * len(given) for given, wanted in zip(inputs, data.outputs, strict=True))
    return replace(data, inputs=inputs, outputs=outputs, declared=())
