"""One layout for all programs: the same program, the same comments, and nothing changes the second time."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import rasp
from rasp.base.resources import folder
from rasp.errors import InternalError, NestedTooDeep, RaspError, RaspSyntaxError, SourceTooLarge
from rasp.graph.builders import aggregate, compare, indices, tokens
from rasp.session.examples import examples_in
from rasp.source.program import program
from rasp.syntax import formatting, tree
from rasp.syntax.builder import RESERVED
from rasp.syntax.formatting import heard_in
from rasp.syntax.loading import tables
from rasp.syntax.parser import parse, refuse_conversation, statements
from rasp.syntax.printer import SIGNS, to_source
from rasp.syntax.reader import COMMENT, LINE_END
from rasp.syntax.words import Scribe
from tests.strategies import KEYWORDS, trees
from tests.strategies import statements as tree_statements
from tests.syntax.mangled import is_same, mangled, seldom_odd
from tests.syntax.widths import too_wide

PUBLISHED = Path(__file__).resolve().parents[1] / "conformance"
WITH_ERRORS = {"names-014", "names-015"}  # published sources that do not parse


def sources() -> Iterator[tuple[str, str]]:
    """The programs of the library and the published ones, those with errors left out."""
    for file in sorted(folder("stdlib").glob("*.rasp")):
        yield file.stem, file.read_text(encoding="utf-8")
    for file in sorted(PUBLISHED.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if case["id"] not in WITH_ERRORS:
                yield case["id"], case["source"]


SOURCES = dict(sources())
ODD = {
    "commands": "set example [1,2];a=1;examples off;show   s-op example # so\nfull\tseq display on;exit()",
    "words of commands": "exit(\n);exit(\n)+1;exit(1);set=2;draw(exit);\nquit ( );",
    "everything": 'def f(){for x,y in []{}return-x,not(y);}\nload"sort";d={};z={1:[q for q in d]}[x][0](1)'
    "if not-a^2 else b not in c;",
}
PROGRAMS = {**SOURCES, **ODD}
FIXED = RESERVED | {*KEYWORDS, "select", "aggregate", "load", "draw"}  # names that mean what they mean


def words(text: str) -> tuple[list[str], list[str]]:
    """The tokens of a text and its comments, both without their blanks."""
    heard: list[tuple[str, str]] = []
    list(statements(text, hear=lambda number, kind, word: heard.append((kind, "".join(word.split())))))
    return [word for kind, word in heard if kind != COMMENT], [word for kind, word in heard if kind == COMMENT]


def assert_formatted(text: str) -> str:
    """Formats a text, and asserts what holds of every one."""
    formatted = rasp.format(text)
    assert parse(formatted) == parse(text)
    assert words(formatted) == words(text)
    assert rasp.format(formatted) == formatted
    lines = formatted.split("\n")
    assert lines.pop() == "" or not formatted
    assert lines == [line.rstrip() for line in lines]
    assert "\n\n\n" not in formatted
    assert not formatted.startswith("\n")
    assert not formatted.endswith("\n\n")
    return formatted


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in PROGRAMS.items()])
def test_programs(text: str) -> None:
    if text.strip():
        formatted = assert_formatted(text)
        assert [(example.expression, example.expected) for example in examples_in(formatted)] == [
            (example.expression, example.expected) for example in examples_in(text)
        ]


@given(st.sampled_from(sorted(PROGRAMS)), st.randoms(use_true_random=False), st.booleans())
def test_mangled_programs(name: str, chance: random.Random, comments: bool) -> None:
    text = mangled(PROGRAMS[name], chance.choice, comments)
    assume(is_same(text, PROGRAMS[name]))
    formatted = assert_formatted(text)
    if not comments and "#" not in text:  # then nothing but blank lines can differ
        same = rasp.format(PROGRAMS[name])
        assert list(filter(None, formatted.split("\n"))) == list(filter(None, same.split("\n")))


@given(st.lists(trees(), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_trees(given_trees: list[tree.SyntaxNode], chance: random.Random) -> None:
    text = "\n".join(map(to_source, given_trees))
    assert assert_formatted(text) == f"{text}\n"
    text = mangled(text, chance.choice)
    assume(is_same(text, text) and parse(text) == given_trees)
    assert_formatted(text)


@given(st.text(alphabet='ab1"#;,=+-(){}[]:<>.! \n\r\t\f\ufeff\u2028', max_size=40))
@settings(max_examples=300)
def test_any_text(text: str) -> None:
    """What is no program is a syntax error, of the kind that `parse` gives, and so is a copied conversation."""
    try:
        refuse_conversation(text)
        parse(text)
    except RaspError as error:
        with pytest.raises(type(error)):
            rasp.format(text)
    else:
        assert_formatted(text)


@pytest.mark.parametrize("text", [">> a;", "\ufeff..", "# so\n\n\t>>> a;\n", ">>\n", "... \nvalue: a = 1"])
def test_a_copied_conversation(text: str) -> None:
    """Its prompts and results would be lost."""
    parse(text)
    with pytest.raises(RaspSyntaxError, match="copied conversation"):
        rasp.format(text)


# -------------------------------------------------------------------------------------------------------- the layout


LAYOUTS = [
    ("", ""),
    (" \n\t\n", ""),
    ("#only\n\n\n\n  # comments  ", "# only\n\n# comments\n"),
    ("\ufeffa=1;\r\nb=2;", "a = 1;\nb = 2;\n"),
    ("#!/usr/bin/rasp\n#!no\n##x\n#\n#    y", "#!/usr/bin/rasp\n# !no\n## x\n#\n#    y\n"),
    ("\ufeff  #!/usr/bin/rasp \nx;", "#!/usr/bin/rasp\nx;\n"),
    ("\n#!no\nx;", "# !no\nx;\n"),
    ("x=1;y=2;#!z", "x = 1;\ny = 2;  # !z\n"),
    ("def f(x){return x;}#!z", "def f(x) {\n    return x;\n}  # !z\n"),
    ("x=(1+#!z\n2);", "x = (\n    1  # !z\n    + 2\n);\n"),
    ("a=1;\f\n\f\nb=2;", "a = 1;\n\nb = 2;\n"),
    ("a=1;b=2;#both", "a = 1;\nb = 2;  # both\n"),
    ("f( - x , not y ) [ 0 ] ( { 1 : 2 } ) ;", "f(-x, not y)[0]({1: 2});\n"),
    ("a=-b- -c^+d;", "a = -b - -c ^ +d;\n"),
    ("a=((b or c))and(d);", "a = ((b or c)) and (d);\n"),
    ("x=select(a,b,==)[1]not  in c;", "x = select(a, b, ==)[1] not in c;\n"),
    ("x=[i for i , j in l];y={k:v for k in l};", "x = [i for i, j in l];\ny = {k: v for k in l};\n"),
    ("x = 007 + 1.50 + 1000000000000000000000000;", "x = 007 + 1.50 + 1000000000000000000000000;\n"),
    ("for x in [1]{}", "for x in [1] {\n}\n"),
    (
        "def f(a,b){#what\n\n\n#first\nx=a;\n\n\n\ny=b;\n\nreturn x,y;\n\n#last\n\n}#end\n\n\n",
        "def f(a, b) {  # what\n    # first\n    x = a;\n\n    y = b;\n\n    return x, y;\n\n    # last\n}  # end\n",
    ),
    ("x = [1, # one\n2 # two\n, 3];", "x = [\n    1,  # one\n    2,  # two\n    3\n];\n"),
    ("x = [\n# one\n1\n# end\n];", "x = [\n    # one\n    1\n    # end\n];\n"),
    ("x = a # why\n+ b\n# how\n+ c;", "x = a  # why\n    + b\n    # how\n    + c;\n"),
    ("x = a + # why\nb;", "x = a  # why\n    + b;\n"),
    ("x = a - # one\n- # two\nnot # three\nb;", "x = a  # one\n    # two\n    # three\n    - -not b;\n"),
    ("x = a -\n# why\nb not # so\nin c;", "x =\n    a\n        # why\n        - b  # so\n    not in c;\n"),
    ("x = # why\n- # so\na;", "x =  # why\n    # so\n    -a;\n"),
    ("x = [a, - # why\nb];", "x = [\n    a,\n    # why\n    -b\n];\n"),
    ("x = f # why\n( # so\na);", "x = f(  # why\n    # so\n    a\n);\n"),
    ("x = a if # why\nb else # so\nc;", "x = a  # why\n    if b  # so\n    else c;\n"),
    ("x = {1 # why\n: # so\n2};", "x = {\n    1:  # why\n        # so\n        2\n};\n"),
    ("x # why\n, y # so\n= # now\n1, 2;", "x,  # why\n    y =  # so\n    # now\n    1,\n    2;\n"),
    ("x = [y for # why\ny in # so\nz];", "x = [\n    y  # why\n    for y in  # so\n        z\n];\n"),
    (
        "a;def # why\nf # so\n(x) # now\n{return # here\nx;}",
        "a;\n# why\ndef f(  # so\n    x\n) {  # now\n    return  # here\n        x;\n}\n",
    ),
    ("for x in y\n# each\n{ # so\n}", "for x in y {\n    # each\n    # so\n}\n"),
    ('load # why\n"sort";', '# why\nload "sort";\n'),
    ("exit + # why\nb;(exit) + # so\nb;", "exit +  # why\n    b;\n(exit)  # so\n    + b;\n"),
    ("x = 1\n# one\n;", "x = 1;  # one\n"),
    ("x = 1 # one\n# two\n;", "x =  # one\n    # two\n    1;\n"),
    ("x = 1 # one\n; # two", "x =  # one\n    1;  # two\n"),
    ("x = a + b # one\n# two\n;", "x = a  # one\n    # two\n    + b;\n"),
    ("f(a) # one\n# two\n# three\n; # four", "f(\n    a  # one\n    # two\n    # three\n);  # four\n"),
    ("a;b # one\n# two\n;c;", "a;\n# one\n# two\nb;\nc;\n"),
    ('load "sort" # one\n# two\n;', '# one\n# two\nload "sort";\n'),
    ("exit(\n) # one\n# two\n;", "exit(  # one\n    # two\n);\n"),
    ("exit = 1 # one\n# two\n;", "exit =  # one\n    # two\n    1;\n"),
    ("x = 1 # one\n;", "x = 1;  # one\n"),
    ("for x in y # each\n{}", "for x in y {  # each\n}\n"),
    ("set   example [1,# one\n2]#so\nb;", "set example [\n    1,  # one\n    2\n]  # so\nb;\n"),
    ("exit(\n);exit(\n)+1;exit(\n)#c\n+1;", "exit(\n);\nexit() + 1;\nexit(\n)  # c\n    + 1;\n"),
    ("a;\n\n\n# about b\nb;", "a;\n\n# about b\nb;\n"),
]


@pytest.mark.parametrize(("text", "formatted"), LAYOUTS)
def test_layout(text: str, formatted: str) -> None:
    assert rasp.format(text) == formatted
    assert rasp.format(formatted) == formatted


LONG = "a_rather_long_name_of_a_thing"


def test_long_expressions_break_at_the_loosest_operators() -> None:
    assert rasp.format(f"x = {LONG} and {LONG} or {LONG} or {LONG} * {LONG};") == (
        f"x = {LONG}\n    and {LONG}\n    or {LONG}\n    or {LONG} * {LONG};\n"
    )
    assert rasp.format(f"x = {LONG} * {LONG} + {LONG} * {LONG} * {LONG};") == (
        f"x = {LONG} * {LONG}\n    + {LONG}\n        * {LONG}\n        * {LONG};\n"
    )
    assert rasp.format(f"x = 1 if {LONG} == {LONG} else {LONG} + {LONG};") == (
        f"x = 1 if {LONG} == {LONG}\n    else {LONG} + {LONG};\n"
    )


def test_conditions_read_as_a_table() -> None:
    cases = "\n    else ".join(f"{number} if {LONG} == {number}" for number in range(4))
    assert rasp.format(f"x={cases} else 4;") == f"x = {cases}\n    else 4;\n"
    long = f"{LONG}\n        and {LONG}\n        and {LONG}"
    assert rasp.format(f"x={cases} else 4 if {long} else 5;") == (
        f"x = {cases}\n    else 4\n    if {long}\n    else 5;\n"
    )


def test_short_operands_are_filled() -> None:
    numbers = [str(number) for number in range(1, 27)]
    first, second = " + ".join(numbers[:19]), " + ".join(numbers[19:])
    assert rasp.format(f"x = {'+'.join(numbers)};") == f"x = {first}\n    + {second};\n"
    lines = rasp.format(f"x = {' and '.join(['same'] * 30)};").split("\n")
    assert all(70 < len(line) <= 88 for line in lines[:2])
    assert rasp.format("x = a + b # c\n + d\n# e\n + f + g;") == ("x = a + b  # c\n    + d\n    # e\n    + f + g;\n")


def test_long_calls_break_at_arguments() -> None:
    select = f"select({LONG}, {LONG}, ==)"
    assert rasp.format(f"x = aggregate({select}, 5, {LONG});") == (
        f"x = aggregate(\n    {select},\n    5,\n    {LONG}\n);\n"
    )
    assert rasp.format(f"longer_name = aggregate({select}, 5);") == f"longer_name = aggregate(\n    {select}, 5\n);\n"
    assert rasp.format(f"x = 1 / f({LONG}, {LONG}, [{LONG}], 5) + 2;") == (
        f"x = 1 / f(\n    {LONG},\n    {LONG},\n    [{LONG}],\n    5\n) + 2;\n"
    )
    assert rasp.format(f"x = {{1: 2}}[{LONG}][{LONG} + {LONG}](0);") == (
        f"x = {{1: 2}}[{LONG}][\n    {LONG} + {LONG}\n](0);\n"
    )


def test_brackets_that_hold_one_thing_open_and_close_together() -> None:
    inner = f"{LONG},\n    {LONG},\n    {LONG}"
    text = f"longer = round(indicator(2 / f({LONG}, {LONG}, {LONG})));"
    assert rasp.format(text) == f"longer = round(indicator(2 / f(\n    {inner}\n)));\n"
    text = f"longer = round(indicator(2 / f({LONG}, {LONG})));"
    assert rasp.format(text) == f"longer = round(\n    indicator(2 / f({LONG}, {LONG}))\n);\n"


def test_brackets_leave_room_for_the_operator_behind_them() -> None:
    first = f"f(\n    {LONG},\n    {LONG},\n    {LONG}\n)"
    for short, before, behind in (("c" * 18, "(", ")"), ("c" * 19, "(\n    ", "\n)")):
        text = f"x = f({LONG}, {LONG}, {LONG})({LONG}, {LONG}, {short}) + 2;"
        assert rasp.format(text) == f"x = {first}{before}{LONG}, {LONG}, {short}{behind} + 2;\n"


def test_brackets_that_close_together_leave_room_for_what_follows() -> None:
    inner = f"[{LONG}, {LONG}]"
    for short, last in (("c" * 18, f"{inner}, {'c' * 18}"), ("c" * 19, f"\n    {inner}, {'c' * 19}\n")):
        text = f"for x in f(g({LONG}, {LONG}, {LONG})({inner}, {short})) {{\n}}\n"
        assert rasp.format(text) == (f"for x in f(g(\n    {LONG},\n    {LONG},\n    {LONG}\n)({last})) {{\n}}\n")


def test_long_lists_of_atoms_are_filled() -> None:
    numbers = ", ".join(map(str, range(40)))
    lines = rasp.format(f"x = [{numbers}];").split("\n")
    assert lines[0] == "x = ["
    assert 80 < len(lines[1]) <= 88
    assert lines[-2:] == ["];", ""]
    entries = ", ".join(f'"{number}": -{number}' for number in range(20))
    assert len(rasp.format(f"x = {{{entries}}}[tokens];").split("\n")) == 6


def test_commands_break_in_brackets_only() -> None:
    """Also in those of a condition: a line break elsewhere would end the command."""
    text = f"set example {LONG} if {LONG} in [{LONG}] else {LONG};"
    assert rasp.format(text) == f"set example {LONG} if {LONG} in [\n    {LONG}\n] else {LONG};\n"
    text = "set example [a] if b if f(c) else d else [e,\n# e\nf];\n"
    assert assert_formatted(text) == "set example [a] if b if f(c) else d else [\n    e,\n    # e\n    f\n];\n"


def test_keys_leave_room_for_the_start_of_their_value() -> None:
    key = f"f({LONG}, {LONG})"
    broken = f"f(\n        {LONG}, {LONG}\n    )"
    assert rasp.format(f"x = {{{key}: {'7' * 19}}};") == f"x = {{\n    {key}: {'7' * 19}\n}};\n"
    assert rasp.format(f"x = {{{key}: {'7' * 20}}};") == f"x = {{\n    {broken}: {'7' * 20}\n}};\n"
    assert rasp.format(f"x = {{{key}: {'g' * 19}(1)}};") == f"x = {{\n    {broken}: {'g' * 19}(1)\n}};\n"


def test_long_lists_of_targets_are_filled() -> None:
    names = [f"target_{number:02}" for number in range(12)]
    first, second = ", ".join(names[:8]), ", ".join(names[8:])
    both = f"{first}, {second}"
    assert rasp.format(f"{both} = f(x);") == f"{first},\n    {second} = f(x);\n"
    assert rasp.format(f"{both} = f({LONG}, {LONG});") == (f"{first},\n    {second} = f(\n    {LONG}, {LONG}\n);\n")
    first, second = ", ".join(names[:7]), ", ".join(names[7:])
    assert rasp.format(f"for {both} in x {{}}") == f"for {first},\n        {second} in x {{\n}}\n"
    assert rasp.format(f"x = [y for {both} in z];") == (f"x = [\n    y\n    for {first},\n        {second} in z\n];\n")


@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=12),
    st.sampled_from(("b" * 30, "b", "{}", "[]", "b()()", "(b)", "-b", "not b()")),
)
def test_targets_are_never_too_wide(sizes: list[int], value: str) -> None:
    names = ", ".join("a" * size for size in sizes)
    for text in (f"{names} = {value};", f"for {names} in {value} {{}}", f"x = [y for {names} in {value}];"):
        assert all(len(line) <= 88 for line in assert_formatted(text).split("\n"))


def test_wide_signs_take_two_columns() -> None:
    text = f'x = ["{"日" * 20}", "{"日" * 15}", fff];\n'
    assert len(text) < 60
    assert rasp.format(text) == text
    assert rasp.format(text.replace("fff]", "ffff]")).count("\n") == 3


def test_nothing_else_is_too_wide() -> None:
    for name, text in PROGRAMS.items():
        for line in rasp.format(text).split("\n"):
            assert len(line) <= 88 or "#" in line, name


WORD = re.compile(r'"[^"]*"|\d[\d.]*|[a-zA-Z_]\w*')
SIZES = (0, 5, 15, 30, 45, 75)


@given(
    st.lists(tree_statements(), min_size=1, max_size=3), st.randoms(use_true_random=False), st.booleans(), st.booleans()
)
def test_no_line_that_can_break_is_too_wide(
    given_trees: list[tree.SyntaxNode], chance: random.Random, mangle: bool, much: bool
) -> None:
    """Whatever the names, numbers and strings, which get longer, and wherever comments stand."""

    def longer(word: re.Match[str]) -> str:
        text, more = word[0], chance.choice(SIZES)
        if text[0] == '"':
            return f'"{"日" * (more // 2)}"'
        if text[0].isdigit():
            return f"7{'.5' if '.' in text else ''}{'0' * more}"
        return text if text in FIXED else text + "_" * more

    text = WORD.sub(longer, "\n".join(map(to_source, given_trees)))
    if mangle:  # many comments hide lines that one would make too wide
        text = mangled(text, chance.choice if much else lambda gaps: seldom_odd(gaps, chance))
    assume(is_same(text, text))
    assert too_wide(assert_formatted(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 1 - f ( NAME , b ) ;",
        "y = [ 2 * f ( NAME , b ) , - NAME ] ;",
        "for x , y in 7 and f ( NAME ) { }",
        "def f ( x , NAME ) { return a if not NAME in b else c ; }",
        "NAME = { a : NAME or b , f ( c ) : d } [ 0 ] ;",
        "x = [ y for y , z in a not in NAME ] ( b ) ;",
        "set example [ NAME - b ]",
    ],
)
def test_no_line_is_too_wide_whatever_its_width_and_comment(text: str) -> None:
    """Behind each of its words, a comment on that line or on one of its own, with names that come near the edge."""
    words = text.split(" ")
    gaps = [index for index in range(1, len(words)) if words[0] != "set" or index > 2]
    for size, gap, sign in itertools.product(range(65, 90, 2), gaps, (" # c\n", "\n# c\n")):
        commented = " ".join(words[:gap]) + sign + " ".join(words[gap:])
        assert too_wide(rasp.format(commented.replace("NAME", "n" * size))) == []  # the format's own check: idempotent


def test_long_values_begin_on_the_next_line_if_they_then_fit() -> None:
    for size, gap in ((53, " "), (54, "\n    ")):
        name = "n" * size
        for value in (name, f"-{name[1:]}", f"{name[2:]}()"):
            assert rasp.format(f"{LONG}_x={value};") == f"{LONG}_x ={gap}{value};\n"
    assert rasp.format(f"x={'n' * 90};") == f"x = {'n' * 90};\n"
    name = "n" * 85
    assert rasp.format(f"{name}=[a,{LONG}];") == f"{name} =\n    [a, {LONG}];\n"
    assert rasp.format(f"for {LONG} in f[{LONG}]and {LONG * 2}(a){{}}") == (
        f"for {LONG} in f[{LONG}]\n        and {LONG * 2}(a) {{\n}}\n"
    )
    key = "k" * 50
    assert rasp.format(f"x={{{key}:{LONG}_{LONG},a:b or c}};") == (
        f"x = {{\n    {key}:\n        {LONG}_{LONG},\n    a: b or c\n}};\n"
    )


# -------------------------------------------------------------------------------------------------------- large texts


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 1000 + "1" + ")" * 1000 + ";",
        "x = " + "f(1, " * 1000 + "1" + ")" * 1000 + ";",
        "x = " + "[{1: " * 500 + "1" + "}]" * 500 + ";",
        "x = " + "not " * 1000 + "1;",
        "x = " + "1 if " * 3000 + "2" + " else 3" * 3000 + ";",
        "for x in y {" * 1000 + "}" * 1000,
        "x = y + 1;" * 10_000,
        "x = " + " + ".join(["y"] * 20_000) + ";",
        "x = [" + ",".join(["f(y)"] * 10_000) + "];",
        'x = "' + "y" * 100_000 + '" + z;',
        "#comment\n" * 20_000,
    ],
    ids=lambda text: text[:20],
)
def test_large_texts(text: str) -> None:
    formatted = rasp.format(text)
    assert rasp.format(formatted) == formatted
    assert len(formatted) < 40 * len(text)


def test_a_text_that_would_become_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasp.limits, "source", 100)
    with pytest.raises(SourceTooLarge, match=r"formatted program would have more than 100 bytes\n  --> wide.rasp:1:1"):
        rasp.format("a=b+c+d;" * 11, "wide.rasp")


def test_a_text_that_is_nested_too_deeply() -> None:
    with pytest.raises(NestedTooDeep):
        rasp.format("x = " + "(" * 1001 + "1" + ")" * 1001 + ";")


@pytest.mark.parametrize("text", [5, b"a;", None, ["a;"]])
def test_what_is_no_text(text: object) -> None:
    for takes_text in (rasp.format, parse, rasp.Session().run):
        with pytest.raises(TypeError, match=f"^a program is a str, not a value of type {type(text).__name__}$"):
            takes_text(text)


# ------------------------------------------------------------------------------------------------------- the check


WRONG = {
    "a=1;": ("", "a = 2;\n", "a = 1;\nb = 1;\n", "a = 1;  # c\n", "a = (1);\n", "a = ;\n", "a = 1.0;\n", "a = 1\n"),
    "a =1;": ("a = 1; ?\n", "a == 1;\n", "\ufeffa = 1;\n", ">> a = 1;\n"),
    "a;#b\nc;": ("a;\nc;\n", "# b\na;\nc;\n", "a;\nc;  # b\n", "a;  # c\nc;\n", "a;  # b\n\nc;\n"),
    "a # b\n;#c": ("a;  # b\n", "a;  # c\n"),
    "exit(\n);": ("exit();\n", "exit()\n", "exit;\n"),
    "exit()\na;": ("exit(\n)\na;\n", "exit();\na;\n", "exit() a;\n", "quit()\na;\n"),
    "set example [1,2]\na;": ("set example [1, 2] a;\n", "set example\n[1, 2]\na;\n", "set example [1, 2]; a;\n"),
    "set example [1,2];a;": ("set example [1, 2]\n; a;\n", "set example [1, 2]\na;\n"),
}


@pytest.mark.parametrize(("text", "wrong"), [(text, wrong) for text, wrongs in WRONG.items() for wrong in wrongs])
def test_a_difference_is_an_internal_error(text: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rasp.format(text)
    monkeypatch.setattr(formatting, "lay_out", lambda words, structure: wrong)
    with pytest.raises(InternalError):
        rasp.format(text)


def test_a_comment_that_is_lost_before_the_layout_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "settle", lambda words, structure: words.behind.clear())
    with pytest.raises(InternalError):
        rasp.format("a=1;#b")


@given(st.sampled_from(sorted(PROGRAMS)), st.randoms(use_true_random=False))
def test_the_check_hears_what_a_reader_hears(name: str, chance: random.Random) -> None:
    """Of texts with equal tokens, which are then equal programs."""
    text, starts = PROGRAMS[name], {0}
    before, after = Scribe(), Scribe()
    for _ in statements(text, hear=before.hear):
        starts.add(before.index)
    for other in (text, mangled(text, chance.choice)):
        try:
            program = list(statements(other, hear=after.hear))
        except RaspError:
            program = []
        heard = heard_in(other, starts)
        words = heard.words()
        if (words.kinds, words.texts) == (before.words().kinds, before.words().texts):
            assert program == parse(text)
            assert (words, heard.comments) == (after.words(), after.comments)
        else:
            assert program != parse(text)
        after = Scribe()


# -------------------------------------------------------------------------------------------------------- one printer


def test_signs_are_those_of_the_grammar() -> None:
    assert frozenset(tables().literals) - {"True", "False"} <= SIGNS
    assert LINE_END not in SIGNS


def test_the_program_of_a_graph_is_formatted() -> None:
    earlier = compare("<", indices(), indices())
    node = aggregate(earlier, tokens())
    made = program([aggregate(compare("==", node, tokens()), node), earlier])
    assert rasp.format(made.source) == f"{made.source}\n"
