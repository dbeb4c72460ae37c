"""A small client of the language server: a real process, with messages over its standard input and output.

It sends what a test says, right or wrong, and waits for answers with a time limit. `test_pytest_lsp.py` drives the
server by pytest-lsp, which sends right messages alone.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import threading
from pathlib import Path
from typing import Any

from tests.cli.processes import start

WAIT = 60  # seconds; the machine may do other things

Message = dict[str, Any]


class Client:
    """A client with the texts that it has open."""

    def __init__(self, *arguments: str, folder: Path | None = None) -> None:
        self.process = start("lsp", *arguments, cwd=folder)
        self.notes: list[Message] = []  # the notifications and errors without an answer
        self._numbers = itertools.count(1)
        self._versions: dict[str, int] = {}
        self._inbox: queue.Queue[Message | None] = queue.Queue()
        self._errors = bytearray()
        self._threads = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    # ----------------------------------------------------------------------------------------------------- messages

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Sends a request; returns its number, for `answer`."""
        number = next(self._numbers)
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def answer(self, number: int | None) -> Message:
        """The whole answer to a request; notifications that come before it are kept."""
        while True:
            message = self.receive()
            if "method" not in message and message.get("id") == number:
                return message
            self.notes.append(message)

    def request(self, method: str, params: Any = None) -> Any:
        """The result of a request."""
        message = self.answer(self.ask(method, params))
        assert "error" not in message, message["error"]
        return message["result"]

    def refusal(self, method: str, params: Any = None) -> Message:
        """The error of a request."""
        message = self.answer(self.ask(method, params))
        error: Message = message["error"]
        return error

    def receive(self, seconds: float = WAIT) -> Message:
        message = self._inbox.get(timeout=seconds)
        assert message is not None, f"the server has ended: {self._errors.decode()}"
        assert "traceback" not in json.dumps(message).lower()
        return message

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        size = 0
        while line := stream.readline():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
            elif not line.strip():
                self._inbox.put(json.loads(stream.read(size)))
            else:
                assert line.lower().startswith(b"content-type:"), line
        self._inbox.put(None)

    def _read_errors(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        while piece := stream.read1(10_000):  # type: ignore[attr-defined]
            self._errors += piece

    @property
    def errors(self) -> str:
        """What the server has written on standard error."""
        return self._errors.decode()

    # -------------------------------------------------------------------------------------------------------- texts

    def initialize(self, folder: Path | None = None, options: Any = None, encodings: Any = None) -> Message:
        """Begins a session of an editor; returns what the server offers."""
        result: Message = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None if folder is None else folder.as_uri(),
                "capabilities": {"general": {"positionEncodings": encodings}} if encodings else {},
                "initializationOptions": options,
            },
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str) -> None:
        self._versions[uri] = 1
        item = {"uri": uri, "languageId": "rasp", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, text: str) -> int:
        """Replaces a text; returns the number of its version."""
        self._versions[uri] += 1
        item = {"uri": uri, "version": self._versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": item, "contentChanges": [{"text": text}]})
        return self._versions[uri]

    def close(self, uri: str) -> None:
        del self._versions[uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def findings(self, uri: str, version: int | None = None) -> list[Message]:
        """The next findings published for a version of a text, by default the newest."""
        wanted = self._versions[uri] if version is None else version
        while True:
            message = self._next_note()
            params = message.get("params", {})
            is_wanted = message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri
            if is_wanted and params.get("version") == wanted:
                found: list[Message] = params["diagnostics"]
                return found

    def _next_note(self) -> Message:
        return self.notes.pop(0) if self.notes else self.receive()

    def at(self, feature: str, uri: str, line: int, character: int, **more: Any) -> Any:
        """The result of a request about a place in a text."""
        return self.request(f"textDocument/{feature}", place(uri, line, character) | more)

    def about(self, feature: str, uri: str, **more: Any) -> Any:
        """The result of a request about a whole text."""
        return self.request(f"textDocument/{feature}", {"textDocument": {"uri": uri}} | more)

    def end(self) -> int:
        """Ends the session as an editor should; returns the exit status."""
        self.request("shutdown")
        self.notify("exit")
        return self.wait()

    def kill(self) -> None:
        self.process.kill()
        self.wait()

    def wait(self) -> int:
        """Waits for the end of the process; returns its exit status."""
        status = self.process.wait(WAIT)
        for thread in self._threads:
            thread.join(WAIT)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        return status

    def begin_anew(self) -> None:
        """Closes all texts, and forgets what the server has sent."""
        for uri in list(self._versions):
            self.close(uri)
        self.request("textDocument/hover", place("file:///none", 0, 0))
        self.notes.clear()


def place(uri: str, line: int, character: int) -> Message:
    """A place in a text, as requests name it."""
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
