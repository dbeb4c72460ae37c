"""Compiles programs for several lengths, and prints the sizes of the models beside published ones.

    python benchmarks/compile.py [--quick]

The published figures are those of an earlier compiler from Python to transformers, for 8 tokens; `-` stands for a model
that was not made. Times are those of compiling, without the proof; measure them on an idle machine.
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple

import rasp
from rasp.base.tables import table
from rasp.compile.compiler import compile_plan

LENGTHS = (10, 20, 40)


class Program(NamedTuple):
    """A program of the library, and the published figures: layers, and parameters for each length."""

    file: str
    sop: str
    vocab: str
    layers: int
    published: tuple[str, str, str]


PROGRAMS = [
    Program("reverse", "reverse", "abcdefgh", 4, ("103 k", "576 k", "3.8 M")),
    Program("sort", "sorted", "abcdefgh", 3, ("181 k", "652 k", "2.5 M")),
    Program("double_histogram", "hist2", "abcdefgh", 3, ("51 k", "286 k", "1.9 M")),
    Program("most_frequent", "most_freq", "abcdefgh", 5, ("0.59 M", "6.7 M", "90 M")),
    Program("shuffle_dyck", "shuffle_dyck2", "(){}abcd", 8, ("", "", "-")),
]


def measured(program: Program, length: int) -> tuple[str, str, str, str]:
    """Layers, parameters, published parameters, and seconds, as text."""
    sop = rasp.load(program.file)[program.sop]
    assert isinstance(sop, rasp.SOp)
    start = time.perf_counter()
    report = sop.architecture(assume_bos=True)
    network = compile_plan(report.plan, [program.sop], program.vocab, length, False, report.words.short).network
    seconds = time.perf_counter() - start
    assert network.config.n_heads == report.heads_per_layer
    published = program.published[LENGTHS.index(length)]
    return str(network.config.n_layers), shortened(network.n_parameters), published, f"{seconds:.2f}"


def shortened(count: int) -> str:
    """A number in thousands or millions.

    >>> shortened(11507), shortened(23225961)
    ('11.5 k', '23.2 M')
    """
    return f"{count / 1e6:.1f} M" if count >= 1e6 else f"{count / 1e3:.1f} k"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short inputs only")
    options = parser.parse_args()
    rows: list[tuple[str, ...]] = [("program", "length", "layers", "published", "parameters", "published", "seconds")]
    for program in PROGRAMS:
        for length in LENGTHS[:1] if options.quick else LENGTHS:
            layers, parameters, published, seconds = measured(program, length)
            rows.append((program.sop, str(length), layers, str(program.layers), parameters, published, seconds))
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
