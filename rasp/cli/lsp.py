"""`rasp lsp`: the language server, on standard input and output."""

from __future__ import annotations

import argparse
import sys

from rasp.cli.output import say

NEEDED = ("pygls", "lsprotocol")


def run(options: argparse.Namespace) -> int:
    """Runs the command until the editor ends it; returns its exit status."""
    try:
        from rasp.lsp.serving import serve  # imported late: needs an extra
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in NEEDED:
            raise
        say(f"rasp: {package} is not installed; `pip install 'rasp-lang[lsp]'` brings it", file=sys.stderr)
        return 1
    return serve()
