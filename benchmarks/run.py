"""Measures the library's programs, batches, memory and start-up, and prints one table.

    python benchmarks/run.py [--json FILE] [--compare OLD.json] [--here] [--quick]
                             [--only GROUP]

Start-up is measured on a wheel of this checkout in a fresh virtual environment, or with --here on the running
interpreter. Times that are compared with each other are taken in turns, so that a busy machine slows both: the median
of many runs, or for very short work the minimum. Trust ratios more than times. Memory is the peak of a separate
process. OPENBLAS_NUM_THREADS=1 keeps NumPy from waiting for busy cores.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

import rasp
from benchmarks import decoder, numpy_programs
from rasp.graph.nodes import topological

ROOT = Path(__file__).resolve().parents[1]
COUNT = 10_000  # inputs in a batch
ROUNDS, FEW = 21, 1  # of each measurement; FEW with --quick


class Figure(NamedTuple):
    """A line of the table. `most` and `least` are its targets."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None


class Program(NamedTuple):
    """A program of the library, one of its s-ops, and the tokens of its inputs."""

    file: str
    sop: str
    alphabet: str

    def load(self) -> rasp.SOp:
        """The s-op."""
        sop = rasp.load(self.file)[self.sop]
        assert isinstance(sop, rasp.SOp)
        return sop

    def inputs(self, length: int, count: int = 1) -> list[str]:
        """Random inputs, the same in every run."""
        chance = random.Random(f"{self.sop} {length}")
        return ["".join(chance.choices(self.alphabet, k=length)) for _ in range(count)]


LETTERS = "abcdefghijklmnopqrstuvwxyz"
PROGRAMS = {
    "hist": Program("histogram", "hist", LETTERS),
    "sort": Program("sort", "sorted", LETTERS),
    "reverse": Program("reverse", "reverse", LETTERS),
    "dyck1": Program("dyck", "dyck1_ptf", "()"),
    "dyck2": Program("dyck", "dyck2_ptf", "(){}"),
    "most_freq": Program("most_frequent", "most_freq", LETTERS),
}


# --------------------------------------------------------------------------------------------------------- timing


def seconds(work: Callable[[], object]) -> float:
    """The time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median times of two functions called in turns, after one round of warm-up."""
    first(), second()
    times = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return statistics.median(one for one, _ in times), statistics.median(other for _, other in times)


def least_in_turns(
    first: Callable[[], object], second: Callable[[], object], rounds: int, number: int = 1
) -> tuple[float, float]:
    """As `in_turns`, but the least times, for work so short that other work on the machine would dominate. In a round
    each is called `number` times."""
    first(), second()
    times = []
    for _ in range(rounds):
        times.append((seconds(lambda: repeat(first, number)), seconds(lambda: repeat(second, number))))
    return min(one for one, _ in times) / number, min(other for _, other in times) / number


def repeat(work: Callable[[], object], number: int) -> None:
    """Calls it `number` times."""
    for _ in range(number):
        work()


def median_time(work: Callable[[], object], rounds: int) -> float:
    """The median time of one call; short calls are timed several at once."""
    number = max(1, int(0.005 / max(seconds(work), 1e-6)))

    return statistics.median(seconds(lambda: repeat(work, number)) for _ in range(rounds)) / number


# -------------------------------------------------------------------------------------------------------- figures


def code_points(texts: list[str]) -> numpy_programs.Array:
    """The code points of texts of one length, an array (texts, n)."""
    return np.array([list(map(ord, text)) for text in texts], dtype=np.uint32)


def long_calls(rounds: int) -> Iterator[Figure]:
    """One call at n = 400, compared with NumPy code that makes the same n × n matrices."""
    for name, program in PROGRAMS.items():
        sop, (given,), by_hand = program.load(), program.inputs(400), numpy_programs.PROGRAMS[name]
        codes = code_points([given])
        ours, theirs = least_in_turns(
            lambda: sop(given),  # noqa: B023
            lambda: by_hand(codes, numpy_programs.Ready(400)),  # noqa: B023
            3 * rounds,
        )
        yield Figure(f"{name}, one call, n = 400", 1e3 * ours, "ms")
        yield Figure(f"{name}, that against dense NumPy", ours / theirs, "×", most=4)


