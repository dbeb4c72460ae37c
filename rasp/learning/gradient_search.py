"""The interface to learning by gradients: from data and a `LearningRequest` to `Findings`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from rasp.base.json_ints import dumps
from rasp.base.progress import tell
from rasp.errors import BadInput
from rasp.learning import tasks
from rasp.learning.adapter import EarlierPrograms, Findings, FindingsCallback, FoundProgram
from rasp.learning.examples.data import Data
from rasp.learning.gradient import GradientProgram, learn_by_gradient
from rasp.learning.gradient_checkpoint import GradientKeeper
from rasp.learning.gradient_words import USUAL, WordProgram, WordTraining
from rasp.learning.lookups.problem import LookupProblem
from rasp.learning.reporting.accuracy import Runner
from rasp.learning.request import Caps, LearningRequest
from rasp.learning.standard import check_standard, standard_transformer
from rasp.learning.writing.statements import read_back
from rasp.train.discrete import GradientSettings

STANDARD = "standard transformer"

# The settings for small vocabularies, and the sizes for built-in tasks: layers, and heads and tables of a layer.
TASKS = GradientSettings(batch=256, hot=3.0, draws=8, mixed=True, equal=3.0)
PRESETS = {
    "hist": (1, 4, 2),
    "double_hist": (3, 4, 2),
    "reverse": (3, 8, 2),
    "sort": (3, 8, 4),
    "most_freq": (3, 8, 4),
    "dyck1": (3, 8, 2),
    "dyck2": (3, 4, 4),
    "dyck3": (3, 4, 4),
    "induction": (2, 4, 2),
}


def preset(name: str) -> GradientSettings:
    """The settings for a built-in task; those for small vocabularies for other names.

    The sizes of the tasks of table 1 in "Learning Transformer Programs" are those of the arguments in its repository,
    princeton-nlp/TransformerPrograms, or in public forks of it that ran its experiments again
    (`scripts/output/rasp/TASK/…/args.json`; `scripts/rasp_dyck1.sh` and `rasp_dyck2.sh`). Half of the heads and of the
    feed-forwards, here tables, are numerical there, too, and a causal task has heads that do not look ahead. Its best
    programs (`programs/rasp`) have the same sizes, except that of double_hist, which has eight heads; four are enough
    here. Dyck-3 has the size of Dyck-2. For induction the size is larger than LTP's, which has one head and no
    feed-forwards.

    The learning rate and the temperatures, which fall from 3 to 0.01 by the same factor from step to step, are LTP's,
    too. Batches are of 256 inputs instead of 512, and 2,000 steps take the place of 250 epochs, some 8,000 steps.
    Choices are drawn 8 times a step instead of once, and predicates start near equality instead of at random.

    >>> preset("hist").layers, preset("other") == TASKS
    (1, True)
    """
    if name not in PRESETS:
        return TASKS
    layers, heads, tables = PRESETS[name]
    return replace(TASKS, layers=layers, heads=heads, tables=tables, causal=tasks.TASKS[name].causal)


def search(data: Data, wanted: LearningRequest, progress: FindingsCallback) -> Findings:
    """Trains a program. A training that was interrupted is continued; after one that has ended, trains from other
    seeds, and returns the better program.

    Raises RaspError, and ModuleNotFoundError without PyTorch.
    """
    earlier = EarlierPrograms(wanted.resumed, data)
    settings = training_settings(wanted, earlier.searches)
    if wanted.standard:
        check_standard(data, wanted, settings.layers, settings.heads, settings.batch)
    keeper = GradientKeeper(wanted.checkpoint, _origin(data, wanted, settings), wanted.resumed is not None)

    def heard(epochs: int, all_epochs: int, wrong: Sequence[float]) -> None:
        tell("epochs", epochs, all_epochs)

    made: GradientProgram | WordProgram
    if wanted.tokeniser is None:
        _refuse_vectors(wanted)
        made = learn_by_gradient(data, settings, heard, keeper, wanted.most_bytes)
    else:
        made = WordTraining(LookupProblem(data, wanted), settings).run(heard, keeper)
    program = FoundProgram(
        made.text, made.node, len(made.text), len(read_back(made.text)), made.wrong, reads=made.reads
    )
    if isinstance(made, WordProgram):
        program = replace(program, commented=True, model=made.model)
    found = earlier.findings([program], made.epochs, settings.seeds, made.seconds, made.interrupted)
    if made.interrupted and keeper.path is not None:  # the same training is continued
        found.state["searches"] = earlier.searches
        found = replace(found, failure=keeper.failure)
    if wanted.standard and not made.interrupted:
        found = replace(found, others=((STANDARD, _standard(data, wanted, settings)),))
    progress(found, True)
    return found


def _refuse_vectors(wanted: LearningRequest) -> None:
    """Raises BadInput for word vectors where tokens are not taken for words."""
    if wanted.vectors is not None:
        title = f"vectors are for words; here are {len(wanted.summary.data.vocabulary)} tokens"
        raise BadInput(title, hint="--tokeniser says that tokens are words, however few there are.")


def _standard(data: Data, wanted: LearningRequest, settings: GradientSettings) -> Runner:
    """A standard transformer of the same size that sees as many inputs."""
    steps = settings.for_examples(len(data)).epochs * -(-len(data) // settings.batch)
    return standard_transformer(data, wanted, settings.layers, settings.heads, steps, settings.batch)


def _origin(data: Data, wanted: LearningRequest, settings: GradientSettings) -> str:
    """What is trained, as a text."""
    return dumps(
        {"data": data.checksum, "tokeniser": str(wanted.tokeniser), "vectors": wanted.vectors, **asdict(settings)}
    )


def training_settings(wanted: LearningRequest, before: int = 0) -> GradientSettings:
    """The settings of a training after `before` earlier ones."""
    words = wanted.tokeniser is not None
    usual = USUAL if words else preset(wanted.teacher.name if wanted.teacher else "")
    seeds, layers = wanted.seeds or usual.seeds, wanted.caps.layers
    if layers is None:
        layers = usual.layers
    elif words and wanted.summary.data.one:  # one layer adds up the scores of all words
        layers = max(0, layers - 1)
    return replace(
        usual,
        epochs=wanted.epochs or usual.epochs,
        seeds=seeds,
        seed=wanted.seed + before * seeds,
        layers=layers,
        heads=usual.heads if words or wanted.caps.heads is None else _heads(wanted.caps),
        causal=wanted.caps.causal or usual.causal,
        device=wanted.device,
    )


def _heads(caps: Caps) -> int:
    """The most heads of the model, half of them numerical, that need no more heads than the cap, as `rasp arch` counts.

    >>> [_heads(Caps(heads=count)) for count in (1, 3, 8)], _heads(Caps(heads=8, assume_bos=True))
    ([1, 2, 5], 8)
    """
    assert caps.heads is not None
    return caps.heads if caps.assume_bos else (2 * caps.heads + 1) // 3
