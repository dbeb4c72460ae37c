"""Words by gradients: the text of a program is the program, trainings can be continued, and bad files are refused."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from json import dumps, loads
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import rasp
from rasp.base.limits import limits
from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput, EmptyInput, NotUtf8, RaspError, UnreadableFile, WrongOperand
from rasp.learning import gradient_words
from rasp.learning.adapter import EarlierPrograms, FoundProgram
from rasp.learning.events import SearchListener
from rasp.learning.examples.rows import Form, data_of
from rasp.learning.gradient_checkpoint import FORMAT, GradientKeeper
from rasp.learning.gradient_text import GradientText
from rasp.learning.gradient_words_text import WordInputs
from rasp.learning.learning_loop import LearningOutcome, learn_program
from rasp.learning.lessons import of_data
from rasp.learning.lookups.candidates import Namer
from rasp.learning.lookups.corpus import Corpus
from rasp.learning.lookups.tokeniser import PLAIN_SHAPE, Tokeniser, shape
from rasp.learning.lookups.variables import WordVariable
from rasp.learning.methods import GRADIENT, LOOKUPS, choose_method
from rasp.learning.request import Caps, LearningRequest
from rasp.learning.standard import standard_transformer
from rasp.learning.state import StateKeeper, load_state
from rasp.learning.word_vectors import read_vectors, vector_classes
from rasp.learning.writing.statements import read_back
from rasp.model.files import read_arrays, write_arrays
from rasp.session.tagging import Tagger
from rasp.train.discrete import WORDS, CodedExamples, ConstrainedShape, DiscreteProgram
from tests.learning.test_lookups import sentences, texts

VOCABULARY = ["<unk>", "a", "b", "c", "d", "e"]


def draw(shape: ConstrainedShape, random: np.random.Generator) -> DiscreteProgram:
    """A random program on words."""
    choices = {name: random.integers(0, size[-1], size[:-1]) for name, size in shape.choices().items()}
    choices[WORDS] = random.integers(0, shape.codes, (shape.words, shape.classes))
    for layer in range(shape.layers):
        choices[f"{layer}.table"] = random.integers(0, shape.codes, (shape.tables, shape.codes, shape.codes))
    weights = random.integers(-9, 9, (shape.variables, shape.codes, shape.labels))
    weights[random.random(shape.variables) < 0.4] = 0
    return DiscreteProgram(shape, choices, weights)


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_text_is_the_program(seed: int, pooled: bool) -> None:
    random = np.random.default_rng(seed)
    sizes = [5, 120, 7]
    given = [WordVariable(f"shape{size}", random.integers(0, size, len(VOCABULARY)), size) for size in sizes]
    shape = ConstrainedShape(
        2,
        3,
        2,
        2,
        121,
        3,
        9,
        seed == 2,
        given=4,
        classes=5,
        words=len(VOCABULARY),
        offsets=(-1, 2),
        hidden=4,
        pooled=pooled,
    )
    program = draw(shape, random)
    learned = [
        WordVariable(f"class_{number}", own, int(own.max()) + 1)
        for number, own in enumerate(program.choices[WORDS].T, 1)
    ]
    corpus = Corpus(np.arange(6), np.zeros(6, np.int64), np.array([6]), pooled)
    inputs = WordInputs(VOCABULARY, [*given, *learned], Namer(corpus, VOCABULARY), 8)
    labels = ("O", "N", "T")
    node = read_back(GradientText(program, inputs, labels).text())[-1].node
    for length in range(1, 12):
        words = random.integers(0, len(VOCABULARY), (1, length))
        codes = [np.minimum(np.arange(length), 8)[None], *(one.classes[words] for one in given)]
        examples = CodedExamples(np.stack(codes, axis=-1), np.array([length]), np.zeros((1, length)), words)
        found = [labels[number] for number in program.answers(examples)]
        tokens = [VOCABULARY[word] if word else "zz" for word in words[0]]
        ((result,),) = evaluate([node], [tokens], "collect")
        assert not isinstance(result, RaspError)
        assert result.values == (found * length if pooled else found)


def test_a_text_may_be_longer_than_all_of_the_training() -> None:
    """Counts have no weights beyond those of the longest training text."""
    length = 4
    form = ConstrainedShape(1, 0, 1, 0, 9, 2, length, given=2, words=len(VOCABULARY))
    choices = {name: np.zeros(size[:-1], np.int64) for name, size in form.choices().items()}
    choices["0.query"][:] = choices["0.key"][:] = 1  # the words of class 0
    weights = np.zeros((form.variables, 9, 2), np.int64)
    weights[-1, :, 1] = [-1, -1, -1, -1, 1, -1, -1, -1, -1]
    rate = WordVariable("rate", np.zeros(len(VOCABULARY), np.int64), 1)
    corpus = Corpus(np.arange(6), np.zeros(6, np.int64), np.array([6]), False)
    program = DiscreteProgram(form, choices, weights)
    text = GradientText(program, WordInputs(VOCABULARY, [rate], Namer(corpus, VOCABULARY), 3), ("O", "N")).text()
    for size, label in ((3, 0), (4, 1), (6, 1), (30, 1)):
        codes = np.stack([np.minimum(np.arange(size), 3), np.zeros(size, np.int64)], axis=-1)[None]
        found = program.answers(CodedExamples(codes, np.array([size]), np.zeros((1, size))))
        ((result,),) = evaluate([read_back(text)[-1].node], [["a"] * size], "collect")
        assert not isinstance(result, RaspError)
        assert found.tolist() == [label] * size
        assert result.values == [("O", "N")[label]] * size


def test_a_word_of_the_default_class_stays_known() -> None:
    """A tokeniser puts shapes in the place of words that no table has; here the shape has another class."""
    words = (PLAIN_SHAPE, shape("Sam"), "Sam", "cat")
    class_1 = WordVariable("class_1", np.array([0, 1, 0, 1]), 2)
    form = ConstrainedShape(0, 0, 0, 0, 3, 2, 4, given=1, classes=1, words=len(words), hidden=4)
    program = DiscreteProgram(form, {}, np.array([np.zeros((3, 2)), [[0, 0], [0, 1], [0, 0]]]))
    corpus = Corpus(np.arange(4), np.zeros(4, np.int64), np.array([4]), False)
    inputs = WordInputs(words, [class_1], Namer(corpus, words), 3)
    text = GradientText(program, inputs, ("O", "N")).text()
    tagger = Tagger(f"# Tokens: {Tokeniser()}.\n{text}", read_back(text)[-1].node)
    assert tagger.tag(["Sam Tom cat dog"])[0].labels == ["O", "N", "N", "O"]


def test_reads_say_in_words_what_each_variable_is() -> None:
    shape = ConstrainedShape(1, 1, 1, 1, 4, 2, 9, given=2, classes=1, words=6, offsets=(-1, 2), hidden=4)
    given, learned = (WordVariable(name, np.arange(6) % 3, 3) for name in ("rate", "class_1"))
    choices = {name: np.zeros(size[:-1], np.int64) for name, size in shape.choices().items()}
    choices |= {WORDS: learned.classes[:, None], "0.table": np.arange(16).reshape(1, 4, 4) % 4}
    choices["0.query"][:], choices["0.key"][:] = [1, 2], [2, 2]
    choices["0.value"][:], choices["0.moved"][:] = 1, [1, 2]
    choices["0.predicate"][:] = [[2, 2, 2, 2], [0, 1, 2, 3]]
    choices["0.left"][:], choices["0.right"][:] = 1, 3
    weights = np.zeros((shape.variables, 4, 2), np.int64)
    weights[:, 0, 1] = 1
    program = DiscreteProgram(shape, choices, weights)
    corpus = Corpus(np.arange(6), np.zeros(6, np.int64), np.array([6]), False)
    text = GradientText(program, WordInputs(VOCABULARY, [given, learned], Namer(corpus, VOCABULARY), 2), ("O", "N"))
    assert "# read1: rate of the nearest word whose class_1 is 2; 3 where there is none." in text.text()
    assert [*text.reads()] == [
        "the position, at most 2",
        "the usual label (rate) of the word",
        "a learned class (class_1) of the word",
        "read1: rate of the nearest word whose class_1 is 2",
        "count2: how many words there are whose class_1 is class_1 here (at most 3)",
        "rate_before1: rate of the word before",
        "class_1_after2: class_1 of the word 2 after",
        "class5: a class of read1",
    ]


# ----------------------------------------------------------------------------------------------------- whole programs


def task(pairs: Any, one: bool = False, **more: Any) -> LearningRequest:
    choice = choose_method(of_data(data_of(pairs, Form(one=one))), GRADIENT, ("plain",))
    return choice.request(**{"seconds": None, "epochs": 3, **more})


def learn(wanted: LearningRequest) -> LearningOutcome:
    return learn_program(wanted, SearchListener(), StateKeeper(None, wanted.origin()))


def test_labels_of_words() -> None:
    pytest.importorskip("torch")
    found = learn(task(sentences(300), epochs=4))
    named = {part.name: part for part in found.report.parts}
    assert named["test"].spans is not None
    assert named["test"].spans.f1 > 0.5
    assert "# Tokens: blanks, case, masked, plain." in found.program
    assert rasp.Session().run(found.program) is not None


def test_few_tokens_are_words_only_if_a_tokeniser_is_set() -> None:
    many, few = (of_data(data_of([([f"w{number}" for number in range(size)],) * 2])) for size in (65, 64))
    assert choose_method(many, GRADIENT).tokeniser is not None
    assert choose_method(few, GRADIENT).tokeniser is None
    assert choose_method(few, GRADIENT, ("plain",)).tokeniser is not None
    with pytest.raises(BadInput, match="vectors are for words"):
        learn(choose_method(few, GRADIENT).request(vectors="vectors.txt"))


def test_a_label_for_each_text() -> None:
    pytest.importorskip("torch")
    found = learn(task(texts(200), one=True))
    score, baseline = found.report.parts[-1].marks.score, found.report.parts[-1].baseline
    assert score.tokens_right > baseline.tokens_right
    assert "one label a text" in found.program


def test_equal_seeds_give_equal_programs_and_causal_ones_never_look_ahead() -> None:
    pytest.importorskip("torch")
    wanted = task(sentences(60), epochs=1, caps=Caps(layers=1, heads=3, causal=True))
    program = learn(wanted).program
    assert learn(wanted).program == program
    session = rasp.Session()
    session.run(program)
    short, long = (session["output"](words).values for words in (["Mr", "Sam"], ["Mr", "Sam", "the", "Rose"]))
    assert long[:2] == short
    report = session["output"].architecture()
    assert report.layers <= 1
    assert report.heads <= 3


def test_a_killed_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from rasp.train.gradients.constrained_loop import ConstrainedTrainer

    wanted = task(sentences(150), epochs=4)
    whole = learn(wanted).program
    step = ConstrainedTrainer._step

    def die(self: Any, *arguments: Any) -> None:
        step(self, *arguments)
        if self.progress.steps == 5:
            raise SystemExit

    kept = replace(wanted, checkpoint=str(tmp_path / "a.checkpoint.safetensors"))
    keeper = StateKeeper(str(tmp_path / "a.state.json"), kept.origin())
    with monkeypatch.context() as patch:
        patch.setattr(ConstrainedTrainer, "_step", die)
        patch.setattr("rasp.learning.gradient_checkpoint.EVERY", 0.0)
        with pytest.raises(SystemExit):
            learn_program(kept, SearchListener(), keeper)
    state = load_state(str(tmp_path / "a.state.json"))
    assert learn(replace(kept, resumed=state.search)).program == whole


def press_after_five_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presses Ctrl-C once."""
    from rasp.train.gradients.constrained_loop import ConstrainedTrainer

    step, steps = ConstrainedTrainer._step, 0

    def press(self: Any, *arguments: Any) -> None:
        nonlocal steps
        step(self, *arguments)
        steps += 1
        if steps == 5:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(ConstrainedTrainer, "_step", press)


