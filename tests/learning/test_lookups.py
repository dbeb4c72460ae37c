"""Look-ups: the parts of the method, and whole programs that it learns from small data."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rasp
from rasp.architecture.plan import make_plan
from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput
from rasp.graph.builders import indices
from rasp.graph.nodes import Node
from rasp.learning import learning_loop, proof
from rasp.learning.enumeration.search import ProgramSearch
from rasp.learning.events import SearchListener, SearchStanding
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import Form, data_of
from rasp.learning.examples.spans import SpanCounter, score_spans
from rasp.learning.learning_loop import LearningOutcome, learn_program
from rasp.learning.lessons import of_data
from rasp.learning.lookups import fitting, method
from rasp.learning.lookups.candidates import GUESS, Namer
from rasp.learning.lookups.clusters import k_means
from rasp.learning.lookups.corpus import Corpus
from rasp.learning.lookups.limits import layers_of, looks_ahead
from rasp.learning.lookups.model import Layers, Sum, guesses
from rasp.learning.lookups.problem import LookupProblem
from rasp.learning.lookups.reads import (
    Always,
    At,
    Bag,
    CorpusView,
    FirstOrLast,
    Fixed,
    Flag,
    FlagCount,
    NearestRead,
    ReadPosition,
    TwoReads,
    WordRead,
)
from rasp.learning.lookups.refining import ALONE, EVERYWHERE, WordWeights
from rasp.learning.lookups.tokeniser import Tokeniser, common_words, shape
from rasp.learning.lookups.variables import WordVariable, word_shapes
from rasp.learning.lookups.writing import WordTable, write_program
from rasp.learning.methods import LOOKUPS, SEARCH, choose_method
from rasp.learning.request import Caps, LearningRequest
from rasp.learning.state import StateKeeper
from rasp.learning.writing.statements import read_back

LETTERS = str.maketrans("0123456789", "abcdefghij")


def sentences(count: int, seed: int = 1) -> list[tuple[list[str], list[str]]]:
    """Sentences in which a name follows a title, or stands alone; a few words are both names and none."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        words, labels = [], []
        for _ in range(draw.randint(1, 4)):
            kind = draw.random()
            if kind < 0.4:
                words += ["Mr", draw.choice(["Rose", "Sam", "Mark", f"Name{draw.randint(0, 40)}son"])]
                labels += ["O", "N"]
            elif kind < 0.7:
                words += ["the", draw.choice(["Rose", "Mark", f"thing{draw.randint(0, 140)}"])]
                labels += ["O", "O"]
            else:
                words += [f"verb{draw.randint(0, 140)}ed", draw.choice(["to", "in"])]
                labels += ["O", "O"]
        made.append((words, labels))
    return made


def texts(count: int) -> list[tuple[list[str], str]]:
    draw = random.Random(2)
    made = []
    for _ in range(count):
        label = draw.choice(["bird", "tree", "tool"])
        words = [f"{label}{draw.randint(0, 40)}" for _ in range(2)] + [f"word{draw.randint(0, 60)}" for _ in range(4)]
        draw.shuffle(words)
        made.append((words, label))
    return made


class Heard(SearchListener):
    def __init__(self, stop: int = 10**9) -> None:
        self.standings: list[SearchStanding] = []
        self.stop = stop

    def improved(self, standing: SearchStanding) -> None:
        self.standings.append(standing)
        if len(self.standings) >= self.stop:
            raise KeyboardInterrupt


def learned(data: Data, stop: int = 10**9, settings: tuple[str, ...] = (), **more: Any) -> LearningOutcome:
    choice = choose_method(of_data(data), LOOKUPS, settings)
    wanted = LearningRequest(choice.lesson.summary, seconds=None, method=LOOKUPS, tokeniser=choice.tokeniser, **more)
    return learn_program(wanted, Heard(stop), StateKeeper(None, wanted.origin()))


@pytest.fixture(scope="module")
def tagger() -> LearningOutcome:
    return learned(data_of(sentences(400)))


@pytest.fixture(scope="module")
def classifier() -> LearningOutcome:
    return learned(data_of(texts(300), Form(one=True)))


# ------------------------------------------------------------------------------------------------------ whole programs


def test_a_tagger_reads_the_word_before(tagger: LearningOutcome) -> None:
    assert tagger.report.accuracy > 0.98
    assert "Read:" in tagger.program
    assert "# Tokens: blanks, case, masked, shapes.\n" in tagger.program
    assert rasp.format(tagger.program) == tagger.program
    assert tagger.report.method == ""


