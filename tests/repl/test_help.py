"""`:help` and what is known about names, without a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp.assist.token_list import KEYWORDS, OPERATOR_WORDS
from rasp.conversation.colon_commands import COMMANDS
from rasp.conversation.display import Screen
from rasp.conversation.manual import TOPIC_OF, TOPICS
from tests.repl.conftest import HIST, Talk


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
        ("BOS", "layer     attention, then a feed-forward; reads what earlier layers wrote"),
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
