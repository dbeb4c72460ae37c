"""The arguments of `rasp learn` and `rasp train`."""

from __future__ import annotations

import argparse

from rasp.cli.argument_types import jobs, learning_rate, positive_int, seconds, whole_number
from rasp.cli.shared_arguments import PROGRAM, add_assume_bos, add_choice, add_input_form

FORMATS = ("jsonl", "table", "conll", "labelled")
METHODS = ("auto", "search", "look-ups", "gradient")
TASKS = ("hist", "double_hist", "reverse", "sort", "most_freq", "dyck1", "dyck2", "dyck3", "induction")
KINDS = ("string", "int", "bool")


def add_learn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data",
        nargs="?",
        metavar="DATA",
        help="JSON lines, CSV, TSV, CoNLL, a folder a label; or - for standard input",
    )
    _learn_source(parser)
    _learn_reading(parser)
    _learn_search(parser)
    _learn_training(parser)
    parser.add_argument("-o", "--output", metavar="PATH", help="write the program into a file, not to standard output")
    parser.add_argument("--force", action="store_true", help="replace the output, if it is there")
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="STATE",
        help="go on with a search that has ended, from the state beside the output or from this file",
    )
    parser.add_argument("--dry-run", action="store_true", help="show how the data are read, and end")
    parser.add_argument("--front", action="store_true", help="show the best program of each size")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: each improvement, then the report")


def _learn_source(parser: argparse.ArgumentParser) -> None:
    """Options for a source other than data."""
    group = parser.add_argument_group("in the place of DATA")
    group.add_argument(
        "--teacher",
        metavar="TEACHER",
        help="ask for the outputs: PROGRAM:NAME, such as sort:sorted, FILE.py:FUNCTION, or a model",
    )
    group.add_argument(
        "--against", metavar="FILE:NAME", help="also compare the program with this s-op, such as the task"
    )
    add_choice(group, "--task", list(TASKS), f"a task that is built in: {', '.join(TASKS)}", metavar="NAME")
    group.add_argument(
        "--vocab", metavar="TOKENS", help="the tokens of inputs, one a character; of DATA, all there are"
    )
    group.add_argument("--max-length", type=positive_int, metavar="N", help="of the longest input")
    group.add_argument("--vocab-size", type=positive_int, metavar="N", help="how many tokens a task has")
    group.add_argument("--marks", action="store_true", help="a task with begin and end tokens")


def _learn_reading(parser: argparse.ArgumentParser) -> None:
    """Options for reading data."""
    group = parser.add_argument_group("how DATA are read")
    add_choice(group, "--format", list(FORMATS), f"of the files: {', '.join(FORMATS)}", metavar="FORMAT")
    group.add_argument("--input-column", metavar="COLUMN", help="by name, or by number from 1 (default: input)")
    group.add_argument("--output-column", metavar="COLUMN", help="by name, or by number from 1 (default: output)")
    group.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="whether the first row of a table has names"
    )
    add_input_form(parser)
    group.add_argument("--one", action="store_true", help="an output is one label for the whole sequence")
    add_choice(group, "--input-kind", list(KINDS), "the kind of tokens: string, int or bool", metavar="KIND")
    add_choice(group, "--output-kind", list(KINDS), "the kind of outputs", metavar="KIND")
    group.add_argument("--test", metavar="FILE", help="the test data, in the place of a tenth of DATA")


def _learn_search(parser: argparse.ArgumentParser) -> None:
    """Options of the search."""
    group = parser.add_argument_group("the search")
    _learn_method(group)
    _learn_effort(group)
    _learn_program(group)


def _learn_method(group: argparse._ArgumentGroup) -> None:
    """The method, and options of look-ups."""
    add_choice(
        group,
        "--method",
        list(METHODS),
        "search, for small vocabularies; look-ups, for thousands of words; gradient; auto takes one (default: auto)",
        default="auto",
        metavar="METHOD",
    )
    group.add_argument("--max-words", type=positive_int, metavar="N", help="of a vocabulary of words (default: 10000)")
    group.add_argument(
        "--max-bytes",
        type=positive_int,
        metavar="N",
        help="of a program of look-ups (default: 200000; gradient: 300000)",
    )
    group.add_argument(
        "--tokeniser",
        metavar="WORDS",
        help="how words are made, such as text,lower: blanks, text or characters, case or lower, digits or masked, "
        "shapes or plain",
    )


def _learn_effort(group: argparse._ArgumentGroup) -> None:
    """How long is searched, and by how many processes."""
    group.add_argument("--seconds", type=seconds, metavar="S", help="end after so many seconds (default: 60)")
    group.add_argument(
        "--iterations", type=positive_int, metavar="N", help="end after so many steps, which repeats a run"
    )
    group.add_argument(
        "--jobs",
        type=jobs,
        default=1,
        metavar="N",
        help="N processes help with what can be searched apart",
    )
    group.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="for another search and split (default: 0)"
    )


