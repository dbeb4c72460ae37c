"""The conversation, its inputs, errors and commands, without a terminal."""

from __future__ import annotations

import pytest

from rasp import Session
from rasp.conversation.colon_commands import find
from rasp.conversation.conversation import Conversation
from rasp.conversation.display import Screen
from rasp.errors import BadCommand
from tests.repl.conftest import Talk


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
        (":load", "`:load` needs something after it"),
        (":reset x", "`:reset` takes nothing after it"),
        (":full", "there is no result yet to show in full"),
        (":reload", "nothing has been loaded yet"),
        (":help xyzzy", "there is no help on `xyzzy`"),
        (":help :xyzzy", "there is no command `:xyzzy`"),
        (":trace 3", "`:trace` needs an s-op or a selector, not an int 3"),
        (":source xyzzy", "unknown name `xyzzy`"),
        (":type nope", "unknown name `nope`"),
        (":type", "`:type` needs something after it"),
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
    talk.inner.interrupt()
    assert talk.said == ["\nStopped; all that was there before is still there."]
    talk.inner.interrupt()
    assert len(talk.said) == 1
    assert talk("a + b;") == "value: out = 3"


def test_it_hears_commands_without_listening() -> None:
    said: list[str] = []
    session = Session()
    talk = Conversation(session, said.append, Screen, listening=False)
    assert session.listener is not talk
    assert talk.command(":type 1")
    assert said == ["1: int 1"]
