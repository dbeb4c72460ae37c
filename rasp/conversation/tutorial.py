"""`:help tutorial`: ten steps, each with a task that the user solves by typing, and a check of each input.

A step is done when the session has what it asks for. Every program that agrees with the answer on some inputs is right.
The tutorial's own answer is shown when the user asks for it, or after two tries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rasp.errors import RaspError
from rasp.session.session import Session
from rasp.session.sops import Selector, SOp
from rasp.syntax import tree

TRIED = ("hello", "abcab", "zza", "x")  # the inputs on which an answer is compared
STOP, SKIP, ANSWER = "stop", "skip", "answer"
TRIES = 2  # tries after which the answer is shown
TutorialEvent = object  # a statement, an error, or the text of a command


class TutorialStep(NamedTuple):
    """A step: its text, an answer, and a function that checks from an input and the session whether it is done."""

    text: str
    answer: str
    done: Callable[[TutorialEvent, Session], bool]


def _same(name: str, expression: str) -> Callable[[TutorialEvent, Session], bool]:
    """A check that a name is bound to an s-op or selector equal to that of an expression."""

    def done(heard: TutorialEvent, session: Session) -> bool:
        if name not in session.names():
            return False
        return _equal(session[name], session.eval(expression))

    return done


def _equal(value: Any, wanted: Any) -> bool:
    if type(value) is not type(wanted) or not isinstance(value, (SOp, Selector)):
        return False
    if value.is_same(wanted):
        return True
    try:
        return all(value(given) == wanted(given) for given in TRIED)
    except RaspError:
        return False


def _shows(expression: str) -> Callable[[TutorialEvent, Session], bool]:
    """A check that the statement shows an s-op equal to that of an expression."""

    def done(heard: TutorialEvent, session: Session) -> bool:
        return isinstance(heard, tree.ExpressionStatement) and _equal(
            session.wrap(session.scope.latest()), session.eval(expression)
        )

    return done


def _example_is_new(heard: TutorialEvent, session: Session) -> bool:
    return (
        isinstance(heard, tree.SessionCommand)
        and heard.words.startswith("set")
        and session.settings.sop_example != tuple("hello")
    )


def _command(name: str) -> Callable[[TutorialEvent, Session], bool]:
    """A check that the command of that name was given, with an argument."""

    def done(heard: TutorialEvent, session: Session) -> bool:
        return isinstance(heard, str) and len(heard.split()) > 1 and f":{name}".startswith(heard.split()[0])

    return done


def _has_two_layers(heard: TutorialEvent, session: Session) -> bool:
    if not isinstance(heard, (tree.Assign, tree.ExpressionStatement)):
        return False
    value = session.wrap(session.scope.latest())
    return isinstance(value, SOp) and value.architecture().layers == 2


STEPS = (
    TutorialStep(
        "RASP programs are built of s-ops: functions from a sequence to a sequence of the same length. "
        "`tokens` is the input itself, `indices` are the positions. Show the tokens: a name alone is a statement, "
        "which ends with `;`.",
        "tokens;",
        _shows("tokens"),
    ),
    TutorialStep(
        "The value is that on the example. Choose another example, a word of your own: `set example` and the word "
        "in quotes.",
        'set example "banana"',
        _example_is_new,
    ),
    TutorialStep(
        "Operators such as `==` work at every position, and `name = …;` gives a name. Name an s-op `is_a` that is true "
        'where the token is an "a".',
        'is_a = tokens == "a";',
        _same("is_a", 'tokens == "a"'),
    ),
    TutorialStep(
        "A selector says which positions (keys) each position (query) looks at: an attention pattern. "
        "`select(keys, queries, ==)` compares them. Name a selector `same` in which each token looks at its equals.",
        "same = select(tokens, tokens, ==);",
        _same("same", "select(tokens, tokens, ==)"),
    ),
    TutorialStep(
        "The width of a selector is how many keys each query selects. So you can count: name `hist` how often the "
        "token at each position occurs. `selector_width` gives the width.",
        "hist = selector_width(same);",
        _same("hist", "selector_width(select(tokens, tokens, ==))"),
    ),
    TutorialStep(
        "`aggregate(selector, sop)` fetches values: at each query the mean over the selected keys, or the value of "
        "the one that is selected. Name `flip` a selector in which each position looks at its mirror image; "
        "the last position is `length - 1`.",
        "flip = select(indices, length - 1 - indices, ==);",
        _same("flip", "select(indices, length - 1 - indices, ==)"),
    ),
    TutorialStep(
        "Now fetch the tokens with it: name `reverse` the input backwards.",
        "reverse = aggregate(flip, tokens);",
        _same("reverse", "aggregate(select(indices, length - 1 - indices, ==), tokens)"),
    ),
    TutorialStep(
        "To sort, count for each token the smaller ones, then fetch by that position. The library does it: name "
        "`sorted` the tokens in order, by `sort(seq, key)`. `:trace sorted` would show how the columns fill in.",
        "sorted = sort(tokens, tokens);",
        _same("sorted", "sort(tokens, tokens)"),
    ),
    TutorialStep(
        "Each `aggregate` is an attention head, and each width is two; a layer waits for those whose values it uses. "
        "Look at the layers and heads of `sorted`; the command is `:arch`.",
        ":arch sorted",
        _command("arch"),
    ),
    TutorialStep(
        "Last, make any s-op of your own that takes exactly two layers: fetch something with what another "
        "layer has computed. The most common token, perhaps, or those that occur once.",
        "often = aggregate(select(hist, 1, >), indicator(is_a));",
        _has_two_layers,
    ),
)
START = (
    "A walk through RASP in ten steps, each with a task. `:help tutorial answer` shows an answer, "
    "`:help tutorial skip` passes over a step, `:help tutorial stop` ends it."
)
END = "That was the last step. `:help` lists what else there is; `:stdlib` shows programs to read."


class Tutorial:
    """The state of the tutorial: `step` is the number of the step, or None if the tutorial is not running.

    >>> session, tutorial = Session(), Tutorial()
    >>> tutorial.answer("").splitlines()[-1][:11], tutorial.step
    ('Step 1 of 1', 0)
    >>> tutorial.answer("answer")
    'One answer: tokens;'
    """

    def __init__(self) -> None:
        self.step: int | None = None
        self._tries = 0  # at this step

    def answer(self, word: str) -> str:
        """Starts, repeats, skips or stops, as the word says; returns the text to print."""
        if word == STOP:
            self.step = None
            return "The tutorial has ended; `:help tutorial` starts it again."
        if self.step is None:
            self.step, self._tries = 0, 0
            return f"{START}\n\n{self._task()}"
        if word == SKIP:
            return self._next(self._solution())  # later steps use the name that it gives
        return self._solution() if word == ANSWER else self._task()

    def heard(self, heard: TutorialEvent, session: Session) -> str:
        """The text to print after an input; often empty."""
        if self.step is None or isinstance(heard, RaspError):
            return ""
        if isinstance(heard, str) and not STEPS[self.step].answer.startswith(":"):
            return ""
        if STEPS[self.step].done(heard, session):
            return self._next("Right!")
        if isinstance(heard, str):
            return ""
        self._tries += 1
        if self._tries == TRIES:
            return f"Not yet. {self._solution()}"
        goes_on = f"Not yet: step {self.step + 1} goes on."
        return f"{goes_on} `:help tutorial` repeats it, `:help tutorial answer` shows an answer."

    def _next(self, praise: str) -> str:
        assert self.step is not None
        self.step += 1
        self._tries = 0
        if self.step == len(STEPS):
            self.step = None
            return f"{praise} {END}".lstrip()
        return f"{praise}\n\n{self._task()}".lstrip()

    def _task(self) -> str:
        assert self.step is not None
        step = STEPS[self.step]
        return f"Step {self.step + 1} of {len(STEPS)}. {step.text}"

    def _solution(self) -> str:
        assert self.step is not None
        return f"One answer: {STEPS[self.step].answer}"