def test_a_checkpoint_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    (tmp_path / "a.checkpoint.safetensors").mkdir()
    wanted = task(sentences(150), epochs=4, checkpoint=str(tmp_path / "a.checkpoint.safetensors"))
    press_after_five_steps(monkeypatch)
    keeper = StateKeeper(str(tmp_path / "a.state.json"), wanted.origin())
    assert learn_program(wanted, SearchListener(), keeper).report.effort.interrupted
    assert keeper.failure is None
    assert keeper.checkpoint_failure is not None
    assert "a.checkpoint.safetensors" in keeper.checkpoint_failure.diagnostic.title


def test_a_training_that_was_interrupted_goes_on_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    wanted = task(sentences(150), epochs=4)
    whole = learn(wanted).program
    press_after_five_steps(monkeypatch)
    kept = replace(wanted, checkpoint=str(tmp_path / "a.checkpoint.safetensors"))
    keeper = StateKeeper(str(tmp_path / "a.state.json"), kept.origin())
    first = learn_program(kept, SearchListener(), keeper)
    assert first.report.effort.interrupted
    assert (tmp_path / "a.checkpoint.safetensors").exists()
    again = learn(replace(kept, resumed={"search": {}, "examples": []}))
    assert again.program == whole
    assert not (tmp_path / "a.checkpoint.safetensors").exists()


