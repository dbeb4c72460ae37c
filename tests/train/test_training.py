"""Training itself: tiny models that become right in seconds, and what they are good for. Needs PyTorch, an extra."""

from __future__ import annotations

import doctest
import json
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest

import rasp
from rasp.errors import BadInput, FileMissing, UnwritableFile, WrongOperand
from rasp.session.model_drawing import model_flow
from rasp.session.training import Sizes, of_pairs, of_program, train
from rasp.train import training_run
from rasp.train.checkpoint import CHECKPOINT, CheckpointKeeper, load_checkpoint
from rasp.train.events import TrainingListener
from rasp.train.memory import n_parameters
from rasp.train.memory import room as room_of
from rasp.train.settings import TrainingSettings
from tests.tags import Tags
from tests.train.rows import unpacked

torch = pytest.importorskip("torch", reason="PyTorch, an extra, is not installed on this machine")

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of the libraries themselves
]

REVERSE = rasp.load("reverse")["reverse"]
HIST = rasp.load("histogram")["hist"]
TINY = {"width": 32, "batch": 64, "lr": 5e-3, "seeds": 2, "steps": 600}
SHORT = {"width": 16, "batch": 16, "seeds": 2, "steps": 40}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Tiny models are fastest on one thread, and other tests need the others."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def reverse():
    """A training of reverse that becomes right on all inputs."""
    return REVERSE.train(vocab="abc", max_length=5, **{**TINY, "steps": 1000})


def wanted_of(sop=REVERSE, vocab="ab", max_length=4, tight=False, **given):
    options = {**SHORT, **given}
    sizes = Sizes(width=options.pop("width"), tight=tight)
    return of_program(sop, sop.name or "f", vocab, max_length, TrainingSettings(**options), sizes)


def test_examples(monkeypatch):
    """Those of the modules that need PyTorch, and that of `SOp.train`."""
    monkeypatch.delattr(sys, "ps1", raising=False)  # a notebook's kernel in this process leaves one behind
    assert not sum(
        doctest.testmod(training_run.gradients(f"rasp.train.gradients.{name}")).failed
        for name in ("device", "encoder", "loop")
    )
    text = rasp.SOp.train.__doc__.replace("# doctest: +SKIP", "")
    example = doctest.DocTestParser().get_doctest(text, {}, "SOp.train", None, 0)
    assert doctest.DocTestRunner().run(example) == (0, 4)


# ------------------------------------------------------------------------------------------------------------ accuracy


def test_a_tiny_model_becomes_right(reverse):
    assert reverse.accuracy == 1
    assert repr(reverse) == "<Training of reverse: 1 size, 100 % of sequences right>"
    assert reverse.model("cab").values == list("bac")
    (result,) = reverse.report.results
    assert result.size.words == "2 layers, 1 head"
    assert all(seed.test.sequences > 0.9 for seed in result.seeds)
    assert str(reverse).startswith("reverse, counted: 2 layers, 1 head at most (1, 1) without BOS; 3 tokens")
    assert str(reverse.model).startswith("reverse: 2 layers, 1 head at most (1, 1) without BOS; d_model 32")
    assert json.loads(json.dumps(reverse.to_dict()))["sizes"][0]["seeds"][0]["test"]["sequences"] == 1


def test_heads_look_where_the_selectors_select(reverse):
    flip = reverse.report.results[0].attention[1]
    assert (flip.planned_layer, flip.layer) == (2, 2)
    assert flip.weight > 0.8
    assert flip.correlation > 0.8


def test_the_model_differs_from_another_program(reverse):
    from rasp.session.compiling import measure_agreement

    found = measure_agreement(reverse.model, {"reverse": REVERSE})
    assert (found.sequences, found.inputs) == (363, 363)
    other = measure_agreement(reverse.model, {"reverse": rasp.tokens})
    assert other.sequences < other.inputs
    assert other.difference.given == ("a", "b")


def test_what_was_trained_becomes_a_program_again(reverse):
    learned = rasp.learn(teacher=reverse.model, iterations=3_000)
    assert learned.exact
    assert learned.sop.counterexample(REVERSE, vocab="abc", max_length=7) is None


