"""Compiles five programs for 8 tokens and prints sizes and times beside those published for another compiler.

    python benchmarks/compile.py [--quick] [LENGTH ...]

The times are those of compiling alone. Then each model runs on random inputs of all lengths and is compared with the
interpreter. The published figures are those of a compiler of a Python subset; it gives `sort` and `reverse` other
layers, and its models are wrong on longer inputs. `-` stands where it did not finish.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rasp
from rasp.architecture.plan import planned
from rasp.compile.compiler import compiled
from rasp.compile.inputs import Trial
from rasp.compile.proof import proved
from rasp.compile.transformer import Network

LETTERS = "abcdefgh"
LENGTHS = (10, 20, 40)
SAMPLES = 50  # random inputs of each length


class Program(NamedTuple):
    """A library program, its 8 tokens, the published layers, and the published parameters by length."""

    file: str
    name: str
    tokens: str
    layers: int
    parameters: dict[int, str]


PROGRAMS = (
    Program("reverse", "reverse", LETTERS, 4, {10: "103 k", 20: "576 k", 40: "3.8 M"}),
    Program("sort", "sorted", LETTERS, 3, {10: "181 k", 20: "652 k", 40: "2.5 M"}),
    Program("double_histogram", "hist2", LETTERS, 3, {10: "51 k", 20: "286 k", 40: "1.9 M"}),
    Program("most_frequent", "most_freq", LETTERS, 5, {10: "0.59 M", 20: "6.7 M", 40: "90 M"}),
    Program("shuffle_dyck", "shuffle_dyck2", "(){}abcd", 8, {}),
)


def measured(program: Program, length: int) -> tuple[Network, float]:
    """The model and the seconds that it took."""
    node = rasp.load(program.file)[program.name].node
    start = time.perf_counter()
    made = compiled(planned([node], True), [program.name], tuple(program.tokens), length, False, lambda part: "")
    return made.network, time.perf_counter() - start


def agrees(program: Program, network: Network, length: int, samples: int) -> bool:
    """Whether model and interpreter agree on random inputs of all lengths."""
    node = rasp.load(program.file)[program.name].node
    tried = Trial(tuple(program.tokens), length, 0, samples)
    return proved(network, {program.name: node}, tried).holds


def row(program: Program, length: int, samples: int) -> str:
    """A line of the table."""
    network, seconds = measured(program, length)
    layers = f"{network.config.n_layers} ({program.layers})"
    heads = " ".join(map(str, network.config.n_heads))
    parameters = f"{network.n_parameters:,}"
    published = program.parameters.get(length, "-")
    right = "yes" if agrees(program, network, length, samples) else "NO"
    sizes = f"{layers:<6}  {heads:<5} {parameters:>12} {published:>9}"
    return f"{program.name:<14} {length:>6}  {sizes} {seconds:>7.2f}  {right}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lengths", nargs="*", type=int, metavar="LENGTH", help=f"of the longest input, {LENGTHS}")
    parser.add_argument("--quick", action="store_true", help="length 10 and few inputs, to see that it runs")
    options = parser.parse_args()
    lengths = options.lengths or (LENGTHS[:1] if options.quick else LENGTHS)
    print("published figures in brackets and in the column `published`")
    print(f"{'program':<14} length  layers  heads {'parameters':>12} {'published':>9} seconds  right")
    for length in lengths:
        for program in PROGRAMS:
            print(row(program, length, 5 if options.quick else SAMPLES), flush=True)


if __name__ == "__main__":
    main()
