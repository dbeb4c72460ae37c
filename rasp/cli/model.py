"""`rasp model run|show|draw|export FILE`: runs a model on inputs, describes it, draws a run of it, or exports it."""

from __future__ import annotations

import argparse
import contextlib
import functools
import sys
from dataclasses import dataclass
from typing import Any

from rasp.base.diagnostics import printable
from rasp.cli import exports
from rasp.cli.draw import check_picture, told_file, wanted_size
from rasp.cli.inputs import GivenInput, Inputs, elements_of, reader
from rasp.cli.json_text import error_fields, json_text, value_fields, writes_utf8
from rasp.cli.many import map_inputs
from rasp.cli.output import say
from rasp.cli.printing import new_session, output_width, print_error, wants_color
from rasp.engine.inputs import validate_input
from rasp.errors import RaspError
from rasp.graph.builders import tokens
from rasp.graph.nodes import Node
from rasp.model.files import config_fields
from rasp.parallel.chunks import Pace
from rasp.parallel.work import ListedResults, Work
from rasp.present.names import show_input
from rasp.present.sequences import Sequence
from rasp.present.text import sequence_text
from rasp.session.model_drawing import draw_model
from rasp.session.transformer import Transformer


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    _check(options)
    try:
        model = _load(options.model)
        if options.action == "show":
            say(json_text(_fields(model)) if options.json else str(model))
            return 0
        if options.action == "export":
            _export(options)
            return 0
        if options.action == "draw":
            _draw(options, model)
            return 0
        return int(_show_all(options))
    except RaspError as error:
        print_error(error)
        return 1


def _check(options: argparse.Namespace) -> None:
    """Exits with a usage error if inputs or files to write are missing, or do not belong to the action."""
    given = bool(options.input or options.inputs is not None)
    if options.action == "draw" and (len(options.input) != 1 or options.inputs is not None or options.jobs):
        options.parser.error("`rasp model draw` needs one input; give it by -i")
    check_picture(options)
    if options.action != "draw" and options.output is not None:
        options.parser.error(f"-o goes with `rasp model draw`, not with `rasp model {options.action}`")
    if options.action not in ("run", "draw") and (given or options.jobs):
        options.parser.error(f"`rasp model {options.action}` takes no input")
    if options.action == "run" and not given:
        options.parser.error("`rasp model run` needs inputs; give them by -i or --inputs")
    exported = exports.wanted_paths(options)
    if options.action != "export" and exported:
        options.parser.error(f"`rasp model {options.action}` writes no file; `rasp model export` does")
    if options.action == "export" and not exported:
        names = " or ".join(f"--{exporter.name} PATH" for exporter in exports.writing())
        options.parser.error(f"`rasp model export` needs a file to write; give it by {names}")


def _draw(options: argparse.Namespace, model: Transformer) -> None:
    """Draws a run on the input, as text or into a file."""
    (given,) = elements_of(options.input, reader(options, new_session(show=False)))
    shown: dict[str, Any] = {"width": output_width(), "color": wants_color(sys.stdout)}
    picture: dict[str, Any] = {"size": wanted_size(options), "embed": options.embed}
    text = draw_model(model.network, validate_input(given), options.output, None, **shown, **picture)
    say(text.rstrip("\n") if options.output is None else told_file(options.output, text))


def _export(options: argparse.Namespace) -> None:
    paths = exports.wanted_paths(options)
    exports.check_exports(paths)
    exports.write_exports(_load(options.model), paths)
    say("\n".join(f"written: {path}" for path in paths.values()))


@functools.lru_cache(1)
def _load(path: str) -> Transformer:
    """The model of a file; each worker process reads it once."""
    return Transformer.load(path)


def _show_all(options: argparse.Namespace) -> bool:
    """Prints the outputs on each input; returns whether an input failed."""
    session = new_session(show=False)
    task = Outputs(options.model, options.json, writes_utf8())
    work = Work([tokens()], session.names_of_nodes, task)  # one node, which the task ignores: one text for each input
    names = list(_load(options.model).config.outputs)
    failed = False
    with contextlib.closing(map_inputs(work, Inputs(options, session), Pace(), options, "inputs")) as chunks:
        for chunk in chunks:
            for given, (result,) in chunk:
                failed |= isinstance(result, RaspError)
                _show(names, given, result, options.json)
    return failed


def _show(names: list[str], given: GivenInput, result: str | RaspError, as_json: bool) -> None:
    """Prints the text of an input. An error concerns all outputs; JSON has an object for each, as in `rasp run`."""
    if not isinstance(result, RaspError):
        say(result)
    elif as_json:
        lines = [json_text({"sop": name, "input": given.shown, **error_fields(result)}) for name in names]
        say("\n".join(lines))
    else:
        print_error(result)


@dataclass(frozen=True)
class Outputs:
    """The task of worker processes: runs the model of a file, and makes the text to print."""

    path: str
    as_json: bool
    utf8: bool  # whether standard output is UTF-8

    def __call__(self, nodes: list[Node], inputs: list[Any]) -> ListedResults:
        model = _load(self.path)
        refused = [_refusal(model, given) for given in inputs]
        results = iter(_results(model, [given for given, error in zip(inputs, refused, strict=True) if error is None]))
        found = [next(results) if error is None else error for error in refused]
        failures = {(index, 0): result for index, result in enumerate(found) if isinstance(result, RaspError)}
        texts = [
            None if (index, 0) in failures else self._text(model, result, given)
            for index, (result, given) in enumerate(zip(found, inputs, strict=True))
        ]
        return ListedResults([texts], failures)

    def _text(self, model: Transformer, result: Any, given: Any) -> str:
        """A line for each output."""
        named = result if isinstance(result, dict) else {next(iter(model.config.outputs)): result}
        return "\n".join(self._line(name, values, given) for name, values in named.items())

    def _line(self, name: str, values: Sequence, given: Any) -> str:
        if self.as_json:
            shown = given if isinstance(given, str) else list(given)
            return json_text({"sop": name, "input": shown, **value_fields(values)}, self.utf8)
        return f"{printable(name)}({show_input(given)}) = {sequence_text(values.values, values.kind)}"


def _refusal(model: Transformer, given: Any) -> RaspError | None:
    """The error of an input that the model refuses, or None."""
    try:
        model.ids(given)
    except RaspError as error:
        index = "" if error.position is None else f"at position {error.position}, "
        error.diagnostic.details.append(f"{index}on the input {show_input(given)}")
        return error
    return None


def _results(model: Transformer, inputs: list[Any]) -> list[Any]:
    """The results on inputs, with the error in place of a result, as for an output of mixed kinds.

    After an error, the inputs are halved until those that fail are alone.
    """
    try:
        return model.batch(inputs)
    except RaspError as error:
        if len(inputs) == 1:
            return [error]
    half = len(inputs) // 2
    return _results(model, inputs[:half]) + _results(model, inputs[half:])


def _fields(model: Transformer) -> dict[str, Any]:
    return {
        "config": config_fields(model.config),
        "n_parameters": model.n_parameters,
        "heads": model.heads,
        "labels": model.labels,
    }
