"""The grammar and its tables: strict, current, named, and read by our automaton as Lark reads them."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, UnexpectedInput

from rasp.base.resources import folder
from rasp.errors import RaspError
from rasp.graph.operators import COMPARISONS, OPERATORS
from rasp.syntax import loading as module
from rasp.syntax.automaton import Automaton
from rasp.syntax.build import STARTS, build
from rasp.syntax.builder import Builder
from rasp.syntax.loading import tables
from rasp.syntax.parser import parse_expression
from rasp.syntax.parser_tables import SHIPPED, ParserTables, from_json, key_of, to_json
from rasp.syntax.precedence import LEVELS

GRAMMAR = (folder("grammar") / "rasp.lark").read_text("utf-8")


@pytest.fixture(scope="module")
def lark() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", start=list(STARTS), strict=True)


def test_the_grammar_has_no_conflicts(lark: Lark) -> None:
    assert lark.parse("a = 1;", start="statement")


def test_every_alternative_has_a_name_or_passes_on_its_part() -> None:
    for symbol, size, name in tables().rules:
        assert name or size == 1, symbol
        assert name is None or hasattr(Builder, name)


def test_the_shipped_tables_are_current() -> None:
    assert SHIPPED.read_text("utf-8") == to_json(key_of(GRAMMAR.encode()), build(GRAMMAR))


def test_packing_loses_nothing() -> None:
    assert from_json(json.loads(to_json("key", tables()))) == tables()


def test_the_tables_do_not_depend_on_the_seed_of_hashes() -> None:
    code = (
        "from rasp.base.resources import folder; from rasp.syntax.build import *; "
        "print(to_json('key', build((folder('grammar') / 'rasp.lark').read_text('utf-8'))))"
    )
    found = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        found.add(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment).stdout)
    assert len(found) == 1


def test_what_is_found_out_about_tables_stays_with_them() -> None:
    """Two sets of tables whose states have the same numbers and mean different things."""
    first, second = (build(f'{symbols}\n%ignore " "\n') for symbols in SMALL)
    kept = [_parsed(first), _parsed(second)]
    assert kept == [["expression"], ["expression"]]
    assert first.shortcuts != second.shortcuts
    assert first.accessing_symbols != second.accessing_symbols
    assert first == build(f'{SMALL[0]}\n%ignore " "\n')


SMALL = (
    'statement: expression ";" -> evaluation\nexpression: one\none: two\ntwo: "a" -> first_name',
    'statement: expression ";" -> evaluation\nexpression: one\none: "a" -> first_name',
)


def _parsed(table: ParserTables) -> list[str]:
    automaton = Automaton(table, "statement", [name and (lambda parts: parts[0]) for _, _, name in table.rules])
    for text in ("a", ";"):
        assert automaton.accepts(text)
        if text == "a":
            automaton.feed(text, text)
    automaton.feed(";", ";")
    return automaton.symbols()[:1]


def test_operators_are_those_of_the_graph() -> None:
    infix = {operator.name for operator in OPERATORS.values() if operator.notation == "infix"}
    assert set(LEVELS) - {"if", "not in"} == infix
    pattern = re.compile(tables().patterns["COMPARISON"])
    assert all(pattern.fullmatch(op) for op in COMPARISONS)


WORDS = [
    "a",
    "1",
    "2.5",
    '"s"',
    "True",
    "if",
    "else",
    "not",
    "and",
    "or",
    "in",
    "for",
    "select",
    *LEVELS,
    *"()[]{},:-+",
]


@functools.cache
def plain() -> Lark:
    """With Lark's basic lexer, for keywords are never names here."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic", start=list(STARTS))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_lark_accepts_the_same_expressions(text: str) -> None:
    try:
        plain().parse(text, start="expression")
        accepted = True
    except UnexpectedInput:
        accepted = False
    try:
        parse_expression(text)
        refusal = ""
    except RaspError as error:
        refusal = error.code
    if refusal not in ("R112", "R202"):  # which the builder raises too
        assert accepted is not bool(refusal)


def test_an_edited_grammar_is_built_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "grammar").mkdir()
    (tmp_path / "grammar" / "rasp.lark").write_text(GRAMMAR + "\n// edited\n", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "folder", lambda name: tmp_path / name)
    assert module._load() == tables()
    (kept,) = (tmp_path / "cache" / "rasp").iterdir()
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(module, "SHIPPED", kept)
    assert module._load() == tables()


@pytest.mark.skipif(os.name != "posix", reason="needs modes of folders")
def test_a_cache_that_others_can_write_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rasp").mkdir()
    (tmp_path / "rasp").chmod(0o777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert module._cache_folder() is None


def test_a_start_does_not_import_lark() -> None:
    code = "import sys; from rasp.syntax.parser import parse; parse('tokens;'); print('lark' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