def short_calls(rounds: int) -> Iterator[Figure]:
    """One call at n = 16, compared with the NumPy calls alone, on prepared arrays."""
    for name, program in PROGRAMS.items():
        sop, (given,), by_hand = program.load(), program.inputs(16), numpy_programs.PROGRAMS[name]
        codes, ready = code_points([given]), numpy_programs.Ready(16)
        ours, theirs = least_in_turns(lambda: sop(given), lambda: by_hand(codes, ready), 20 * rounds, 20)  # noqa: B023
        yield Figure(f"{name}, its NumPy calls alone, n = 16", 1e6 * theirs, "µs")
        yield Figure(f"{name}, one call, n = 16", 1e6 * ours, "µs", most=round(2e6 * theirs + 10, 1))


def batches(rounds: int) -> Iterator[Figure]:
    """A batch of 10,000 inputs, compared with the NumPy calls alone on prepared arrays, and with single calls."""
    for name, program in PROGRAMS.items():
        sop, inputs, by_hand = program.load(), program.inputs(16, COUNT), numpy_programs.PROGRAMS[name]
        codes, ready = code_points(inputs), numpy_programs.Ready(16)
        ours, theirs = least_in_turns(lambda: sop.batch(inputs), lambda: by_hand(codes, ready), 3 * rounds)  # noqa: B023
        apart = min(seconds(lambda: [sop(given) for given in inputs]) for _ in range(min(rounds, 3)))  # noqa: B023
        yield Figure(f"{name}, its NumPy calls on (10000, 16), per input", 1e6 * theirs / COUNT, "µs")
        most = round(2e6 * theirs / COUNT + 0.5, 2)
        yield Figure(f"{name}, 10,000 inputs of n = 16 in a batch, per input", 1e6 * ours / COUNT, "µs", most=most)
        yield Figure(f"{name}, how much faster than one call each", apart / ours, "×", least=10)


def lengths(rounds: int) -> Iterator[Figure]:
    """A batch of inputs of many lengths, which are grouped by length, compared with one of their mean length."""
    program = PROGRAMS["dyck2"]
    sop, alike = program.load(), program.inputs(16, COUNT)
    for spread in (8, 15):
        sizes = [16 - spread + place % (2 * spread + 1) for place in range(COUNT)]
        mixed = [(text * 2)[:size] for text, size in zip(alike, sizes, strict=True)]
        ours, theirs = least_in_turns(lambda: sop.batch(mixed), lambda: sop.batch(alike), rounds)  # noqa: B023
        name = f"dyck2, a batch of n = {16 - spread} to {16 + spread}, against n = 16"
        yield Figure(name, ours / theirs, "×")


def decoding(rounds: int) -> Iterator[Figure]:
    """A decoder of 1,500 nodes that generates one word per step; least times."""
    text, prompt = decoder.program(), decoder.sentence(60)
    loads, firsts, steps = [], [], []
    for _ in range(min(rounds, 7)):
        session = rasp.Session()
        loads.append(seconds(lambda: session.run(text)))  # noqa: B023
        firsts.append(seconds(lambda: session.generate("word", prompt, max_steps=1)))  # noqa: B023
        steps += [seconds(lambda: session.generate("word", prompt, max_steps=1)) for _ in range(rounds)]  # noqa: B023
    nodes = len(topological([session["word"].node]))
    yield Figure(f"load a decoder of {len(text.splitlines()):,} lines", min(loads), "s", most=0.7)
    yield Figure(f"its first step, {nodes:,} nodes, 60 words", 1e3 * min(firsts), "ms")
    yield Figure("a later step", 1e3 * min(steps), "ms", most=20)


MEMORY = """
import rasp
{work}
try:
    lines = open("/proc/self/status").read().splitlines()
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
except OSError:
    import resource, sys
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
"""


def memory(rounds: int) -> Iterator[Figure]:
    """The peak memory of a process that imports the package and does one thing."""
    works = {"import rasp": ""}
    for name, (file, sop, alphabet) in PROGRAMS.items():
        load = f"sop = rasp.load({file!r})[{sop!r}]; "
        works[f"{name}, one call, n = 400"] = f"{load}sop(({alphabet!r} * 400)[:400])"
        works[f"{name}, 10,000 inputs of n = 16"] = f"{load}sop.batch([({alphabet!r} * 16)[:16]] * {COUNT})"
    step = "from benchmarks import decoder; session = rasp.Session(); session.run(decoder.program())"
    works["a step of the decoder"] = f"{step}; session['word'](decoder.sentence(60))"
    for name, work in works.items():
        command = [sys.executable, "-c", MEMORY.format(work=work)]
        kilobytes = [int(subprocess.check_output(command, cwd=ROOT)) for _ in range(min(rounds, 3))]
        yield Figure(f"peak memory: {name}", statistics.median(kilobytes) / 1024, "MB")


