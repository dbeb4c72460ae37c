"""The streams of the protocol. Nothing else may write to standard output, and no message may fill the memory."""

from __future__ import annotations

import os
import re
import sys
from typing import BinaryIO

LONGEST_HEADER = 8_192  # bytes of a line
LARGEST_MESSAGE = 64 * 2**20  # bytes; the largest program takes a few MiB
PIECE = 2**20
LENGTH = re.compile(rb"content-length\s*:\s*(\d+)\s*$", re.IGNORECASE)
UNREADABLE = b"?"  # replaces a message that is too large: not JSON, so it is answered with an error


class StandardInput:
    """The messages of a client, without those that are too large."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """The next line of a header. Text before a header is the rest of a message longer than its header said."""
        line = self._stream.readline(LONGEST_HEADER)
        length = LENGTH.search(line)
        return b"Content-Length: %b\r\n" % length[1] if length else line

    def read(self, size: int) -> bytes:
        if size <= LARGEST_MESSAGE:
            return self._stream.read(size)
        while size > 0 and (piece := self._stream.read(min(size, PIECE))):
            size -= len(piece)
        return UNREADABLE


def take_over() -> tuple[StandardInput, BinaryIO]:
    """Standard input and output, for the protocol alone: what else is printed goes to standard error."""
    source, target = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return StandardInput(os.fdopen(source, "rb")), os.fdopen(target, "wb")
