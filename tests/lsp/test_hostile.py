"""Programs and clients that mean harm, or make mistakes: the server goes on, and answers at once."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rasp.lsp.analysis import Analyst, Document, Superseded
from rasp.lsp.editor_text import DocumentText
from tests.lsp.client import Client, place
from tests.lsp.test_features import renamed
from tests.lsp.test_findings import EVERYTHING, told

URI = "file:///a.rasp"
AT_ONCE = 10  # seconds, on a machine that does other things; answers take some milliseconds


@pytest.fixture(scope="module")
def quick_session(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client whose programs may take half a second."""
    folder = tmp_path_factory.mktemp("quick")
    made = Client(folder=folder)
    made.initialize(options={"timeLimit": 0.5})
    yield made
    assert made.end() == 0
    assert made.errors == ""
    assert list(folder.iterdir()) == []  # nothing was written


@pytest.fixture
def quick(quick_session: Client) -> Any:
    """The same client, without open texts."""
    yield quick_session
    quick_session.begin_anew()


LONG = "set example range(10000)\ns = select(tokens, tokens, ==);\nx = aggregate(s, indices);\n"
LOOP = "def f(n) { return 0 if n == 0 else f(n - 1) + f(n - 1); }\nx = f(60);\n"


@pytest.mark.parametrize(
    "text",
    [
        "x = 9^(9^9);\n",
        LONG,
        LOOP,
        "x = " + "(" * 900 + "1" + ")" * 900 + ";\n",
        "x = " + "[" * 5000 + "\n",
        "x = " + "+".join(["tokens_int"] * 5000) + ";\n",
        "l = range(10000000);\nm = [l for i in l];\n",
        'x = "' + "a" * 500_000 + '";\n',
        "draw(indices);\n:save here\nexit\n",
        "x = tokens;\n" * 500 + "x = " + "not " * 1500 + "True;\n",
        "\x00\x01\ufffe" * 100,
        "def f(x) { " * 300 + "\n",
        'load "../../../etc/passwd";\nload "";\nload "/dev/zero";\nload "\x00";\n',
    ],
    ids=[
        "power",
        "long",
        "loop",
        "deep",
        "open",
        "chain",
        "large",
        "string",
        "writes",
        "nots",
        "binary",
        "defs",
        "paths",
    ],
)
def test_programs(quick: Client, text: str) -> None:
    quick.open(URI, text)
    quick.findings(URI)
    start = time.monotonic()
    quick.at("completion", URI, 0, 1)
    assert time.monotonic() - start < AT_ONCE
    quick.at("hover", URI, min(1, text.count("\n")), 0)
    quick.about("inlayHint", URI, range=EVERYTHING)
    for feature in ("documentSymbol", "foldingRange", "semanticTokens/full"):
        quick.about(feature, URI)
    quick.change(URI, "x = indices + 1;\n")
    assert quick.findings(URI) == []
    assert "[1, 2, 3, 4, 5]" in quick.at("hover", URI, 0, 0)["contents"]["value"]


def test_a_program_that_takes_too_long_is_stopped_at_its_line(quick: Client) -> None:
    quick.open(URI, LOOP)
    assert quick.findings(URI) == []
    (found,) = quick.findings(URI)
    assert (found["severity"], found["range"]["start"]["line"]) == (3, 1)
    assert "stopped after 0.5 s" in found["message"]
    assert "stopped after 0.5 s" in quick.at("hover", URI, 1, 0)["contents"]["value"]


def test_an_edit_cancels_a_run(raw: Client) -> None:
    raw.initialize(options={"timeLimit": 600})  # longer than the client waits
    raw.open(URI, LOOP)
    for wait in (0, 0.5):  # while the process starts, and while the program runs
        raw.change(URI, LOOP)
        raw.findings(URI)
        number = raw.ask("textDocument/hover", place(URI, 1, 0))
        time.sleep(wait)
        raw.change(URI, "x = 1;\n")
        raw.answer(number)
        assert "value: x = 1" in raw.at("hover", URI, 0, 0)["contents"]["value"]


def test_a_request_that_is_cancelled_does_not_disturb_the_next(client: Client) -> None:
    client.open(URI, "x = 1 + 1;\ny = 20 + 1;\n")
    client.findings(URI)
    for _ in range(5):
        number = client.ask("textDocument/hover", place(URI, 0, 0))
        client.notify("$/cancelRequest", {"id": number})
        assert "value: y = 21" in client.at("hover", URI, 1, 0)["contents"]["value"]