def test_a_damaged_checkpoint(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "a").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile):
        learn(task(sentences(30), checkpoint=str(tmp_path / "a"), resumed={"search": {}, "examples": []}))


@pytest.mark.parametrize("damage", ["missing", "too large"])
def test_a_checkpoint_with_damaged_choices(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    path = tmp_path / "a.checkpoint.safetensors"
    wanted = task(sentences(150), epochs=4, checkpoint=str(path))
    press_after_five_steps(monkeypatch)
    keeper = StateKeeper(str(tmp_path / "a.state.json"), wanted.origin())
    assert learn_program(wanted, SearchListener(), keeper).report.effort.interrupted
    arrays, texts = read_arrays(str(path))
    name = next(name for name in arrays if name.startswith("best.0.choice."))
    if damage == "missing":
        del arrays[name]
    else:
        arrays[name] = arrays[name] + 1_000
    write_arrays(str(path), arrays, texts)
    with pytest.raises(UnreadableFile, match="damaged"):
        learn(replace(wanted, resumed={"search": {}, "examples": []}))


def test_python_has_the_same_arguments(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "vectors.txt").write_text("Mr 1 0\nRose 0 1\nthe -1 0.5\nSam 0 0.9\n", encoding="utf-8")
    found = rasp.learn(
        sentences(80), method="gradient", tokeniser="plain", epochs=1, vectors=tmp_path / "vectors.txt", standard=True
    )
    assert [part.name for part in found.report.others] == [
        "validation, standard transformer",
        "test, standard transformer",
    ]
    assert "test, standard transformer" in found.report.text()
    assert len(found(["Mr", "Sam"]).values) == 2
    small = rasp.learn([("ab", "ba"), ("b", "b"), ("a", "a")], method="gradient", epochs=2, seeds=2)
    assert small.report.effort.restarts == 2
    by_look_ups = rasp.learn(sentences(80), method="look-ups", iterations=300)
    assert by_look_ups.report.reads


def test_the_state_keeps_comments_and_reads() -> None:
    data = data_of([(["a"], ["a"])])
    node = read_back("output = tokens;")[-1].node
    made = FoundProgram("# The token.\noutput = tokens;\n", node, 30, 1, 0, commented=True, reads=("the token",))
    state = EarlierPrograms(None, data).findings([made], 1, 1, 1.0, False).state
    assert EarlierPrograms(loads(dumps(state)), data).front == [made]
    state["front"][0]["reads"] = [3]
    with pytest.raises(BadInput):
        EarlierPrograms(state, data)


@pytest.mark.parametrize("one", [False, True])
def test_a_cap_on_the_size_of_the_text(one: bool) -> None:
    pytest.importorskip("torch")
    pairs = texts(200) if one else sentences(200)
    found = rasp.learn(pairs, one=one, method="gradient", tokeniser="plain", epochs=1, max_bytes=3_000)
    assert len(found.program.encode()) < 4_000  # with the header and examples
    assert found.accuracy > found.report.parts[-1].baseline.tokens_right / found.report.parts[-1].baseline.tokens
    assert any("added up over all words" in words for words in found.report.reads) == one
    least = rasp.learn([("ab", "ba"), ("b", "b"), ("a", "a")], method="gradient", epochs=1, max_bytes=1)
    assert (least.report.size.statements, least.report.size.heads, least.report.reads) == (1, (), ())


def test_arguments_of_other_methods() -> None:
    with pytest.raises(WrongOperand, match="`max_bytes` goes with the methods look-ups and gradient"):
        rasp.learn([("ab", "ba")], method="search", max_bytes=9)
    with pytest.raises(WrongOperand, match="`seconds` goes with the method search"):
        rasp.learn([("ab", "ba")], method="gradient", seconds=9)
    with pytest.raises(WrongOperand, match="`epochs` goes with the method gradient"):
        rasp.learn([("ab", "ba")], epochs=3)
    with pytest.raises(WrongOperand, match="`seeds` must be an int from 1"):
        rasp.learn([("ab", "ba")], method="gradient", seeds=0)
    with pytest.raises(BadInput, match="quote"):
        learn(task([(["a", "b"], ['"', "x"])] * 3))


# ------------------------------------------------------------------------------------------------------------- vectors


def test_vectors_of_capitals_and_of_words_with_blanks(tmp_path: Path) -> None:
    file = tmp_path / "vectors.txt"
    file.write_text("2 2\nrose 1 2\nRose 3 4\n. . 5 6\n", encoding="utf-8")
    found = read_vectors(str(file), ["<unk>", "Rose", "rose", "ROSE", ". ."])
    assert {number: vector.tolist() for number, vector in found.items()} == {1: [3, 4], 2: [1, 2], 3: [1, 2], 4: [5, 6]}
    first, second = vector_classes(found, np.ones(5), 2, 3, seed=0)
    assert first.classes[0] == first.size - 1
    assert first.classes[2] == first.classes[3]
    assert second.name == "vector2"


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"a 1 2\nb 3\n", BadInput, "has 1 numbers, and the first one has 2"),
        (b"a 1 2\nb 3 4 5\n", BadInput, "has 3 numbers, and the first one has 2"),
        (b"a 1 x\n", BadInput, "'x' is no number"),
        (b"no vectors\n", BadInput, "'vectors' is no number"),
        (b"a 1 1e300\n", BadInput, "'1e300' is no number"),
        (b"a 1 nan\n", BadInput, "'nan' is no number"),
        (b"a\n", BadInput, "a word and its numbers"),
        (b"a 1 2\n\xff 1 2\n", NotUtf8, "line 2"),
        (b"", EmptyInput, "no vectors"),
    ],
)
def test_files_that_are_no_vectors(tmp_path: Path, content: bytes, error: type[RaspError], message: str) -> None:
    (tmp_path / "vectors").write_bytes(content)
    with pytest.raises(error, match=message):
        read_vectors(str(tmp_path / "vectors"), ["a", "b"])