def _learn_program(group: argparse._ArgumentGroup) -> None:
    """What programs may need, and what they may use."""
    group.add_argument(
        "--layers", type=whole_number, metavar="N", help="programs of at most N layers, as `rasp arch` counts"
    )
    group.add_argument("--heads", type=positive_int, metavar="N", help="and of at most N heads a layer")
    group.add_argument("--causal", action="store_true", help="only selectors that never look ahead")
    add_assume_bos(group)
    group.add_argument(
        "--with",
        dest="ready",
        action="append",
        default=[],
        metavar="FILE:NAME",
        help="an s-op that the program may use",
    )


def _learn_training(parser: argparse.ArgumentParser) -> None:
    """Options for training a program."""
    group = parser.add_argument_group("learning by gradients, with PyTorch")
    group.add_argument(
        "--epochs", type=positive_int, metavar="N", help="times through the data (default: 2,000 steps; 1,700 of words)"
    )
    group.add_argument("--seeds", type=positive_int, metavar="N", help="trainings at once (default: 3; 1 on words)")
    group.add_argument("--device", metavar="DEVICE", help="one of PyTorch's, such as cuda (default: cpu)")
    group.add_argument(
        "--vectors", metavar="FILE", help="word vectors in GloVe's text format, from which classes of words start"
    )
    group.add_argument(
        "--standard", action="store_true", help="also train a standard transformer of the same size, to compare"
    )


def add_tag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a program that `rasp learn` wrote from words, by look-ups or by gradients"
    )
    parser.add_argument("text", metavar="TEXT", help="a file with a text a line, or - for standard input")
    parser.add_argument("-s", "--sop", default="output", metavar="NAME", help="the s-op (default: output)")
    parser.add_argument("--tokens", action="store_true", help="a word a line, blank lines between sentences")
    parser.add_argument("--json", action="store_true", help="one JSON object a text")


def add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help=f"{PROGRAM}, which gives the answers")
    parser.add_argument("-s", "--sop", action="append", default=[], metavar="NAME", help="the s-op that is trained")
    parser.add_argument(
        "--pairs", metavar="PAIRS", help="examples in the place of a program, as `rasp learn` reads them"
    )
    parser.add_argument("--vocab", metavar="TOKENS", help="the tokens of inputs, one a character")
    parser.add_argument("--max-length", type=positive_int, metavar="N", help="of the longest input of the training")
    add_input_form(parser)
    parser.add_argument(
        "--draw", metavar="HOW", help="how inputs are drawn: uniform, dyck, or FILE.py:FUNCTION(random, length)"
    )
    _train_size(parser)
    _train_loop(parser)
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="a folder for models, metrics, checkpoints and the report"
    )
    parser.add_argument("--force", action="store_true", help="replace what is in the folder")
    parser.add_argument("--resume", action="store_true", help="go on with the training in the folder")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: each measure, then the report")


def _train_size(parser: argparse.ArgumentParser) -> None:
    """Options for what is trained."""
    group = parser.add_argument_group("the model")
    group.add_argument("--tight", action="store_true", help="also smaller sizes: a layer less, a head less")
    group.add_argument("--layers", type=positive_int, metavar="N", help="its layers (default: what `rasp arch` counts)")
    group.add_argument("--heads", type=positive_int, metavar="N", help="its heads in each layer (default: as counted)")
    group.add_argument("--width", type=positive_int, default=64, metavar="N", help="of its stream (default: 64)")
    add_choice(group, "--positions", ["sinusoidal", "learned"], "how it knows positions", default="sinusoidal")
    group.add_argument("--causal", action="store_true", help="with masked attention")
    add_assume_bos(group)


def _train_loop(parser: argparse.ArgumentParser) -> None:
    """Options of the training loop."""
    group = parser.add_argument_group("the training")
    group.add_argument("--steps", type=positive_int, default=4000, metavar="N", help="at most so many (default: 4000)")
    group.add_argument("--batch", type=positive_int, default=128, metavar="N", help="inputs of a step (default: 128)")
    group.add_argument(
        "--lr",
        type=learning_rate,
        default=1e-3,
        metavar="RATE",
        help="the learning rate (default: 0.001)",
    )
    group.add_argument("--seeds", type=positive_int, default=3, metavar="N", help="trainings at once (default: 3)")
    group.add_argument("--seed", type=whole_number, default=0, metavar="N", help="the first of them (default: 0)")
    group.add_argument("--supervise", action="store_true", help="pull the heads to the selectors of the program")
    group.add_argument("--threads", type=positive_int, metavar="N", help="of the CPU (default: PyTorch's choice)")
    group.add_argument(
        "--device", default="cpu", metavar="DEVICE", help="one of PyTorch's, such as cuda (default: cpu)"
    )