def test_the_text_is_the_program(tagger: LearningOutcome) -> None:
    assert read_back(tagger.program)[-1].node is tagger.node
    session = rasp.Session()
    session.run(tagger.program)
    assert session["output"](["Mr", "Rose", "the", "Rose"]).values == ["O", "N", "O", "O"]
    assert tagger.report.size.heads


def test_a_classifier_adds_up_the_words(classifier: LearningOutcome) -> None:
    assert classifier.report.accuracy > 0.95
    assert "one label a text" in classifier.program
    assert "over all words" in classifier.program


def test_a_read_must_add_more_than_one_right_output() -> None:
    """With few validation data, a read that wins one output would be kept by chance."""
    for data in (data_of(texts(300), Form(one=True)), data_of(sentences(400))):
        choice = choose_method(of_data(data), LOOKUPS, ())
        wanted = LearningRequest(choice.lesson.summary, method=LOOKUPS, tokeniser=choice.tokeniser)
        problem = LookupProblem(choice.lesson.summary.split.training, wanted)
        labels = problem.validation.corpus.labels
        worse = labels.copy()
        worse[0] = (labels[0] + 1) % len(problem.labels)
        assert 1 - problem.judge(worse) <= problem.least


def test_where_no_span_is_right_outputs_are_the_judge() -> None:
    data = data_of([(["a", "b"] * 3, ["O", "N"] * 3)] * 30)
    choice = choose_method(of_data(data), LOOKUPS, ())
    problem = LookupProblem(data, LearningRequest(choice.lesson.summary, method=LOOKUPS, tokeniser=choice.tokeniser))
    labels = problem.validation.corpus.labels
    all_outside = np.full_like(labels, problem.labels.index("O"))
    all_names = np.full_like(labels, problem.labels.index("N"))
    assert problem.judge(all_outside) == -0.5
    all_names[0] = all_outside[0]
    assert -0.5 < problem.judge(all_names) < 0 < problem.judge(labels)


def test_where_validation_data_have_no_span_training_data_are_the_judge() -> None:
    rows = [(["the", f"thing{number}", "ran"], ["O", "O", "O"]) for number in range(240)]
    training = data_of([*rows, *((["the", name, "ran"], ["O", "N", "O"]) for name in ("Rose", "Mark") * 4)])
    lesson = of_data(training)
    split = replace(lesson.summary.split, training=training, validation=data_of(rows[:30]))
    choice = choose_method(replace(lesson, summary=replace(lesson.summary, split=split)), LOOKUPS)
    wanted = LearningRequest(choice.lesson.summary, seconds=None, method=LOOKUPS, tokeniser=choice.tokeniser)
    outcome = learn_program(wanted, Heard(), StateKeeper(None, wanted.origin()))
    assert outcome.report.exact


def test_equal_runs_give_equal_texts(tagger: LearningOutcome) -> None:
    assert learned(data_of(sentences(400))).program == tagger.program


def test_ctrl_c_ends_with_the_reads_so_far() -> None:
    outcome = learned(data_of(sentences(150)), stop=1)
    assert outcome.report.effort.interrupted
    assert read_back(outcome.program)[-1].node is outcome.node


def test_a_search_goes_on_from_its_state() -> None:
    data = data_of(sentences(200))
    choice = choose_method(of_data(data), LOOKUPS)
    wanted = LearningRequest(
        choice.lesson.summary, seconds=None, iterations=1, method=LOOKUPS, tokeniser=choice.tokeniser
    )
    keeper = StateKeeper(None, wanted.origin())
    learn_program(wanted, Heard(), keeper)
    reads = keeper.search["search"]["reads"]["first"]
    assert json.loads(json.dumps(keeper.search))
    assert reads
    kept = json.loads(json.dumps(keeper.search))
    more = LearningRequest(
        choice.lesson.summary, seconds=None, resumed=kept, method=LOOKUPS, tokeniser=choice.tokeniser
    )
    heard = Heard()
    outcome = learn_program(more, heard, StateKeeper(None, more.origin()))
    assert outcome.report.accuracy > 0.95


@pytest.mark.parametrize("reads", [[1], ["At(name='rate', classes=1, by=9)"]])
def test_a_state_with_other_candidates_is_refused(reads: list[object]) -> None:
    with pytest.raises(BadInput, match="of another version, with other candidates"):
        learned(data_of(sentences(40)), resumed={"search": {"reads": {"first": reads}}})


