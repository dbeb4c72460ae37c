"""`rasp run FILE`: a program, on the example or on inputs."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rasp import stdlib
from rasp.cli.arguments import exists
from rasp.cli.conversation import converse
from rasp.cli.inputs import Given, all_inputs, batched, reader, taken
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.errors import NotAnSOp, RaspError, UnknownName
from rasp.names import choices, show_input
from rasp.runtime.files import find_program
from rasp.runtime.scope import Unit
from rasp.runtime.values import a
from rasp.sequences import Selection
from rasp.session import Session, operators_of
from rasp.show import matrix_text, one_line, sequence_text
from rasp.sops import Selector, SOp, outcomes, unwrap

Operator = SOp | Selector

CHUNK = 512  # inputs that are evaluated together


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status."""
    if options.interactive:
        if options.sop or options.input or options.inputs or options.json:
            options.parser.error("--interactive shows what you type; it takes no -s, -i, --inputs or --json")
        return converse(program_file(options.file))
    with_inputs = bool(options.input or options.inputs is not None)
    quiet = bool(with_inputs or options.sop or options.json)
    session = new_session(show=not quiet)
    try:
        errors = session.run_file(program_file(options.file), options.keep_going)
        if not quiet:
            return int(bool(errors))
        chosen = operators(session, options.sop)
        texts = all_inputs(options) if with_inputs else [None]
        return int(show_all(session, chosen, texts, options) or bool(errors))
    except RaspError as error:
        print_error(error)
        return 1


def program_file(name: str) -> Path:
    """The file of a program: a path, or the name of a library program."""
    path = Path(name)
    if path.suffix == ".rasp" or (exists(path) and not (path.is_dir() and name in stdlib.names())):
        return path
    return find_program(name, Unit("<session>"))


def operators(session: Session, names: list[str]) -> dict[str, Operator]:
    """The named s-ops and selectors, or all public s-ops of the program."""
    own = operators_of(session)
    if not names:
        sops = {name: value for name, value in own.items() if isinstance(value, SOp)}
        if not sops:
            raise NotAnSOp(
                "the program names no s-op that could be shown", hint="Give it a name, or choose one with -s."
            )
        return dict(sops)
    for name in names:
        if name not in session:
            raise UnknownName(f"unknown name `{name:.60}`", hint=choices(own, name))
        if not isinstance(session[name], (SOp, Selector)):
            kind = a(unwrap(session[name]))
            raise NotAnSOp(f"`{name:.60}` is {kind}, not an s-op or selector", hint=choices(own, name))
    return {name: session[name] for name in names}


def show_all(
    session: Session, operators: dict[str, Operator], texts: Iterable[Any], options: argparse.Namespace
) -> bool:
    """Prints what each operator gives on each input (None: the example); whether anything failed."""
    read = reader(options, session)
    show = _show_json if options.json else _show_text
    failed = False
    for chunk in batched(enumerate(texts, 1), CHUNK):
        inputs = [_example(session) if text is None else taken(number, text, read) for number, text in chunk]
        for outcome in _evaluate_chunk(session, operators, inputs):
            failed |= show(*outcome)
    return failed


def _example(session: Session) -> Given:
    example = session.settings.sop_example
    characters = all(isinstance(item, str) and len(item) == 1 for item in example)
    return Given("".join(map(str, example)) if characters else list(example), example)


def _evaluate_chunk(
    session: Session, operators: dict[str, Operator], inputs: list[Given]
) -> Iterator[tuple[list[str], Given, Any]]:
    """For each input and operator: its name, the input, and the result or error. A bad input has all names."""
    good = [given.elements for given in inputs if not isinstance(given.elements, RaspError)]
    rows = iter(_evaluate(session, list(operators.values()), good))
    for given in inputs:
        if isinstance(given.elements, RaspError):
            yield list(operators), given, given.elements
        else:
            yield from (([name], given, result) for name, result in zip(operators, next(rows), strict=True))


def _evaluate(session: Session, operators: list[Operator], inputs: list[Any]) -> list[list[Any]]:
    """For each input the result or error of each operator, all evaluated together: what they share is computed once.

    Where that fails, the operators that fail on the input to blame go on apart from the others, which may be right on
    all inputs. Where all fail on it, each half of the inputs goes on alone.
    """
    try:
        return _together(session, operators, inputs)
    except RaspError as error:
        if len(inputs) == len(operators) == 1:
            return [[error]]
        blamed = inputs[error.row or 0]
    fails = [_fails(session, operator, blamed) for operator in operators]
    if True in fails and False in fails:
        return _apart(session, operators, fails, inputs)
    if len(inputs) == 1:
        return [[_evaluate(session, [operator], inputs)[0][0] for operator in operators]]
    half = len(inputs) // 2
    return _evaluate(session, operators, inputs[:half]) + _evaluate(session, operators, inputs[half:])


def _fails(session: Session, operator: Operator, given: Any) -> bool:
    try:
        _together(session, [operator], [given])
    except RaspError:
        return True
    return False


def _apart(session: Session, operators: list[Operator], fails: list[bool], inputs: list[Any]) -> list[list[Any]]:
    """The results of the operators that fail somewhere and of the others, each group evaluated on its own."""
    groups = []
    for wanted in (False, True):
        members = [operator for operator, failing in zip(operators, fails, strict=True) if failing is wanted]
        groups.append(_evaluate(session, members, inputs))
    rows = (list(map(iter, pair)) for pair in zip(*groups, strict=True))
    return [[next(pair[failing]) for failing in fails] for pair in rows]


def _together(session: Session, operators: list[Operator], inputs: list[Any]) -> list[list[Any]]:
    return outcomes([operator.node for operator in operators], inputs, session.names_of_nodes)


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
