"""`rasp arch FILE`: reports the layers and heads that a program needs; `rasp arch stdlib`: those of the library."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasp.architecture.report import NARROWEST, Architecture
from rasp.base.tables import USUAL, table, wrap_text
from rasp.cli.inputs import elements_of, reader
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, output_width, print_error
from rasp.cli.programs import operators, run_program
from rasp.errors import EmptyInput, RaspError
from rasp.runtime import stdlib
from rasp.session.mask_effect import check_amount, measure_mask
from rasp.session.session import Session, load
from rasp.session.sops import SOp

RANDOM: dict[str, Any] = {"alphabet": "abc", "length": 10, "samples": 100, "seed": 0}  # the defaults for random inputs


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    _check(options)
    try:
        if options.file == "stdlib" and not Path("stdlib").is_file():
            _show_library(options)
        else:
            _show_program(options)
    except RaspError as error:
        print_error(error)
        return 1
    return 0


def _check(options: argparse.Namespace) -> None:
    """Exits with a usage error for options that have no effect together."""
    drawn = [name for name in RANDOM if getattr(options, name) is not None]
    given = ["input"] if options.input else []
    form = [name for name in ("words", "list") if getattr(options, name)]
    if options.mask is None and (alone := [*given, *form, *drawn]):
        options.parser.error(f"--{alone[0]} goes with --mask")
    if given and drawn:
        options.parser.error(f"--{drawn[0]} is for random inputs, which take no --input")
    if options.list and not given:
        options.parser.error("--list goes with --input")


# --------------------------------------------------------------------------------------------------------- programs


def _show_program(options: argparse.Namespace) -> None:
    session = new_session(show=False)
    run_program(session, options.file)
    chosen = operators(session, options.sop)
    groups = [list(chosen)] if options.together else [[name] for name in chosen]
    for index, names in enumerate(groups):
        first, *others = (chosen[name] for name in names)
        report = replace(first.architecture(*others, assume_bos=options.assume_bos), names=tuple(names))
        if options.json:
            say(json_text(_fields(report.whole(), session, options)))
        else:
            say(("\n" if index else "") + "\n\n".join(_parts(report, session, options)))


def _parts(report: Architecture, session: Session, options: argparse.Namespace) -> Iterator[str]:
    """The report, and the further parts that options ask for."""
    width = report_width()
    yield report.text(width)
    if options.sublayers:
        doubt = "" if report.is_shortest else " (not proved to be the shortest)"
        yield "\n".join(wrap_text(f"sublayers: {report.sublayers() or 'none'}{doubt}", width, indent=4))
    if options.fits is not None:
        missing = report.missing(options.fits)
        answer = "yes" if not missing else f"no, these are left to compute: {', '.join(missing)}"
        yield "\n".join(wrap_text(f"fits {options.fits.strip() or 'no sublayers'}: {answer}", width, indent=4))
    if options.mask is not None:
        yield measure_mask(report, session.names_of_nodes, options.mask, _inputs(session, options)).text(width)


def report_width() -> int:
    """The width of a report: that of the terminal, from 22 to 80 columns."""
    return max(NARROWEST, min(USUAL, output_width()))


def _fields(report: Architecture, session: Session, options: argparse.Namespace) -> dict[str, Any]:
    """The fields of a report as a JSON object."""
    fields = report.to_dict()
    if options.sublayers:
        fields["sublayers"] = report.sublayers()
        fields["sublayers_proved"] = report.is_shortest
    if options.fits is not None:
        fields["fits"] = {"order": options.fits, "missing": list(report.missing(options.fits))}
    if options.mask is not None:
        names = session.names_of_nodes
        fields["mask"] = measure_mask(report, names, options.mask, _inputs(session, options)).to_dict()
    return fields


def _inputs(session: Session, options: argparse.Namespace) -> list[Any]:
    """The inputs on which a mask is tried: those given, or random ones with a fixed seed."""
    if options.input:
        return elements_of(options.input, reader(options, session))
    wanted = {
        name: usual if getattr(options, name) is None else getattr(options, name) for name, usual in RANDOM.items()
    }
    chance = random.Random(wanted["seed"])
    alphabet = wanted["alphabet"].split() if options.words else wanted["alphabet"]
    if not alphabet:
        raise EmptyInput("--alphabet has no tokens to draw inputs from")
    length, samples = wanted["length"], wanted["samples"]
    check_amount(samples, length, samples * length**2)
    return [chance.choices(alphabet, k=length) for _ in range(samples)]


# ---------------------------------------------------------------------------------------------------------- library


def _show_library(options: argparse.Namespace) -> None:
    others = (options.sop, options.mask, options.together, options.assume_bos, options.sublayers)
    if any(others) or options.fits is not None:
        options.parser.error("`rasp arch stdlib` shows all there is; it takes no other option than --json")
    rows: list[tuple[str, ...]] = [("program", "s-op", "layers", "heads, no BOS", "heads, BOS", "sublayers")]
    for program, name, sop in _library():
        plain, behind = sop.architecture(), sop.architecture(assume_bos=True)
        if options.json:
            say(json_text({"program": program, "bos_heads_per_layer": behind.heads_per_layer, **plain.to_dict()}))
        counts = [" ".join(map(str, report.heads_per_layer)) for report in (plain, behind)]
        rows.append((program, name, str(plain.layers), *counts, plain.sublayers().replace(" ", "")))
    if not options.json:
        say("\n".join(table(rows, report_width())))


def _library() -> Iterator[tuple[str, str, SOp]]:
    """Yields the s-ops of the library, with program and name."""
    for program in stdlib.names():
        module = load(program)
        for name in module.names():
            if isinstance(module[name], SOp):
                yield program, name, module[name]