def test_ctrl_c_before_the_first_read_leaves_the_reads_of_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(method, "make_variables", interrupt)
    assert learned(data_of(sentences(40))).report.effort.interrupted
    with pytest.raises(KeyboardInterrupt):
        learned(data_of(sentences(40)), resumed={"search": {"reads": {"first": ["At(name='rate', classes=2, by=0)"]}}})


@pytest.mark.parametrize(
    "caps",
    [
        Caps(layers=0),
        Caps(layers=1, heads=1),
        Caps(layers=1, heads=2),
        Caps(layers=2, heads=2),
        Caps(heads=1),
        Caps(heads=3, assume_bos=True),
        Caps(causal=True),
        Caps(layers=1, heads=1, causal=True),
    ],
)
def test_caps_hold(caps: Caps) -> None:
    outcome = learned(data_of(sentences(150)), caps=caps)
    assert_counted(outcome, caps)
    if caps.causal:
        session = rasp.Session()
        session.run(outcome.program)
        words = ["Mr", "Rose", "the", "Rose", "Mr", "Sam"]
        whole = session["output"](words).values
        assert [session["output"](words[: end + 1]).values[-1] for end in range(len(words))] == whole


@pytest.mark.parametrize("caps", [Caps(layers=0), Caps(layers=1), Caps(layers=1, heads=1), Caps(heads=3)])
def test_caps_hold_for_one_label(caps: Caps) -> None:
    assert_counted(learned(data_of(texts(150), Form(one=True)), caps=caps), caps)


def assert_counted(outcome: LearningOutcome, caps: Caps) -> None:
    """Asserts that the program, as `rasp arch` counts it, has no more layers and heads than allowed."""
    heads = make_plan([outcome.node], caps.assume_bos).heads_per_layer
    assert len(heads) <= (99 if caps.layers is None else caps.layers)
    assert max(heads, default=0) <= (99 if caps.heads is None else caps.heads)


def test_a_program_stays_below_its_bytes() -> None:
    assert len(learned(data_of(sentences(150)), most_bytes=4_000).program) < 6_000


def test_what_look_ups_refuse() -> None:
    with pytest.raises(BadInput, match="strings"):
        learned(data_of([([1, 2], [1, 2])]))
    with pytest.raises(BadInput, match="look ahead"):
        learned(data_of(texts(20), Form(one=True)), caps=Caps(causal=True))
    with pytest.raises(BadInput, match="example 1 of data has an output that no program can hold"):
        learned(data_of([(["a", "b"], ["x", 'y"'])] * 3))
    with pytest.raises(BadInput, match="no s-ops"):
        learned(data_of([("ab", "ab")]), ready=(("position", indices()),))
    with pytest.raises(BadInput, match="not that of a search"):
        learned(data_of([("ab", "ab")]), resumed={"search": {"reads": [1]}})
    with pytest.raises(BadInput, match="no method"):
        choose_method(of_data(data_of([("a", "a")])), "best")
    with pytest.raises(BadInput, match="no setting"):
        choose_method(of_data(data_of([("a", "a")])), LOOKUPS, ("upper",))


def test_each_word_with_one_label() -> None:
    draw = random.Random(5)
    kinds = [
        (f"{label}{''.join(letters)}", label) for label in "nva" for letters in itertools.product("bcdfg", repeat=2)
    ]
    pairs = [draw.choices(kinds, k=draw.randint(3, 6)) for _ in range(200)]
    outcome = learned(data_of([([word for word, _ in pair], [label for _, label in pair]) for pair in pairs]))
    assert outcome.report.exact


def test_shapes_have_as_many_classes_as_there_are() -> None:
    assert word_shapes(["<x>", "a", "B", "c"]).size == 2
    assert word_shapes([f"{chr(0x2190 + number)}" for number in range(40)]).size == 32


def test_data_that_are_hardly_any() -> None:
    assert learned(data_of([("ab", "aa")])).report.exact
    assert learned(data_of([(["a"], "x"), (["b"], "y")], Form(one=True))).report.parts[0].marks.score.sequences == 2
    assert learned(data_of([(["a", "b"], [None, "x"]), (["b"], ["y"])])).program


def test_the_front_has_smaller_programs(classifier: LearningOutcome) -> None:
    sizes = [one.price for one in classifier.report.front]
    assert sizes == sorted(sizes)
    assert classifier.report.front[-1].chosen


def spelt(pairs: list[tuple[list[str], list[str]]]) -> list[tuple[list[str], list[str]]]:
    """The pairs with letters in the place of digits."""
    return [([word.translate(LETTERS) for word in words], labels) for words, labels in pairs]