def test_a_standard_transformer_that_needs_too_much_memory_is_refused_before_the_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "memory", 10**9)
    long = [(["a", "b"] * 2_500, "x"), (["b"], "y")] * 12
    with pytest.raises(WrongOperand, match="lengths up to 5,000 would take about"):
        learn(task(long, one=True, standard=True))


def test_a_standard_transformer_stops_where_validation_data_say_that_more_steps_do_not_help() -> None:
    pytest.importorskip("torch")
    random = np.random.default_rng(0)
    pairs = [(words, tuple(random.choice(["x", "y"], len(words)))) for words, _ in sentences(60)]  # nothing to learn
    wanted = task(pairs)
    trained = standard_transformer(wanted.summary.data, wanted, 1, 2, 400, 16, patience=3)
    best, last = trained.steps
    assert best < last < 400
    assert last - best == 3 * 10  # measures, 10 steps apart
    assert len(trained([("Mr", "Sam")])[0]) == 2


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "a")
    write_arrays(path, {"now.weight": np.zeros(1)}, {"format": FORMAT, "origin": "another", "progress": "{}"})
    trainer = cast(Any, None)  # nothing of it is changed
    GradientKeeper(path, "this one").restore(trainer)
    with pytest.raises(UnreadableFile, match="a is the checkpoint of another training"):
        GradientKeeper(path, "this one", resume=True).restore(trainer)
    assert (tmp_path / "a").exists()


