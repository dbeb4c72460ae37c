"""`rasp verify FILE MODEL`: compares a model with its program on all short inputs and on random ones."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.programs import is_model, operators, run_program
from rasp.cli.progress import show_progress
from rasp.compile.agreement import Agreement
from rasp.compile.inputs import DRAWN
from rasp.compile.proof import Mismatch, Proof
from rasp.errors import RaspError, WrongFile
from rasp.session.compile_report import agreement_text, proof_text
from rasp.session.compiling import difference_text, measure_agreement, verify_model
from rasp.session.transformer import Transformer


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status, 1 if they differ."""
    try:
        model = Transformer.load(options.model)
        session = new_session(show=False)
        run_program(session, options.file)
        sops = operators(session, options.sop or _own_names(model, session.names()), several=False)
        drawn = DRAWN if options.random is None else options.random
        tried = {"whole": options.exhaustive_to, "drawn": drawn, "seed": options.seed, "shortest": options.min_length}
        with show_progress(f"comparing {options.file} with {options.model}"):
            compare = measure_agreement if model.config.trained_length else verify_model
            found = compare(model, sops, **tried)
    except RaspError as error:
        if isinstance(error, WrongFile) and is_model(options.file):
            options.parser.error("the program comes first, then the model: `rasp verify FILE MODEL`")
        print_error(error)
        return 1
    if isinstance(found, Agreement):
        return _show_agreement(found, _only(sops), options.json)
    say(json_text(_fields(found)) if options.json else _text(found, _only(sops)))
    return int(not found.holds)


def _only(sops: Mapping[str, Any]) -> str:
    """The name of the s-op if there is one, which may differ from the name of the model's output."""
    return next(iter(sops)) if len(sops) == 1 else ""


def _show_agreement(found: Agreement, sop: str, as_json: bool) -> int:
    """Prints on how much a trained model agrees; returns 1 if it differs somewhere."""
    if as_json:
        names = ("inputs", "sequences", "positions", "tokens", "failed")
        fields = {"agrees": found.difference is None, **{name: getattr(found, name) for name in names}}
        say(json_text(fields | {"difference": _difference(found.difference)}))
    else:
        say(agreement_text(found))
        if found.difference is not None:
            say(f"it differs, for example, {difference_text(found.difference, sop)}")
    return int(found.difference is not None)


def _text(proof: Proof, sop: str) -> str:
    if proof.difference is not None:
        return f"the model differs from the program {difference_text(proof.difference, sop)}"
    return f"the model agrees with the program on {proof_text(proof)}"


def _fields(proof: Proof) -> dict[str, Any]:
    difference = _difference(proof.difference)
    return {"agrees": proof.holds, "checked": proof.checked, "failed": proof.failed, "difference": difference}


def _difference(found: Mismatch | None) -> dict[str, Any] | None:
    if found is None:
        return None
    fields = asdict(found)
    return {"input": fields.pop("given"), **fields}


def _own_names(model: Transformer, known: list[str]) -> list[str]:
    """The names of the model's outputs, if the program has all of them."""
    names = list(model.config.outputs)
    return names if set(names) <= set(known) else []
