"""Guesses from its bytes what a file contains, for messages about files of the wrong type.

A guess only affects the wording of a message. Whatever may be a program is treated as one: the parser decides.
"""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import NamedTuple

from rasp.base.diagnostics import nearest_names

EMPTY, PROGRAM, TEXT = "empty", "program", "text"
MODEL, OTHER_MODEL = "model", "other model"
FORMAT, DATA, BYTES = "format", "data", "bytes"  # a known binary format, a known text format, other bytes
UTF_16, ENCODED = "UTF-16", "encoded"  # texts in other encodings than UTF-8

NO_TEXT = frozenset((MODEL, OTHER_MODEL, FORMAT, UTF_16))  # certainly not lines of text
NO_PROGRAM = frozenset((MODEL, OTHER_MODEL, FORMAT, DATA, BYTES))


class Content(NamedTuple):
    """What a file seems to contain: a kind, and words for messages."""

    kind: str
    words: str


SIGNATURES = (  # the first bytes of binary formats
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, as PyTorch's checkpoints and NumPy's .npz files are"),
    (b"\x1f\x8b", "a file compressed by gzip"),
    (b"BZh", "a file compressed by bzip2"),
    (b"\xfd7zXZ\x00", "a file compressed by xz"),
    (b"(\xb5/\xfd", "a file compressed by zstd"),
    (b"\x7fELF", "an executable"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF\r\n", "an HDF5 file"),
    (b"GGUF", "a model in the format GGUF"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)
MARKUP = (  # the first characters of text formats
    ("version https://git-lfs", "a pointer of Git LFS, in whose place `git lfs pull` puts the file"),
    ("<!doctype html", "an HTML page"),
    ("<html", "an HTML page"),
    ("<svg", "an SVG drawing"),
    ("<?xml", "an XML file"),
)
HINTS = {  # how to use files of a kind
    MODEL: "`rasp model run {file} -i INPUT` runs a model, `rasp model show {file}` tells what is in it.",
    PROGRAM: "`rasp compile {file} --vocab abcd --max-length 10 -o model.safetensors` makes a program a model.",
}

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_STATEMENT = re.compile(r"\b(tokens|indices|length|select|aggregate|selector_width|load|draw)\b[^#]*[;}]")
_MOST = 10_000  # characters that are searched for a statement


def content_of(data: bytes, name: str = "") -> Content:
    """What a file of this name seems to contain; `data` is all of it, or its beginning.

    >>> content_of(b"%PDF-1.7").words, content_of(b'{"a": [1]}').words, content_of(b"a = tokens;").words
    ('a PDF document', 'JSON', 'a RASP program')
    """
    if not data.strip():
        return Content(EMPTY, "an empty file")
    if _is_safetensors(data):
        return Content(MODEL, "a compiled model") if b'"rasp ' in data else Content(OTHER_MODEL, "a safetensors file")
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data)  # data may end inside a character
    except UnicodeDecodeError:
        return _of_bytes(data)
    return _of_text(text, data, name)


def _is_safetensors(data: bytes) -> bool:
    """Whether the data begins with the size of a header, and a header in JSON."""
    return data[8:9] == b"{" and 2 <= int.from_bytes(data[:8], "little") <= 10**8


def _of_bytes(data: bytes) -> Content:
    """The content of bytes that are not UTF-8."""
    signature = next((words for start, words in SIGNATURES if data.startswith(start)), None)
    if signature is not None:
        return Content(FORMAT, signature)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Content(UTF_16, "a text in UTF-16")
    if _CONTROL.search(data):
        return Content(BYTES, "binary data")
    return Content(ENCODED, "a text in another encoding, such as Latin-1")


def _of_text(text: str, data: bytes, name: str) -> Content:
    start = text.lstrip()
    markup = next((words for begin, words in MARKUP if start[:30].lower().startswith(begin)), None)
    if markup is not None:
        return Content(DATA, markup)
    if _is_json(start.rstrip()):
        return Content(DATA, "JSON")
    if name.endswith(".rasp") or _STATEMENT.search(text[:_MOST]):
        return Content(PROGRAM, "a RASP program")
    signature = next((words for begin, words in SIGNATURES if data.startswith(begin)), None)
    other = "binary data" if b"\0" in data else "JSON" if name.endswith(".json") else "a text"
    return Content(TEXT, signature or other)


def _is_json(text: str) -> bool:
    """Whether a text is JSON, or a JSON object on each line. No program is: its statements end in `;`."""
    if not text.startswith(("{", "[")) or not text.endswith(("}", "]")):
        return False
    return _parses([text]) or (text.startswith("{") and _parses(text.splitlines()))


def _parses(texts: list[str]) -> bool:
    try:
        return all(json.loads(text) is not None for text in texts if text.strip())
    except (ValueError, RecursionError):
        return False


def beginning(file: Path, size: int = 2**16) -> bytes:
    """The first bytes of a file; empty if it cannot be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(size)
    except (OSError, ValueError):
        return b""


def usage(found: Content, name: str) -> str:
    """A hint how to use a file; empty if there is none for its kind."""
    import shlex  # imported late: only errors need it

    file = "FILE" if name.startswith("<") else shlex.quote(name)  # as `<stdin>`: standard input has no name
    return HINTS.get(found.kind, "").format(file=file)


def close_files(file: Path) -> str:
    """A hint with the files of similar names beside a missing file; empty if there are none."""
    try:
        with_ending = file.with_name(f"{file.name}.rasp")
        if with_ending.is_file():
            return f"Did you mean {with_ending}?"
        close = nearest_names(file.name, [other.name for other in file.parent.iterdir() if other.is_file()])
    except (OSError, ValueError):
        return ""
    return f"Did you mean {' or '.join(str(file.parent / name) for name in close)}?" if close else ""
