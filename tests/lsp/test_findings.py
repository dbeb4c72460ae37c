"""What the server publishes about texts, and the corrections that it offers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rasp.runtime.resolve import ProgramFiles
from tests.lsp.client import Client, Message

EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 10_000, "character": 0}}


def told(found: list[Message]) -> list[tuple[int, int, str]]:
    """The place and the code of each finding."""
    return [(item["range"]["start"]["line"], item["range"]["start"]["character"], item["code"]) for item in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1;", []),
        ("a = 1", [(0, 5, "R101")]),
        ("x = (1;", [(0, 4, "R102")]),
        ("w = True or False and False;", [(0, 4, "W101")]),
        ("y = nope;", [(0, 4, "R201")]),
        ("def f(x) {\n    y = x;\n    return x;\n}\n", [(1, 4, "W103")]),
        ("tokens = 3;", [(0, 0, "W102")]),
        ('s = "👩"; x = nope;', [(0, 14, "R201")]),  # the sign takes two units of UTF-16
        ("a = 1;\r\nx = nope;\r\n", [(1, 4, "R201")]),
        (">> a = 1;\nvalue: a = 1\n>> x = nope;\n", [(2, 7, "R201")]),
        ("\ufeffx = nope;", [(0, 5, "R201")]),
    ],
)
def test_findings_stand_where_the_editor_counts(client: Client, text: str, expected: list[Any]) -> None:
    client.open("file:///a.rasp", text)
    assert told(client.findings("file:///a.rasp")) == expected


def test_findings_are_those_of_a_check(client: Client, tmp_path: Path) -> None:
    text = 'x = select(tokens, tokens, =);\nload "none";\ny = x + nope;\ndef f(x) { z = 1; return; }\n'
    file = tmp_path / "a.rasp"
    file.write_text(text, encoding="utf-8")
    client.open(file.as_uri(), text)
    spans = [finding.span for finding in ProgramFiles().check(file)]
    places = [(span.line - 1, span.column - 1, span.end_line - 1, span.end_column - 1) for span in spans if span]
    found = [item["range"] for item in client.findings(file.as_uri())]
    assert [(*each["start"].values(), *each["end"].values()) for each in found] == places


def test_errors_of_a_run_come_later(client: Client) -> None:
    client.open("file:///a.rasp", "s = select(tokens, tokens, ==);\nx = s + 1;\ny = x;\nz = 1 / 0;\n")
    assert told(client.findings("file:///a.rasp")) == []
    assert told(client.findings("file:///a.rasp")) == [(1, 4, "R303"), (3, 4, "R310")]


def test_an_error_in_a_loaded_file_stands_at_its_load(client: Client, tmp_path: Path) -> None:
    (tmp_path / "part.rasp").write_text("a = 1;\nb = 1 / 0;\n", encoding="utf-8")
    uri = (tmp_path / "main.rasp").as_uri()
    client.open(uri, 'x = 1;\nload "part";\n')
    client.findings(uri)
    (found,) = client.findings(uri)
    assert told([found]) == [(1, 0, "R310")]
    (related,) = found["relatedInformation"]
    assert related["location"]["uri"].endswith("part.rasp")
    assert related["location"]["range"]["start"] == {"line": 1, "character": 4}


def test_a_loaded_file_that_is_not_utf8_is_found_at_its_load(client: Client, tmp_path: Path) -> None:
    (tmp_path / "part.rasp").write_text("a = 1;\n", encoding="utf-8")
    (tmp_path / "latin.rasp").write_bytes(b'b = "\xe9";\n')
    uri = (tmp_path / "main.rasp").as_uri()
    client.open(uri, 'load "part";\nload "latin";\n')
    assert told(client.findings(uri)) == [(1, 0, "R502")]


def test_columns_in_a_loaded_file_count_as_agreed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "part.rasp").write_text('s = "👩👩"; b = 1 / 0;\n', encoding="utf-8")
    uri = (tmp_path / "main.rasp").as_uri()
    client.open(uri, 'load "part";\n')
    client.findings(uri)
    (found,) = client.findings(uri)
    (related,) = found["relatedInformation"]
    assert [place["character"] for place in related["location"]["range"].values()] == [16, 21]


def test_an_unsaved_text_wins_over_its_file(client: Client, tmp_path: Path) -> None:
    (tmp_path / "part.rasp").write_text("a = 1;\n", encoding="utf-8")
    main, part = (tmp_path / "main.rasp").as_uri(), (tmp_path / "part.rasp").as_uri()
    client.open(main, 'load "part";\nx = a + b;\n')
    assert told(client.findings(main)) == [(1, 8, "R201")]
    client.open(part, "a = 1;\nb = 2;\n")
    assert client.findings(part) == []
    assert client.findings(main) == []
    assert "value: x = 3" in client.at("hover", main, 1, 0)["contents"]["value"]
    client.change(part, "c = 1;\n")
    assert told(client.findings(main)) == [(1, 4, "R201"), (1, 8, "R201")]
    client.close(part)
    assert told(client.findings(main)) == [(1, 8, "R201")]


def test_a_text_without_a_file_can_be_loaded(client: Client, tmp_path: Path) -> None:
    main, part = (tmp_path / "main.rasp").as_uri(), (tmp_path / "new.rasp").as_uri()
    client.open(part, "a = 7;\n")
    client.findings(part)
    client.open(main, 'load "new";\nx = a + 1;\n')
    assert client.findings(main) == []
    assert "value: x = 8" in client.at("hover", main, 1, 0)["contents"]["value"]


def test_a_file_that_changes_on_the_disk_is_read_again(client: Client, tmp_path: Path) -> None:
    (tmp_path / "part.rasp").write_text("a = 1;\n", encoding="utf-8")
    uri = (tmp_path / "main.rasp").as_uri()
    client.open(uri, 'load "part";\nx = b;\n')
    assert told(client.findings(uri)) == [(1, 4, "R201")]
    (tmp_path / "part.rasp").write_text("b = 10;\n", encoding="utf-8")
    client.change(uri, 'load "part";\nx = b ;\n')
    assert client.findings(uri) == []
    (tmp_path / "part.rasp").write_text("c = 100;\n", encoding="utf-8")
    changes = [{"uri": (tmp_path / "part.rasp").as_uri(), "type": 2}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    assert told(client.findings(uri)) == [(1, 4, "R201")]


def test_a_file_that_changes_while_a_text_is_analysed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "part.rasp").write_text("a = 1;\n", encoding="utf-8")
    uri = (tmp_path / "main.rasp").as_uri()
    client.open(uri, 'load "part";\nx = a;\n')
    assert client.findings(uri) == []
    client.change(uri, 'load "part";\n' + "x = a;\n" * 5_000 + "y = nope;\n")
    changes = [{"uri": (tmp_path / "part.rasp").as_uri(), "type": 2}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    assert told(client.findings(uri)) == [(5_001, 4, "R201")]


def test_a_closed_text_has_no_findings(client: Client) -> None:
    client.open("untitled:1", "x = ;")
    assert told(client.findings("untitled:1")) == [(0, 4, "R111")]
    client.close("untitled:1")
    note = client.receive()
    assert (note["params"]["uri"], note["params"]["diagnostics"]) == ("untitled:1", [])


@pytest.mark.parametrize(
    ("text", "title", "after"),
    [
        ("a = 1\nb = 2;\n", "Put the missing `;`", "a = 1;\nb = 2;\n"),
        ("x = (1 + 2;\n", "Put the missing `)`", "x = (1 + 2);\n"),
        ("x = [1, (2;\n", "Put the missing `)`", "x = [1, (2);\n"),
        ("x = select(tokens, tokens, ==) && True;\n", "Write `and`", "x = select(tokens, tokens, ==) and True;\n"),
        ("x = .5;\n", "Write `0.5`", "x = 0.5;\n"),
        ("w = True or False and False;\n", "Write the brackets of what it means", "w = (True or False) and False;\n"),
        ("x = lenght;\n", "Change to `length`", "x = length;\n"),
        ("# Sorts.\n\n# It.\nx = sorted;\n", 'Load "sort"', '# Sorts.\n\nload "sort";\n# It.\nx = sorted;\n'),
        ('load "histogram";\nx = sorted;\n', 'Load "sort"', 'load "histogram";\nload "sort";\nx = sorted;\n'),
        ("y = 1 if a = 2 else 3;\n", "Write `==`", "y = 1 if a == 2 else 3;\n"),
    ],
)
def test_corrections(client: Client, text: str, title: str, after: str) -> None:
    client.open("file:///a.rasp", text)
    offered = client.about("codeAction", "file:///a.rasp", range=EVERYTHING, context={"diagnostics": []})
    action = next(each for each in offered if each["title"] == title)
    assert edited(text, action["edit"]["changes"]["file:///a.rasp"]) == after


def edited(text: str, edits: list[Message]) -> str:
    """An ASCII text with edits carried out."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: Message) -> int:
        return min(len(text), starts[position["line"]] + position["character"])

    for edit in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])  # the other tests count in UTF-16
def test_columns_count_as_agreed(raw: Client, encoding: str) -> None:
    offered = raw.initialize(encodings=[encoding])
    assert offered["capabilities"]["positionEncoding"] == encoding
    raw.open("file:///a.rasp", 's = "é👩"; x = nope;')
    width = {"utf-8": 6, "utf-32": 2}[encoding]
    assert told(raw.findings("file:///a.rasp")) == [(0, 12 + width, "R201")]