def test_counting_with_bos_becomes_right():
    made = HIST.train(vocab="ab", max_length=4, bos=True, **TINY)
    assert made.accuracy == 1
    assert made.report.results[0].size.words == "1 layer, 1 head"
    assert made.model("abaa").values == [3, 1, 3, 3]
    learned = rasp.learn(teacher=made.model, iterations=3_000)
    assert learned.exact
    assert learned.sop.counterexample(HIST, vocab="abc", max_length=7) is None  # longer than in training, too


def test_a_causal_model_that_would_have_to_look_ahead():
    made, _ = train(wanted_of(causal=True, steps=1))
    (note,) = [note for note in made.report.notes if "looks ahead" in note]
    assert note in str(made).replace("\n    ", " ")


def test_causal_models_see_nothing_behind():
    so_far = rasp.selector_width(
        rasp.select(rasp.tokens, rasp.tokens, "==") & rasp.select(rasp.indices, rasp.indices, "<=")
    )
    made = so_far.train(vocab="ab", max_length=4, causal=True, bos=True, **TINY)
    assert made.accuracy == 1
    assert made.model.config.causal
    assert made.model("ab").values == made.model("abba").values[:2]


def test_supervised_heads_are_nearer_to_the_selectors():
    options = {**TINY, "steps": 150}
    free = REVERSE.train(vocab="abcd", max_length=6, **options).report.results[0].attention[1]
    led = REVERSE.train(vocab="abcd", max_length=6, supervise=True, **options).report.results[0].attention[1]
    assert led.correlation > max(0.9, free.correlation)


def test_learned_positions():
    made = REVERSE.train(vocab="ab", max_length=4, positions="learned", **{**TINY, "steps": 300})
    assert made.accuracy > 0.9
    assert made.model.config.max_length == 4
    assert "not applicable" in str(made)


def test_examples_train_as_well():
    pairs = [(tuple(f"{number:b}"), tuple(f"{number:b}")) for number in range(1, 200)]
    made, _ = train(of_pairs(pairs, "output", TrainingSettings(steps=150, batch=32, lr=3e-3, seeds=1), Sizes(1, 1, 16)))
    assert made.accuracy == 1
    assert made.model("101").values == list("101")


def test_seeds_at_once_are_as_one_by_one():
    """A seed is trained alike, whichever others are trained with it."""
    both = REVERSE.train(vocab="ab", max_length=4, **SHORT).report.results[0].seeds
    for seed in both:
        (alone,) = (
            REVERSE.train(vocab="ab", max_length=4, **{**SHORT, "seeds": 1, "seed": seed.seed}).report.results[0].seeds
        )
        assert alone.test.tokens == pytest.approx(seed.test.tokens, abs=0.05)


# --------------------------------------------------------------------------------------------------- files and going on


class Interrupt(TrainingListener):
    """Presses Ctrl-C at a measure."""

    def __init__(self, measures):
        self.left = measures

    def measured(self, standing):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def results_of(training):
    """All results but times."""
    made = training.to_dict()["sizes"]
    for size in made:
        for name in ("seconds", "data_seconds"):
            del size[name]
        for line in size["history"]:
            del line["seconds"]
    return made


def test_a_training_goes_on_to_the_same_end(tmp_path):
    whole, _ = train(wanted_of(tight=True), tmp_path / "whole")
    stopped, _ = train(wanted_of(tight=True), tmp_path / "part", Interrupt(25))
    assert not stopped.report.complete
    assert "stopped" in str(stopped)
    assert stopped.report.results[0].steps == 25
    again, keeper = train(wanted_of(tight=True), tmp_path / "part", Interrupt(30), resume=True)
    assert [result.steps for result in again.report.results] == [40, 15]
    assert keeper.failure is None
    final, _ = train(wanted_of(tight=True), tmp_path / "part", resume=True)
    assert final.report.complete
    assert results_of(final) == results_of(whole)
    for name, model in whole.models.items():
        for key, array in model.weights.items():
            assert (array == final.models[name].weights[key]).all()
    lines = (tmp_path / "part" / "metrics.jsonl").read_text().splitlines()
    assert len(lines) == len((tmp_path / "whole" / "metrics.jsonl").read_text().splitlines())