# ------------------------------------------------------------------------------------------------------ simple texts


class Small:
    """A program on words with one layer: a read, a count, two moves of one offset, and a table."""

    def __init__(self, labels: int = 2) -> None:
        self.shape = ConstrainedShape(1, 1, 1, 1, 4, labels, 9, given=2, classes=2, words=6, offsets=(-1, -1), hidden=4)
        self.choices = {name: np.zeros(size[:-1], np.int64) for name, size in self.shape.choices().items()}
        self.choices |= {WORDS: np.stack([np.arange(6) % 3, np.arange(6) % 2], axis=1)}
        self.choices["0.table"] = np.zeros((1, 4, 4), np.int64)
        self.choices["0.query"][:] = self.choices["0.key"][:] = 2
        self.choices["0.predicate"][:] = np.arange(4)
        self.weights = np.zeros((self.shape.variables, 4, labels), np.int64)

    def text(self) -> str:
        """The text, which gives what the program gives."""
        shape, labels = self.shape, ("O", "N", "T")[: self.shape.labels]
        rate = WordVariable("rate", np.arange(6) % 3, 3)
        learned = [
            WordVariable(f"class_{number}", own, int(own.max()) + 1)
            for number, own in enumerate(self.choices[WORDS].T, 1)
        ]
        corpus = Corpus(np.arange(6), np.zeros(6, np.int64), np.array([6]), False)
        program = DiscreteProgram(shape, self.choices, self.weights)
        self.writer = GradientText(
            program, WordInputs(VOCABULARY, [rate, *learned], Namer(corpus, VOCABULARY), 2), labels
        )
        text = self.writer.text()
        assert self.writer.text() == text
        words = np.array([[1, 5, 2, 3, 3, 0, 4]])
        codes = np.stack([np.minimum(np.arange(7), 2)[None], rate.classes[words]], axis=-1)
        examples = CodedExamples(codes, np.array([7]), np.zeros((1, 7)), words)
        ((result,),) = evaluate([read_back(text)[-1].node], [[VOCABULARY[word] for word in words[0]]], "collect")
        assert not isinstance(result, RaspError)
        assert result.values == [labels[number] for number in program.answers(examples)]
        return text


