"""What an editor asks about a text, answered by the real server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.client import Client, place
from tests.lsp.test_findings import EVERYTHING, edited

URI = "file:///a.rasp"
PROGRAM = """\
# How often each token occurs.
# >>> hist("aab")
# [2, 2, 1]
same = select(tokens, tokens, ==);
hist = selector_width(same);

# Twice as much.
def twice(x) {
    y = 2 * x;
    return y;
}
more = twice(hist) + hist;
"""


@pytest.fixture
def shown(client: Client) -> Client:
    """A client that has the program open, and has seen what it gives."""
    client.open(URI, PROGRAM)
    assert client.findings(URI) == []
    return client


def hover(client: Client, line: int, character: int) -> str:
    found = client.at("hover", URI, line, character)
    return "" if found is None else str(found["contents"]["value"])


def test_hover_shows_definition_comment_value_and_heads(shown: Client) -> None:
    text = hover(shown, 4, 2)
    assert text.startswith("```rasp\nhist = selector_width(same);\n```")
    assert 'Example: hist("hello") = [1, 1, 2, 2, 1] (ints)' in text
    assert text.endswith("hist: 1 layer, 2 heads at most (2) without BOS")
    assert "How often each token occurs." in hover(shown, 3, 2)


@pytest.mark.parametrize(
    ("line", "character", "expected"),
    [
        (4, 10, "How many keys each row of the selector selects."),
        (3, 9, "select(keys, queries, ==)"),
        (3, 16, "The input, each element as a string."),
        (8, 4, "local name"),
        (8, 12, "parameter"),
        (11, 9, "def twice(x) {"),
        (0, 4, ""),
        (5, 0, ""),
    ],
)
def test_hover_elsewhere(shown: Client, line: int, character: int, expected: str) -> None:
    text = hover(shown, line, character)
    assert expected in text
    assert bool(expected) == bool(text)


def test_hover_shows_the_value_of_the_moment(client: Client) -> None:
    client.open(URI, "x = 1 + 1;\ny = x;\nx = x + 40;\n")
    values = [hover(client, *at) for at in ((0, 0), (1, 4), (2, 0), (2, 4))]
    assert [text.split("value: x = ")[1].split("\n")[0] for text in values] == ["2", "2", "42", "2"]


def test_hover_says_why_there_is_no_value(client: Client) -> None:
    client.open(URI, "x = tokens_int;\n")
    assert "has no value" in hover(client, 0, 0)


def test_hover_on_a_load_and_in_a_broken_statement(client: Client) -> None:
    client.open(URI, 'load "sort";\nx = sorted + ;\n')
    assert "ascending order" in hover(client, 0, 7)
    assert "Example: sorted" in hover(client, 1, 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = selector_w", {"selector_width"}),
        ("x = hi", {"hist"}),
        ("x = tw", {"twice"}),
        ('load "so', {"sort"}),
        ("set ex", {"set example"}),
        ("x = ex", set()),
        ("d", {"def", "draw"}),
        ("# se", set()),
        ('x = "se', set()),
    ],
)
def test_completion(shown: Client, text: str, expected: set[str]) -> None:
    shown.change(URI, PROGRAM + text)
    found = shown.at("completion", URI, PROGRAM.count("\n"), len(text))["items"]
    labels = {item["label"] for item in found}
    assert expected <= labels
    assert labels or not expected


def test_completion_tells_kind_signature_and_comment(shown: Client) -> None:
    shown.change(URI, PROGRAM + "x = tw")
    (found,) = shown.at("completion", URI, PROGRAM.count("\n"), 6)["items"]
    assert (found["detail"], found["documentation"]) == ("twice(x)", "Twice as much.")
    assert found["textEdit"]["newText"] == "twice"


def test_names_of_the_function_come_before_those_of_the_language(client: Client) -> None:
    client.open(URI, "def f(selector, mark) {\n    return aggregate(sel")
    labels = [item["label"] for item in client.at("completion", URI, 1, 24)["items"]]
    assert labels[0] == "selector"
    assert "selector_width" in labels


def test_hover_on_a_name_that_a_failed_statement_binds(client: Client) -> None:
    client.open(URI, "x = 1 / 0;\n")
    assert "no value: the statement that binds it fails" in hover(client, 0, 0)


def test_completion_of_files(client: Client, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "mine.rasp").write_text("a = 1;", encoding="utf-8")
    uri = (tmp_path / "main.rasp").as_uri()
    client.open(uri, 'load "inner/m')
    assert [item["label"] for item in client.at("completion", uri, 0, 13)["items"]] == ["mine"]


def test_signature_help(shown: Client) -> None:
    shown.change(URI, PROGRAM + "x = shift(tokens, ")
    found = shown.at("signatureHelp", URI, PROGRAM.count("\n"), 18)["signatures"][0]
    start, end = found["parameters"][0]["label"]
    assert (found["label"], found["label"][start:end]) == ("shift(seq, n, filler)", "n")
    assert shown.at("signatureHelp", URI, 0, 0) is None


def starts(found: list[Any]) -> list[tuple[int, int]]:
    return [(each["range"]["start"]["line"], each["range"]["start"]["character"]) for each in found]


def test_definition_references_and_highlights(shown: Client) -> None:
    assert starts(shown.at("definition", URI, 11, 14)) == [(4, 0)]
    assert starts(shown.at("definition", URI, 9, 12)) == [(8, 4)]
    every = shown.at("references", URI, 4, 0, context={"includeDeclaration": True})
    assert starts(every) == [(4, 0), (11, 13), (11, 21)]
    assert starts(shown.at("references", URI, 4, 0, context={"includeDeclaration": False})) == [(11, 13), (11, 21)]
    assert starts(shown.at("documentHighlight", URI, 8, 12)) == [(7, 10), (8, 12)]
    assert shown.at("definition", URI, 4, 8) == []  # `selector_width` is built in


def test_definitions_in_the_prelude(client: Client) -> None:
    client.open(URI, "x = sort(length, length);")
    found = [client.at("definition", URI, 0, place)[0] for place in (5, 10)]
    assert all(each["uri"].endswith("prelude.rasp") for each in found)
    assert found[0]["range"] != found[1]["range"]


def test_the_outline(shown: Client) -> None:
    found = shown.about("documentSymbol", URI)
    assert [each["name"] for each in found] == ["same", "hist", "twice", "more"]
    assert [each["name"] for each in found[2]["children"]] == ["y"]
    folds = [(each["startLine"], each["endLine"]) for each in shown.about("foldingRange", URI)]
    assert folds == [(7, 10), (0, 2)]


def test_semantic_tokens(shown: Client) -> None:
    def rows() -> list[tuple[int, ...]]:
        data = shown.about("semanticTokens/full", URI)["data"]
        return [tuple(data[start : start + 5]) for start in range(0, len(data), 5)]

    assert rows()[0] in ((3, 0, 4, 0, 1), (3, 0, 4, 3, 1))  # `same` is bound; a run tells that it is a selector
    while rows()[0] != (3, 0, 4, 3, 1):
        time.sleep(0.05)
    assert rows()[1] == (0, 14, 6, 0, 2)  # `tokens`, a name of the language


def test_formatting(client: Client) -> None:
    options = {"tabSize": 4, "insertSpaces": True}
    text = "a=1;\nb = 2;\nc=[1,2];#one\n"
    client.open(URI, text)
    edits = client.about("formatting", URI, options=options)
    assert edited(text, edits) == "a = 1;\nb = 2;\nc = [1, 2];  # one\n"
    assert all(edit["range"]["start"]["line"] != 1 for edit in edits)
    client.change(URI, "a=1;\nb = ;")
    assert client.about("formatting", URI, options=options) == []


def test_inlay_hints(shown: Client) -> None:
    hints = shown.about("inlayHint", URI, range=EVERYTHING)
    assert [(each["position"]["line"], each["label"]) for each in hints] == [
        (3, " = 7 of 25 selected"),
        (4, " = [1, 1, 2, 2, 1] (ints)"),
        (11, " = [3, 3, 6, 6, 3] (ints)"),
    ]
    part = {"start": {"line": 4, "character": 0}, "end": {"line": 5, "character": 0}}
    assert len(shown.about("inlayHint", URI, range=part)) == 1


def test_the_example_of_a_program_counts(client: Client) -> None:
    client.open(URI, 'set example "ab"\nx = indices + 1;\n')
    (hint,) = client.about("inlayHint", URI, range=EVERYTHING)
    assert hint["label"] == " = [1, 2] (ints)"


def test_a_drawing_for_a_panel(shown: Client) -> None:
    ask = {"command": "rasp.drawing", "arguments": [URI]}
    page = shown.request("workspace/executeCommand", ask)
    assert page.startswith("<!DOCTYPE html>")
    assert "more" in page
    refused = shown.refusal("workspace/executeCommand", ask | {"arguments": [URI, "nope"]})
    assert "nope" in refused["message"]


# ---------------------------------------------------------------------------------------------------------- renaming


def renamed(client: Client, uri: str, line: int, character: int, new: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = client.at("rename", uri, line, character, newName=new)["changes"]
    return found


def test_rename(shown: Client) -> None:
    assert shown.at("prepareRename", URI, 11, 14)["placeholder"] == "hist"
    changes = renamed(shown, URI, 11, 14, "often")
    assert edited(PROGRAM, changes[URI]) == PROGRAM.replace("hist", "often")
    changes = renamed(shown, URI, 8, 12, "value")
    assert edited(PROGRAM, changes[URI]) == PROGRAM.replace("(x)", "(value)").replace("* x", "* value")


@pytest.mark.parametrize(
    ("line", "character", "new", "reason"),
    [
        (4, 0, "same", "has another `same`"),
        (4, 0, "x", "has another `x`"),
        (4, 0, "2x", "cannot be a name"),
        (4, 0, "if", "a word of the language"),
        (4, 0, "sort", "a word of the language"),
        (3, 15, "words", "a name of the language"),
        (5, 0, "a", "no name here"),
    ],
)
def test_what_cannot_be_renamed(shown: Client, line: int, character: int, new: str, reason: str) -> None:
    refused = shown.refusal("textDocument/rename", place(URI, line, character) | {"newName": new})
    assert reason in refused["message"]


def test_rename_in_all_files_that_share_a_name(client: Client, tmp_path: Path) -> None:
    texts = {
        "base": "value = 3;\n_own = value;\ny = _own;\n",
        "between": 'load "base";\n',
        "user": 'load "between";\nx = value + 1;\ndef f(value) { return value; }\nz = f(x);\n',
        "other": "value = 7;\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.rasp").write_text(text, encoding="utf-8")
    uri = {name: (tmp_path / f"{name}.rasp").as_uri() for name in texts}
    client.open(uri["user"], texts["user"])
    changes = renamed(client, uri["user"], 1, 4, "number")
    assert changes.keys() == {uri["user"], uri["base"]}
    assert edited(texts["base"], changes[uri["base"]]) == "number = 3;\n_own = number;\ny = _own;\n"
    assert edited(texts["user"], changes[uri["user"]]).startswith('load "between";\nx = number + 1;\ndef f(value)')
    found = client.at("references", uri["user"], 1, 4, context={"includeDeclaration": True})
    assert sorted(each["uri"].rpartition("/")[2] for each in found) == ["base.rasp", "base.rasp", "user.rasp"]
    (definition,) = client.at("definition", uri["user"], 1, 4)
    assert definition["uri"] == uri["base"]
    (file,) = client.at("definition", uri["user"], 0, 8)
    assert file["uri"] == uri["between"]


def test_names_of_the_library_cannot_be_renamed(client: Client) -> None:
    client.open(URI, 'load "sort";\nx = sorted;\n')
    refused = client.refusal("textDocument/rename", place(URI, 1, 4) | {"newName": "other"})
    assert "belongs to the library" in refused["message"]
    (found,) = client.at("definition", URI, 1, 4)
    assert found["uri"].endswith("sort.rasp")
