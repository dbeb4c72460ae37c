"""Finds and reads the files that programs load."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from rasp.base.contents import ENCODED, NO_PROGRAM, UTF_16, beginning, close_files, content_of, usage
from rasp.base.diagnostics import Source, Span, nearest_names
from rasp.base.limits import limits
from rasp.base.resources import folder as resource_folder
from rasp.errors import FileMissing, NotUtf8, SourceTooLarge, UnreadableFile, WrongFile
from rasp.runtime.scope import SourceUnit

PROGRAMS_LISTED = 5  # programs of a folder that a hint names
PRELUDE = "prelude.rasp"

Buffers = Mapping[Path, str]  # texts that stand for those of files, by real path: what an editor has not saved
NO_BUFFERS: Buffers = {}


def find_program(path: str, unit: SourceUnit, buffers: Buffers = NO_BUFFERS) -> Path:
    """The file that `load "path"` means: in the loading file's folder, the working directory, or the standard library.

    A file may exist in `buffers` alone. Raises FileMissing, which lists the files searched and similar names.
    """
    if not path:
        raise FileMissing("the path to load is empty", hint="It is that of a program, written without `.rasp`.")
    folders = [folder for folder in (unit.folder, _here(), resource_folder("stdlib")) if folder is not None]
    for folder in folders:
        file = folder / f"{path}.rasp"
        if _is_file(file) or (buffers and real_path(file) in buffers):
            return file
    details = list(dict.fromkeys(f"searched: {folder / path}.rasp"[:200] for folder in folders))
    close = nearest_names(path, {name for folder in folders for name in _programs(folder)} - {path})
    hint = f"Did you mean {' or '.join(close)}?" if close else ""
    if path.endswith(".rasp"):
        hint = "The path is written without `.rasp`."
    elif other := next(filter(None, (_hint_of_other(folder / path) for folder in folders)), ""):
        hint = other
    raise FileMissing(f'no file "{path[:100]}.rasp"', details=details, hint=hint)


def path_of(given: str | os.PathLike[str]) -> Path:
    """The path that a caller gives. Raises TypeError for anything but a str or a Path.

    >>> path_of("sort").name
    'sort'
    """
    if not isinstance(given, (str, os.PathLike)):
        raise TypeError(f"a path is a str or Path, not a value of type {type(given).__name__}")
    return Path(given)


def unit_of(file: Path) -> SourceUnit:
    """The unit of a file: its name in messages, the folder that it loads from, and whether it is part of rasp.

    For a file with the name of the prelude, raises the errors of `read_program`.
    """
    if file.parent != resource_folder("stdlib"):
        return SourceUnit(display_path(file), file.parent, prelude=_is_prelude(file))
    return SourceUnit(file.name, file.parent, library=True, prelude=file.name == PRELUDE)


def _is_prelude(file: Path) -> bool:
    """Whether a file outside the library is a copy of the prelude, as in a checkout: its first line is the same."""
    if file.name != PRELUDE:
        return False
    head, own_head = (read_program(path).partition("\n")[0] for path in (file, resource_folder("stdlib") / PRELUDE))
    return head.rstrip() == own_head.rstrip()


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # the working directory was deleted
        return None


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return False


def _is_folder(file: Path) -> bool:
    try:
        return file.is_dir()
    except (OSError, ValueError):
        return False


def _programs(folder: Path) -> list[str]:
    """The names of the programs in a folder."""
    try:
        return [file.stem for file in folder.glob("*.rasp") if file.is_file()]
    except OSError:
        return []


def read_program(file: Path, buffers: Buffers = NO_BUFFERS) -> str:
    """The text of a file, or of its buffer.

    Raises FileMissing, UnreadableFile, WrongFile, SourceTooLarge or NotUtf8.
    """
    if buffers and (text := buffers.get(real_path(file))) is not None:
        return text
    return program_text(program_bytes(file), display_path(file))


def program_bytes(file: Path) -> bytes:
    """The bytes of a file, up to one more than the limit `source`. Raises FileMissing or UnreadableFile."""
    name = display_path(file)
    try:
        return _read(file)
    except FileNotFoundError:
        hint = "It is a link that leads to no file." if file.is_symlink() else close_files(file)
        raise FileMissing(f"no file {name}", hint=hint) from None
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {error.strerror}", hint=_hint_of_folder(file)) from None
    except ValueError:  # a NUL in the path
        raise FileMissing(f"no file {str(file)!r}") from None


def program_text(data: bytes, name: str) -> str:
    """The text of a program; `name` stands for the file in errors. Raises WrongFile, SourceTooLarge or NotUtf8.

    >>> program_text(b"a = 1;", "prog.rasp")
    'a = 1;'
    """
    found = content_of(data, name)
    if found.kind in NO_PROGRAM:
        raise WrongFile(f"{name} is not a program: it seems to be {found.words}", hint=usage(found, name))
    if len(data) > limits.source:
        raise SourceTooLarge(f"{name} is larger than {limits.source} bytes", hint=limits.hint("source"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = f"It seems to be {found.words}: save it as UTF-8." if found.kind in (ENCODED, UTF_16) else ""
        raise _not_utf8(name, data, error.start, hint) from None


def _not_utf8(name: str, data: bytes, offset: int, hint: str) -> NotUtf8:
    """The error for a file, placed at the byte that is not UTF-8."""
    before = len(data[:offset].decode("utf-8"))
    span = Span(Source(name, data.decode("utf-8", "replace")), before, before + 1)
    return NotUtf8(f"the file is not UTF-8: byte {offset} is {data[offset]:#04x}", span=span, hint=hint)


def _hint_of_other(path: Path) -> str:
    """A hint about what is at the path of a `load` instead of a program; empty if there is nothing."""
    if not _is_file(path):
        return _hint_of_folder(path)
    words = content_of(beginning(path), path.name).words
    return f"{display_path(path)} is there, and seems to be {words}; `load` takes programs, whose names end in .rasp."


def _hint_of_folder(file: Path) -> str:
    """A hint about the programs in a folder; empty if the path is not a folder."""
    if not _is_folder(file):
        return ""
    programs = sorted(_programs(file))
    if not programs:
        return "It is a folder without programs."
    listed = [f"{name}.rasp" for name in programs[:PROGRAMS_LISTED]]
    more = f" and {len(programs) - len(listed)} more" if len(programs) > len(listed) else ""
    return f"It is a folder; the programs in it are {', '.join(listed)}{more}."


def real_path(file: Path) -> Path:
    """The canonical path of a file, without links, by which it is recognised; the given path if there is none."""
    try:
        return file.resolve()
    except (OSError, RuntimeError, ValueError):  # the working directory was deleted, links in a circle, a NUL
        return file


def display_path(file: Path) -> str:
    """The path of a file in messages: relative to the working directory if it is inside."""
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(limits.source + 1)