def test_the_method_suits_the_vocabulary() -> None:
    small, ruled = (of_data(data_of(spelt(sentences(count)))) for count in (5, 400))
    assert choose_method(small).method == SEARCH
    chosen = choose_method(ruled)
    assert (chosen.method, chosen.reason[:21]) == (SEARCH, "a short search finds ")
    assert choose_method(ruled, settings=("case",)).method == LOOKUPS
    pairs = spelt(sentences(400))
    large = of_data(data_of([*pairs, *((words, ["X"] * len(words)) for words, _ in pairs[::10])]))
    chosen = choose_method(large)
    assert (chosen.method, chosen.reason[:24]) == (LOOKUPS, "the vocabulary is large ")
    numbered = of_data(data_of(sentences(400)))
    chosen = choose_method(numbered)
    assert (chosen.method, chosen.reason[:38]) == (SEARCH, "the words are alike but for their digi")
    assert choose_method(numbered, settings=("digits",)).method == LOOKUPS
    ints = data_of([([number, number + 1], [0, 1]) for number in range(300)])
    assert choose_method(of_data(ints)).method == SEARCH


def test_counts_of_many_words_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "WHOLE", 2_000)  # inputs on which the program is compared with its model
    draw = random.Random(3)
    words = ["".join(letters) for letters in itertools.product("bcdfgh", repeat=3)]
    inputs = [draw.choices(draw.sample(words, 4), k=draw.randint(2, 9)) for _ in range(300)]
    counts = [[given[: place + 1].count(word) for place, word in enumerate(given)] for given in inputs]
    counted = data_of(zip(inputs, counts, strict=True))
    chosen = choose_method(of_data(counted))
    assert (chosen.method, chosen.reason[:21]) == (SEARCH, "a short search finds ")
    wanted = chosen.request(iterations=1_000)
    assert learn_program(wanted, SearchListener(), StateKeeper(None, wanted.origin())).report.exact


def test_control_c_during_the_short_search_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(search: ProgramSearch) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ProgramSearch, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        choose_method(of_data(data_of(spelt(sentences(400)))))


def test_a_program_compiles_at_a_small_vocabulary(tagger: LearningOutcome) -> None:
    session = rasp.Session()
    session.run(tagger.program)
    model = session["output"].compile(vocab=["Mr", "Rose", "the"], max_length=3)
    assert model(["Mr", "Rose", "the"]).values == ["O", "N", "O"]


# --------------------------------------------------------------------------------------------------------- text = model

RATE = WordVariable("rate", np.array([0, 1, 2, 1, 2]), 3)
SHAPE = WordVariable("shape", np.array([1, 0, 0, 1, 0]), 2)
VARIABLES = {"rate": RATE, "shape": SHAPE}
WORDS = ["<x>", "a", "b", "c", "d"]
FLAG = Flag("rate", (1,), "word like a")
FLAGS = Flag("rate", (1, 2), "word like a b")
READS: list[WordRead] = [
    At("rate", 3),
    At("rate", 3, -1),
    At("shape", 2, 2),
    ReadPosition(),
    NearestRead(FLAG, -1, "rate", 3),
    NearestRead(FLAGS, 1, "shape", 2),
    FirstOrLast(FLAG, True, "rate", 3),
    FirstOrLast(FLAG, False, "shape", 2, -1),
    FirstOrLast(FLAGS, True, "rate", 3, 1),
    Fixed("rate", 3, 1),
    Fixed("shape", 2, -1),
    FlagCount(FLAG),
    TwoReads(At("rate", 3), At("shape", 2, -1)),
]
SENTENCES = [tuple(word for word in text) for text in ("a", "ab", "bbca", "dzdab", "ccc", "zzzzzz", "dcbaabcd")]


def written(model: Layers, labels: tuple[str, ...], one: bool = False) -> tuple[Node, Corpus]:
    numbers: dict[Any, int] = {word: number for number, word in enumerate(WORDS)}
    outputs = tuple((None,) * len(row) for row in SENTENCES)
    corpus = Corpus.of(Data(tuple(SENTENCES), outputs, tuple(range(len(SENTENCES))), one=one), numbers, labels)
    text = write_program(model.simplified(), WordTable(WORDS, VARIABLES, labels, Namer(corpus, WORDS)))
    assert rasp.format(text) == text
    return read_back(text)[-1].node, corpus


