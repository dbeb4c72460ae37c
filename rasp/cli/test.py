"""`rasp test FILE…`: runs the examples in programs' comments (see `rasp.session.examples`) and reports differences."""

from __future__ import annotations

import argparse

from rasp.base.diagnostics import printable
from rasp.cli.interrupts import heed
from rasp.cli.output import flush, say
from rasp.cli.printing import print_error
from rasp.cli.programs import display_name, program_file, read_standard_input
from rasp.errors import RaspError
from rasp.session.examples import FailedExample, differences_in, differences_in_text


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns 1 if an example or a program failed."""
    heed()
    counts = [_test(name) for name in options.files]
    ran = [count for count in counts if count is not None]
    passed, failed = sum(good for good, _ in ran), sum(bad for _, bad in ran)
    broken = len(counts) - len(ran)
    also = f", {broken} program{'s' * (broken != 1)} did not run" if broken else ""
    say(f"{passed} passed, {failed} failed{also}")
    return int(bool(failed or broken))


def _test(name: str) -> tuple[int, int] | None:
    """The numbers of examples that passed and failed, or None if the program itself fails."""
    shown = display_name(name)
    try:
        if name == "-":
            count, differences = differences_in_text(read_standard_input(), display_name(name))
        else:
            count, differences = differences_in(program_file(name))
    except RaspError as error:
        print_error(error)
        return None
    if not count:
        say(f"{shown}: no examples; one is a comment `# >>> expression` with its value in the next comment")
    for difference in differences:
        say(_report(shown, difference))
    flush()
    return count - len(differences), len(differences)


def _report(name: str, difference: FailedExample) -> str:
    """The lines on an example whose value is not the expected one."""
    line, expression, expected = difference.example
    rows = {"expected": expected or "-", "got": difference.got}
    shown = [f"    {head + ':':<9} {printable(text.replace(chr(10), ' '))}" for head, text in rows.items()]
    return "\n".join([printable(f"{name}:{line}: {' '.join(expression.split())}"), *shown])
