"""`rasp model run|show FILE`: a compiled model on inputs, or what is in it."""

from __future__ import annotations

import argparse
from typing import Any

from rasp.cli.inputs import Given, reader, taken
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import print_error
from rasp.cli.run import error_fields, value_fields
from rasp.compile.files import config_fields
from rasp.diagnostics import printable
from rasp.errors import RaspError
from rasp.names import show_input
from rasp.sequences import Sequence
from rasp.session import Session
from rasp.show import sequence_text
from rasp.transformer import Transformer


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status."""
    try:
        model = Transformer.load(options.model)
    except RaspError as error:
        print_error(error)
        return 1
    if options.action == "show":
        if options.input:
            options.parser.error("`rasp model show` takes no input")
        say(json_text(_fields(model)) if options.json else str(model))
        return 0
    if not options.input:
        options.parser.error("`rasp model run` needs an input: -i INPUT")
    read = reader(options, Session())
    failed = [_show(model, taken(number, text, read), options) for number, text in enumerate(options.input, 1)]
    return int(any(failed))


def _show(model: Transformer, given: Given, options: argparse.Namespace) -> bool:
    """Shows the outputs on an input; whether there are none."""
    try:
        if isinstance(given.elements, RaspError):
            raise given.elements  # both errors are shown alike
        results = _results(model, given)
    except RaspError as error:
        if options.json:
            say(json_text({"input": given.shown, **error_fields(error)}))
        else:
            print_error(error)
        return True
    for name, result in results.items():
        if options.json:
            say(json_text({"sop": name, "input": given.shown, **value_fields(result)}))
        else:
            say(f"{printable(name)}({show_input(result.input)}) = {sequence_text(result.values, result.kind)}")
    return False


def _results(model: Transformer, given: Given) -> dict[str, Sequence]:
    result = model(given.elements)
    return result if isinstance(result, dict) else {next(iter(model.config.outputs)): result}


def _fields(model: Transformer) -> dict[str, Any]:
    return {
        "config": config_fields(model.config),
        "n_parameters": model.n_parameters,
        "heads": model.heads,
        "labels": model.labels,
    }