def test_what_the_output_does_not_need_is_not_defined() -> None:
    small = Small()
    small.weights[2, 0, 1] = 3  # class_1
    small.weights[5, :, 1] = 2  # a count, the same for all
    small.weights[8, 0, 1] = -1  # a table whose entries are all 0
    text = small.text()
    assert "score_N = [3, 0, 0][class_1] + 1;" in text
    assert not {"count", "class5", "class_2", "rate", "position", "wanted"} & {*re.findall(r"[a-z]+(?:_?\d)?", text)}
    assert [*small.writer.reads()] == ["a learned class (class_1) of the word"]
    before, small.weights[5], small.weights[8] = text, 0, 0
    small.weights[2, :, 1] += 1
    assert small.text() == before.replace("[3, 0, 0][class_1] + 1", "[4, 1, 1][class_1]")


def test_a_label_that_is_never_chosen_has_no_score() -> None:
    small = Small(labels=3)
    small.weights[2, :3] = [[0, 3, 2], [0, -1, -1], [0, 0, 0]]
    text = small.text()
    small.weights[2, :, 2] = 0
    assert small.text() == text
    assert "score_T" not in text
    assert "max" not in text


def test_heads_that_read_the_same_have_one_definition() -> None:
    small = Small()
    small.choices["0.moved"][:] = 2
    small.weights[6, 0, 1], small.weights[7, 1, 1] = 3, 2
    text = small.text()
    assert text.count("class_1_before1 = aggregate(before1, class_1, 3);") == 1
    assert text.count("indices - 1") == 1
    assert [*small.writer.reads()].count("class_1_before1: class_1 of the word before") == 1


