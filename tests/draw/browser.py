"""A headless Chromium, driven by its debugging protocol over two pipes; nothing else is needed."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-startup-window",  # the tests make their own
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-features=SpareRendererForSitePerProcess",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]
SECONDS = 60  # that an answer may take
_KEYS = {"ArrowRight": 39, "ArrowLeft": 37, "Escape": 27, "Enter": 13, "Tab": 9, " ": 32, "Home": 36, "End": 35}
_TEXTS = {"Enter": "\r", " ": " "}


class Browser:
    """One page of a browser."""

    def __init__(self, send: IO[bytes], receive: IO[bytes]) -> None:
        self._send = send
        self._receive = receive
        self._received = b""
        self._numbers = itertools.count(1)
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        self.shown: Path | None = None  # the file
        self._away = True  # whether the mouse is in the corner
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method of the protocol; events that come before its answer are kept."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._send.write(json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self) -> dict[str, Any]:
        """The next message; messages end with a zero byte."""
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._receive], [], [], SECONDS)
            assert ready, "the browser does not answer"
            part = os.read(self._receive.fileno(), 1 << 20)
            assert part, "the browser has ended"
            self._received += part
        message, _, self._received = self._received.partition(b"\0")
        return json.loads(message)

    def open(self, path: Path, width: int = 1200, height: int = 900, scale: float = 1, **media: str) -> None:
        """Opens a file in a window of that size; `media` are features such as `prefers-color-scheme`."""
        self._set(width, height, scale, media)
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())
        self.shown = path

    def resize(self, width: int = 1200, height: int = 900, scale: float = 1, **media: str) -> None:
        """Gives the window of the file that is shown another size, and other features."""
        self._set(width, height, scale, media)
        wanted = f"innerWidth === {width} && innerHeight === {height} && devicePixelRatio === {scale}"
        while not self.run(wanted):
            time.sleep(0.01)

    def show(self, path: Path, **options: Any) -> None:
        """Like `open`, but only resizes the window where the file is shown already."""
        if self.shown != path:
            return self.open(path, **options)
        self.events.clear()
        return self.resize(**options)

    def _set(self, width: int, height: int, scale: float, media: dict[str, str]) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
        self.call("Emulation.setEmulatedMedia", media="", features=features)

    def run(self, script: str) -> Any:
        """The value of a script's last expression."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        details = {"key": key, "code": key, "windowsVirtualKeyCode": _KEYS.get(key, ord(key[0].upper()))}
        text = _TEXTS.get(key, key if len(key) == 1 else "")
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **details)
        self.call("Input.dispatchKeyEvent", type="keyUp", **details)

    def point(self, selector: str, click: bool = False) -> None:
        """Moves the mouse to the middle of an element, and clicks there."""
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            "return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()"
        )
        self.call("Input.dispatchMouseEvent", type="mouseMoved", **place)
        self._away = False
        if click:
            for kind in ("mousePressed", "mouseReleased"):
                self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def leave(self) -> None:
        """Moves the mouse into the corner, where nothing is."""
        if not self._away:
            self.call("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
        self._away = True

    def look(self, clip: dict[str, float] | None = None) -> str:
        """A screenshot of all of the page, or of a part of what the window shows."""
        part = {"clip": {**clip, "scale": 1}} if clip else {"captureBeyondViewport": True}
        return self.call("Page.captureScreenshot", optimizeForSpeed=True, **part)["data"]

    def print(self, path: Path) -> None:
        """Saves what would be printed as PDF."""
        found = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def close(self) -> None:
        """Ends the browser."""
        self._session = None
        self.call("Browser.close")

    def complaints(self) -> list[Any]:
        """What the page logged, threw or asked the network for."""
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        found = [event for event in self.events if event.get("method") in kinds]
        asked = [event["params"]["request"]["url"] for event in self.events if "request" in event.get("params", {})]
        return [*found, *(url for url in asked if not url.startswith("file:"))]


# The browser reads from descriptor 3 and writes to 4; a shell cannot move descriptors with two digits.
_MOVE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser with an empty profile, which ends with the block."""
    to_read, send = os.pipe()
    receive, to_write = os.pipe()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        os.fdopen(send, "wb", buffering=0) as sender,
        os.fdopen(receive, "rb", buffering=0) as receiver,
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                _MOVE,
                str(to_read),
                str(to_write),
                str(PROGRAM),
                *_FLAGS,
                f"--user-data-dir={profile}",
            ],
            pass_fds=(to_read, to_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        os.close(to_read)
        os.close(to_write)
        try:
            page = Browser(sender, receiver)
            yield page
            page.close()
            process.wait(timeout=20)
        finally:
            if process.poll() is None:
                process.kill()
