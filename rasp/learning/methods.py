"""The learning methods: a table with a row for each, and the choice of the one that suits some data.

To add a method, write a function from data and a `LearningRequest` to `Findings`, and give it a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from rasp.base.quantities import many
from rasp.errors import BadInput
from rasp.learning import adapter, gradient_search
from rasp.learning.adapter import Findings, FindingsCallback
from rasp.learning.examples.data import Data
from rasp.learning.examples.split import Split
from rasp.learning.gradient import MOST_TOKENS
from rasp.learning.lessons import Lesson
from rasp.learning.lookups import method as lookups
from rasp.learning.lookups.tokeniser import Tokeniser, common_words, tokenise, with_stand_ins
from rasp.learning.reporting.summary import Summary
from rasp.learning.request import MOST_BYTES, MOST_GRADIENT_BYTES, MOST_WORDS, LearningRequest

AUTO, SEARCH, LOOKUPS, GRADIENT = "auto", "search", "look-ups", "gradient"
TRAINING_OPTIONS = ("epochs", "seeds", "device", "vectors", "standard")  # options that go with the method gradient
LARGE = 200  # a vocabulary with at least this many tokens in training data is large
MOST_CLASSES = 100  # most different outputs for look-ups
TRIAL = 3_000  # iterations of a short search for rules over counts, positions and order, in data with many words
TRIAL_SEQUENCES, TRIAL_LONGEST = 200, 32  # it takes so many of the training sequences, none of them longer
TAGGING, CLASSIFYING = Tokeniser(), Tokeniser("text", "lower", "masked", "plain")  # the usual settings


@dataclass(frozen=True)
class LearningMethod:
    """A learning method: the search, and from how many tokens on it takes them for words, if at all.

    Then rare words are replaced by unknown ones first. `units` are what its iterations and restarts are called.
    """

    doc: str
    search: Callable[[Data, LearningRequest, FindingsCallback], Findings]
    words: int | None = None
    units: tuple[str, str] = ("iteration", "restart")
    most_bytes: int = MOST_BYTES  # of a program, by default


def _search(data: Data, wanted: LearningRequest, progress: FindingsCallback) -> Findings:
    return adapter.search(data, wanted, progress)


METHODS = {
    SEARCH: LearningMethod("all short programs, for small vocabularies", _search),
    LOOKUPS: LearningMethod("sums of look-ups on classes of words, for thousands of words", lookups.search, 0),
    GRADIENT: LearningMethod(
        "a constrained transformer trained by gradients",
        gradient_search.search,
        MOST_TOKENS + 1,
        ("epoch", "training"),
        MOST_GRADIENT_BYTES,
    ),
}


@dataclass(frozen=True)
class MethodChoice:
    """A method with the reason for it, the prepared lesson, and the tokeniser of its words."""

    method: str
    reason: str
    lesson: Lesson
    tokeniser: Tokeniser | None = None

    @property
    def words(self) -> str:
        """The method with the reason for it."""
        tokens = f"; {self.tokeniser.told}" if self.tokeniser else ""
        return f"{self.method}, for {self.reason}{tokens}"

    def request(self, **more: Any) -> LearningRequest:
        """The request for this method; `more` has further fields, `most_bytes` None for the method's own cap."""
        lesson = self.lesson
        reason = self.reason if self.tokeniser else ""
        given = (lesson.summary, lesson.teacher, lesson.space)
        more |= {"seconds": None} if self.method == GRADIENT else {}  # epochs limit it
        if more.get("most_bytes") is None:
            more["most_bytes"] = METHODS[self.method].most_bytes
        more["asked_seconds"] = lesson.asked_seconds
        return LearningRequest(*given, method=self.method, reason=reason, tokeniser=self.tokeniser, **more)


def settings_of(text: str) -> tuple[str, ...]:
    """The settings of a tokeniser in a text, separated by commas or blanks.

    >>> settings_of("text, lower")
    ('text', 'lower')
    """
    return tuple(text.replace(",", " ").split())


