"""Measures how the time of every pass grows with the size of a program with shared values. Prints a table.

    python benchmarks/growth.py [--json FILE] [--compare OLD.json] [--quick] [--pass NAME]

Each program is a loop in which a value is read more than once, as `max(m, x)` reads both of its operands twice. The
graph of 400 such steps has 2,000 nodes and 2^400 paths: a pass that visits each node once takes 10 times as long as for
40 steps, and a pass that follows every path never ends. A figure is the time for 400 steps divided by that for 40, with
the least times of some rounds in turns. Up to 20 is fine, since large programs have more cache misses and more work for
the garbage collector. A pass that walks the whole graph for each node, which is quadratic, has 60 and more.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rasp
from benchmarks.run import Figure, least_in_turns, parser_of, seconds, tabulate
from benchmarks.run import machine as machine_of
from rasp.architecture.masks import confine, mask
from rasp.architecture.normal import Normal
from rasp.architecture.plan import make_plan
from rasp.engine import evaluate
from rasp.graph.nodes import Node
from rasp.session.compiling import compare_operators, verify_model
from rasp.session.mask_effect import measure_mask
from rasp.session.tracing import Trace
from rasp.session.transformer import Transformer
from rasp.source.program import program

SHORT, LONG = 40, 400  # steps of the loops
MOST = 20  # the largest ratio that is fine
ROUNDS = 3

PROGRAMS = {  # by name; `{}` is the number of steps, `m` the result
    "tokens": "m = 0; for k in range({}) {{ m = max(m, (tokens_int * k) % 11); }}",
    "tokens and indices": "m = 0; for k in range({}) {{ m = max(m, (tokens_int * k + indices) % 11); }}",
    "attention": "w = selector_width(select(tokens, tokens, ==)); m = 0; "
    "for k in range({}) {{ m = max(m, (w * k) % 11); }}",
    "selectors": "a = select(tokens, tokens, ==); b = select(tokens, tokens, <); s = a; "
    "for k in range({}) {{ s = (s and select(indices, k % 50, !=)) or (not s and b); }} m = selector_width(s);",
    "ternaries": "w = selector_width(select(tokens, tokens, ==)); m = 0; "
    "for k in range({}) {{ m = (m + w) % 7 if m > k % 5 else (2 * m + 1) % 7; }}",
    "recursion": "w = selector_width(select(tokens, tokens, ==)); "
    "def f(m, k) {{ return m if k == 0 else f(max(m, (w * k) % 11), k - 1); }} m = f(0, {});",
}


class Subject(NamedTuple):
    """A program, its s-op `m`, and its model once it has been compiled."""

    text: str
    session: rasp.Session
    sop: rasp.SOp
    folder: Path
    model: list[Transformer]

    @property
    def node(self) -> Node:
        return self.sop.node

    @property
    def network(self) -> Transformer:
        """The model, compiled on first use."""
        if not self.model:
            self.model.append(self.compiled())
        return self.model[0]

    def compiled(self, **options: Any) -> Transformer:
        return self.sop.compile(**{"vocab": ["1", "2"], "max_length": 3, **options})

    def drawn(self, kind: str) -> object:
        return self.sop.draw("12", self.folder / f"drawing.{kind}")


def subject(name: str, steps: int, folder: Path) -> Subject:
    """The program of that name with `steps` steps."""
    text = PROGRAMS[name].format(steps)
    session = rasp.Session("12")
    session.run(text)
    sop = session["m"]
    assert isinstance(sop, rasp.SOp)
    return Subject(text, session, sop, folder, [])


def _in_threads(given: Subject) -> object:
    """Sends the program to a worker and reads the answer."""
    with ThreadPoolExecutor(1) as executor:
        return given.sop.batch(["12", "x"] * 3, errors="collect", executor=executor)


def _failing(given: Subject) -> object:
    """The message of an error in the graph."""
    return str((1 / (given.sop - given.sop)).batch(["12"], errors="collect")[0])


NUMERALS = [str(number) for number in range(1, 51)]

PASSES: dict[str, Callable[[Subject], object]] = {
    "run": lambda given: rasp.Session().run(given.text),
    "normal form": lambda given: Normal()(given.node),
    "plan": lambda given: make_plan([given.node]),
    "report": lambda given: str(given.sop.architecture()),
    "report as data": lambda given: given.sop.architecture().to_dict(),
    "order of sublayers": lambda given: given.sop.architecture().sublayers(),
    "fits an order": lambda given: given.sop.architecture().missing("af"),
    "mask": lambda given: confine([given.node], mask("causal")),
    "measure_mask": lambda given: str(
        measure_mask(given.sop.architecture(), given.session.names_of_nodes, "causal", ["1221"])
    ),
    "evaluate": lambda given: evaluate([given.node], [("1", "2")]),
    "evaluate a long input": lambda given: given.sop("12" * 250),
    "explain": lambda given: str(given.session.explain(given.sop, n=1000)),
    "error": _failing,
    "workers": _in_threads,
    "describe": lambda given: (repr(given.sop), given.session.names_of_nodes.describe(given.node)),
    "formula": lambda given: given.session.names_of_nodes.formula(given.node),
    "whole formula": lambda given: given.session.names_of_nodes.formula(given.node, whole=True),
    "source": lambda given: program([given.node]),
    "trace": lambda given: Trace(given.node, given.session.names_of_nodes, given.session.settings.sop_example).text(),
    "draw as text": lambda given: given.sop.draw("12"),
    "draw as SVG": lambda given: given.drawn("svg"),
    "draw as HTML": lambda given: given.drawn("html"),
    "draw as DOT": lambda given: given.drawn("dot"),
    "equal": lambda given: compare_operators(given.sop, given.sop, "12", 3),
    "compile": lambda given: given.compiled(),
    "compile from sets": lambda given: given.compiled(vocab=NUMERALS, drawn=5),
    "compile causal": lambda given: given.compiled(causal=True) if _is_causal(given) else None,
    "verify": lambda given: verify_model(given.network, {"m": given.sop}),
    "show a model": lambda given: str(given.network),
    "draw a model": lambda given: given.network.draw("12"),
}


def _is_causal(given: Subject) -> bool:
    """Whether the program is causal: those without attention are."""
    return "select" not in given.text


def all_figures(quick: bool, only: Sequence[str] = ()) -> Iterator[Figure]:
    """For each program and pass, the ratio of the times for ten times as many steps."""
    rounds = 1 if quick else ROUNDS
    sizes = (SHORT // 10, LONG // 10) if quick else (SHORT, LONG)
    with tempfile.TemporaryDirectory() as folder:
        for name in PROGRAMS:
            short, long = (subject(name, steps, Path(folder)) for steps in sizes)
            for title in only or PASSES:
                work = PASSES[title]
                again = 1 if quick or seconds(lambda: work(long)) > 0.5 else 5  # noqa: B023
                times = least_in_turns(lambda: work(short), lambda: work(long), again * rounds)  # noqa: B023
                yield Figure(
                    f"{title}: {name}, {sizes[1]} steps against {sizes[0]}", times[1] / times[0], "×", most=MOST
                )


def main() -> None:
    parser = parser_of("Measure how the time of every pass grows.")
    parser.add_argument("--pass", action="append", dest="only", choices=PASSES, default=[], help="may be repeated")
    options = parser.parse_args()
    tabulate(all_figures(options.quick, options.only), options, machine_of(True))


if __name__ == "__main__":
    main()
