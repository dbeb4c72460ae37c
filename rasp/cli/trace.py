"""`rasp trace FILE -s NAME -i INPUT`: shows every step from the tokens to a result, with its layer and its values."""

from __future__ import annotations

import argparse
from typing import Any

from rasp.cli.inputs import Inputs
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, output_width, print_error
from rasp.cli.programs import operators, run_program
from rasp.errors import RaspError
from rasp.present.names import show_input
from rasp.session.tracing import Trace, TraceRow


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status, 1 if a step or an input failed."""
    session = new_session(show=False)
    try:
        run_program(session, options.file)
        chosen = operators(session, options.sop, several=False)
    except RaspError as error:
        print_error(error)
        return 1
    failed, parts = False, 0
    for given in filter(None, Inputs(options, session)):
        if isinstance(given.elements, RaspError):
            print_error(given.elements)
            failed = True
            continue
        for name, operator in chosen.items():
            trace = operator.trace(given.elements)
            heading = f"{name}({show_input(given.elements)})" if len(chosen) * len(options.input) > 1 else ""
            say(_json(name, given.shown, trace) if options.json else _text(heading, trace, parts))
            failed, parts = failed or trace.failed, parts + 1
    return int(failed)


def _text(heading: str, trace: Trace, before: int) -> str:
    """The table, with a heading where there are several."""
    head = f"{heading}\n" if heading else ""
    return ("\n" if before else "") + head + trace.text(output_width())


def _json(name: str, given: Any, trace: Trace) -> str:
    """A JSON object for each step."""
    return "\n".join(json_text({"sop": name, "input": given, **_fields(row)}) for row in trace)


def _fields(row: TraceRow) -> dict[str, Any]:
    fields = {"layer": row.layer, "step": row.name, "kind": row.kind}
    return fields | ({"error": row.error} if row.kind == "error" else {"values": list(row.values)})
