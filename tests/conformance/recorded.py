"""Runs a recorded case in a session of its own, and says for each of its probes what differs.

A case is a JSON object: statements to run (`source`), the running example, files to load, and probes to make
afterwards. A probe names an expression and its outcome, or a statement and whether it is accepted.
"""

from __future__ import annotations

import contextlib
import json
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rasp

HERE = Path(__file__).parent
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """The cases of a file that lies beside this module."""
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


class Refused(Exception):
    """The expression of a probe has no outcome of the form that the probe asks for."""


def differences(case: Case, folder: Path) -> dict[int, str]:
    """What differs, by the probe's place; `folder` is empty, and becomes the working directory meanwhile."""
    for name, text in case.get("files", {}).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    with contextlib.chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("ignore", rasp.RaspWarning)
        return dict(_differences(case))


def _differences(case: Case) -> Iterator[tuple[int, str]]:
    session = rasp.Session(example=case.get("example", "hello"))
    refused = session.run(case["source"], keep_going=True)
    if refused and not case.get("files") and not any(probe.get("error") for probe in case["probes"]):
        yield -1, f"the source was refused: {refused[0]}"
    for place, probe in enumerate(case["probes"]):
        check = _statement if "statement" in probe else _expression
        difference = check(probe, session, bool(refused))
        if difference:
            yield place, difference


def _statement(probe: Case, session: rasp.Session, refused: bool) -> str:
    """A statement that must be accepted or refused. One that has no value on the example may be kept instead."""
    statement = probe["statement"]
    errors = session.run(statement, keep_going=True)
    if probe.get("ok"):
        return f"{statement!r} was refused: {errors[0]}" if errors else ""
    if errors or _has_no_value(statement, session):
        return ""
    return f"{statement!r} was accepted, although {probe['why']}"


def _has_no_value(statement: str, session: rasp.Session) -> bool:
    """Whether an accepted `name = …;` or `expression;` fails on the running example."""
    name, equals, _ = statement.partition("=")
    what = name if equals and name.strip().isidentifier() else statement.strip().removesuffix(";")
    try:
        value = session.eval(what)
    except rasp.RaspError:
        return False
    return isinstance(value, rasp.SOp | rasp.Selector) and _fails_on(value, session.settings.sop_example)


def _fails_on(operator: rasp.SOp | rasp.Selector, given: Any) -> bool:
    try:
        operator(given)
    except rasp.RaspError:
        return True
    return False


def _expression(probe: Case, session: rasp.Session, refused: bool) -> str:
    """An expression that must have the recorded outcome, or none."""
    form = next(form for form in ("sop", "selector", "value_of") if form in probe)
    try:
        got = _outcome(probe, form, session)
    except (rasp.RaspError, Refused) as error:
        return "" if probe.get("error") else f"{probe[form]} failed: {error}"
    if probe.get("error"):
        return "" if refused and probe.get("stage") == "source" else f"{probe[form]} gave {got}: {probe['why']}"
    want = probe["matrix"] if form == "selector" else probe["value"]
    kind, mixed = probe.get("type"), form == "sop"
    if got[0] == kind and equal(got[1], want, mixed):
        return ""
    return f"{probe[form]} on {probe.get('input')!r} gave {got[1]!r} ({got[0]}), not {want!r} ({kind})"


def _outcome(probe: Case, form: str, session: rasp.Session) -> tuple[str | None, Any]:
    """The kind (of a matrix: None) and the value of a probe's expression."""
    value = session.eval(probe[form])
    if form == "value_of":
        return _kind(value), value
    wanted = rasp.SOp if form == "sop" else rasp.Selector
    if not isinstance(value, wanted):
        raise Refused(f"it is a {type(value).__name__}, not a {wanted.__name__}")
    result = value(probe["input"])
    if isinstance(result, rasp.Selection):
        return None, result.matrix.astype(int).tolist()
    return result.kind, result.values


def _kind(value: object) -> str:
    """What the cases call the kind of an atom, list or dict."""
    return "string" if isinstance(value, str) else type(value).__name__


def equal(got: Any, want: Any, mixed: bool = False) -> bool:
    """Whether a value is the recorded one.

    1, 1.0 and True are three values. In a sequence of numbers, which is `mixed`, an int may stand for an equal bool,
    and an int and a float for one another. Floats agree to nine digits.
    """
    match want:
        case dict():
            return isinstance(got, dict) and equal([list(pair) for pair in got.items()], want["dict"])
        case list():
            if not isinstance(got, list) or len(got) != len(want):
                return False
            return all(equal(item, wanted, mixed) for item, wanted in zip(got, want, strict=True))
        case str():
            return bool(got == want)
    return _equal_numbers(got, want, mixed)


def _equal_numbers(got: Any, want: float, mixed: bool) -> bool:
    if not isinstance(got, int | float) or (not mixed and type(got) is not type(want)):
        return False
    if isinstance(got, float) or isinstance(want, float):
        if isinstance(got, bool) or isinstance(want, bool):
            return False
        return got == want or math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-12)
    return bool(got == want)
