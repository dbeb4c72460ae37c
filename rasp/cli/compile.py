"""`rasp compile FILE -s NAME --vocab abcd --max-length 10`: compiles a program to a transformer, and proves it."""

from __future__ import annotations

import argparse
from typing import Any

from rasp.cli import exports
from rasp.cli.inputs import reader
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.programs import operators, run_program
from rasp.cli.progress import show_progress
from rasp.compile.proof import Proof
from rasp.errors import RaspError
from rasp.model.files import check_writable, config_fields
from rasp.model.report import details
from rasp.session.choosing import SOpOrSelector
from rasp.session.compiling import model_of
from rasp.session.session import Session
from rasp.session.transformer import Transformer


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    try:
        exported = exports.wanted_paths(options)
        exports.check_exports(exported)
        if options.output is not None:
            check_writable(options.output)
        session, chosen = _program(options)
        with show_progress(f"compiling {', '.join(chosen)}"):
            model = _model(session, chosen, options)
            shown = json_text(_fields(model, options)) if options.json else "\n".join(_lines(model, options))
        if options.output is not None:
            model.save(options.output)
        exports.write_exports(model, exported)
    except RaspError as error:
        print_error(error)
        return 1
    say(shown)
    return 0


def _program(options: argparse.Namespace) -> tuple[Session, dict[str, SOpOrSelector]]:
    """The program's session, and the s-ops that become the outputs."""
    session = new_session(show=False)
    run_program(session, options.file)
    return session, operators(session, options.sop, several=False)


def _model(session: Session, chosen: dict[str, SOpOrSelector], options: argparse.Namespace) -> Transformer:
    return model_of(
        list(chosen.values()),
        session.names_of_nodes,
        reader(options, session)(options.vocab),
        options.max_length,
        causal=options.causal,
        dtype=options.dtype,
        undefined=options.undefined,
        drawn=options.random,
        called=list(chosen),
        min_length=options.min_length,
    )


def _lines(model: Transformer, options: argparse.Namespace) -> list[str]:
    lines = [model.report]
    if options.explain and model.found is not None:
        lines += [model.found.figures, "", details(model.network)]
    written = [*([options.output] if options.output else []), *exports.wanted_paths(options).values()]
    return [*lines, *(f"written: {path}" for path in written)]


def _fields(model: Transformer, options: argparse.Namespace) -> dict[str, Any]:
    proof = model.proof
    assert isinstance(proof, Proof)
    assert model.found is not None
    fields = {
        "config": config_fields(model.config),
        "n_parameters": model.n_parameters,
        "heads": model.heads,
        "heads_per_layer_without_bos": model.found.heads_without_bos,
        "safe_in": model.found.safe_in,
        "report": model.report.split("\n"),
        "checked": proof.checked,
        "failed": proof.failed,
        "file": options.output,
        "exports": exports.wanted_paths(options),
    }
    return fields | ({"labels": model.labels, "figures": model.found.figures.split("\n")} if options.explain else {})