def test_what_is_stopped_before_the_first_measure_is_measured(tmp_path):
    class Press(TrainingListener):
        def working(self, standing):
            raise KeyboardInterrupt

    wanted = wanted_of(steps=1_000_000)
    made, _ = train(wanted, tmp_path / "run", Press())
    (result,) = made.report.results
    assert result.steps < 25_000
    assert {seed.step for seed in result.seeds} == {result.steps}
    assert load_checkpoint(tmp_path / "run").progress.best == []  # a training that goes on measures when it is due


def test_a_kill_loses_what_came_after_the_last_checkpoint(tmp_path, monkeypatch):
    """The process ends without another word: only what is on the disk remains."""
    whole, _ = train(wanted_of())
    monkeypatch.setattr(CheckpointKeeper, "due", property(lambda keeper: True))

    class Kill(TrainingListener):
        def measured(self, standing):
            if standing.step == 20:
                raise SystemExit

    with pytest.raises(SystemExit):
        train(wanted_of(), tmp_path / "run", Kill())
    assert load_checkpoint(tmp_path / "run").progress.step == 19
    final, _ = train(wanted_of(), tmp_path / "run", resume=True)
    assert results_of(final) == results_of(whole)


def test_a_kill_between_two_sizes(tmp_path):
    class Kill(TrainingListener):
        def measured(self, standing):
            if standing.size.layers == 1:
                raise SystemExit

    with pytest.raises(SystemExit):
        train(wanted_of(tight=True), tmp_path / "run", Kill())
    found = load_checkpoint(tmp_path / "run")
    assert (len(found.done), found.progress.step) == (1, 0)
    final, _ = train(wanted_of(tight=True), tmp_path / "run", resume=True)
    assert results_of(final) == results_of(train(wanted_of(tight=True))[0])


def test_what_is_done_is_not_trained_again(tmp_path):
    first, _ = train(wanted_of(), tmp_path / "run")
    again, _ = train(wanted_of(), tmp_path / "run", resume=True)
    assert again.to_dict() == first.to_dict()


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"steps": 41}, "steps 40, not 41"),
        ({"seeds": 3}, "seeds 2, not 3"),
        ({"vocab": "abc"}, r"vocabulary \['a', 'b'\], not"),
        ({"max_length": 5}, "max_length 4, not 5"),
        ({"sop": rasp.aggregate(rasp.select(rasp.indices, rasp.indices, "=="), rasp.tokens)}, "sizes '2-layers"),
        ({"sop": rasp.where(rasp.tokens == "a", REVERSE, "b")}, "another program"),
        ({"tight": True}, "sizes '2-layers"),
        ({"lr": 0.1}, "lr 0.001, not 0.1"),
        ({"bos": True}, "bos False, not True"),
    ],
)
def test_another_training_is_not_gone_on_with(tmp_path, other, found):
    train(wanted_of(), tmp_path / "run", Interrupt(2))
    with pytest.raises(BadInput, match=f"the training in the folder is another one: it has {found}"):
        train(wanted_of(**other), tmp_path / "run", resume=True)


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UnwritableFile, match="is there already"):
        train(wanted_of(), tmp_path)
    with pytest.raises(FileMissing):
        train(wanted_of(), tmp_path, resume=True)
    train(wanted_of(), tmp_path, force=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("given", "message"), [({}, "needs the `folder`"), ({"folder": "run", "force": True}, "goes on with what `force`")]
)
def test_what_cannot_be_gone_on_with(given, message):
    with pytest.raises(WrongOperand, match=f"`resume` {message}"):
        train(wanted_of(), resume=True, **given)


