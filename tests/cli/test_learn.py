"""`rasp learn`: its options, dry runs, files and states, and what is shown while it searches."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from rasp.base.diagnostics import display_width
from rasp.cli import learn, search_listeners
from rasp.cli.learning_arguments import KINDS, TASKS
from rasp.errors import BadInput, UnwritableFile
from rasp.graph.builders import tokens
from rasp.learning import learning_loop, state, tasks
from rasp.learning.events import SearchListener, SearchStanding
from rasp.learning.examples import kinds
from rasp.learning.learning_loop import LearningOutcome
from rasp.learning.reporting.accuracy import measure_accuracy
from rasp.learning.reporting.comparing import comparisons
from rasp.learning.reporting.report import Effort, FrontProgram, LearningReport, ProgramSize
from rasp.learning.request import LearningRequest
from rasp.learning.state import StateKeeper
from tests.cli.processes import Rasp, start
from tests.learning import data_sets

PAIRS = "".join(
    json.dumps({"input": format(number, "b"), "output": format(number, "b")[::-1]}) + "\n" for number in range(20)
)
TEXT = "output = tokens;\n"


@pytest.fixture
def pairs(programs: Path) -> Path:
    """The working folder with some data."""
    (programs / "pairs.jsonl").write_text(PAIRS)
    (programs / "texts.csv").write_text("id,Text,label\n1,so good,pos\n2,bad,neg\n3,so bad,neg\n")
    (programs / "task.py").write_text("def back(text): return text[::-1]\ndef first(text): return text[0]\n")
    return programs


class Fake:
    """A search that finds what it is told; what it was asked for is kept."""

    def __init__(self, right: bool = True) -> None:
        self.right = right
        self.wanted: LearningRequest | None = None

    def __call__(self, wanted: LearningRequest, listener: SearchListener, keeper: StateKeeper) -> LearningOutcome:
        self.wanted = wanted
        for wrong in (7, 0):
            listener.improved(SearchStanding(TEXT, 1, wrong, 40, 1_000, 2.0, 58.0))
        keeper.keep({"best": TEXT})
        parts = dict(wanted.summary.split.parts())
        known = {given: outputs for part in parts.values() for given, outputs in part.pairs()}

        def program(inputs: list[Any]) -> list[Any]:
            wrong = None if self.right else wanted.summary.split.training.inputs[0]
            return [given * 2 if given == wrong else known.get(given, given) for given in inputs]

        measures = tuple(measure_accuracy(name, part, program, wanted.summary.trained) for name, part in parts.items())
        found = ()
        if wanted.teacher is not None and wanted.space is not None:
            found = tuple(comparisons(program, wanted.teacher, wanted.space, wanted.seed))
        front = (
            FrontProgram(100, 1, 7, program="output = indices;"),
            FrontProgram(200, 1, 0, chosen=True, program=TEXT),
        )
        report = LearningReport(
            wanted.summary, ProgramSize(1, (1,), (1,)), Effort(0, 1_000, 1, 2.0), measures, found, front
        )
        return LearningOutcome(TEXT, tokens(), report)


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fake]:
    """Puts a search in the place of the real one."""

    def put(right: bool = True) -> Fake:
        fake = Fake(right)
        monkeypatch.setattr(learning_loop, "learn_program", fake)
        return fake

    return put


# ------------------------------------------------------------------------------------------------------------ dry runs


def test_a_dry_run_of_json_lines(rasp: Rasp, pairs: Path) -> None:
    result = rasp("learn", "pairs.jsonl", "--dry-run")
    assert (result.status, result.err) == (0, "")
    assert result.lines[0].startswith("pairs.jsonl: 20 examples (JSON lines), checksum ")
    assert '3     "10"   "01"' in result.lines
    assert "split    training 16, validation 2, test 2 (seed 0, equal inputs together)" in result.lines
    assert "tokens   2 strings: 0 1" in result.lines
    assert any(line.startswith("1 everywhere") for line in result.lines)


def test_a_dry_run_as_json(rasp: Rasp, pairs: Path) -> None:
    told = json.loads(rasp("learn", "pairs.jsonl", "--dry-run", "--json", "--seed", "3").out)
    assert told["split"] == {"seed": 3, "training": 16, "validation": 2, "test": 2, "shared": 0}
    assert told["first"][2] == {"line": 3, "input": ["1", "0"], "output": ["0", "1"]}
    assert told["tokens"] == {"kind": "string", "values": ["0", "1"]}


def test_a_dry_run_of_a_table(rasp: Rasp, pairs: Path) -> None:
    arguments = ("learn", "texts.csv", "--words", "--one", "--dry-run")
    result = rasp(*arguments)
    assert "(CSV, a header, `Text` → `label`)" in result.out
    assert '2     ["so", "good"]  pos' in result.lines
    assert "outputs  2 strings, one label a sequence: neg pos" in result.lines
    assert rasp(*arguments, "--input-column", "text").err.endswith("= hint: The columns are Text, id, label.\n")
    numbers = rasp(*arguments, "--input-column", "2", "--output-column", "1")
    assert "outputs  3 ints, one label a sequence: 1 2 3" in numbers.out
    assert "3 strings" in rasp(*arguments, "--output-column", "id", "--output-kind", "string").out
    headless = rasp(*arguments, "--no-header", "--input-column", "2", "--output-column", "3")
    assert "(CSV, no header, column 2 → column 3)" in headless.out


def test_a_dry_run_beside_test_data(rasp: Rasp, pairs: Path) -> None:
    told = rasp("learn", "pairs.jsonl", "--test", "pairs.jsonl", "--dry-run").out
    assert "training 18, validation 2, test 20" in told
    assert "equal inputs together)" in told
    assert "inputs of the" in told


def test_a_dry_run_with_a_vocabulary(rasp: Rasp, pairs: Path) -> None:
    assert "tokens   3 strings: 2 1 0" in rasp("learn", "pairs.jsonl", "--vocab", "210", "--dry-run").out
    ints = ("--input-kind", "int", "--vocab", "[1, 0]", "--list")
    assert "2 ints: 1 0" in rasp("learn", "pairs.jsonl", *ints, "--dry-run").out
    result = rasp("learn", "pairs.jsonl", "--vocab", "1", "--dry-run")
    assert (result.status, result.err.split("\n")[0]) == (
        1,
        'error[R402]: the token "0" of line 1 is not in the vocabulary',
    )
    for vocab, message in (("[1, 'a']", "R1"), ('[1, "a"]', "mixes ints and strings"), ("[1.5]", "a float")):
        assert message in rasp("learn", "pairs.jsonl", "--vocab", vocab, "--list", "--dry-run").err


def test_numbers_that_are_read_as_strings_are_told(rasp: Rasp, pairs: Path) -> None:
    (pairs / "numbers.csv").write_text("3 12 7,3 7 12\n")
    assert "`--input-kind int` reads them as ints" in rasp("learn", "numbers.csv", "--words", "--dry-run").out
    ints = rasp("learn", "numbers.csv", "--words", "--input-kind", "int", "--dry-run").out
    assert "outputs  3 ints: 3 7 12" in ints


@pytest.mark.parametrize(
    ("teacher", "options", "told"),
    [
        ("sort:sorted", ("--vocab", "ab", "--max-length", "3"), ["14 examples", "all for training 14", '"ba"   "ab"']),
        ("task.py:back", ("--vocab", "ab", "--max-length", "3"), ["14 examples", '"ab"   "ba"']),
        ("task.py:first", ("--vocab", "ab", "--max-length", "3", "--one"), ['"ba"   b']),
        (
            "task.py:back",
            ("--vocab", "x yy", "--words", "--max-length", "2"),
            ['["x", "yy"]   ["yy", "x"]'.replace("   ", "  ")],
        ),
        ("hist.rasp:hist", ("--vocab", "[1, 2]", "--list", "--max-length", "2"), ["[1, 1]  [2, 2]"]),
    ],
)
def test_a_dry_run_with_a_teacher(
    rasp: Rasp, pairs: Path, teacher: str, options: tuple[str, ...], told: list[str]
) -> None:
    result = rasp("learn", "--teacher", teacher, *options, "--dry-run")
    assert (result.status, result.err) == (0, "")
    assert all(text in result.out for text in told)


def test_a_dry_run_with_a_model(rasp: Rasp, pairs: Path) -> None:
    rasp("compile", "hist.rasp", "-s", "hist", "--vocab", "ab", "--max-length", "3", "-o", "m.safetensors")
    arguments = ("learn", "--dry-run", "--teacher")
    assert "14 examples" in rasp(*arguments, "m.safetensors").out
    assert "6 examples" in rasp(*arguments, "m.safetensors:hist", "--max-length", "2").out
    assert "takes inputs of 1 to 3 tokens, not 4" in rasp(*arguments, "m.safetensors", "--max-length", "4").err
    more = rasp(*arguments, "m.safetensors", "--vocab", "abc", "--max-length", "2")
    assert "it failed on 6 inputs, left out here; " in more.out


@pytest.mark.parametrize(
    ("teacher", "message"),
    [
        ("sort", "'sort' names no teacher"),
        ("srot:sorted", 'no file "srot.rasp"'),
        ("sort:srted", "unknown name `srted`"),
        ("calc.rasp:earlier", "`earlier` is a selector, not an s-op"),
        ("calc.rasp:number", "`number` is an int 5, not an s-op"),
        ("calc.rasp:inverse", "calc.rasp:inverse fails on all 6 inputs that it was asked"),
        ("task.py:bakc", "task.py defines no bakc"),
        ("tusk.py:back", "no file tusk.py"),
        ("no.safetensors", "no file no.safetensors"),
        ("hist.rasp:", "'hist.rasp:' names no teacher"),
        (":hist", "':hist' names no teacher"),
    ],
)
def test_a_bad_teacher(rasp: Rasp, pairs: Path, teacher: str, message: str) -> None:
    result = rasp("learn", "--teacher", teacher, "--vocab", "ab", "--max-length", "2", "--dry-run")
    assert (result.status, result.out) == (1, "")
    assert message in result.err


# ------------------------------------------------------------------------------------------------------- wrong options


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give DATA or --teacher or --task"),
        (["d", "--teacher", "a:b"], "DATA and --teacher exclude one another"),
        (["--task", "sort", "--teacher", "a:b"], "--teacher and --task exclude one another"),
        (["--task", "srot"], "'srot' is none of hist, "),
        (["--task", "sort", "--vocab", "ab"], "--vocab-size sets how many tokens"),
        (["d", "--vocab-size", "3"], "--vocab-size goes with --task, not with DATA"),
        (["d", "--marks"], "--marks goes with --task, not with DATA"),
        (["d", "--max-length", "3"], "--max-length goes with --teacher or --task, not with DATA"),
        (["--teacher", "a:b", "--vocab", "ab"], "--teacher needs --vocab and --max-length"),
        (["--teacher", "a:b", "--vocab", "ab", "--max-length", "2", "--test", "x"], "--test goes with DATA"),
        (["--task", "sort", "--no-header"], "--no-header goes with DATA, not with --task"),
        (["--task", "sort", "--input-kind", "int"], "--input-kind goes with DATA, not with --task"),
        (["d", "--input-kind", "float"], "'float' is none of string, int and bool"),
        (["d", "--list"], "--list says how --vocab is read"),
        (["d", "--words", "--list"], "not allowed with"),
        (["d", "--header", "--seconds", "0"], "'0' is not a number of seconds, such as 60 or 0.5"),
        (["d", "--seconds", "1e3"], "'1e3' is not a number of seconds"),
        (["d", "--iterations", "0"], "'0' is not a number from 1 on"),
        (["d", "--resume"], "--resume needs the state"),
        (["--resume", "d"], "--resume took d for the state"),
        (["d", "-o", "./d"], "the output would replace the data in d"),
        (["d", "--resume", "s", "-o", "s"], "the output would replace the state in s"),
        (
            ["--teacher", "a:b", "--vocab", "ab", "--max-length", "2", "--one"],
            "or with a function that gives one label",
        ),
        (["-", "--test", "-"], "standard input can be read only once, and DATA and --test would read it twice"),
    ],
)
def test_wrong_options(rasp: Rasp, arguments: list[str], message: str) -> None:
    result = rasp("learn", *arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_the_words_of_the_options_are_those_of_the_search() -> None:
    assert KINDS == kinds.KINDS
    assert tuple(TASKS) == tuple(tasks.TASKS)


def test_an_s_op_of_ones_own_may_be_used(rasp: Rasp, pairs: Path) -> None:
    (pairs / "mine.rasp").write_text("rest = length - 1 - indices; double = tokens + tokens; mean = indices / 2;\n")
    options = ("-o", "learned.rasp", "--force", "--iterations", "3000")
    assert rasp("learn", "pairs.jsonl", "--with", "mine.rasp:rest", "--with", "mine.rasp:double", *options).status == 0
    text = (pairs / "learned.rasp").read_text()
    assert "double" not in text
    assert rasp("test", "learned.rasp").status == 0
    assert "mean gives floats" in rasp("learn", "pairs.jsonl", "--with", "mine.rasp:mean", *options).err


def test_data_become_a_program(rasp: Rasp, pairs: Path) -> None:
    result = rasp("learn", "pairs.jsonl", "-o", "learned.rasp", "--iterations", "3000")
    assert result.status == 0
    assert "right on all training data" in result.out
    assert "output = " in (pairs / "learned.rasp").read_text()


# ---------------------------------------------------------------------------------------------------------- the search


def test_the_program_goes_to_standard_output_and_the_report_beside_it(
    rasp: Rasp, pairs: Path, search: Callable[..., Fake]
) -> None:
    search()
    result = rasp("learn", "pairs.jsonl")
    assert (result.status, result.out) == (0, TEXT)
    assert result.err.startswith(
        "2.0 s: 7 of 40 outputs wrong, 1 statement; 1,000 iterations, 2 s, at most 58 s left\n2.0 s: exact, "
    )
    assert "\nright on all training data (16 sequences)\n" in result.err


def test_the_program_goes_into_a_file(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    search(right=False)
    result = rasp("learn", "pairs.jsonl", "-o", "learned.rasp")
    assert result.status == 3
    assert result.lines[0].startswith("not exact: right on ")
    assert result.lines[-1] == "written: learned.rasp"
    assert (pairs / "learned.rasp").read_text() == TEXT
    kept = state.load_state("learned.state.json")
    assert (kept.search, kept.written) == ({"best": TEXT}, state.checksum(TEXT))


def test_json_has_an_object_for_each_improvement_and_the_report(
    rasp: Rasp, pairs: Path, search: Callable[..., Fake]
) -> None:
    search()
    first, second, last = map(json.loads, rasp("learn", "pairs.jsonl", "--json", "-o", "learned.rasp").lines)
    assert [(told["event"], told["wrong"], told["exact"]) for told in (first, second)] == [
        ("improved", 7, False),
        ("improved", 0, True),
    ]
    assert (last["event"], last["program"], last["file"], last["exact"]) == ("learned", TEXT, "learned.rasp", True)
    assert last["accuracy"]["test"]["whole"] == 1.0


def test_the_front_is_shown_where_it_is_asked_for(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    search()
    assert "# price 100\noutput = indices;" in rasp("learn", "pairs.jsonl", "--front").err
    assert "# price 100" not in rasp("learn", "pairs.jsonl").err


def test_what_is_wanted_of_the_search(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    fake = search()
    arguments = "--seed 4 --layers 0 --heads 3 --causal --assume-bos --jobs 2 --with hist.rasp:hist --with sort:sorted"
    rasp("learn", "pairs.jsonl", *arguments.split())
    assert (fake.wanted.seconds, fake.wanted.iterations, fake.wanted.jobs, fake.wanted.seed) == (60.0, None, 2, 4)
    assert vars(fake.wanted.caps) == {"layers": 0, "heads": 3, "causal": True, "assume_bos": True}
    assert [name for name, _ in fake.wanted.ready] == ["hist", "sorted"]
    assert fake.wanted.summary.split.seed == 4
    rasp("learn", "pairs.jsonl", "--iterations", "5000")
    assert (fake.wanted.seconds, fake.wanted.iterations) == (None, 5000)
    rasp("learn", "pairs.jsonl", "--iterations", "5000", "--seconds", "0.5")
    assert (fake.wanted.seconds, fake.wanted.iterations) == (0.5, 5000)
    assert "is a selector" in rasp("learn", "pairs.jsonl", "--with", "calc.rasp:earlier").err


def test_a_teacher_is_compared_on_all_inputs(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    search()
    told = rasp("learn", "--teacher", "sort:sorted", "--vocab", "ab", "--max-length", "4", "-o", "s.rasp").out
    assert "\nall 30 inputs up to length 4 " in told
    assert "\n1,000 random inputs of length 8 " in told


# --------------------------------------------------------------------------------------------------- files and states


def test_an_output_that_is_there_is_kept(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    search()
    (pairs / "learned.rasp").write_text("a = 1;")
    result = rasp("learn", "pairs.jsonl", "-o", "learned.rasp")
    assert (result.status, result.out) == (1, "")
    assert "learned.rasp is there already" in result.err
    assert "--force replaces it." in result.err
    assert (pairs / "learned.rasp").read_text() == "a = 1;"
    assert rasp("learn", "pairs.jsonl", "-o", "learned.rasp", "--force").status == 0
    assert (pairs / "learned.rasp").read_text() == TEXT


def test_an_output_that_cannot_be_written_is_known_before(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    fake = search()
    for path in ("no/such/learned.rasp", ".", "pairs.jsonl/x"):
        assert "error[R505]" in rasp("learn", "pairs.jsonl", "-o", path).err
    assert fake.wanted is None


def test_a_program_that_cannot_be_written_after_the_search_is_not_lost(
    rasp: Rasp, pairs: Path, search: Callable[..., Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: str, content: bytes) -> None:
        raise UnwritableFile(f"{path} cannot be written: no space is left")

    search()
    monkeypatch.setattr("rasp.cli.learn.write_bytes", full)
    result = rasp("learn", "pairs.jsonl", "-o", "learned.rasp")
    assert (result.status, result.out) == (1, TEXT)
    assert "right on all training data" in result.err
    assert "learned.rasp cannot be written: no space is left" in result.err.split("\n")[-2]


def test_a_search_goes_on_and_replaces_what_it_wrote(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    fake = search()
    arguments = ("learn", "pairs.jsonl", "-o", "learned.rasp")
    rasp(*arguments)
    assert rasp(*arguments, "--resume").status == 0
    assert fake.wanted.resumed == {"best": TEXT}
    (pairs / "learned.state.json").rename(pairs / "kept")
    assert rasp(*arguments, "--resume", "kept").status == 0
    assert rasp("learn", "pairs.jsonl", "--resume=kept").out == TEXT
    (pairs / "learned.rasp").write_text("mine = 1;")
    assert "learned.rasp is there already" in rasp(*arguments, "--resume", "kept").err


def test_a_search_goes_on_only_with_its_own_data(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    search()
    rasp("learn", "pairs.jsonl", "-o", "learned.rasp")
    (pairs / "others.jsonl").write_text(PAIRS.replace("10", "11"))
    arguments = ("-o", "learned.rasp", "--resume")
    assert "the state is that of other data" in rasp("learn", "others.jsonl", *arguments).err
    assert "a search with seed 0, not 1" in rasp("learn", "pairs.jsonl", *arguments, "--seed", "1").err
    assert "a search with layers unset, not 2" in rasp("learn", "pairs.jsonl", *arguments, "--layers", "2").err
    assert "no file nothing" in rasp("learn", "pairs.jsonl", "--resume", "nothing").err
    assert "pairs.jsonl is not the state of a search" in rasp("learn", "texts.csv", "--resume", "pairs.jsonl").err


def test_a_state_replaces_no_other_file(rasp: Rasp, pairs: Path, search: Callable[..., Fake]) -> None:
    search()
    (pairs / "learned.state.json").write_text("{}")
    result = rasp("learn", "pairs.jsonl", "-o", "learned.rasp")
    assert "learned.state.json, where the state is kept, is there already, and is no state" in result.err
    assert rasp("learn", "pairs.jsonl", "-o", "learned.rasp", "--force").status == 0


def test_data_from_standard_input(pairs: Path) -> None:
    done = start("learn", "-", "--dry-run", cwd=pairs)
    out, err = done.communicate(PAIRS.encode())
    assert out.startswith(b"<stdin>: 20 examples (JSON lines)")
    assert err == b""
    done = start("learn", "-", "--dry-run", cwd=pairs)
    out, err = done.communicate(b"a,b\nab,ba,c\n")
    assert (done.returncode, out) == (1, b"")
    assert b"--> <stdin>:2:1" in err


@given(data_sets.files())
@settings(max_examples=25)
def test_dry_runs_of_any_content(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    from rasp.cli import main

    path = tmp_path_factory.mktemp("learn") / "data"
    path.write_bytes(content)
    assert main(["learn", str(path), "--dry-run"]) in (0, 1)


# --------------------------------------------------------------------------------------------------------- the display


def steps(*wrong: int) -> list[SearchStanding]:
    program = "".join(f"step{number} = tokens + {number};\n" for number in range(30))
    return [SearchStanding(program, 30, count, 400, 1_000 * count, 1.0, 9.0) for count in wrong]


def test_a_picture_is_written_once_a_second_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "6")
    times = iter([0.0, 0.0, 0.5, 1.1, 2.0, 2.2])  # of the clock
    shown = search_listeners.SearchDisplay(clock=lambda: next(times))
    for number, step in enumerate(steps(9, 8, 7, 6, 0)):
        (shown.improved if number % 2 else shown.working)(step)
    shown.close()
    pictures = written.getvalue().split("\x1b[5A\r\x1b[J")
    assert [one.split("\n")[-2].split(" ")[0] for one in pictures[:-1]] == ["9", "7", "exact,"]
    assert pictures[0].split("\n")[:4] == ["…", *(f"step{number} = tokens + {number};" for number in (27, 28, 29))]
    assert all(display_width(line) < 40 for one in pictures for line in one.split("\n"))
    assert pictures[-1] == ""


def test_a_picture_that_was_never_written_is_not_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    search_listeners.SearchDisplay().close()
    assert written.getvalue() == ""


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (10, 5), (2, 1), (1, 0)])
def test_pictures_fit_every_terminal(columns: int, rows: int) -> None:
    lines = search_listeners.picture(
        SearchStanding("名 = tokens;\n\x1b[2J = 1;\n" * 9, 18, 1, 2, 3, 4.0), columns, rows
    )
    assert len(lines) <= max(2, rows - 1)
    assert all(display_width(line) < max(2, columns) and "\x1b" not in line for line in lines)


def test_which_listener_shows_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(search_listeners.listener(True), search_listeners.SearchObjects)
    assert isinstance(search_listeners.listener(False), search_listeners.SearchLines)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(search_listeners.listener(False), search_listeners.SearchDisplay)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(search_listeners.listener(False), search_listeners.SearchLines)


def test_an_error_of_the_search_takes_the_picture_away(
    rasp: Rasp, pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    class Shown(SearchListener):
        def close(self) -> None:
            closed.append(True)

    def failing(wanted: LearningRequest, listener: SearchListener, keeper: StateKeeper) -> LearningOutcome:
        raise BadInput("no search today")

    monkeypatch.setattr(learning_loop, "learn_program", failing)
    monkeypatch.setattr("rasp.cli.learn.listener", lambda as_json: Shown())
    assert "no search today" in rasp("learn", "pairs.jsonl").err
    assert closed == [True]


def test_control_c_keeps_the_program_that_is_compared_with_a_task(
    rasp: Rasp, pairs: Path, search: Callable[..., Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*given: Any) -> list[Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(learn, "comparisons", stopped)
    given = ("--teacher", "task.py:back", "--vocab", "ab", "--max-length", "3", "--against", "sort:sorted")
    search()
    result = rasp("learn", *given, "-o", "back.rasp")
    assert result.err.endswith("interrupted: the program was not compared with sort:sorted\n")
    assert Path("back.rasp").read_text(encoding="utf-8") == TEXT