def test_a_short_look_up_stands_in_the_selector() -> None:
    small = Small()
    small.choices["0.predicate"][0] = [1, 0, 2, 0]
    small.weights[4, 0, 1] = 3
    text = small.text()
    assert "select(class_1, [1, 0, 2][class_1], ==)" in text
    told = text.replace("\n# ", " ")
    assert "read1: position of the nearest word whose class_1 is the one that class_1 here asks for; 3" in told


# ------------------------------------------------------------------------------------------------ words of any number


@pytest.mark.parametrize("one", [False, True])
def test_few_words_are_words_where_the_data_say_so(one: bool) -> None:
    pytest.importorskip("torch")
    pairs = [("so good", "pos"), ("so bad", "neg")] if one else [("Mr Lee", "O N"), ("the cat", "O O")]
    wanted = choose_method(of_data(data_of(pairs * 30, Form(words=True, one=one))), GRADIENT)
    assert wanted.tokeniser is not None
    found = learn(wanted.request(epochs=3))
    assert found.report.exact
    assert "Tokens: " in found.program
    assert choose_method(of_data(data_of([(["a", "b"], ["x", "y"])])), GRADIENT).tokeniser is None


def test_ints_are_no_words() -> None:
    data = data_of([("1 2", "2 1")] * 3, Form(words=True, input_kind="int"))
    assert choose_method(of_data(data), GRADIENT).tokeniser is None


# ----------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize("method", [LOOKUPS, GRADIENT])
def test_numbers_have_one_spelling_from_raw_text_to_program(method: str) -> None:
    """A number in the training data is the same token there, in the header and where raw text is tagged."""
    if method == GRADIENT:
        pytest.importorskip("torch")
    rows = [("in 1987 we saw 12 cats", "O Y O O O O"), ("on 5 or 12 days", "O O O O O"), ("by 1999", "O Y")] * 20
    data = data_of(rows, Form(words=True))
    wanted = choose_method(of_data(data), method).request(**({"epochs": 2} if method == GRADIENT else {}))
    program = learn(wanted).program
    assert "1987 is read as ####, or as <number> if that is unknown" in program
    session = rasp.Session()
    session.run(program)
    tagger = Tagger(program, session["output"].node)
    for text, _ in rows[:3]:
        masked = [re.sub(r"\d", "#", word) for word in text.split() if word.isdecimal()]
        assert [token for token in tagger.tag([text])[0].tokens if not token.isalpha() and token[0] != "<"] == masked
    assert tagger.tag(["1,250.3"])[0].tokens == ["<number>"]


@pytest.mark.parametrize("place", ["finish", "read_back"])
def test_control_c_after_a_training_loses_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str) -> None:
    pytest.importorskip("torch")
    checkpoint = tmp_path / "a.checkpoint.safetensors"
    wanted = task(sentences(60), checkpoint=str(checkpoint), most_bytes=2_000)
    with monkeypatch.context() as patched:

        def stopped(*given: Any) -> Any:
            raise KeyboardInterrupt

        patched.setattr(gradient_words, place, stopped)
        with pytest.raises(KeyboardInterrupt):
            learn(wanted)
    assert checkpoint.exists()
    steps: list[int] = []
    monkeypatch.setattr(GradientKeeper, "keep", lambda self, trainer: steps.append(trainer.progress.steps))
    again = learn(replace(wanted, resumed={"search": {}}))
    assert not steps  # the training had ended
    assert not checkpoint.exists()
    assert again.program == learn(replace(wanted, checkpoint=None)).program
