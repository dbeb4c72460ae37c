"""`rasp run FILE`: a program, on the example or on inputs."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import Any

from rasp import stdlib
from rasp.batches import Work, evaluated
from rasp.cli.arguments import exists
from rasp.cli.inputs import Given, Inputs
from rasp.cli.json_text import json_text
from rasp.cli.many import carried_out
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.errors import NotAnSOp, RaspError, UnknownName
from rasp.names import show_input
from rasp.runtime.files import find_program
from rasp.runtime.scope import Unit
from rasp.runtime.values import a
from rasp.sequences import Selection
from rasp.session import Session
from rasp.show import matrix_text, one_line, sequence_text
from rasp.sops import Selector, SOp, unwrap
from rasp.spread import Pace

Operator = SOp | Selector


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status."""
    if options.interactive:
        if options.sop or options.input or options.inputs or options.json:
            options.parser.error("--interactive shows what you type; it takes no -s, -i, --inputs or --json")
        return _interactive(options)
    with_inputs = bool(options.input or options.inputs is not None)
    if options.jobs and not with_inputs:
        options.parser.error("--jobs spreads inputs; give them by -i or --inputs")
    quiet = bool(with_inputs or options.sop or options.json)
    session = new_session(show=not quiet)
    try:
        errors = session.run_file(program_file(options.file), options.keep_going)
        if not quiet:
            return int(bool(errors))
        chosen = operators(session, options.sop)
        return int(show_all(session, chosen, options) or bool(errors))
    except RaspError as error:
        print_error(error)
        return 1


def _interactive(options: argparse.Namespace) -> int:
    """A conversation in the session of the program, which goes on after an error of the program."""
    from rasp.repl import converse, new_conversation

    talk = new_conversation(Session())
    talk.start_with(program_file(options.file))
    converse(talk)
    return 0


def program_file(name: str) -> Path:
    """The file of a program: a path, or the name of a library program."""
    path = Path(name)
    if path.suffix == ".rasp" or (exists(path) and not (path.is_dir() and name in stdlib.names())):
        return path
    return find_program(name, Unit("<session>"))


def operators(session: Session, names: list[str]) -> dict[str, Operator]:
    """The named s-ops and selectors, or all public s-ops of the program."""
    own = {name: session[name] for name in session.names() if not name.startswith("_")}
    if not names:
        sops: dict[str, Operator] = {name: value for name, value in own.items() if isinstance(value, SOp)}
        if not sops:
            raise NotAnSOp(
                "the program names no s-op that could be shown", hint="Give it a name, or choose one with -s."
            )
        return sops
    known = [name for name, value in own.items() if isinstance(value, (SOp, Selector))]
    hint = f"The program's s-ops and selectors are {', '.join(known)}." if known else ""
    for name in names:
        if name not in session:
            raise UnknownName(f"unknown name `{name}`", hint=hint)
        if not isinstance(session[name], (SOp, Selector)):
            raise NotAnSOp(f"`{name}` is {a(unwrap(session[name]))}, not an s-op or selector", hint=hint)
    return {name: session[name] for name in names}


def show_all(session: Session, operators: dict[str, Operator], options: argparse.Namespace) -> bool:
    """Prints what each operator gives on each input, or on the example where there is none; whether anything failed."""
    work = Work([operator.node for operator in operators.values()], session.names_of_nodes, evaluated)
    if not options.input and getattr(options, "inputs", None) is None:
        example = _example(session)
        return _show(list(operators), example, work.here([example.elements])[0], options.json)
    with contextlib.closing(carried_out(work, Inputs(options, session), Pace(), options, "inputs")) as outcomes:
        failed = False
        for given, row in outcomes:
            failed |= _show(list(operators), given, row, options.json)
    return failed


def _example(session: Session) -> Given:
    example = session.settings.sop_example
    characters = all(isinstance(item, str) and len(item) == 1 for item in example)
    return Given("".join(map(str, example)) if characters else list(example), example)


def _show(names: list[str], given: Given, row: list[Any], as_json: bool) -> bool:
    """Prints the outcomes on an input, a bad one's error once; whether one failed."""
    show = _show_json if as_json else _show_text
    if isinstance(given.elements, RaspError):
        return show(names, given, given.elements)
    failures = [show([name], given, result) for name, result in zip(names, row, strict=True)]
    return any(failures)


def _show_text(names: list[str], given: Given, result: Any) -> bool:
    if isinstance(result, RaspError):
        print_error(result)
        return True
    if isinstance(result, Selection):
        say(f"{names[0]}({show_input(result.input)}) =\n{matrix_text(result.matrix, result.input)}")
    else:
        say(f"{names[0]}({show_input(result.input)}) = {sequence_text(result.values, result.kind)}")
    return False


def _show_json(names: list[str], given: Given, result: Any) -> bool:
    for name in names:
        say(json_text({"sop": name, "input": given.shown, **_json_fields(result)}))
    return isinstance(result, RaspError)


def _json_fields(result: Any) -> dict[str, Any]:
    """What a JSON object says of a result."""
    if isinstance(result, RaspError):
        return {"error": one_line(result), "code": result.code}
    if isinstance(result, Selection):
        return {"matrix": result.matrix.view("int8").tolist()}
    return {"value": result.values, "kind": result.kind}
