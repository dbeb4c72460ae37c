"""`rasp eval EXPR`: prints the value of an expression, or its values on inputs."""

from __future__ import annotations

import argparse
from pathlib import Path

from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.programs import exists, run_program
from rasp.cli.values import show_all
from rasp.errors import NotAnSOp, RaspError, RaspSyntaxError, UnknownName
from rasp.present.text import value_text
from rasp.runtime.machine import ShownResult
from rasp.runtime.values import a
from rasp.session.results import show_result
from rasp.session.session import Session
from rasp.session.sops import Selector, SOp, unwrap
from rasp.syntax import tree
from rasp.syntax.parser import parse_expression
from rasp.syntax.printer import to_source


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    session = new_session(show=False)
    expression = options.expression.rstrip().removesuffix(";")
    try:
        for file in options.load:
            run_program(session, file)
        value = session.eval(expression)
        if isinstance(value, (SOp, Selector)) and (options.input or options.json):
            return int(show_all(session, {_label(expression): value}, options))
        if options.input:
            raise NotAnSOp(f"{a(unwrap(value))} takes no input; an s-op or selector does")
        say(_text(value, session, options.json))
    except RaspError as error:
        if isinstance(error, (RaspSyntaxError, UnknownName)) and exists(Path(expression)):
            error.diagnostic.hint = "It is a file, not an expression: `rasp run FILE` runs it, `-l FILE` before EXPR."
        print_error(error)
        return 1
    return 0


def _label(expression: str) -> str:
    """The expression as text, in brackets where an input in brackets could not follow it otherwise."""
    node = parse_expression(expression)
    tight = isinstance(node, (tree.Name, tree.Call, tree.Index, tree.SelectCall, tree.AggregateCall))
    return to_source(node) if tight else f"({to_source(node)})"


def _text(value: object, session: Session, as_json: bool) -> str:
    inner = unwrap(value)
    if isinstance(value, (SOp, Selector)):
        return show_result(ShownResult(value.name or "out", inner), session)
    return json_text(value) if as_json else value_text(inner, session.names_of_nodes)