def choose_method(
    lesson: Lesson, method: str = AUTO, settings: tuple[str, ...] = (), most_words: int = MOST_WORDS
) -> MethodChoice:
    """The named method, or the one that suits the data, with the data prepared for it.

    `settings` are words of a tokeniser. Raises BadInput for an unknown method or setting.

    >>> from rasp.learning.lessons import of_data
    >>> from rasp.learning.examples.rows import data_of
    >>> choose_method(of_data(data_of([("ab", "ba")]))).method
    'search'
    """
    if method != AUTO and method not in METHODS:
        raise BadInput(f"there is no method {method!r:.40}", hint=f"There are {', '.join([AUTO, *METHODS])}.")
    tokeniser = Tokeniser.of(settings, _usual_tokeniser(lesson.summary.data))
    automatic = method == AUTO
    chosen, reason = _suited(lesson, tokeniser, not settings) if automatic else (method, "it was named")
    if not _learns_words(chosen, lesson, settings):
        return MethodChoice(chosen, reason, lesson)
    if lesson.teacher is not None:
        raise BadInput(f"the method {chosen} learns from data, not from a teacher")
    if lesson.summary.data.input_kind != "string":
        raise BadInput(f"the method {chosen} learns from inputs of strings", hint="`--method search` takes all kinds.")
    return MethodChoice(chosen, reason, _with_known_words(lesson, tokeniser, most_words), tokeniser)


def _usual_tokeniser(data: Data) -> Tokeniser:
    """The tokeniser where nothing is set: inputs of single characters are text without blanks, such as Chinese."""
    usual = CLASSIFYING if data.one else TAGGING
    single = all(isinstance(token, str) and len(token) == 1 and not token.isspace() for token in data.seen)
    return replace(usual, split="characters") if single else usual


def _learns_words(method: str, lesson: Lesson, settings: tuple[str, ...]) -> bool:
    """Whether a method learns from words here: the data say so, or a tokeniser was set, or tokens are many."""
    least = METHODS[method].words
    if least is None or (lesson.teacher is not None and least):
        return False
    data = lesson.summary.data
    named = bool(settings) or (data.words and data.input_kind == "string")
    return named or len(lesson.summary.split.training.seen) >= least


def _suited(lesson: Lesson, tokeniser: Tokeniser, may_try: bool) -> tuple[str, str]:
    """The method that suits a lesson, and why; `may_try`: a short search may be made to find out."""
    training = lesson.summary.split.training
    count = many(len(training.seen), "different token")
    if lesson.teacher is not None or training.input_kind != "string" or len(training.seen) < LARGE:
        return SEARCH, f"the vocabulary is small ({count})" if lesson.teacher is None else "there is a teacher"
    if len(training.labels) > MOST_CLASSES:
        return SEARCH, f"there are {len(training.labels):,} different outputs"
    merged = len({tokeniser.token(str(token)) for token in training.seen})
    if merged < LARGE and 2 * merged < len(training.seen):
        return SEARCH, f"the words are alike but for their digits ({count}, {merged:,} with masked digits)"
    if may_try and _finds_rule(lesson.summary.split):
        return SEARCH, "a short search finds a program that is right on all training and validation data"
    return LOOKUPS, f"the vocabulary is large ({count})"


def _finds_rule(split: Split) -> bool:
    """Whether a short search on some of the training data finds a program that is right on all data of the split.

    A rule over counts, positions and order is the same for all words, so that a few sequences show it; look-ups cannot
    express it. Raises KeyboardInterrupt.
    """
    few = _few_sequences(split.training)
    if not few or len(few.labels) < 2:
        return False
    try:
        node = adapter.short_search(few, TRIAL)
    except BadInput:  # a search does not take such data
        return False
    parts = (split.validation, split.training)
    return node is not None and not any(adapter.wrong_outputs(node, data) for data in parts)


def _few_sequences(data: Data) -> Data:
    short = (number for number, given in enumerate(data.inputs) if len(given) <= TRIAL_LONGEST)
    return data.rows_at(islice(short, TRIAL_SEQUENCES))


def _with_known_words(lesson: Lesson, tokeniser: Tokeniser, most_words: int) -> Lesson:
    """The lesson with stand-ins for rare words; the vocabulary is that of the training data."""
    before = lesson.summary.split
    parts = [tokenise(part, tokeniser) for part in (before.training, before.validation, before.test)]
    known = common_words(parts[0].inputs, most_words)
    training, validation, test = (with_stand_ins(part, tokeniser, known) for part in parts)
    data = with_stand_ins(tokenise(lesson.summary.data, tokeniser), tokeniser, known)
    split = Split(training, validation, test, before.seed, before.own_test, before.shared)
    return replace(lesson, summary=Summary.of(data, split))