def program_text(lines: int) -> str:
    """A program of `lines` lines, with statements of every kind."""
    block = [
        "a{0} = tokens_int + {0};",
        "s{0} = select(indices, a{0} % 7, <=) and select(tokens, tokens, ==);",
        "h{0} = selector_width(s{0}); # how many",
        "def f{0}(x, y) {{",
        "    z = x * 2 + y if y > {0} else x;",
        "    return aggregate(s{0}, z);",
        "}}",
        "b{0} = f{0}(a{0}, h{0}) - h{0} / 3;",
        'c{0} = "x" if (tokens == "a") or (b{0} > 2) else "y";',
        "l{0} = [x * 2 for x in range(10)];",
    ]
    return "\n".join(block[place % len(block)].format(place // len(block)) for place in range(lines)) + "\n"


def loading(rounds: int) -> Iterator[Figure]:
    """Parsing and running a long program."""
    text = program_text(1000)
    rasp.Session().run(text)
    yield Figure(
        "load a program of 1,000 lines", 1e3 * median_time(lambda: rasp.Session().run(text), min(rounds, 7)), "ms"
    )


# ------------------------------------------------------------------------------------------- layers and heads

CHAIN = "x = indices; for i in range({0}) {{ x = round(aggregate(select(x, i, <), x)); }}"


def counting(rounds: int) -> Iterator[Figure]:
    """Counting the layers and heads of library programs, of long chains, and of programs of many nodes."""
    sops = [module[name] for module in map(rasp.load, rasp.stdlib.names()) for name in module]
    times = [median_time(sop.architecture, rounds) for sop in sops if isinstance(sop, rasp.SOp)]
    yield Figure("count layers and heads: the slowest of the library", 1e3 * max(times), "ms", most=5)
    few = max(1, rounds // 7)
    chains = [_time_to_count(CHAIN.format(length), few) for length in (1000, 2000)]
    yield Figure("count: a chain of 2,000 aggregates", chains[1], "s", most=2)
    yield Figure("count: that against a chain of 1,000", chains[1] / chains[0], "×")
    programs = [_time_to_count(large_program(nodes), few) for nodes in (750, 1500)]
    yield Figure("count: a program of 1,500 nodes", programs[1], "s", most=2)
    yield Figure("count: that against one of 750", programs[1] / programs[0], "×")
    dyck = rasp.load("dyck")["dyck2_ptf"]
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "dyck2.svg")
        seconds = median_time(lambda: dyck.draw("({}){}()(}" * 4, picture), rounds)
    yield Figure("draw dyck2 on 40 tokens as SVG", seconds, "s", most=0.3)


def large_program(nodes: int) -> str:
    """A random program whose last s-op `x` has about `nodes` nodes: selectors, aggregates, widths and arithmetic on
    earlier values.
    """
    chance = random.Random(nodes)
    lines = ["v0 = indices; v1 = tokens_int; s0 = select(tokens, tokens, ==); s1 = select(indices, indices, <=);"]
    blocks = range(2, nodes // 6)
    for block in blocks:
        value, other, third = (chance.randrange(block) for _ in range(3))
        pattern = (
            f"s{block} = select(v{value}, v{other}, {chance.choice(['==', '<', '>='])}) and s{chance.randrange(2)};"
        )
        head = chance.choice([f"selector_width(s{block})", f"aggregate(s{chance.randrange(block)}, v{third})"])
        lines.append(f"{pattern} v{block} = round({head} + v{third}) % 9;")
    return "\n".join(lines) + f"\nx = {' + '.join(f'v{block}' for block in blocks)};"


def _time_to_count(source: str, rounds: int) -> float:
    """The time to count the layers and heads of the s-op `x` of a program."""
    session = rasp.Session()
    session.run(source)
    return median_time(session["x"].architecture, rounds)


# ------------------------------------------------------------------------------------------------------- start-up


@contextlib.contextmanager
def fresh_environment() -> Iterator[Path]:
    """Creates a virtual environment with a wheel of this checkout; yields its Python."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder, "Scripts" if os.name == "nt" else "bin", "python")
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, str(ROOT)], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        subprocess.run([*pip, "install", str(wheel)], check=True)
        yield python


def startup(python: Path, rounds: int) -> Iterator[Figure]:
    """A process that runs one statement, compared with one that only imports the libraries it needs."""
    rasp_command = [str(python.with_name("rasp"))]
    limit = [str(python), "-c", "import numpy, lark"]
    with tempfile.TemporaryDirectory() as folder:

        def start(command: list[str]) -> None:
            subprocess.run(command, input=b"tokens;\n", cwd=folder, check=True, stdout=subprocess.DEVNULL)

        ours, theirs = in_turns(lambda: start(rasp_command), lambda: start(limit), rounds)
        bare = median_time(lambda: start([str(python), "-c", "pass"]), rounds)
    yield Figure("start-up: echo 'tokens;' | rasp", 1e3 * ours, "ms")
    yield Figure('start-up: python -c "import numpy, lark"', 1e3 * theirs, "ms")
    yield Figure("start-up: python -c pass", 1e3 * bare, "ms")
    yield Figure("start-up: rasp against numpy and lark", ours / theirs, "×", most=1.4)


def all_startup(here: bool, rounds: int) -> Iterator[Figure]:
    """Start-up in the running interpreter, or in a fresh environment."""
    if here:
        yield from startup(Path(sys.executable), rounds)
        return
    with fresh_environment() as python:
        yield from startup(python, rounds)


# ---------------------------------------------------------------------------------------------------------- table


def machine(here: bool) -> dict[str, str]:
    """The facts of machine and software on which the figures depend."""
    return {
        "cpu": _cpu(),
        "cores": str(os.cpu_count()),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "lark": version("lark"),
        "blas": f"OPENBLAS_NUM_THREADS={os.environ.get('OPENBLAS_NUM_THREADS', 'not set')}",
        "rasp": rasp.__version__,
        "start-up": "the running interpreter" if here else "an installed wheel in a fresh virtual environment",
    }


def _cpu() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def verdict(figure: Figure) -> str:
    """Whether a figure meets its target."""
    if figure.most is not None:
        return f"{'ok' if figure.value <= figure.most else 'OVER'}, at most {figure.most:g}"
    if figure.least is not None:
        return f"{'ok' if figure.value >= figure.least else 'UNDER'}, at least {figure.least:g}"
    return ""


def line(figure: Figure, old: dict[str, float]) -> str:
    """A line of the table; `old` has earlier figures for comparison."""
    before = old.get(figure.name)
    change = f"{figure.value / before:8.2f} × old" if before else " " * 14 if old else ""
    return f"{figure.name:<58}{figure.value:10.3f} {figure.unit:<3}{change}  {verdict(figure)}".rstrip()


def parser_of(description: str) -> argparse.ArgumentParser:
    """The parser of the options that all benchmarks with a table have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="show each figure's ratio to an old one")
    parser.add_argument("--quick", action="store_true", help="little work: only to see that it runs")
    return parser


def tabulate(figures: Iterable[Figure], options: argparse.Namespace, facts: dict[str, str]) -> None:
    """Prints the table line by line, and writes the figures to the file of `--json`."""
    old = json.loads(options.compare.read_text(encoding="utf-8"))["figures"] if options.compare else {}
    for name, fact in facts.items():
        print(f"{name + ':':<10} {fact}")
    print()
    found = {}
    for figure in figures:
        found[figure.name] = figure.value
        print(line(figure, old), flush=True)
    if options.json:
        content = {"machine": facts, "figures": found}
        options.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = parser_of("Measure the library's programs, batches, memory and start-up.")
    parser.add_argument("--here", action="store_true", help="measure start-up with the running interpreter")
    parser.add_argument(
        "--only", action="append", choices=GROUPS, default=[], help="one group of lines; may be repeated"
    )
    return parser.parse_args()


GROUPS = {
    group.__name__: group for group in (long_calls, short_calls, batches, lengths, decoding, loading, counting, memory)
}


def all_figures(quick: bool, here: bool, only: Sequence[str] = ()) -> Iterator[Figure]:
    """Every line of the table, or those of some groups."""
    rounds = FEW if quick else ROUNDS
    for name, group in GROUPS.items():
        if not only or name in only:
            yield from group(rounds)
    if not only:
        yield from all_startup(here, 2 * rounds)


def main() -> None:
    options = arguments()
    tabulate(all_figures(options.quick, options.here, options.only), options, machine(options.here))


if __name__ == "__main__":
    main()