def test_loads_in_a_circle(client: Client, tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a"), ("c", "c")):
        (tmp_path / f"{name}.rasp").write_text(f'load "{other}";\n{name}1 = 1;\n', encoding="utf-8")
    for name in "acb":
        uri = (tmp_path / f"{name}.rasp").as_uri()
        client.open(uri, (tmp_path / f"{name}.rasp").read_text(encoding="utf-8"))
        found = client.findings(uri)
        assert [item["code"] for item in found] == ["R503"], found
        client.at("references", uri, 1, 0, context={"includeDeclaration": True})
        client.at("definition", uri, 0, 7)


def test_files_that_are_none(client: Client, tmp_path: Path) -> None:
    """Pipes, from which nobody reads, and links that lead nowhere, beside a program."""
    os.mkfifo(tmp_path / "pipe.rasp")
    (tmp_path / "circle.rasp").symlink_to("circle.rasp")
    (tmp_path / "nowhere.rasp").symlink_to("none")
    uri = (tmp_path / "main.rasp").as_uri()
    client.open(uri, 'load "pipe";\nload "circle";\nload "nowhere";\nx = 1;\n')
    assert told(client.findings(uri)) == [(line, 0, "R501") for line in range(3)]
    (found,) = client.at("references", uri, 3, 0, context={"includeDeclaration": True})
    assert found["uri"] == uri


def test_a_text_of_a_megabyte(client: Client) -> None:
    """It is analysed while requests are answered, and each further edit ends the analysis of the one before."""
    text = (
        "x = select(tokens, tokens, ==) and (indices < 3);  # equal tokens, at the first three of the positions\n"
        * 9_950
    )
    client.open(URI, text)
    for _ in range(2):
        client.change(URI, text)
        client.at("completion", URI, 5, 1)
        assert client.notes == []  # no findings yet
    client.change(URI, text + "y = nope;\n")
    assert told(client.findings(URI)) == [(9_950, 4, "R201")]
    client.change(URI, text * 17)
    assert told(client.findings(URI)) == [(0, 0, "R601")]


class EditedLater(threading.Event):
    """The sign that a text has been edited, set when it has been looked at a number of times."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


@pytest.mark.parametrize("looks", [0, 7, 20, 21])  # while it is parsed, and while it is checked
def test_an_edit_ends_an_analysis_at_once(looks: int) -> None:
    edited = EditedLater(looks)
    with pytest.raises(Superseded):
        Analyst().analyse(Document("untitled:1", None, 1, DocumentText("x = 1;\n" * 20), edited))
    assert edited.looks == -1


# ---------------------------------------------------------------------------------------------------------- clients


def test_requests_in_the_wrong_order(raw: Client) -> None:
    assert raw.refusal("textDocument/hover", place(URI, 0, 0))["code"] == -32002
    raw.notify("textDocument/didOpen", {"textDocument": {"uri": URI, "languageId": "rasp", "version": 1, "text": ""}})
    assert raw.initialize()["capabilities"]["positionEncoding"] == "utf-16"
    assert raw.refusal("initialize", {"processId": None, "rootUri": None, "capabilities": {}})["code"] == -32600
    raw.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": ""}]})
    raw.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    raw.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
    assert raw.at("hover", URI, 0, 0) is None
    raw.open(URI, "a = 1;")
    assert raw.findings(URI) == []
    raw.request("shutdown")
    assert raw.refusal("textDocument/hover", place(URI, 0, 0))["code"] == -32600
    raw.notify("exit")
    assert raw.process.wait(30) == 0


def test_an_end_without_a_shutdown(raw: Client) -> None:
    raw.initialize()
    raw.notify("exit")
    assert raw.process.wait(30) == 1


def test_a_client_that_goes_away(raw: Client) -> None:
    raw.initialize()
    raw.open(URI, LOOP)
    assert raw.process.stdin is not None
    raw.process.stdin.close()
    assert raw.process.wait(30) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"a"',
        b"\xff\xfe",
        b"{}",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}',
        b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}',
        b'{"jsonrpc": "2.0", "method": 7}',
        b'{"jsonrpc": "2.0", "id": 99, "result": 1}',
        b'{"jsonrpc": "2.0", "id": 99, "error": {}}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 3}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen"}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 12345}}',
        b'{"jsonrpc": "2.0", "method": "none/such", "params": {}}',
    ],
)
def test_broken_messages(client: Client, body: bytes) -> None:
    client.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    client.open(URI, "x = ;")
    assert told(client.findings(URI)) == [(0, 4, "R111")]


@pytest.mark.parametrize(
    "params",
    [
        None,
        {},
        {"textDocument": {"uri": URI}},
        place("no uri at all", 0, 0),
        place("file:///%00%ff", 0, 0),
        place(URI, 1_000_000, 1_000_000),
        place(URI, -1, 0),
        {"textDocument": {"uri": 3}, "position": []},
    ],
)
def test_broken_requests(client: Client, params: Any) -> None:
    client.open(URI, "x = 1;")
    client.findings(URI)
    for feature in ("hover", "completion", "definition", "rename", "references", "signatureHelp"):
        answer = client.answer(client.ask(f"textDocument/{feature}", params))
        assert "result" in answer or answer["error"]["message"]
    assert client.refusal("none/such")["code"] == -32601
    assert "value: x = 1" in client.at("hover", URI, 0, 0)["contents"]["value"]


@pytest.mark.parametrize(
    "uri",
    ["", "file:", "file:///%00", "file:///dev/zero", "file:///" + "a" * 5_000, "http://a/b", "\ud800"],
)
def test_odd_names_of_texts(client: Client, uri: str) -> None:
    added = {"added": [{"uri": uri, "name": "odd"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": added})
    for name in (uri, URI):  # also for texts that come later
        client.open(name, "x = 1;\ny = x + nope;\n")
        assert told(client.findings(name)) == [(1, 8, "R201")]
        assert renamed(client, name, 0, 0, "z").keys() == {name}
        client.close(name)
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": added["added"]}})


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: none\r\n\r\n",
        b"Content-Length: 0\r\n\r\n",
        b"Content-Length: 1\r\n\r\n{}",
        b"Content-Length: 2\n\n{}",
        b"content-length:2\r\n\r\n{}",
        b"no header\r\n\r\n{}",
        b"{}",
    ],
)
def test_headers_that_lie(client: Client, sent: bytes) -> None:
    client.send_bytes(sent)
    client.open(URI, "x = ;")
    assert told(client.findings(URI)) == [(0, 4, "R111")]


def test_huge_messages(client: Client) -> None:
    size = 65 * 2**20
    client.send_bytes(b"Content-Length: %d\r\n\r\n" % size)
    for _ in range(65):
        client.send_bytes(b"x" * 2**20)
    client.send_bytes(b"A-Header: " + b"y" * 100_000 + b"\r\n")
    client.open(URI, "x = ;")
    assert told(client.findings(URI)) == [(0, 4, "R111")]