def program_text(model: Layers, labels: tuple[str, ...]) -> str:
    corpus = Corpus(np.array([1, 3, 3, 2, 4]), np.zeros(5, np.int64), np.array([5]), False)
    return write_program(model.simplified(), WordTable(WORDS, VARIABLES, labels, Namer(corpus, WORDS)))


def random_sum(reads: list[WordRead], labels: int, seed: int) -> Sum:
    draw = np.random.Generator(np.random.PCG64(seed))
    weights = [draw.integers(-4, 5, (read.size, labels)) for read in reads]
    for one in weights:
        one[:, 1] = 0
    return Sum(tuple(reads), tuple(weights), 1)


def agree(node: Node, corpus: Corpus, model: Layers, labels: tuple[str, ...]) -> None:
    answers = [labels[number] for number in model.answers(CorpusView(corpus, VARIABLES))]
    found = [row[0].values for row in evaluate([node], SENTENCES)]
    if corpus.one:
        assert found == [[label] * len(row) for label, row in zip(answers, SENTENCES, strict=True)]
    else:
        assert [label for row in found for label in row] == answers


@pytest.mark.parametrize("read", READS, ids=lambda read: read.words())
def test_each_read_is_written_as_it_is_computed(read: WordRead) -> None:
    labels = ("N", "O", "a label")
    model = Layers(random_sum([read], 3, seed=5))
    node, corpus = written(model, labels)
    agree(node, corpus, model, labels)
    size = max(len(row) for row in SENTENCES)
    depth = len(rasp.SOp(node).architecture().heads_per_layer) if size else 0
    assert depth == layers_of(read)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(READS), min_size=1, max_size=4, unique=True), st.integers(0, 1000))
def test_random_models_of_tags(reads: list[WordRead], seed: int) -> None:
    labels = ("N", "O", "T", "U")
    first = random_sum(reads, 4, seed)
    guess: list[WordRead] = [At(GUESS, 8), At(GUESS, 8, -1), TwoReads(At(GUESS, 8), At("rate", 3, 1))]
    for model in (Layers(first), Layers(random_sum([*reads, *guess], 4, seed + 1), first, 3)):
        node, corpus = written(model, labels)
        agree(node, corpus, model, labels)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(READS[6:]), max_size=3, unique=True), st.integers(0, 1000))
def test_random_models_of_one_label(reads: list[WordRead], seed: int) -> None:
    labels = tuple("abcdefghi")
    bags: list[WordRead] = [Always(), Bag(At("rate", 3)), Bag(TwoReads(At("rate", 3), At("rate", 3, 1)))]
    reads = [read for read in reads if not isinstance(read, TwoReads)]
    model = Layers(random_sum([*bags, *reads], 9, seed))
    node, corpus = written(model, labels, one=True)
    agree(node, corpus, model, labels)


def test_a_word_with_the_default_class_but_another_shape_is_in_the_table() -> None:
    words = ["<x>", "<x:ing>", "running", "run"]
    variables = {"rate": WordVariable("rate", np.array([0, 1, 0, 0]), 2)}
    data = Data((("run",),), ((None,),), (0,))
    namer = Namer(Corpus.of(data, {word: number for number, word in enumerate(words)}, ("N", "O")), words)
    text = write_program(
        Layers(Sum((At("rate", 2),), (np.array([[0, 0], [1, 0]]),), 1)), WordTable(words, variables, ("N", "O"), namer)
    )
    assert 'lookup({"<x:ing>": 1, "running": 0}, tokens, 0)' in text


def test_reads_that_look_ahead() -> None:
    ahead = {read.words() for read in READS if looks_ahead(read)}
    assert At("shape", 2, 2).words() in ahead
    assert At("rate", 3, -1).words() not in ahead
    assert NearestRead(FLAG, -1, "rate", 3).words() not in ahead


# --------------------------------------------------------------------------------------------------------- refining


def bird_or_tree(count: int, letters: str = "abcd") -> list[tuple[list[str], str]]:
    """Texts whose second word decides; the same words say nothing elsewhere."""
    draw = random.Random(5)
    made = []
    for _ in range(count):
        words = [draw.choice(["bird", "tree"]) + draw.choice(letters) + draw.choice(letters) for _ in range(4)]
        made.append((["a", *words], words[0][:4]))
    return made


def problem_of(pairs: list[tuple[list[str], str]], **more: Any) -> LookupProblem:
    choice = choose_method(of_data(data_of(pairs, Form(one=True))), LOOKUPS)
    return LookupProblem(choice.lesson.summary.split.training, choice.request(seconds=None, **more))


