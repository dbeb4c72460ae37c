"""The conversation and its commands, without a terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import rasp
from rasp import Session
from rasp.assist.highlighting import KEYWORDS, OPERATOR_WORDS
from rasp.base.diagnostics import display_width
from rasp.base.limits import limits
from rasp.conversation.commands import COMMANDS, find
from rasp.conversation.conversation import Conversation
from rasp.conversation.display import WIDEST_LINE, Screen
from rasp.conversation.manual import TOPIC_OF, TOPICS
from rasp.errors import BadCommand
from tests.repl.conftest import Talk

HIST = "# How often.\nhist = selector_width(select(tokens, tokens, ==));"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1;", "value: a = 1"),
        ("a = 1; b = a + 1;", "value: a = 1\nvalue: b = 2"),
        (":type 1 + 2;", "1 + 2: int 3"),
        (":type indices", 'indices: s-op, ints on "hello"'),
        (":type full_s", "full_s: selector"),
        (":type sort", "sort: function sort(seq, key)"),
        (":type [1, 2]", "[1, 2]: list of 2 elements"),
        (':type length("ab")', 'length("ab"): list of 2 elements'),
        (":names", "Nothing has a name yet."),
        (":names *ort", "sort(seq, key)  function   seq in ascending order of key; equal keys keep their…"),
        (":names zzz", "No name matches `zzz`."),
        (":source tokens", "`tokens` belongs to the language itself; it has no source in RASP."),
        (":history", "Nothing was typed yet."),
        (":vi", "vi keys"),
        (":help :quit", ":quit: leave"),
        (":help reverse", '`reverse` is in the library: `load "reverse";`.'),
        (":help histogram", '`load "histogram";` of the library binds `hist` and `hist_bos`.'),
        (">> a = 1;\n.. a + 1;\n>> :type a", "value: a = 1\nvalue: out = 2\na: int 1"),
        (":reset", "All names are forgotten."),
    ],
)
def test_inputs(talk: Talk, text: str, said: str) -> None:
    assert talk(text) == said


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("tokens_int;", "s-op: tokens_int", '        "h")'),
        ("nope;\na = 1;", "error[R201]", "value: a = 1"),
    ],
)
def test_inputs_with_an_error(talk: Talk, text: str, first: str, last: str) -> None:
    said = talk(text).splitlines()
    assert said[0].startswith(first)
    assert said[-1].startswith(last)


def test_a_form_that_is_bound_is_a_value(talk: Talk) -> None:
    assert "warning[W102]" in talk("select = 5;")
    assert talk(":names").split() == ["select", "int"]
    assert talk(":help select").startswith("select: int")
    assert talk(":help aggregate").startswith("aggregate(selector, sop, default): form")


def test_a_copied_conversation_is_read_in_one_go(talk: Talk) -> None:
    said = talk('>> a = 1;\nvalue: a = 1\n>> def f(x) {\n..     return x + a; }\nconsole function: f(x)\n>> f("b");')
    assert said.startswith("value: a = 1\nconsole function: f(x)\nerror[R303]")
    assert talk("b = a;") == "value: b = 1"
    assert talk(">> c = 2;\n.. c + 1;") == "value: c = 2\nvalue: out = 3"


def test_a_failing_statement_leaves_the_others(talk: Talk) -> None:
    said = talk("nope;\na = 1;\nb = = 2;\nc = a + 1;")
    assert "error[R201]" in said
    assert "error[R1" in said
    assert "^^^^" in said
    assert said.endswith("value: c = 2")


@pytest.mark.parametrize("width", [40, 80])
def test_errors_fit_the_terminal(talk: Talk, width: int) -> None:
    """The line is cut around the marks, which stand under what they mark; words are not cut."""
    talk.screen = Screen(width)
    said = talk("s = " + "select(tokens, tokens, ==) and " * 4 + "nope_and_nothing and full_s;").splitlines()
    assert all(len(line) <= width for line in said)
    assert "not defined here" in said[-1]
    marks = next(number for number, line in enumerate(said) if "^" in line)
    assert said[marks - 1][said[marks].index("^") :].startswith("nope_and_nothing")
    said = talk("a = zip([1], 3);").splitlines() + talk(":load no_such_file_at_all_in_here").splitlines()
    assert all(len(line) <= width or "/" in line or "not a list" in line for line in said)


def test_an_input_that_does_not_end_is_an_error(talk: Talk) -> None:
    assert "error[R114]" in talk("a =")
    assert talk("a = 1;") == "value: a = 1"


def test_what_fails_on_the_example_is_kept(talk: Talk) -> None:
    said = talk("a = tokens_int + 1;")
    assert said.splitlines()[:3] == [
        "s-op: a",
        '    Example: a("hello") has no value:',
        '        `tokens_int` cannot convert "h" (in `tokens_int` at position 0, with',
    ]
    assert "a" in talk.session


def test_a_warning_comes_once_and_short(talk: Talk) -> None:
    said = talk("x = True or False and False;")
    assert said.splitlines()[:2] == [
        "warning[W101]: groups otherwise than in Python: True or False and False",
        "  RASP reads it as: (True or False) and False",
    ]
    assert "warning" not in talk("y = True or False and False;")
    assert "warning" in talk("z = False or False and False;")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (":nope", "there is no command `:nope`"),
        (":hepl", "there is no command `:hepl`"),
        (":t", "`:t` may be one of :type, :time, :trace"),
        (":", "no command stands behind the `:`"),
        (": ", "no command stands behind the `:`"),
        (":load", "`:load` needs something behind it"),
        (":reset x", "`:reset` takes nothing behind it"),
        (":full", "there is no result yet to show in full"),
        (":reload", "nothing has been loaded yet"),
        (":help xyzzy", "there is no help on `xyzzy`"),
        (":help :xyzzy", "there is no command `:xyzzy`"),
        (":trace 3", "`:trace` needs an s-op or a selector, not an int 3"),
        (":source xyzzy", "unknown name `xyzzy`"),
        (":type nope", "unknown name `nope`"),
        (":type", "`:type` needs something behind it"),
        (":type 1 +", "unfinished"),
        (":stdlib xyzzy", "the library has no program 'xyzzy'"),
        (":load no/such", 'no file "no/such.rasp"'),
        (":load \0", 'no file "'),
        (":edit a b", "`a b` is no name and no .rasp file"),
        (":save no/such/folder/x", "no/such/folder/x.rasp cannot be written: No such file or directory"),
        (":save \0", "cannot be written: "),
        (":names " + "[" * 1000, ""),
        (":help \x1b[2J", "there is no help on `�[2J`"),
    ],
)
def test_wrong_commands_are_one_error(talk: Talk, line: str, title: str) -> None:
    said = talk(line)
    assert title in said
    assert "\x1b" not in said
    assert talk("1;") == "value: out = 1"


def test_the_nearest_command_is_offered(talk: Talk) -> None:
    assert "Did you mean `:trace`?" in talk(":trcae hist")


@pytest.mark.parametrize(
    ("word", "name"), [("n", "names"), ("h", "help"), ("?", "help"), ("q", "quit"), ("rel", "reload")]
)
def test_clear_prefixes(word: str, name: str) -> None:
    assert find(word).name == name


def test_ambiguous_prefixes_are_refused() -> None:
    with pytest.raises(BadCommand, match=":reload, :reset"):
        find("re")


def test_help_lists_every_command_and_topic(talk: Talk) -> None:
    overview = talk(":help")
    assert all(command.usage in overview and command.summary in overview for command in COMMANDS)
    assert all(topic in overview for topic in TOPICS)
    assert all(len(line) <= 80 for line in overview.splitlines())
    for width in (40, 80):
        talk.screen = Screen(width)
        for topic in ("", "commands", *TOPICS, *TOPIC_OF, *KEYWORDS, *OPERATOR_WORDS):
            said = talk(f":help {topic}")
            assert "error[" not in said
            assert all(len(line) <= width for line in said.splitlines())


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("vi", ":vi: switch between emacs and vi keys"),
        ("reload", ":reload: run the loaded programs again, after editing"),
        ("arch", ":arch EXPR: the layers and heads that it needs"),
        ("draw", ":draw EXPR [FILE]: how its values flow, as text or in a file"),
        ("keys", "Enter          runs a complete input, else opens a line; adds the last `;`"),
        ("tutorial stop", "The tutorial has ended; `:help tutorial` starts it again."),
    ],
)
def test_help_on_commands_and_topics(talk: Talk, word: str, first: str) -> None:
    assert talk(f":help {word}").splitlines()[0] == first


def test_help_on_a_word_of_many_meanings(talk: Talk) -> None:
    """A name of the session comes first, then a command and a topic."""
    said = talk(":help load").splitlines()
    assert said[0] == ":load FILE: run a program and take its names"
    assert any(line.startswith('load "program";') for line in said)
    talk("vi = 3; keys = tokens;")
    assert talk(":help vi").startswith("vi: int")
    assert talk(":help keys").startswith("keys: s-op")


@pytest.mark.parametrize("name", ["sort", "length", "tokens", "select", "aggregate", "round", "out", "selector_width"])
def test_help_on_names_of_the_language(talk: Talk, name: str) -> None:
    head, *rest = talk(f":help {name}").splitlines()
    assert head.startswith(name)
    assert rest


def test_help_on_own_names(talk: Talk) -> None:
    talk(f"{HIST}\nplain = 1;\n# Twice.\n#\n# >>> x\n# 1\ndef twice(x) {{\n    return 2 * x;\n}}")
    assert talk(":help hist").splitlines()[:2] == ["hist: s-op defined here", "  How often."]
    assert talk(":help twice;").splitlines()[:2] == ["twice(x): function defined here", "  Twice."]
    assert talk(":h plain").splitlines()[0] == "plain: int defined here"


def test_help_on_names_of_a_file(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "inner.rasp").write_text("# Inside.\ninside = indices;\n")
    (tmp_path / "mine.rasp").write_text(f'load "inner";\n\n{HIST}\n')
    talk(":load mine")
    assert talk(":help hist").splitlines()[:2] == ["hist: s-op defined in mine.rasp, line 4", "  How often."]
    assert talk(":help inside").splitlines()[:2] == ["inside: s-op defined in inner.rasp, line 2", "  Inside."]
    assert talk(":source hist") == HIST
    talk("hist = 3;")
    assert talk(":help hist") == "hist: int defined here"


def test_names_fit_the_screen(talk: Talk) -> None:
    talk("# " + "日本語" * 30 + "\na = 1;\n# 👩\u200d👧" + "👩\u200d👧" * 40 + "\nb = 1;")
    assert [display_width(line) in (79, 80) for line in talk(":names").splitlines()] == [True, True]


def test_layers_and_heads(talk: Talk) -> None:
    talk(HIST)
    assert talk(":arch sort(tokens, tokens)").splitlines()[0].endswith("2 layers, 2 heads at most (2, 1)")
    assert talk(":arch hist;").splitlines()[0] == "hist: 1 layer, 2 heads at most (2)"
    assert talk(":help hist").splitlines()[-1] == "  1 layer, 2 heads at most (2)"
    assert talk(":help length").splitlines()[-1] == "  1 layer, 1 head at most (1)"
    assert "needs an s-op or a selector, not an int 3" in talk(":arch 3")


def test_drawings(talk: Talk, tmp_path: Path) -> None:
    talk(HIST)
    assert talk(":draw hist").splitlines()[0].startswith('hist("hello")')
    assert talk(":draw hist + 1.5").splitlines()[0].startswith("(hist + 1.5)")
    assert talk(":draw hist flow.svg") == "drawn: flow.svg"
    assert (tmp_path / "flow.svg").read_text().startswith("<")
    assert "error[R" in talk(":draw hist no/such/flow.svg")
    assert "error[R" in talk(":draw hist flow.xyz")
    assert "needs an s-op or a selector, not an int 3" in talk(":draw 3")
    assert "unknown name" in talk(":draw nope")


def test_source(talk: Talk) -> None:
    definition = "# Twice.\ndef twice(x) {\n   return 2 * x; # so\n}"
    talk(f"{definition}\nb = twice(\n  3);")
    assert talk(":source twice") == "# Twice.\ndef twice(x) {\n    return 2 * x;  # so\n}"
    assert talk(":source b") == "b = twice(3);"
    assert "def sort(seq, key) {" in talk(":source sort")


def test_fmt(talk: Talk) -> None:
    assert "no input yet" in talk(":fmt")
    talk("a=1;b = [a ,2] ; #so")
    talk.inner.past = lambda: ["a=1;b = [a ,2] ; #so", ":names"]
    assert talk(":fmt") == "a = 1;\nb = [a, 2];  # so"
    assert talk(":fmt a") == "a = 1;"
    assert talk(":fmt b") == talk(":source b") == "b = [a, 2];  # so"
    assert "`indices` has no source in RASP" in talk(":fmt indices")
    talk.inner.past = lambda: [">> a=1;\nvalue: a = 1\n>> b=2;"]
    assert talk(":fmt") == "a = 1;\n\nb = 2;"
    talk.inner.past = lambda: ["c = (;"]
    assert talk(":fmt").startswith("error[R")


def test_save_formats(talk: Talk, tmp_path: Path) -> None:
    talk("# One.\na=1;b = [a ,2] ; #so\ndef f(x){return x;}\n:save mine")
    saved = "# One.\na = 1;\nb = [a, 2];  # so\ndef f(x) {\n    return x;\n}\n"
    assert (tmp_path / "mine.rasp").read_text() == saved


def test_save_keeps_the_comments_behind_statements(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "lib.rasp").write_text("x = 7;  # seven\n")
    text = (
        "# above\na = 1;  # behind a\nb = 2 +  # two\n    3;  # five\nc = 4  # four\n;\nd = 5; e = 6;  # behind e\n"
        "def f(x) {  # of x\n    return x;  # itself\n}  # behind f\n"
        "for i in [1] {\n    g = i;\n}  # behind for\n"
        'set example "abc"  # an example\nset example "ab";  # another one\n'
        '# what lib has\nload "lib";  # behind load\na;  # behind all\n'
    )
    talk(f"{text}:save mine")
    assert (tmp_path / "mine.rasp").read_text() == rasp.format(text)


def test_save_of_what_would_become_too_large(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "source", 40)
    talk("b=[1,2,3,4,5,6,7,8,9,10,11,12,13];\n:save mine")
    assert (tmp_path / "mine.rasp").read_text() == "b=[1,2,3,4,5,6,7,8,9,10,11,12,13];\n"


def test_time(talk: Talk) -> None:
    talk(HIST)
    assert "hist: built in " in talk(":time hist")
    assert 'evaluated on "hello"' in talk(":time hist")
    assert talk(":time 1 + 2").startswith("1 + 2: ")
    assert "error[R403]" in talk(":time tokens_int")


def test_long_values_are_folded_until_asked(talk: Talk) -> None:
    assert talk("l = range(540);").endswith("59, … 480 more]")
    assert talk(":full").endswith("538, 539]")
    talk('set example "' + "ab" * 270 + '"')
    assert "… 480 more] (strings)" in talk("tokens;")
    assert "more" not in talk(":full").partition(" = ")[2]
    assert "… 600 more …" in talk("x = 10^1000 - 1;")
    assert "9" * 1000 in talk(":full")
    assert "more characters" in talk('s = ["' + "x" * 5000 + '"];')
    assert "… 1 more" in talk("d = {" + ", ".join(f"{n}: [1]" for n in range(61)) + "};")


def test_a_cut_line_keeps_its_colours(talk: Talk) -> None:
    """Neither is a colour cut in the middle, nor does it go on behind the line."""
    talk.screen = Screen(80, color=True)
    for length in (1990, 1995, 2000, 3000):
        said = talk("x" * length + " = 1;").split("\n")[0]
        assert re.sub("\x1b\\[[0-9;]*m", "", said).partition("…")[0].isprintable()
        assert len(re.sub("\x1b\\[[0-9;]*m", "", said).partition("…")[0]) <= WIDEST_LINE
        assert said.rpartition("\x1b")[2].startswith("[0m")
    assert "x" * 3000 in talk(":full")


def test_many_names_of_a_program_are_folded(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "large.rasp").write_text("".join(f"a{number} = {number};\n" for number in range(100)))
    assert talk(":load large").splitlines()[-2:] == [
        "value: a29 = 29",
        "… 70 more; `:names` lists the names, `:full` shows all",
    ]
    assert talk(":full").splitlines()[-1] == "value: a99 = 99"


def test_load_and_reload(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "prog.rasp"
    file.write_text("a = 1;\n")
    assert talk(":load prog.rasp") == "value: a = 1"
    file.write_text("a = 2;\nnope;\nb = 3;\n")
    said = talk(":reload")
    assert "error[R201]" in said
    assert said.endswith("value: a = 2\nvalue: b = 3")
    file.unlink()
    assert 'error[R501]: no file "prog.rasp"' in talk(":reload")
    assert talk("a;") == "value: a = 2"
    file.write_bytes(b"\xff")
    assert "error[R502]" in talk(":reload")
    file.write_text("a = 5;\n")
    assert talk(":reload").endswith("value: a = 5")


def test_a_file_of_the_start_is_loaded_again(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "prog.rasp"
    file.write_text("_a = 1;\nnope;\nb = _a;\n")
    talk.inner.start_with(file)
    assert "error[R201]" in "".join(talk.said)
    assert talk("_a;") == "value: _a = 1"
    file.write_text("_a = 2;\n")
    assert talk(":reload").endswith("value: _a = 2")
    file.unlink()
    assert "error[R501]" in talk(":reload")
    assert "error[R501]" in talk(":reload")


def test_save_loads_again(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "lib.rasp").write_text("x = 7;\n")
    talk(f'{HIST}\nb = nope;\nc = [1,\n 2]; d = 3; # behind\nset example "abc"\nload "lib";\nload "sort";\nc;\n')
    assert talk(":save saved") == "7 statements in saved.rasp"
    text = (tmp_path / "saved.rasp").read_text()
    assert "nope" not in text
    assert "# How often.\nhist = " in text
    fresh = Session()
    assert fresh.run_file(tmp_path / "saved.rasp") == []
    assert fresh.names() == talk.session.names()
    assert fresh.settings.sop_example == ("a", "b", "c")


def test_save_elsewhere_finds_what_it_loads(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib.rasp").write_text("x = 7;\n")
    (tmp_path / "elsewhere").mkdir()
    talk('load "lib"; load "sort";\n:save elsewhere/saved')
    monkeypatch.chdir(tmp_path / "elsewhere")
    fresh = Session()
    assert fresh.run_file("saved.rasp") == []
    assert "x" in fresh
    assert 'load "sort";' in (tmp_path / "elsewhere" / "saved.rasp").read_text()


def test_save_replaces_only_its_own(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "mine.rasp"
    file.write_text("precious = 1;\n")
    talk("a = 1;")
    said = talk(":save mine")
    assert "error[R505]: mine.rasp is there already" in said
    assert "precious" in file.read_text()
    assert talk(":save --replace mine") == "1 statement in mine.rasp"
    assert talk("b = 2;\n:save mine").endswith("2 statements in mine.rasp")
    assert file.read_text() == "a = 1;\nb = 2;\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.rasp"]


def test_save_on_a_full_disk(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    talk("a = 1;\n:save mine")
    monkeypatch.setattr(Path, "replace", full)
    assert "cannot be written: No space left on device" in talk("b = 2;\n:save mine")
    assert (tmp_path / "mine.rasp").read_text() == "a = 1;\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.rasp"]


def test_save_after_a_file_that_failed(talk: Talk, tmp_path: Path) -> None:
    """What ran of it stands in place of the load; what its own loads ran, too."""
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "good.rasp").write_text("_g = 1; g = _g;\n")
    (folder / "bad.rasp").write_text("y = nope;\n_x = 2;\nexamples off\nx = _x; x\n")
    (folder / "outer.rasp").write_text('load "good";\nload "bad";\nexit\nnever = 1;\n')
    talk('load "sort";\n:load lib/outer\nz = x + g;\nnope;\n:save saved')
    assert (tmp_path / "saved.rasp").read_text() == ('load "sort";\nload "lib/good";\n_x = 2;\nx = _x;\nz = x + g;\n')
    fresh = Session()
    assert fresh.run_file(tmp_path / "saved.rasp") == []
    assert (fresh["z"], fresh.settings.sop_examples) == (3, True)


def test_save_after_reload_has_each_statement_once(talk: Talk, tmp_path: Path) -> None:
    start, other = tmp_path / "start.rasp", tmp_path / "other.rasp"
    start.write_text('load "other";\na = 1; 2; 2;\nb = a;\n')
    other.write_text("c = 3;\n")
    talk.inner.start_with(start)
    text = 'load "other";\na = 1;\n2;\n2;\nb = a;\nd = 1;\nload "sort";\n'
    talk('d = 1; load "sort";\n:reload\n:reload\n:save saved')
    assert (tmp_path / "saved.rasp").read_text() == text
    start.write_text(start.read_text().replace("b = a", "b = 7"))
    talk(":reload\n:save saved")
    assert (tmp_path / "saved.rasp").read_text() == text + "b = 7;\n"
    assert Session().run_file(tmp_path / "saved.rasp") == []


def test_save_after_reload_keeps_what_counts(talk: Talk, tmp_path: Path) -> None:
    """Where a later statement bound a name of the file anew, the file's statements count again."""
    (tmp_path / "start.rasp").write_text("a = 1;\n")
    talk(":load start\na = 2;\n:reload\n:save saved")
    fresh = Session()
    assert fresh.run_file(tmp_path / "saved.rasp") == []
    assert fresh["a"] == talk.session["a"] == 1


