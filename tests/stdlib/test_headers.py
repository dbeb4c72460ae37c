"""What the comment at the top of each library file says is true, and the files load anywhere without a warning."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import rasp
from rasp.runtime.library import programs_of_names
from tests.architecture.cases import PUBLISHED

PUBLIC = {
    "addition": {"add"},
    "double_histogram": {"hist2", "hist2_bos"},
    "dyck": {"dyck1_ptf", "dyck2_ptf", "dyck3_ptf", "dyck_ptf", "dyck2_ptf_best", "dyck_ptf_best"},
    "histogram": {"hist", "hist_bos"},
    "induction": {"induction"},
    "majority": {"majority"},
    "most_frequent": {"most_freq", "most_freq_bos"},
    "palindrome": {"is_palindrome"},
    "reverse": {"reverse"},
    "shuffle_dyck": {"shuffle_dyck", "shuffle_dyck1", "shuffle_dyck2"},
    "sort": {"sorted", "sorted_bos"},
}
THREE_PAIRS = '(["()", "{}", "[]"])'
OF_FUNCTIONS = dict.fromkeys(("dyck_ptf", "dyck_ptf_best", "shuffle_dyck"), THREE_PAIRS)

each_program = pytest.mark.parametrize("program", PUBLIC)


def header(program: str) -> str:
    """The comment lines that a file starts with."""
    match = re.match(r"(#.*\n)+", rasp.stdlib.source(program))
    assert match
    return match[0]


def examples(program: str) -> Iterator[tuple[str, str]]:
    """The header's pairs of an expression and its value."""
    yield from re.findall(r"^# >>> (.+)\n# (.+)$", header(program), re.MULTILINE)


STATED = re.compile(
    r"^# needs: (\w+) (\d+) layers?, (\d+) heads? "
    r"with(?:out BOS, (\d+) with| or without) BOS$",
    re.MULTILINE,
)


def needs(program: str) -> dict[str, tuple[int, int, int]]:
    """What the header states for each name: layers, and heads of the widest one without and with BOS."""
    found = STATED.findall(header(program))
    return {name: (int(layers), int(heads), int(behind or heads)) for name, layers, heads, behind in found}


def counted(sop: rasp.SOp) -> tuple[int, int, int]:
    """The layers, and the heads of the widest, that the s-op needs without and with BOS."""
    report = sop.architecture()
    return report.layers, report.heads, sop.architecture(assume_bos=True).heads


def session_with(program: str) -> rasp.Session:
    session = rasp.Session()
    session.run(f'load "{program}";')
    return session


def test_the_library_is_complete() -> None:
    assert set(rasp.stdlib.names()) == set(PUBLIC)


@each_program
def test_public_names(program: str) -> None:
    assert set(rasp.load(program).names()) == PUBLIC[program]


@each_program
def test_an_unknown_name_says_what_to_load(program: str) -> None:
    for name in PUBLIC[program]:
        with pytest.raises(rasp.RaspError) as caught:
            rasp.Session().run(f"{name};")
        assert caught.value.diagnostic.hint == f'`{name}` is in the library: `load "{program}";`.'


def test_nothing_else_is_said_to_be_in_the_library() -> None:
    assert programs_of_names().keys() == set().union(*PUBLIC.values())


@each_program
def test_the_header_says_what_it_should(program: str) -> None:
    assert header(program).startswith(f"# {program}: ")
    assert re.search(r"^# source: .+", header(program), re.MULTILINE)
    assert {re.match(r"\w+", expression)[0] for expression, _ in examples(program)} == PUBLIC[program]
    assert set(needs(program)) == PUBLIC[program]


@each_program
def test_examples_hold(program: str) -> None:
    session = session_with(program)
    shown = list(examples(program))
    assert shown
    for expression, value in shown:
        assert repr(session.eval(expression)) == repr(session.eval(value)), expression


@each_program
def test_layers_and_heads_are_as_stated(program: str) -> None:
    session = session_with(program)
    for name, stated in needs(program).items():
        sop = session.eval(name + OF_FUNCTIONS.get(name, ""))
        assert counted(sop) == stated, name


@each_program
def test_layers_and_heads_are_at_most_the_published(program: str) -> None:
    for name, (layers, heads, _) in needs(program).items():
        most_layers, most_heads = PUBLISHED.get(name, (layers, heads))
        assert layers <= most_layers, name
        assert heads <= most_heads, name


def test_hard_attention_saves_dyck2_a_layer_and_a_head() -> None:
    classic = rasp.load(Path(__file__).parent / "classic.rasp")["dyck2_ptf_classic"]
    assert counted(classic) == (4, 2, 1)
    assert counted(rasp.load("dyck")["dyck2_ptf_best"]) == (3, 1, 1)


@each_program
def test_loads_from_anywhere_without_a_warning(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session = session_with(program)
        session.run(rasp.stdlib.source(program))
    assert all(name in session for name in PUBLIC[program])