def test_words_that_add_the_same_become_a_class() -> None:
    problem = problem_of(bird_or_tree(400))
    exact = WordWeights(problem, [Always(), Fixed("rate", 32, 1), Fixed("shape", 4, 1), Bag(At("rate", 32))])
    assert exact.reads == [Always(), Fixed("word", len(problem.words), 1), Bag(At("word", len(problem.words)))]
    made = exact.sum({EVERYWHERE: 2, ALONE: 3}, len(problem.words))
    assert made.reads == (Always(), Fixed("alone", 3, 1), Bag(At("weight", 2)))
    assert problem.judge(made.answers(problem.validation)) > 0.95
    classes = problem.variables["alone"].classes
    kinds = {
        word[:4]: {int(classes[place]) for place, other in enumerate(problem.words) if other[:4] == word[:4]}
        for word in problem.words
    }
    assert not kinds["bird"] & kinds["tree"]


def test_words_of_little_effect_are_taken_for_unknown() -> None:
    problem = problem_of(bird_or_tree(400))
    exact = WordWeights(problem, [Fixed("rate", 32, 1)])
    exact.sum({EVERYWHERE: 9, ALONE: 9}, 11)
    classes = problem.variables["alone"].classes
    assert np.count_nonzero(classes != classes[0]) <= 10


def test_a_short_program_leaves_words_out() -> None:
    data = data_of(bird_or_tree(800, "abcdefghijklmnopqr"), Form(one=True))
    long, short = learned(data), learned(data, most_bytes=6_000)
    assert "alone" in short.program
    assert len(short.program) < 7_000 < len(long.program)  # the header comes on top
    assert short.report.accuracy > 0.6


# --------------------------------------------------------------------------------------------------------------- parts


def test_fitting_finds_the_weights_of_a_logistic_regression() -> None:
    values = np.repeat([0, 1], 500)
    labels = np.concatenate([np.repeat([0, 1], [400, 100]), np.repeat([0, 1], [100, 400])])
    (weights,) = fitting.fit([fitting.LookupFeature(values, 2)], labels, 2, [np.zeros((2, 2))], 1e-6, 100)
    assert np.round(weights[:, 1] - weights[:, 0], 2).tolist() == [-1.39, 1.39]


def test_labels_that_are_not_asked_count_nowhere() -> None:
    values, labels = np.array([0, 0, 1, 1]), np.array([0, -1, 1, -1])
    (weights,) = fitting.fit([fitting.LookupFeature(values, 2)], labels, 2, [np.zeros((2, 2))], 1.0, 50)
    (other,) = fitting.fit([fitting.LookupFeature(values[::2], 2)], labels[::2], 2, [np.zeros((2, 2))], 1.0, 50)
    assert np.allclose(weights, other)


def test_clusters_of_few_points() -> None:
    points = np.array([[1.0], [1.0], [1.0]])
    classes, centres = k_means(points, np.ones(3), 5, seed=0)
    assert (classes.tolist(), len(centres)) == ([0, 0, 0], 1)


def test_folding_changes_no_score() -> None:
    made = random_sum([Always(), At("rate", 3), ReadPosition()], 3, seed=1)
    _, corpus = written(Layers(made), ("N", "O", "T"))
    view = CorpusView(corpus, VARIABLES)
    assert (made.folded().scores(view) == made.scores(view)).all()
    assert made.folded().reads == (At("rate", 3), ReadPosition())


def test_guesses_say_what_is_sure() -> None:
    made = Sum((At("rate", 3),), (np.array([[0, 0], [-5, 0], [2, 0]]),), 1)
    _, corpus = written(Layers(made), ("N", "O"))
    found = guesses(made, 5, CorpusView(corpus, VARIABLES))
    assert set(zip(RATE.classes[corpus.words].tolist(), found.tolist(), strict=True)) == {(0, 2), (1, 3), (2, 0)}


TAGS = st.sampled_from(["B-A", "I-A", "I-B", "N", "O"])


def test_spans() -> None:
    score = score_spans([["B-A", "I-A", "O", "N"]], [["B-A", "O", "O", "N"]])
    assert (score.wanted, score.found, score.right) == (2, 2, 1)
    assert score.precision == score.recall == score.f1 == 0.5
    assert score_spans([["O"]], [["O"]]).f1 == 0.0