NO_NAMES = ['""', ".", "..", '"', '"a', 'a"', "folder/", ".rasp", "x y", "~", "~/", " ; "]


@pytest.mark.parametrize("command", ["save", "save --replace", "load"])
@pytest.mark.parametrize("name", NO_NAMES)
def test_what_names_no_file(talk: Talk, command: str, name: str, tmp_path: Path) -> None:
    talk("a = 1;")
    said = talk(f":{command} {name}")
    assert "error[R115]" in said
    assert len(said.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ['""', ".", "x y.svg", ".svg", "dir/", '"a', "~", "x"])
def test_what_names_no_drawing(talk: Talk, name: str, tmp_path: Path) -> None:
    head, hint = talk(f":draw sort(tokens, tokens) {name};").splitlines()
    assert head == f"error[R115]: `{name}` is no file for a drawing"
    assert "quotes" in hint
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_before_a_drawing(talk: Talk) -> None:
    assert "error[R1" in talk(":draw tokens +")
    assert "no file" not in talk(":draw tokens = 3")
    assert "error[R201]" in talk(":draw nope x.svg")


def test_save_replace_needs_a_name(talk: Talk) -> None:
    assert talk(":save --replace") == "error[R115]: `:save --replace` needs the name of a file behind it"


def test_names_with_blanks_and_of_the_home(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    assert talk('a = 1;\n:save "my file"').endswith("1 statement in my file.rasp")
    assert talk(':load "my file.rasp"') == "value: a = 1"
    assert talk(':draw tokens "my drawing.txt"') == "drawn: my drawing.txt"
    assert talk(':draw tokens == "x.txt"').startswith('(tokens == "x.txt")("hello")')
    talk(":save ~/a\n:draw tokens ~/b.txt")
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["a.rasp", "b.txt"]
    assert talk(":load ~/a") == "value: a = 1"


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """Makes $EDITOR a Python script; `file` is the path that it gets."""
    program = tmp_path / "editor.py"
    program.write_text(f"import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n{script}\n")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{program}"')


def test_edit(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk("# One.\na = 1;")
    editor(monkeypatch, tmp_path, 'file.write_text(file.read_text().replace("1", "2"))')
    assert talk(":edit a") == "value: a = 2"
    assert talk(":source a") == "# One.\na = 2;"
    editor(monkeypatch, tmp_path, 'file.write_text("b = 4;\\nc =")')
    said = talk(":edit fresh")
    assert said.startswith("value: b = 4")
    assert "error[R114]" in said
    assert said.endswith("The text is kept: `:edit` opens it again.")
    editor(monkeypatch, tmp_path, "")
    assert talk(":edit a") == talk(":edit") == "Nothing was changed, so nothing runs."
    editor(monkeypatch, tmp_path, 'file.write_text("d = 9;")')
    assert talk(":edit new.rasp") == "value: d = 9"


@pytest.mark.parametrize("text", ["b = = 4;", "b = nope;", "b ="])
def test_a_text_that_failed_is_kept(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    past: list[str] = []
    talk.inner.past, talk.inner.remember = lambda: past, past.append
    editor(monkeypatch, tmp_path, f"file.write_text({text!r})")
    assert "The text is kept" in talk(":edit b")
    assert past == [text]
    editor(monkeypatch, tmp_path, "assert not file.read_text()")
    assert "The text is empty" in talk(":edit other")
    editor(monkeypatch, tmp_path, f"assert file.read_text() == {text!r} + chr(10); file.write_text('b = 4;')")
    assert talk(":edit") == "value: b = 4"
    editor(monkeypatch, tmp_path, "assert file.read_text() == 'b = 4;' + chr(10)")
    assert "Nothing was changed" in talk(":edit")


def test_a_text_that_failed_is_forgotten_when_it_is_emptied(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(monkeypatch, tmp_path, "file.write_text('b = nope;')")
    talk(":edit b")
    editor(monkeypatch, tmp_path, "file.write_text('')")
    talk(":edit")
    editor(monkeypatch, tmp_path, "assert not file.read_text()")
    assert "The text is empty" in talk(":edit")


@pytest.mark.parametrize(
    ("script", "title"),
    [
        ("sys.exit(3)", "failed, so nothing runs (its status is 3)"),
        ('file.write_bytes(b"\\xff")', "error[R502]"),
        ("file.unlink()", "error[R501]"),
    ],
)
def test_an_editor_that_fails(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, title: str
) -> None:
    editor(monkeypatch, tmp_path, script)
    assert title in " ".join(talk(":edit a").split())
    assert talk("1;") == "value: out = 1"


@pytest.mark.parametrize("command", ["/no/such/editor", '"unclosed', "\x1b"])
def test_an_editor_that_cannot_start(talk: Talk, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("VISUAL", command)
    said = talk(":edit a")
    assert "cannot be started" in said
    assert "\x1b" not in said


def test_reset_forgets(talk: Talk) -> None:
    talk('a = 1; set example "x"\n:reset')
    assert talk.session.names() == []
    assert talk("tokens;").endswith('tokens("hello") = [h, e, l, l, o] (strings)')


@pytest.mark.parametrize("word", ["exit", "quit", "exit();", ":quit", ":q", ":exit"])
def test_leaving(talk: Talk, word: str) -> None:
    assert talk(f"{word}\n1;") == ""
    assert talk.session.left


def test_an_interrupt_keeps_the_session(talk: Talk) -> None:
    talk("a = 1;")

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    talk.session.listener.results = stop
    with pytest.raises(KeyboardInterrupt):
        talk("b = 2;")
    del talk.session.listener.results
    talk.inner.interrupted()
    assert talk.said == ["\nStopped; all that was there before is still there."]
    talk.inner.interrupted()
    assert len(talk.said) == 1
    assert talk("a + b;") == "value: out = 3"


def test_it_hears_commands_without_listening() -> None:
    said: list[str] = []
    session = Session()
    talk = Conversation(session, said.append, Screen, listening=False)
    assert session.listener is not talk
    assert talk.command(":type 1")
    assert said == ["1: int 1"]
