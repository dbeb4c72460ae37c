"""A real browser without a window: a page and a script go in, what the script finds comes out."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine")

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--virtual-time-budget=3000",
]
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def browse(page: str, script: str, *flags: str, keep_policy: bool = False) -> Any:
    """Opens a page from a file and gives, as Python values, what the JavaScript function body `script` returns.

    The page's own policy forbids other scripts than its own, so it is taken out unless `keep_policy`.
    """
    harness = f"""<script>
    window.addEventListener("load", () => {{
      let found;
      try {{ found = (() => {{ {script} }})(); }} catch (error) {{ found = `${{error}}`; }}
      const place = document.createElement("pre");
      place.id = "found";
      place.textContent = JSON.stringify(found);
      document.body.append(place);
    }});
    </script>"""
    text = (page if keep_policy else POLICY.sub("", page)).replace("</body>", f"{harness}</body>")
    dom = dump(text, *flags)
    match = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    return json.loads(html.unescape(match[1])) if match else None


def dump(page: str, *flags: str) -> str:
    """The document of a page after its scripts have run."""
    assert PROGRAM is not None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(page, encoding="utf-8")
        command = [PROGRAM, *FLAGS, *flags, f"--user-data-dir={folder}/profile", "--dump-dom", file.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