@given(st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=5), min_size=1, max_size=4))
def test_spans_of_many_sequences(rows: list[list[tuple[str, str]]]) -> None:
    labels = ["B-A", "I-A", "I-B", "N", "O"]
    wanted, found = ([[pair[side] for pair in row] for row in rows] for side in (0, 1))
    first = np.array([place == 0 for row in rows for place in range(len(row))])
    numbers = [np.array([labels.index(label) for row in side for label in row]) for side in (wanted, found)]
    assert SpanCounter(labels, numbers[0], first).score(numbers[1]) == score_spans(wanted, found)


@pytest.mark.parametrize("word", ["a", "Ab's", "I.B.M.", "9th", "$5", "--", "x-ray", "Über", "été", "…", "O'Hara", ""])
def test_every_word_has_a_shape_that_a_program_can_hold(word: str) -> None:
    made = shape(word)
    assert made.startswith("<")
    assert made.endswith(">")
    assert '"' not in made


def test_text_without_blanks_is_split_into_characters() -> None:
    data = data_of([("我们看书", "BIBB"), ("看书", "BB")] * 3)
    tokeniser = choose_method(of_data(data), LOOKUPS).tokeniser
    assert tokeniser == Tokeniser("characters")
    assert tokeniser.words("我们 看书\r\n") == ["我", "们", "看", "书"]
    for words in ([["a", "bc"]], ["a b"]):
        other = choose_method(of_data(data_of([(given, ["x"] * len(given)) for given in words])), LOOKUPS).tokeniser
        assert other == Tokeniser("blanks")
    labelled = choose_method(of_data(data_of([("我们", "x"), ("看", "y")], Form(one=True))), LOOKUPS).tokeniser
    assert labelled == Tokeniser("characters", "lower", "masked", "plain")


def test_tokenisers() -> None:
    text = Tokeniser.of(["text", "lower"], Tokeniser())
    assert text.words('He said "No."') == ["He", "said", '"', "No", ".", '"']
    assert text.tokens('"No 12."') == ["''", "no", "##", ".", "''"]
    assert text.known(["no", "zounds"], {"no"}) == ("no", "<x:s>")
    assert Tokeniser(unknown="plain").known(["zounds"], ()) == ("<unk>",)
    assert common_words([("a", "a", "b", "b", "c")], 1) == {"a"}


def test_labels_that_are_never_chosen_have_no_score() -> None:
    """The text of a model is that of the model without them, and gives equal values."""
    labels = ("N", "O", "T", "U")
    weights = np.array([[3, 0, -1, 3], [-2, 0, 0, -2], [1, 0, -4, 0]])
    model = Layers(Sum((At("rate", 3),), (weights,), 1))
    node, corpus = written(model, labels)
    agree(node, corpus, model, labels)
    text = program_text(model, labels)
    assert text == program_text(Layers(Sum((At("rate", 3),), (weights * [1, 1, 0, 0],), 1)), labels)
    assert "score_T" not in text
    assert "score_U" not in text
    assert "max(" not in text
    assert 'output = "O" if score_N <= 0 else "N";' in text


def test_a_label_that_wins_in_long_texts_keeps_its_score() -> None:
    bag: tuple[WordRead, ...] = (Bag(At("rate", 3)), At("shape", 2))
    weights = np.array([[0, 0, 1], [0, 0, -3], [0, 0, 0]]), np.array([[0, 0, -9], [0, 0, -9]])
    model = Layers(Sum(bag, weights, 1))
    node, corpus = written(model, ("N", "O", "T"), one=True)
    agree(node, corpus, model, ("N", "O", "T"))
    assert "score_T" in program_text(model, ("N", "O", "T"))
    assert "score_N" not in program_text(model, ("N", "O", "T"))


def test_reads_that_change_nothing_are_left_out() -> None:
    reads: tuple[WordRead, ...] = (At("rate", 3), NearestRead(FLAG, -1, "shape", 2), FlagCount(FLAGS))
    weights = np.array([[5, 0], [-2, 0], [1, 0]]), np.full((3, 2), [-3, 0]), np.full((4, 2), [1, 0])
    model = Layers(Sum(reads, weights, 1))
    node, corpus = written(model, ("N", "O"))
    agree(node, corpus, model, ("N", "O"))
    text = program_text(model, ("N", "O"))
    assert text == program_text(Layers(Sum(reads[:1], (weights[0] + [[-2, 0]],), 1)), ("N", "O"))
    assert [*model.simplified().words()] == [reads[0].words()]
    assert "shape" not in text


