"""`rasp run FILE`: a program, on the example or on inputs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasp.cli.inputs import Read, all_inputs, batched, reader
from rasp.cli.printing import new_session, print_error
from rasp.errors import NotAnSOp, RaspError
from rasp.names import show_input
from rasp.runtime.files import find_program
from rasp.runtime.scope import Unit
from rasp.runtime.values import a
from rasp.session import Session
from rasp.show import matrix_text, one_line, sequence_text
from rasp.sops import Selector, SOp, unwrap

CHUNK = 512  # inputs that are evaluated together


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status."""
    with_inputs = bool(options.input or options.inputs is not None)
    quiet = bool(with_inputs or options.sop or options.json)
    session = new_session(show=not quiet)
    try:
        errors = session.run_file(program_file(options.file), options.keep_going)
        if not quiet:
            return int(bool(errors))
        operators = _operators(session, options.sop)
        texts = all_inputs(options) if with_inputs else [None]
        return int(show_all(session, operators, texts, options) or bool(errors))
    except RaspError as error:
        print_error(error)
        return 1


def program_file(name: str) -> Path:
    """The file of a program: a path, or the name of a library program."""
    path = Path(name)
    return path if path.suffix == ".rasp" or path.exists() else find_program(name, Unit("<session>"))


def _operators(session: Session, names: list[str]) -> dict[str, SOp | Selector]:
    """The named s-ops and selectors, or all public s-ops of the program."""
    if not names:
        public = [name for name in session.names() if not name.startswith("_")]
        return {name: value for name in public if isinstance(value := session[name], SOp)}
    chosen = {name: session[name] for name in names}
    for name, value in chosen.items():
        if not isinstance(value, (SOp, Selector)):
            known = [name for name in session.names() if isinstance(session[name], (SOp, Selector))]
            hint = f"The program's s-ops and selectors are {', '.join(known)}." if known else ""
            raise NotAnSOp(f"`{name}` is {a(unwrap(value))}, not an s-op or selector", hint=hint)
    return chosen


def show_all(
    session: Session, operators: dict[str, SOp | Selector], texts: Iterable[Any], options: argparse.Namespace
) -> bool:
    """Prints what each operator gives on each input (None: the example); whether anything failed."""
    read = reader(options, session)
    show = _show_json if options.json else _show_text
    failed = False
    for chunk in batched(texts, CHUNK):
        outcomes = _evaluate_chunk(operators, [_given(text, read, session) for text in chunk])
        for outcome in outcomes:
            failed |= show(*outcome)
    return failed


def _given(text: Any, read: Read, session: Session) -> Any:
    """An input as the engine takes it, or the error of its text."""
    if text is None:
        return session.settings.sop_example
    if isinstance(text, RaspError):
        return text
    try:
        return read(text)
    except RaspError as error:
        return error


def _evaluate_chunk(operators: dict[str, SOp | Selector], inputs: list[Any]) -> Iterable[tuple[str, Any, Any]]:
    """For each input and operator: its name, the input, and the result or the error."""
    columns = {name: _evaluate(operator, inputs) for name, operator in operators.items()}
    for place, given in enumerate(inputs):
        for name in operators:
            yield name, given, columns[name][place]


def _evaluate(operator: SOp | Selector, inputs: list[Any]) -> list[Any]:
    """The results of all inputs, evaluated together; where one fails, each on its own, so that only it fails."""
    if not any(isinstance(given, RaspError) for given in inputs):
        try:
            return list(operator.batch(inputs))
        except RaspError:
            if len(inputs) == 1:
                return [_evaluate_one(operator, inputs[0])]
    return [_evaluate_one(operator, given) for given in inputs]


def _evaluate_one(operator: SOp | Selector, given: Any) -> Any:
    if isinstance(given, RaspError):
        return given
    try:
        return operator(given)
    except RaspError as error:
        return error


def _show_text(name: str, given: Any, result: Any) -> bool:
    if isinstance(result, RaspError):
        print_error(result)
        return True
    if hasattr(result, "matrix"):
        print(f"{name}({show_input(result.input)}) =\n{matrix_text(result.matrix, result.input)}")
    else:
        print(f"{name}({show_input(result.input)}) = {sequence_text(result.values, result.kind)}")
    return False


def _show_json(name: str, given: Any, result: Any) -> bool:
    shown: dict[str, Any] = {"sop": name, "input": None if isinstance(given, RaspError) else given}
    failed = isinstance(result, RaspError)
    if failed:
        shown.update(error=one_line(result), code=result.code)
    elif hasattr(result, "matrix"):
        shown.update(matrix=result.matrix.astype(int).tolist())
    else:
        shown.update(value=result.values, kind=result.kind)
    print(json.dumps(shown, ensure_ascii=False))
    return failed
