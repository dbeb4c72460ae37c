"""What `resolve` finds in programs, and that it finds nothing in programs that run."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

import rasp
from rasp.base.resources import folder
from rasp.runtime.resolve import ProgramFiles, resolve
from rasp.syntax.parser import parse

CASES = Path(__file__).parents[1] / "conformance"


def titles(text: str) -> list[str]:
    return [diagnostic.title for diagnostic in resolve(parse(text))]


@pytest.mark.parametrize(
    "text",
    [
        "a = 1; b = a;",
        "def f(x) { return x + g; } g = 7; f(1);",
        "def f(n) { return 0 if n == 0 else f(n - 1); }",
        "def even(n) { return True if n == 0 else odd(n - 1); } def odd(n) { return not even(n - 1); }",
        "def f(x) { y = x; def g(z) { return x + y + z + w; } w = 1; return g(1); }",
        "def f(sort) { length = sort(1, 2, 3); return length; }",
        "for i in [1, 2] { a = 0 if i == 1 else before; before = i; } i; a; before;",
        "def f(l) { for i in l { a = i; } return a; }",
        "l = [a + b for a, b in zip([1], [2])]; d = {k: l for k in l};",
        "l = [[x for x in y] for y in [[1]]];",
        "out; indices; tokens_int; full_s; tokens = tokens_int;",
        "set example [1]\nshow example",
        'load "sort"; sorted; sorted_bos;',
        'def f(x) { load "sort"; return sorted; }',
        "def f(x) { return x; } f = 3; f(1, 2);",
        "def f(x) { return x; } def f(x, y) { return x; } f(1);",
        "def f(g) { return g(1, 2, 3); }",
        "tokens = 3; select = 5; select + tokens;",
        "range(1); range(1, 2, 3); zip([1], [2], [3], [4]); round(1);",
        "x = 1 if True else 2; draw(length);",
        "best(full_s, tokens); best = 3; def f(best) { return best; } for best in [1] { best; }",
        "def best(x) { return x; } best(1); l = [best for best in [1]];",
        "def f(s) { return best(s, indices); } a = f(full_s); def best(x) { return x; } best(a);",
        "for i in [] { def best(x) { return x; } } best(full_s, indices);",
        "best(full_s, near); near = 3; near + 1; def near(x) { return x; } near(1);",
    ],
)
def test_right_programs(text: str) -> None:
    assert titles(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = b; b = 1;", ["unknown name `b`"]),
        ("a = a;", ["unknown name `a`"]),
        ("a, b = 1, a;", ["unknown name `a`"]),
        ("def f(x) { return y; }", ["unknown name `y`"]),
        ("def f(x) { y = 1; return x; } y;", ["unknown name `y`"]),
        ("def f(x) { return x; } x;", ["unknown name `x`"]),
        ("f(1); def f(x) { return x; }", ["unknown name `f`"]),
        ("for i in l { i; }", ["unknown name `l`"]),
        ("l = [x for y in [1]]; y;", ["unknown name `x`", "unknown name `y`"]),
        ("l = [x for x in x];", ["unknown name `x`"]),
        ("d = {k: v for k in [1]};", ["unknown name `v`"]),
        ('load "sort"; _position;', ["unknown name `_position`"]),
        ('def f(x) { load "sort"; return x; } sorted;', ["unknown name `sorted`"]),
        ('load "no such file"; anything;', ['no file "no such file.rasp"']),
        ("set example nope\n", ["unknown name `nope`"]),
        ("length = 1; a, max = 1, 2;", ["`length` is a name of the prelude", "`max` is a name of the prelude"]),
        ("for min in [1] { sort = 1; }", ["`min` is a name of the prelude", "`sort` is a name of the prelude"]),
        ("def count(x) { return x; }", ["`count` is a name of the prelude"]),
        ("sort(1);", ["`sort` takes 2 arguments, not 1"]),
        ("round(); len(1, 2);", ["`round` takes 1 argument, not 0", "`len` takes 1 argument, not 2"]),
        ("def f(x) { return x; } a = [f(1, 2)];", ["`f` takes 1 argument, not 2"]),
        ("def f(x) { return f(); }", ["`f` takes 1 argument, not 0"]),
        ("def f(x) { return selector_width(x, x); }", ["`selector_width` takes 1 argument, not 2"]),
        ("best(full_s); a = best;", ["`best` takes 2 arguments, not 1"]),
        ("def f(s) { return best(s); }", ["`best` takes 2 arguments, not 1"]),
    ],
)
def test_wrong_programs(text: str, found: list[str]) -> None:
    assert titles(text) == found


def test_unknown_names_have_the_nearest_ones() -> None:
    (found,) = resolve(parse("counter = 1; b = counte;"))
    assert found.hint.startswith("Did you mean `counter` or `count`")
    assert found.span is not None
    assert found.span.text == "counte"


def test_best_is_among_the_names() -> None:
    (found,) = resolve(parse("a = bets(full_s, tokens);"))
    assert "`best`" in found.hint


def test_long_chains() -> None:
    assert titles("a = 1" + " + b" * 20_000 + ";")[:1] == ["unknown name `b`"]
    assert titles("a = 1" + " if 1 else 2" * 20_000 + ";") == []
    assert titles("a = " + "[" * 900 + "b" + "]" * 900 + ";") == ["unknown name `b`"]


# ------------------------------------------------------------------------------------------------------------- files


def check(folder: Path, files: dict[str, str], first: str = "main") -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.rasp").write_text(text, encoding="utf-8")
    found = ProgramFiles().check(folder / f"{first}.rasp")
    return [f"{Path(item.span.file).name}:{item.span.line} {item.title}" for item in found if item.span]


def test_public_names_of_loaded_files(tmp_path: Path) -> None:
    files = {
        "main": 'load "one";\na = pub + deep;\nb = _private;\nf(1);',
        "one": 'load "two";\npub = 1;\n_private = 2;\ndef f(x, y) {\n    return x;\n}',
        "two": "deep = 3;",
    }
    assert check(tmp_path, files) == [
        "main.rasp:3 unknown name `_private`",
        "main.rasp:4 `f` takes 2 arguments, not 1",
        "one.rasp:3 `_private` is never used",
    ]


def test_a_loaded_file_may_bind_best(tmp_path: Path) -> None:
    files = {
        "main": 'a = best(full_s, 1);\nb = best(1);\nload "one";\nc = best(1);',
        "one": "def best(x) { return x; }",
    }
    assert check(tmp_path, files) == ["main.rasp:2 `best` takes 2 arguments, not 1"]


def test_findings_of_loaded_files(tmp_path: Path) -> None:
    files = {"main": 'load "one";\na = nope;', "one": "b = hope;\nc = 1 +;", "two": "unused"}
    found = check(tmp_path, files)
    assert found[0] == "main.rasp:2 unknown name `nope`"
    assert found[1] == "one.rasp:1 unknown name `hope`"
    assert found[2].startswith("one.rasp:2 ")


def test_cycles(tmp_path: Path) -> None:
    files = {"main": 'load "one";', "one": 'x = 1;\nload "two";', "two": 'load "one";', "self": 'load "self";'}
    assert check(tmp_path, files) == [
        'one.rasp:2 files load one another in a circle: "one" → "two" → "one"',
        'two.rasp:1 files load one another in a circle: "two" → "one" → "two"',
    ]
    assert check(tmp_path, {}, "self") == ['self.rasp:1 files load one another in a circle: "self" → "self"']


def test_a_missing_or_unreadable_load(tmp_path: Path) -> None:
    (tmp_path / "latin.rasp").write_bytes(b'a = "\xe9";')
    found = check(tmp_path, {"main": 'load "gone";\nload "latin";\nx = perhaps_from_there;'})
    assert [line.split(" ")[0] for line in found] == ["main.rasp:1", "latin.rasp:1"]


def test_a_broken_statement_may_bind_its_names(tmp_path: Path) -> None:
    assert len(check(tmp_path, {"main": "a = 1 +;\nb = a;\ndef f(x) { y = ; return x; }\nf(1, 2);"})) == 2


def test_the_prelude_may_bind_its_own_names() -> None:
    assert ProgramFiles().check(folder("stdlib") / "prelude.rasp") == []


# ----------------------------------------------------------------------------------------------- recorded programs


@pytest.mark.parametrize("name", ["cases", "fuzz"])
def test_programs_that_run_have_no_findings(name: str) -> None:
    cases = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    programs = [case["source"] for case in cases if "source" in case and not case.get("files")]
    checked = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text in programs:
            session = rasp.Session()
            if not session.run(text, keep_going=True) and "undefined" not in text:  # in a function that is not called
                assert titles(text) == [], text
                checked += 1
    assert checked > 100