def test_a_constant_is_one_number() -> None:
    reads: tuple[WordRead, ...] = (At("rate", 3), At("shape", 2), Bag(At("shape", 2)))
    weights = np.array([[5, 0, 4], [-2, 0, 4], [1, 0, 4]]), np.array([[1, 0, 2], [1, 0, -2]]), np.zeros((2, 3), int)
    text = program_text(Layers(Sum(reads, weights, 1)), ("N", "O", "T"))
    assert "score_N = [5, -2, 1][rate] + 1;" in text
    assert "score_T = [2, -2][shape] + 4;" in text
    assert "full_s" not in text


def test_without_any_read_the_output_is_one_label() -> None:
    model = Layers(Sum((At("rate", 3),), (np.zeros((3, 2), int),), 1))
    assert program_text(model, ("N", "O")) == 'output = lookup([], indices, "O");\n'


def test_a_guess_that_is_not_read_is_not_made() -> None:
    first = random_sum([At("shape", 2)], 2, seed=1)
    last = Sum((At("rate", 3), At(GUESS, 4)), (np.array([[5, 0], [-2, 0], [1, 0]]), np.zeros((4, 2), int)), 1)
    assert program_text(Layers(last, first, 2), ("N", "O")) == program_text(
        Layers(Sum(last.reads[:1], last.weights[:1], 1)), ("N", "O")
    )


def test_labels_whose_names_look_like_those_of_other_statements() -> None:
    labels = ("N", "N_here", "first", "top", "a.b", "a_b", "a_b_2")
    first = random_sum(READS[:4], 7, seed=3)
    for model in (Layers(first), Layers(random_sum([*READS[:4], At(GUESS, 14, -1)], 7, seed=4), first, 3)):
        node, corpus = written(model, labels)
        agree(node, corpus, model, labels)
    bagged = Layers(random_sum([Bag(At("rate", 3)), *READS[8:10]], 7, seed=5))
    node, corpus = written(bagged, labels, one=True)
    agree(node, corpus, bagged, labels)


def test_comments_have_words_of_each_class_and_the_value_for_nothing() -> None:
    reads: list[WordRead] = [At("rate", 3, -1), NearestRead(FLAG, -1, "shape", 2)]
    text = program_text(Layers(random_sum(reads, 2, seed=5)), ("N", "O"))
    assert (
        "rate: a class of the word, by the labels that it has. 0, as unknown words: <x>; 1: c a; 2: b d."
        in text.replace("\n# ", " ")
    )
    assert "# Read: the usual label (rate) of the word before; 3 where there is none.\n" in text
    assert "# Read: the shape of the nearest word like a before; 2 where there is none.\n" in text


def test_names_of_flags_are_words_of_their_classes() -> None:
    words = ["<x>", ",", ".", "the", "a" * 99]
    one = WordVariable("rate", np.array([0, 1, 1, 2, 3]), 4)
    namer = Namer(Corpus(np.array([1, 2, 3, 4]), np.zeros(4, int), np.array([4]), False), words)
    assert namer.flag(one, 1) == Flag("rate", (1,), 'word like "," "."', "like_sign")
    assert namer.flag(one, 2).called == "like_the"
    assert len(namer.flag(one, 3).called) < 40
    assert len(namer.describe(one)) < 200


def stop_once(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, call: int) -> None:
    """Makes a call of a function end in Ctrl-C, and later ones not."""
    before, calls = getattr(place, name), itertools.count(1)

    def stopped(*given: Any, **named: Any) -> Any:
        if next(calls) == call:
            raise KeyboardInterrupt
        return before(*given, **named)

    monkeypatch.setattr(place, name, stopped)


@pytest.mark.parametrize(
    ("place", "name", "call"),
    [
        (method, "coarsest", 2),
        (method, "guesses", 1),
        (method, "write_program", 1),
        (method, "read_back", 1),
        (learning_loop, "score_program", 1),
        (learning_loop, "compare_outputs", 1),
        (learning_loop, "page", 1),
    ],
)
def test_control_c_after_the_reads_are_chosen_loses_none(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, call: int
) -> None:
    stop_once(monkeypatch, place, name, call)
    found = learned(data_of(spelt(sentences(200))))
    assert found.report.effort.interrupted
    assert found.report.parts[0].marks.score.tokens_right > found.report.parts[0].baseline.tokens_right
    assert found.report.reads


def test_control_c_in_the_second_layer_keeps_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_once(monkeypatch, method, "of_guesses", 1)
    found = learned(data_of(spelt(sentences(200))))
    assert found.report.effort.interrupted
    assert found.report.reads
