"""What is offered while typing, and the signature under the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp.assist.documentation import SessionNames
from rasp.assist.signatures import signature_at
from rasp.conversation.colon_commands import COMMANDS
from rasp.conversation.completion import choices
from rasp.runtime import stdlib
from tests.repl.conftest import Talk

PROGRAM = """
# How often.
# And more.
hist = selector_width(select(tokens, tokens, ==));
# Twice.
def twice(x) {
    return 2 * x;
}
_hidden = 3;
"""


def texts(before: str, talk: Talk, asked: bool = True) -> list[str]:
    return [choice.text for choice in choices(before, talk.session, asked)]


@pytest.fixture
def known(talk: Talk) -> Talk:
    talk(PROGRAM)
    return talk


@pytest.mark.parametrize(
    ("before", "offered", "not_offered"),
    [
        ("x = hi", {"hist"}, {"has_focus"}),
        ("x = ", {"hist", "twice", "sort", "tokens", "if", "not", "True", "select"}, {"_hidden"}),
        ("x = _", {"_hidden"}, set()),
        ("HIS", {"hist"}, set()),
        ("x = agg", {"aggregate"}, set()),
        ("set s-op ex", {"set s-op example"}, {"set example"}),
        ("s", {"set example", "show example", "select", "sort"}, set()),
        ("a = 1; set ex", {"set example"}, set()),
        ("for i in l { a = 1; } full", {"full seq display on"}, set()),
        ('s = "a;b"; sho', {"show example"}, set()),
        (":type s", {"sort"}, {"set example"}),
        ("lo", {"load", "load_from_location"}, set()),
        ("longer = 1;\nx = lon", {"longer"}, set()),
        ('set example "a"\nb; examples off\nx = ', {"tokens"}, {"set", "example", "examples", "off"}),
        ('x = "hi', set(), {"hist"}),
        ("x = 1; # hi", set(), {"hist"}),
        ("x = 12hi", set(), {"hist"}),
        (":", {f":{command.name}" for command in COMMANDS}, set()),
        (":h", {":help", ":history"}, set()),
        (":help ", {"keys", "tutorial", "hist", "sort"}, set()),
        (":source tw", {"twice"}, {"hist"}),
        (":type 1 + hi", {"hist"}, set()),
        (":stdlib so", {"sort"}, {"hist"}),
        (":nope ", set(), {"hist"}),
    ],
)
def test_choices(known: Talk, before: str, offered: set[str], not_offered: set[str]) -> None:
    found = set(texts(before, known))
    assert offered <= found
    assert not found & not_offered


def test_names_come_with_kind_and_documentation(known: Talk) -> None:
    (found,) = choices("twi", known.session)
    assert (found.shown, found.remark, found.length) == ("twice(x)", "function  Twice.", 3)
    (found,) = choices("x = hist", known.session)
    assert (found.shown, found.remark) == ("hist", "s-op  How often.")


def test_nothing_is_offered_before_a_word_begins(known: Talk) -> None:
    assert texts("x = ", known, asked=False) == []
    assert texts("", known, asked=False) == []


def test_files_and_programs(known: Talk, tmp_path: Path) -> None:
    (tmp_path / "mine.rasp").write_text("a = 1;")
    (tmp_path / "other.txt").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "deep.rasp").write_text("")
    (tmp_path / 'quo"te.rasp').write_text("")
    found = texts('load "', known)
    assert set(found) >= {"mine", "folder/", *stdlib.names()}
    assert not {"other", 'quo"te'} & set(found)
    assert texts('a = 1; load "folder/', known) == ["deep"]
    assert texts(":load folder/d", known) == ["deep.rasp"]
    assert texts(':load "folder/', known) == ["deep.rasp"]
    assert set(texts(":load m", known)) == {"mine.rasp", "majority", "most_frequent"}
    assert set(texts(':load "m', known)) == {"mine.rasp", "majority", "most_frequent"}
    assert texts(":save --replace m", known) == ["mine.rasp"]
    assert texts('load "no/such/folder/', known) == []
    assert texts('load "\0', known) == []
    assert texts(":load ~nobody-of-this-name/x", known) == []


def test_hostile_texts_offer_nothing_bad(known: Talk) -> None:
    for before in ("x" * 100_000, "((((" * 10_000, "\x1b[2J", "\ud800", "é" * 50, '"' * 999):
        assert isinstance(choices(before, known.session), list)
        signature_at(before, SessionNames(known.session))


@pytest.mark.parametrize(
    ("before", "signature"),
    [
        ("sort(", ("sort(", "seq", ", key)")),
        ("sort(tokens, ", ("sort(seq, ", "key", ")")),
        ("sort(twice(1), ", ("sort(seq, ", "key", ")")),
        ("sort([1, 2], ", ("sort(seq, ", "key", ")")),
        ("sort(twice(", ("twice(", "x", ")")),
        ("sort((1 + ", ("sort(", "seq", ", key)")),
        ("sort(1, 2, 3", ("sort(seq, key, ", "", ")")),
        ("aggregate(full_s, ", ("aggregate(selector, ", "sop", ", default)")),
        ("x = sort(a,\n  ", ("sort(seq, ", "key", ")")),
        ('sort("(", ', ("sort(seq, ", "key", ")")),
        ("sort(a, b);", None),
        ("sort", None),
        ("nope(", None),
        ("(", None),
        ("# sort(", None),
    ],
)
def test_signatures(known: Talk, before: str, signature: tuple[str, str, str] | None) -> None:
    assert signature_at(before, SessionNames(known.session)) == signature


def test_a_word_of_the_language_in_the_text_is_offered_once(known: Talk) -> None:
    offered = texts("s = select(tokens, 1, ==) and True or not False;\nload x = ", known)
    assert len(offered) == len(set(offered))
