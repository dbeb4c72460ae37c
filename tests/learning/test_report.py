"""Accuracy, comparisons with teachers, and the reports on them."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rasp.base.diagnostics import printable
from rasp.base.quantities import percent
from rasp.errors import BadInput, RaspError
from rasp.graph.builders import aggregate, apply, compare, constant, indices, tokens
from rasp.learning.asking import ask_teacher
from rasp.learning.examples.data import Data, Input
from rasp.learning.examples.rows import Form, data_of
from rasp.learning.examples.split import keep_whole, split_data
from rasp.learning.reporting.accuracy import PartReport, ProgramAnswer, Score, Trained, measure_accuracy
from rasp.learning.reporting.chance import Lead, is_sure
from rasp.learning.reporting.choosing import choose_smallest
from rasp.learning.reporting.comparing import comparisons
from rasp.learning.reporting.report import Effort, FrontProgram, LearningReport, ProgramSize
from rasp.learning.reporting.summary import Summary
from rasp.learning.spaces import Space
from rasp.learning.teachers import Teacher, of_function, of_node
from tests.learning import data_sets

WORDS = ["".join(word) for size in range(1, 5) for word in itertools.product("abc", repeat=size)]
SORTED = data_of([(word, "".join(sorted(word))) for word in WORDS])


def half_sorted(inputs: list[Input]) -> Sequence[ProgramAnswer]:
    return [(*sorted(given[:3]), *given[3:]) for given in inputs]


def right(inputs: list[Input]) -> Sequence[ProgramAnswer]:
    return [tuple(sorted(given)) for given in inputs]


def report_on(data: Data, program: Any, **more: Any) -> LearningReport:
    parts = split_data(data)
    summary = Summary.of(data, parts)
    measures = tuple(measure_accuracy(name, part, program, summary.trained) for name, part in parts.parts())
    return LearningReport(summary, ProgramSize(3, (2, 1), (1, 1)), Effort(0, 1234, 2, 3.3), measures, **more)


# ------------------------------------------------------------------------------------------------------------ accuracy


def test_whole_sequences_and_outputs_by_length() -> None:
    part = measure_accuracy("training", SORTED, half_sorted, Trained.on(SORTED))
    score = part.marks.score
    assert (score.sequences, score.tokens, score.failed) == (120, 3 + 18 + 81 + 324, 0)
    assert {size: one.sequences_right for size, one in part.marks.by_length.items()} == {1: 3, 2: 9, 3: 27, 4: 36}
    assert part.marks.by_length[4].tokens_right == sum(
        sum(map(str.__eq__, sorted(word), [*sorted(word[:3]), word[3]])) for word in WORDS if len(word) == 4
    )
    assert [wrong.line for wrong in part.marks.wrong][:2] == [43, 46]
    assert not score.exact


def test_what_is_not_asked_counts_nowhere() -> None:
    data = data_of([("ab", ["x", None]), ("ab", [None, None]), ("b", "y")])
    part = measure_accuracy("training", data, lambda inputs: ["xz"[: len(given)] for given in inputs], Trained.on(data))
    assert (part.marks.score.sequences, part.marks.score.sequences_right) == (2, 1)
    assert (part.marks.score.tokens, part.marks.score.tokens_right) == (2, 1)
    assert part.marks.confusion == {("x", "x"): 1, ("y", "x"): 1}
    assert [wrong.line for wrong in part.marks.wrong] == [3]


def test_a_program_that_fails_or_gives_another_length_is_wrong() -> None:
    data = data_of([("a", "a"), ("b", "b")])
    part = measure_accuracy("training", data, lambda inputs: [BadInput("no value"), ("b", "b")], Trained.on(data))
    assert (part.marks.score.tokens_right, part.marks.score.failed) == (0, 1)
    assert [wrong.found for wrong in part.marks.wrong] == ["no value", ("b", "b")]


def test_one_label_is_confused_once_a_sequence() -> None:
    data = data_of([("abc", "p"), ("ab", "n"), ("a", "p")], Form(one=True))
    answers = [("p", "p", "n"), ("n", "n"), ("n",)]
    part = measure_accuracy("training", data, lambda inputs: answers, Trained.on(data))
    assert part.marks.confusion == {("p", "n"): 2, ("n", "n"): 1}


def test_one_label_is_shown_once() -> None:
    data = data_of([(["so", "good"], "pos"), (["bad"], "neg")], Form(one=True))
    text = report_on(data, lambda inputs: [("neg",) * len(given) for given in inputs]).text()
    assert any(line.split()[-2:] == ["pos", "neg"] for line in text.splitlines() if '["so", "good"]' in line)


def test_the_baseline_is_the_commonest_output_of_training() -> None:
    data = data_of([("aab", [2, 2, 1]), ("b", [1])])
    trained = Trained.on(data)
    assert trained.majority == 1  # as common as 2, and before it
    part = measure_accuracy("test", data_of([("b", [1]), ("ab", [1, 5]), ("z", [1])]), lambda inputs: inputs, trained)
    assert (part.baseline.tokens_right, part.baseline.sequences_right) == (3, 2)
    assert (part.unseen.tokens, part.unseen.sequences, part.unseen.labels) == (("z",), 1, (5,))


@given(data_sets.pairs())
def test_a_program_that_knows_the_data_is_right_where_they_do_not_contradict(pairs: list[Any]) -> None:
    rows = {tuple(given): wanted for given, wanted in pairs}
    assume(any(value is not None for wanted in rows.values() for value in wanted))
    data = data_of(rows.items())
    known = dict(data.pairs())
    report = report_on(data, lambda inputs: [known[given] for given in inputs])
    assert report.exact
    assert all(part.marks.score.exact for part in report.parts)
    json.dumps(report.to_dict())
    assert report.text(60).startswith(("right on all training data", "no rule found"))


def test_percentages_are_never_rounded_to_all_or_nothing() -> None:
    assert [percent(right, 30_001) for right in (0, 1, 30_000, 30_001)] == ["0 %", "< 0.01 %", "99.99 %", "100 %"]


# ------------------------------------------------------------------------------------------------------------- reports


def test_a_report_in_words() -> None:
    teacher = of_function(sorted, "sorted")
    found = tuple(comparisons(half_sorted, teacher, Space(tuple("abc"), 5), 0))
    front = (FrontProgram(200, 1, 90, 12, program="output = tokens;"), FrontProgram(310, 3, 40, 8, chosen=True))
    report = report_on(SORTED, half_sorted, comparisons=found, front=front)
    text = report.text(80)
    assert text.startswith("not exact: right on 6")
    assert "3 statements; 2 layers, heads 2 and 1 without BOS, 1 and 1 with BOS\n" in text
    assert "seed 0, 1,234 iterations, 2 restarts, 3.3 s\n" in text
    assert "\nall 363 inputs up to length 5 " in text
    assert "\n1,000 random inputs of length 10 " in text
    assert "\ntraining, example 43" in text
    assert "\nexpected (rows) and found (columns), test\n" in text
    assert "310    3           40                 8              chosen" in report.front_text()
    assert "# price 200\noutput = tokens;" in report.front_text()
    assert max(map(len, report.text(60).split("\n"))) <= 60
    told = json.loads(json.dumps(report.to_dict()))
    assert told["exact"] is False
    assert told["accuracy"]["training"]["by_length"]["1"]["whole"] == 1.0
    assert told["comparisons"][0]["all"] is True
    assert told["comparisons"][0]["sequences"] == 363
    assert told["front"][1]["chosen"] is True


def test_a_report_on_a_right_program_shows_no_errors() -> None:
    text = report_on(SORTED, right).text()
    assert text.startswith("right on all training data (96 sequences)\n")
    assert "by length" not in text
    assert "wrong on" not in text


def test_no_rule_found_comes_first() -> None:
    report = report_on(SORTED, lambda inputs: [("c",) * len(given) for given in inputs])
    assert report.text().startswith("no rule found: nothing beats the commonest output everywhere\n")
    assert report.to_dict()["rule_found"] is False


def test_a_program_that_is_right_by_chance_where_it_was_chosen_is_no_rule() -> None:
    (judge,) = (part for name, part in split_data(SORTED).parts() if name == "validation")
    chosen = dict(judge.pairs())
    report = report_on(SORTED, lambda inputs: [chosen.get(given, ("c",) * len(given)) for given in inputs])
    assert not report.found_rule


def labelled(inputs: Sequence[str], label: Any) -> Data:
    return data_of([(given, label(given)) for given in inputs], Form(one=True))


def chosen(program: str) -> tuple[FrontProgram, ...]:
    return (FrontProgram(100, 1, 0, chosen=True, program=program),)


def test_labels_at_random_are_no_rule_where_few_are_held_out() -> None:
    chance = random.Random(1)
    data = labelled(WORDS[:30], lambda given: chance.choice("xy"))
    known = dict(data.pairs())  # a long program that has them all by heart
    program = "output = " + "".join(f'"{chance.choice("xy")}" if indices == {n} else ' for n in range(30)) + '"x";'
    report = report_on(data, lambda inputs: [known[given] for given in inputs], front=chosen(program))
    assert report.exact
    assert not report.found_rule
    assert report.verdict() == "right on all training data (24 sequences), perhaps by chance: they are few"
    some = dict(split_data(data).training.pairs())
    usual = report.summary.trained.majority
    lucky = report_on(data, lambda inputs: [some.get(given, (usual,) * len(given)) for given in inputs])
    assert lucky.verdict() == "no rule found: nothing beats the commonest output everywhere"
    held = dict(split_data(data).validation.pairs()) | dict(list(split_data(data).test.pairs())[:2])
    half = report_on(data, lambda inputs: [(some | held).get(given, (usual,) * len(given)) for given in inputs])
    assert half.beats_baseline
    assert half.verdict().startswith("no rule found beyond chance; right on all training data")


def test_a_program_that_is_worse_than_a_baseline_without_errors_is_no_rule() -> None:
    held = {
        given
        for name, part in split_data(labelled(WORDS[:30], str)).parts()
        for given in part.inputs
        if name != "training"
    }
    chance = random.Random(2)
    data = labelled(WORDS[:30], lambda given: "x" if tuple(given) in held else chance.choice("xxy"))
    known = dict(split_data(data).training.pairs())
    report = report_on(data, lambda inputs: [known.get(given, ("y",) * len(given)) for given in inputs])
    assert [part.baseline.exact for part in report.parts] == [False, True, True]
    assert report.verdict() == "no rule found: nothing beats the commonest output everywhere"
    constant = report_on(labelled(WORDS[:30], lambda given: "x"), lambda inputs: [("x",) * len(one) for one in inputs])
    assert constant.verdict() == "right on all training data (24 sequences)"


def test_a_short_program_for_few_examples_is_a_rule() -> None:
    rule = "output = selector_width(select(tokens, tokens, ==));\n"
    data = data_of([(word, [word.count(sign) for sign in word]) for word in ("abca", "cabcab", "bbbb", "cacab", "a")])
    counted = report_on(data, lambda inputs: [tuple(map(given.count, given)) for given in inputs], front=chosen(rule))
    assert counted.verdict() == "right on all training data (5 sequences)"
    some = data.rows_at((0, 4))
    again = report_on(some, lambda inputs: [tuple(map(given.count, given)) for given in inputs], front=chosen(rule))
    assert not again.found_rule


def test_a_rule_beats_chance_on_what_was_held_out_however_long_it_is() -> None:
    data = labelled(WORDS[:80], lambda given: "x" if given[0] == "a" else "y")
    long = "output = " + 'tokens + "a" + ' * 200 + '"x";'
    right = report_on(
        data, lambda inputs: [("xy"[given[0] != "a"],) * len(given) for given in inputs], front=chosen(long)
    )
    assert right.found_rule
    few = labelled(WORDS[:20], lambda given: "x" if given[0] == "a" else "y")
    assert not report_on(few, lambda inputs: [("xy"[given[0] != "a"],) * len(given) for given in inputs]).found_rule


def test_equal_inputs_are_no_further_evidence() -> None:
    lead = Lead()
    for _ in range(50):
        lead.add(("a",), 1, 0)
    assert not is_sure(Lead(), [lead])
    data = labelled(["a", "b"] * 200, lambda given: "x" if given == "a" else "y")
    right = report_on(
        data, lambda inputs: [("xy"[given != ("a",)],) for given in inputs], front=chosen("output = tokens;")
    )
    assert right.exact
    assert not right.found_rule


def test_a_program_that_is_right_on_all_inputs_of_a_teacher_is_a_rule() -> None:
    space, teacher = Space(("a", "b"), 2), of_function(sorted, "sorted")
    data = ask_teacher(teacher, space.first(0).inputs()).data
    summary = Summary.of(data, keep_whole(data))
    part = measure_accuracy("training", data, right, summary.trained)
    found = tuple(comparisons(right, teacher, space, 0))
    report = LearningReport(summary, ProgramSize(3, (2, 1), (1, 1)), Effort(0, 1, 0, 1.0), (part,), found)
    assert report.found_rule
    assert not LearningReport(summary, report.size, report.effort, (part,)).found_rule


def test_where_look_ups_find_no_rule_the_search_is_named() -> None:
    hint = "`--method search` looks for rules over counts"
    method = "look-ups, for the vocabulary is large (1,000 different tokens)"
    nothing = report_on(SORTED, lambda inputs: [("c",) * len(given) for given in inputs], method=method)
    assert hint in nothing.text(200)
    assert hint not in report_on(SORTED, right, method=method).text(200)
    assert hint not in report_on(SORTED, lambda inputs: [("c",) * len(given) for given in inputs]).text(200)


def test_an_interrupted_search_says_what_was_checked() -> None:
    report = report_on(SORTED, right)
    stopped = LearningReport(report.summary, report.size, Effort(0, 1, 1, 1.0, interrupted=True), report.parts[:1])
    assert "interrupted: only the training data was checked" in stopped.text()


def test_many_labels_are_confused_in_a_list() -> None:
    data = data_of([(chr(97 + number % 26) * 2, f"label{number % 26}") for number in range(40)], Form(one=True))
    text = report_on(data, lambda inputs: [("label1", "label1") for _ in inputs]).text()
    assert "\nmost confused, " in text
    assert "\nlabel" in text


def test_tokens_never_seen_and_contradictions_are_told() -> None:
    data = data_of([(f"a{token}", "aa") for token in "bcdefghijklmno"] + [("ab", "ab")])
    text = report_on(data, lambda inputs: inputs).text(200)
    assert "1 token never seen in training, in 1 sequence: " in text
    assert "contradictory data: 1 input with several outputs, in 2 rows; at most " in text


def test_a_summary_in_words() -> None:
    rows = [*zip(WORDS, map(sorted, WORDS), strict=True), ("ab", ["b", "a"]), ("ca", ["a", None])]
    data = data_of(rows)
    failures = [BadInput("not this one")]
    text = Summary.of(data, split_data(data, 1, test=data.rows_at(range(9))), 7, failures).text(160)
    assert text.startswith("data: 122 examples (pairs), checksum ")
    assert '\n1        "a"    "a"\n' in text
    assert "\ntokens         3 strings: a b c\n" in text
    assert "nothing is asked at 1 position\n" in text
    assert "1 to 4, 3.5 on average" in text
    assert "training 110, validation 12, test 9 (seed 1" in text
    assert "9 inputs of the test occur in the other data, too" in text
    assert "it failed on 7 inputs, left out here; not this one" in text
    assert '"ab": "ab" (example 5), "ba" (example 121)' in text
    assert "everywhere" in text
    assert "all for training 122" in Summary.of(data, keep_whole(data)).text()


@given(data_sets.pairs(most=30), st.integers(30, 120))
def test_summaries_of_any_data(pairs: list[Any], width: int) -> None:
    data = data_of(pairs)
    summary = Summary.of(data, split_data(data))
    assert all(line == printable(line) for line in summary.text(width).split("\n"))
    json.dumps(summary.to_dict())


def test_scores_of_nothing() -> None:
    score = Score()
    assert (score.whole, score.token, score.exact) == (None, None, True)
    assert (
        PartReport(
            "test", measure_accuracy("", SORTED.rows_at(()), right, Trained.on(SORTED)).marks, score, None
        ).marks.wrong
        == []
    )


# -------------------------------------------------------------------------------------------------------------- choice


@pytest.mark.parametrize(
    ("wrong", "asked", "place"),
    [([5], 10, 0), ([100, 100], 100, 0), ([40, 12, 9, 8], 100, 2), ([30, 1, 0], 1000, 2), ([20, 18, 17], 1000, 0)],
)
def test_the_smallest_program_within_one_standard_error(wrong: list[int], asked: int, place: int) -> None:
    assert choose_smallest(wrong, asked) == place


# ------------------------------------------------------------------------------------------------------------ teachers


def test_an_s_op_teaches() -> None:
    first = aggregate(compare("==", indices(), constant(0)), tokens())
    teacher = of_node(first, "first")
    assert ask_teacher(teacher, [("a", "b"), ("c",)]).data.outputs == (("a", "a"), ("c",))


def test_what_an_s_op_fails_on_is_left_out_and_counted() -> None:
    teacher = of_node(apply("-", apply("round", apply("/", constant(6), tokens("int"))), constant(1)), "six")
    found = ask_teacher(teacher, [("1",), ("0",), ("2",)])
    assert (found.data.outputs, found.failed) == (((5,), (2,)), 1)
    assert found.failures[0].code == "R310"


def test_a_mean_is_refused_by_name() -> None:
    mean = aggregate(compare("==", tokens(), tokens()), indices())
    with pytest.raises(RaspError, match=r"mean on .*: the output holds 0.5, a float(.|\n)*Means are not searched"):
        ask_teacher(of_node(mean, "mean"), [("a", "a")])


def _unequal(tokens: list[Any]) -> list[Any]:
    return [*tokens, 1]


def _failing(tokens: list[Any]) -> list[Any]:
    raise ValueError(f"no {tokens[0]}")


@pytest.mark.parametrize(
    ("function", "one", "message"),
    [
        (_failing, False, r"f fails on all 2 inputs that it was asked\n.*f raises ValueError on \"ab\": no a"),
        (_unequal, False, 'f on "ab": the output mixes ints and strings|the input has 2 tokens, and the output 3'),
        (len, False, 'f on "ab": the output is an int, and one output a position is needed'),
        (lambda tokens: None, False, "the output is null"),
        (lambda tokens: {}, False, "an object"),
        (lambda tokens: [0.5] * len(tokens), False, "0.5, a float"),
        (lambda tokens: [1, "a"][: len(tokens)], False, "mixes ints and strings"),
        (lambda tokens: tokens, True, "the output is a list, and one label a sequence is needed"),
        (lambda tokens: 0.5, True, "0.5, a float"),
    ],
)
def test_a_bad_function(function: Any, one: bool, message: str) -> None:
    with pytest.raises(RaspError, match=message):
        ask_teacher(of_function(function, "f", one=one), [("a", "b"), ("b",)])


def test_a_function_that_raises_on_some_inputs() -> None:
    found = ask_teacher(of_function(lambda tokens: [10 // token for token in tokens], "f"), [(5,), (0,), (1, 0), (10,)])
    assert (found.data.outputs, found.data.lines, found.failed) == (((2,), (1,)), (1, 4), 2)


def test_a_function_that_answers_differently_when_asked_twice() -> None:
    counter = itertools.count()
    with pytest.raises(RaspError, match=r"f answers differently when it is asked twice, on \"a\"") as caught:
        ask_teacher(of_function(lambda tokens: next(counter), "f", one=True), [("a",)])
    assert "first: [0]" in str(caught.value)


def test_a_function_of_texts_and_of_one_label() -> None:
    assert ask_teacher(of_function(lambda text: text[::-1], "f", texts=True), [("a", "b")]).data.outputs == (
        ("b", "a"),
    )
    found = ask_teacher(of_function(lambda text: text.count("a"), "f", texts=True, one=True), [("a", "b")])
    assert (found.data.outputs, found.data.one) == (((1, 1),), True)


# -------------------------------------------------------------------------------------------------------------- spaces


def test_all_inputs_where_they_are_few() -> None:
    questions = Space(tuple("abcde"), 6).all(0)
    assert (questions.words, questions.every) == ("all 19,530 inputs up to length 6", True)
    assert len(questions.inputs()) == 19_530


def test_random_inputs_where_there_are_many() -> None:
    questions = Space(tuple("abcdef"), 15).all(0)
    assert (questions.words, questions.every) == ("all inputs up to length 5 and 50,000 random ones up to 15", False)
    some = next(itertools.islice(questions.lists(), 6, None))
    assert some == next(itertools.islice(questions.lists(), 6, None))
    assert len(questions.inputs()) > 50_000
    assert {len(given) for given in questions.inputs()} == set(range(1, 16))


def test_a_space_with_marks_and_a_sampler() -> None:
    def sample(count: int, seed: int, length: int | None) -> list[Input]:
        return [("<", *"a" * (length or size)) for size in range(2, 5)][:count]

    space = Space(tuple("ab"), 4, 2, sample=sample, marked=lambda given: ("<", *given), limited=True)
    assert space.all(0).inputs() == [("<", *"a" * size) for size in (2, 3, 4)]
    assert space.beyond(0).inputs() == [("<", *"a" * 8)]
    assert space.first(0).words == "2,000 random inputs up to length 4"
    free = Space(tuple("ab"), 4, 2, sample=sample, marked=lambda given: ("<", *given))
    assert (len(free.all(0).inputs()), free.all(0).every, free.all(0).inputs()[0]) == (28, True, ("<", "a", "a"))


def test_a_teacher_of_short_inputs_is_asked_no_longer_ones() -> None:
    teacher = Teacher("model", lambda inputs: [tuple(sorted(given)) for given in inputs], longest=3)
    found = comparisons(right, teacher, Space(tuple("ab"), 3), 0)
    assert [(one.name, one.every, one.marks.score.exact) for one in found] == [("teacher", True, True)]


def test_inputs_that_a_teacher_fails_on_are_left_out_of_a_comparison() -> None:
    teacher = of_function(lambda text: [text[1]] * len(text), "second", texts=True)
    (found, _) = comparisons(lambda inputs: [given[1:2] * len(given) for given in inputs], teacher, Space(("a",), 3), 0)
    assert (found.failed, found.every, found.marks.score.sequences) == (1, False, 2)
