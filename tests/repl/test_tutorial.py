"""The tutorial from its first step to its last, and what does not count as an answer."""

from __future__ import annotations

import pytest

from rasp.conversation.tutorial import END, STEPS
from tests.repl.conftest import Talk


def test_the_answers_lead_through(talk: Talk) -> None:
    assert "Step 1 of 10" in talk(":help tutorial")
    for number, step in enumerate(STEPS, 1):
        said = talk(step.answer)
        assert "Right!" in said, step.answer
        assert (f"Step {number + 1} of 10" in said) == (number < 10)
    assert END in " ".join(said.split())
    assert "tutorial" not in talk("tokens;")


@pytest.mark.parametrize(
    ("number", "answers", "others"),
    [
        (2, ['set s-op example "x"', "set example [1, 2]"], ['set example "hello"', "tokens;"]),
        (3, ['def f(x) { return x == "a"; } is_a = f(tokens);'], ["is_a = tokens;", "is_a = 3;", 'tokens == "a";']),
        (4, ["same = select(tokens_str, tokens, ==);", "same = not select(tokens, tokens, !=);"], ["same = tokens;"]),
        (5, ["hist = round(length * aggregate(full_s, 1)) * 0 + selector_width(select(tokens, tokens, ==));"], []),
        (7, ["reverse = tokens[length - 1];", "reverse = 1 / 0;"], []),
        (10, ["reverse2 = aggregate(select(indices, length - 1 - indices, ==), tokens);"], ["x = length;", "y = 3;"]),
    ],
)
def test_any_right_program_counts(talk: Talk, number: int, answers: list[str], others: list[str]) -> None:
    for answer in (*others, *answers):
        talk(":reset")
        talk(":help tutorial")
        for _ in range(1, number):
            talk(":help tutorial skip")
        right = "Right!" in talk(answer)
        assert right == (answer in answers and number != 7), answer
        talk(":help tutorial stop")


def test_it_can_be_left(talk: Talk) -> None:
    talk(":help tutorial")
    assert "step 1 goes on" in talk("indices;")
    assert "Step 1 of 10" in talk(":help tutorial")
    assert "Right" not in talk("nope;")
    assert "ended" in talk(":help tutorial stop")
    assert "Right" not in talk("tokens;")


def test_a_step_that_is_skipped_says_what_later_ones_use(talk: Talk) -> None:
    talk(":help tutorial")
    for _ in range(3):
        talk(":help tutorial skip")
    said = talk(":help tutorial skip")
    assert "One answer: same = select(tokens, tokens, ==);" in said
    assert "Step 5 of 10" in said


def test_it_asks_first_and_answers_on_request_or_after_two_tries(talk: Talk) -> None:
    assert "tokens;" not in talk(":help tutorial")
    assert "One answer: tokens;" in talk(":help tutorial answer")
    assert "One answer" not in talk("indices;")
    assert "One answer: tokens;" in talk("indices + 1;")
    assert "One answer" not in talk("indices + 2;")
    assert "Right!" in talk("tokens;")
    assert "One answer" not in talk("tokens;")  # the tries of the step before do not count