def test_results_of_an_earlier_training_are_removed(tmp_path):
    train(wanted_of(tight=True), tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    before = {path.name for path in (tmp_path / "run").iterdir()}
    train(wanted_of(), tmp_path / "run", force=True)
    removed = before - {path.name for path in (tmp_path / "run").iterdir()}
    assert removed == {"1-layer-1-head-width-16.safetensors", "1-layer-2-heads-width-32.safetensors"}


def test_nothing_is_removed_before_something_is_written(tmp_path, room):
    (tmp_path / "report.txt").write_text("an earlier one")
    with pytest.raises(UnwritableFile):
        train(wanted_of(), tmp_path, force=True)
    assert (tmp_path / "report.txt").read_text() == "an earlier one"


@pytest.fixture
def room(monkeypatch):
    """How many files can still be written, in a list."""
    left = [0]

    def write_some(path, content):
        left[0] -= 1
        if left[0] < 0:
            raise UnwritableFile(f"{path} cannot be written: No space left on device")

    for module in (
        "rasp.model.files.write_bytes",
        "rasp.train.checkpoint.write_bytes",
        "rasp.train.training_run.write_bytes",
    ):
        monkeypatch.setattr(module, write_some)
    return left


def test_a_full_disk_is_found_before_the_work(tmp_path, room):
    with pytest.raises(UnwritableFile, match="No space left"):
        train(wanted_of(), tmp_path / "run", Interrupt(1))


def test_room_for_a_checkpoint_is_tried_before_the_work(tmp_path, monkeypatch):
    def write_small(path, content):
        if len(content) > 10_000:
            raise UnwritableFile(f"{path} cannot be written: No space left on device")

    monkeypatch.setattr("rasp.train.checkpoint.write_bytes", write_small)
    with pytest.raises(UnwritableFile, match=r"of about 0.2 MB cannot be written: No space left"):
        train(wanted_of(), tmp_path / "run", Interrupt(1))


def test_the_room_on_the_disk_is_well_estimated(tmp_path):
    made, _ = train(wanted_of(), tmp_path / "run", Interrupt(2))
    wanted, size = wanted_of(), made.report.results[0].size
    counts = len(wanted.inputs.vocabulary), len(wanted.inputs.classes.values), wanted.inputs.max_length
    assert n_parameters(size, *counts[:2]) == made.report.results[0].parameters
    written = sum(path.stat().st_size for path in (tmp_path / "run").glob("*.safetensors"))
    assert 0.8 * written < room_of(wanted.sizes, *counts, wanted.settings) < 1.2 * written


def test_a_disk_that_becomes_full_does_not_end_a_training(tmp_path, room):
    heard = []

    class Listener(TrainingListener):
        def unwritten(self, error):
            heard.append(error.diagnostic.title)

    room[0] = 10
    made, keeper = train(wanted_of(), tmp_path / "run", Listener())
    assert made.report.complete
    assert "No space left" in str(keeper.failure)
    assert str(made).endswith("No space left on device")
    (title,) = heard
    assert title.startswith(str(tmp_path / "run" / "metrics.jsonl"))


def test_damaged_checkpoints(tmp_path):
    train(wanted_of(), tmp_path / "run", Interrupt(2))
    path = tmp_path / "run" / CHECKPOINT
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(rasp.RaspError):
        train(wanted_of(), tmp_path / "run", resume=True)


def test_checkpoints_without_all_arrays(tmp_path):
    from rasp.model.files import read_arrays, write_arrays

    train(wanted_of(), tmp_path / "run", Interrupt(2))
    path = tmp_path / "run" / CHECKPOINT
    arrays, texts = read_arrays(path)
    del arrays["mean.ln_final.w"]
    write_arrays(path, arrays, texts)
    with pytest.raises(rasp.RaspError, match=r"no fitting array mean\.ln_final\.w"):
        train(wanted_of(), tmp_path / "run", resume=True)


def test_plots_and_reports_are_written(tmp_path):
    train(wanted_of(tight=True), tmp_path / "run")
    for name in ("curves.svg", "lengths.svg"):
        assert ElementTree.parse(tmp_path / "run" / name).getroot().tag.endswith("svg")
    assert json.loads((tmp_path / "run" / "report.json").read_text())["complete"]
    assert "a layer less" in (tmp_path / "run" / "report.txt").read_text()
    models = sorted(path.name for path in (tmp_path / "run").glob("*head*.safetensors"))
    assert len(models) == 3
    model = rasp.Transformer.load(tmp_path / "run" / models[0])
    assert model.network.training["settings"]["steps"] == 40


def test_a_loss_that_is_no_number():
    with pytest.raises(WrongOperand, match=r"the loss of seed 0 is nan") as caught:
        train(wanted_of(lr=1e30))
    assert "--lr 0.001" in caught.value.diagnostic.hint


def test_an_error_in_a_later_size_keeps_the_results_before_it(tmp_path, monkeypatch):
    loop = training_run.gradients("rasp.train.gradients.loop")
    finite = loop.Trainer._finite

    def not_finite(trainer, losses):
        return finite(trainer, losses * (float("nan") if trainer.size.layers == 1 else 1))

    monkeypatch.setattr(loop.Trainer, "_finite", not_finite)
    made, _ = train(wanted_of(tight=True), tmp_path / "run")
    assert "the loss of seed 0 is nan at step 0 of 1 layer, 1 head" in str(made.failure)
    assert [result.size.layers for result in made.report.results] == [2]
    assert (tmp_path / "run" / "report.txt").read_text().startswith("reverse, counted")
    assert str(made).endswith("1 layer, 1 head")
    with pytest.raises(WrongOperand, match="the loss of seed 0 is nan"):
        train(replace(wanted_of(tight=True), sizes=wanted_of(tight=True).sizes[1:]))


def test_inputs_that_cannot_be_drawn_any_more(tmp_path):
    """The state before the error is kept, so that the training can go on."""
    broken = []

    def draw(chance, length):
        return ["a" if not broken or length < 4 else 1 / 0, *(chance.choice("ab") for _ in range(length - 1))]

    class Break(TrainingListener):
        def measured(self, standing):
            broken.append(standing.step)

    settings = TrainingSettings(steps=80, batch=16, seeds=1)
    task = of_program(REVERSE, "reverse", "ab", 4, settings, Sizes(width=16), draw)
    with pytest.raises(BadInput, match="draw raises ZeroDivisionError for the length 4"):
        train(task, tmp_path / "run", Break())
    assert load_checkpoint(tmp_path / "run").progress.step == 64  # the steps whose inputs were drawn before
    broken.clear()
    assert train(task, tmp_path / "run", resume=True)[0].report.complete


def test_a_rare_input_without_an_answer_is_left_out():
    """It is drawn for the training, but not among the inputs on which the program is tried before."""
    wanted = wanted_of(sop=rasp.tokens == "a", max_length=8)
    pool = wanted.inputs.pool(0, wanted.settings)
    known = {tuple(ids) for group in (*wanted.inputs.test, *wanted.inputs.validation) for ids in group.ids.tolist()}
    drawn = [tuple(ids) for ids, _ in unpacked(pool, 0) if len(ids) == 8]
    rare = next(ids for ids in drawn if ids not in known)
    sop = fails_only_on(rare)
    made, _ = train(wanted_of(sop=sop, max_length=8))
    (result,) = made.report.results
    assert result.left_out == drawn.count(rare)
    shown = "".join("ab"[token] for token in rare)
    assert result.left_out_why == f'the program fails on the input "{shown}": division by zero'
    assert "left out of the training" in str(made)


def fails_only_on(ids):
    """An s-op that has no value on this input of "ab", and is `tokens == "a"` on others."""
    wanted = rasp.tokens
    for place, token in enumerate(ids):
        wanted = rasp.where(rasp.indices == place, "ab"[token], wanted)
    others = rasp.selector_width(rasp.select(rasp.tokens != wanted, True, "=="))
    return rasp.where(1 / (others + (rasp.Session()["length"] != len(ids))) >= 0, rasp.tokens == "a", False)


def test_trainings_as_html(reverse):
    page = Tags(reverse._repr_html_())
    assert page.counts["table"] == 3
    assert page.counts["svg"] == 2
    assert "style" not in page.counts  # which would change the page around it
    assert "2 layers, 1 head, 32" in page.texts
    assert any(text.startswith("2 layers, 1 head, 32: trained") for text in page.texts)


def test_devices_that_are_not_there():
    with pytest.raises(WrongOperand, match="PyTorch cannot use the device 'nowhere'"):
        train(wanted_of(device="nowhere"))


@pytest.mark.parametrize("options", [{"bos": True, "supervise": True}, {"causal": True, "positions": "learned"}])
def test_no_part_is_tied_to_the_cpu(options, tmp_path, monkeypatch):
    """On the device "meta", which holds no numbers, a tensor of another device in an operation is an error.

    The whole training runs there: steps, measures, a checkpoint, going on from it, and the results.
    """
    fetched = []

    def cpu(tensor):
        fetched.append(tensor.device.type)
        return torch.zeros(tensor.shape, dtype=tensor.dtype)

    monkeypatch.setattr(torch.Tensor, "cpu", cpu)
    wanted = wanted_of(device="meta", steps=3, **options)
    assert not train(wanted, tmp_path / "run", Interrupt(2))[0].report.complete
    assert train(wanted, tmp_path / "run", resume=True)[0].report.complete
    assert set(fetched) == {"meta"}


# ------------------------------------------------------------------------------------------------------- the model file


def test_models_are_the_same_in_a_file(reverse, tmp_path):
    path = tmp_path / "model.safetensors"
    reverse.model.save(path)
    loaded = rasp.Transformer.load(path)
    assert loaded.config == reverse.model.config
    assert loaded.network.training == reverse.model.network.training
    assert (loaded.run("abc").logits == reverse.model.run("abc").logits).all()
    assert "trained up to 5" in str(loaded)


def test_numpy_and_the_trained_encoder_agree(reverse):
    """The fast forward pass of many inputs, and the plain one."""
    inputs = ["abc", "cc", "a", "bacab"] * 60
    assert [result.values for result in reverse.model.batch(inputs)] == [list(given)[::-1] for given in inputs]


@pytest.mark.parametrize("bos", [False, True])
def test_exports(bos, tmp_path):
    model = REVERSE.train(vocab="ab", max_length=4, bos=bos, **SHORT).model
    ids = np.array([model.ids("abba")])
    expected = model.network.forward(ids)
    module = model.to_torch()
    assert set(module.state_dict()) == set(model.weights)
    assert np.abs(module(torch.from_numpy(ids)).detach().numpy() - expected[2]).max() < 1e-4
    pytest.importorskip("transformer_lens", reason="TransformerLens, an extra, is not installed on this machine")
    logits, cache = model.to_transformer_lens().run_with_cache(torch.from_numpy(ids))
    assert np.abs(logits.detach().numpy() - expected[2]).max() < 1e-4
    for layer, pattern in enumerate(expected[1]):
        assert np.abs(cache[f"blocks.{layer}.attn.hook_pattern"].numpy() - pattern).max() < 1e-5


def test_onnx(tmp_path):
    pytest.importorskip("onnxscript", reason="onnxscript, an extra, is not installed on this machine")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime, an extra, is not installed on this machine")
    model = REVERSE.train(vocab="ab", max_length=4, causal=True, **{**SHORT, "steps": 1}).model
    model.to_onnx(tmp_path / "model.onnx")
    session = runtime.InferenceSession(tmp_path / "model.onnx")
    for given in ("a", "abba", "babab"):
        ids = np.array([model.ids(given)])
        assert np.abs(session.run(["logits"], {"ids": ids})[0] - model.network.forward(ids)[2]).max() < 1e-4


def test_drawings_have_selectors_beside_heads(reverse, tmp_path):
    text = reverse.draw("abc")
    assert "head 2.1" in text
    assert "selector" in text
    assert "reverse (program)  c b a" in text
    flow = model_flow(reverse.model.network, tuple("abc"))
    shown = [(head.label, bool(head.weights)) for layer in flow.layers for head in layer.heads]
    assert ("head 2.1", True) in shown
    assert ("selector", False) in shown
    reverse.draw("abc", tmp_path / "model.svg")
    ElementTree.parse(tmp_path / "model.svg")


@pytest.mark.parametrize(
    "training",
    [
        {},
        {"program": "v1 = nope;", "names": ["v1"]},
        {"program": 3},
        {"program": "v1 = tokens;", "names": ["v1"], "attention": 3},
    ],
)
def test_drawings_of_files_that_tell_something_else(reverse, training):
    network = reverse.model.network
    other = type(network)(network.config, network.weights, network.subspaces, network.heads, training)
    assert "head 1.1" in rasp.Transformer(other).draw("abc")
