"""`rasp verify FILE MODEL`: compares a model with its program on all short inputs and on random ones."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.programs import is_model, operators, run_program
from rasp.cli.progress import show_progress
from rasp.compile.inputs import DRAWN
from rasp.compile.proof import Proof
from rasp.errors import RaspError, WrongFile
from rasp.session.compile_report import proof_text
from rasp.session.compiling import difference_text, verify_model
from rasp.session.transformer import Transformer


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status, 1 if they differ."""
    try:
        model = Transformer.load(options.model)
        session = new_session(show=False)
        run_program(session, options.file)
        sops = operators(session, options.sop or _own_names(model, session.names()), several=False)
        drawn = DRAWN if options.random is None else options.random
        with show_progress(f"comparing {options.file} with {options.model}"):
            proof = verify_model(model, sops, options.exhaustive_to, drawn, options.seed, shortest=options.min_length)
    except RaspError as error:
        if isinstance(error, WrongFile) and is_model(options.file):
            options.parser.error("the program comes first, then the model: `rasp verify FILE MODEL`")
        print_error(error)
        return 1
    say(json_text(_fields(proof)) if options.json else _text(proof))
    return int(not proof.holds)


def _text(proof: Proof) -> str:
    if proof.difference is not None:
        return f"the model differs from the program {difference_text(proof.difference)}"
    return f"the model agrees with the program on {proof_text(proof)}"


def _fields(proof: Proof) -> dict[str, Any]:
    difference = None
    if proof.difference is not None:
        fields = asdict(proof.difference)
        difference = {"input": fields.pop("given"), **fields}
    return {"agrees": proof.holds, "checked": proof.checked, "failed": proof.failed, "difference": difference}


def _own_names(model: Transformer, known: list[str]) -> list[str]:
    """The names of the model's outputs, if the program has all of them."""
    names = list(model.config.outputs)
    return names if set(names) <= set(known) else []
