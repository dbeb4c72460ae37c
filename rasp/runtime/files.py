"""Finding and reading the files that programs load."""

from __future__ import annotations

from pathlib import Path

from rasp.bounds import limits
from rasp.diagnostics import Source, Span, nearest
from rasp.errors import FileMissing, NotUtf8, SourceTooLarge, UnreadableFile
from rasp.resources import folder as resource_folder
from rasp.runtime.scope import Unit


def find_program(path: str, unit: Unit) -> Path:
    """The file of `load "path"`: in the loading file's folder, the working directory, or the standard library.

    Raises FileMissing, which lists the places and the nearest names.
    """
    places = [place for place in (unit.folder, _here(), resource_folder("stdlib")) if place is not None]
    for place in places:
        if _is_file(place / f"{path}.rasp"):
            return place / f"{path}.rasp"
    details = list(dict.fromkeys(f"searched: {place / path}.rasp"[:200] for place in places))
    close = nearest(path, {name for place in places for name in _programs(place)} - {path})
    hint = f"Did you mean {' or '.join(close)}?" if close else ""
    if path.endswith(".rasp"):
        hint = "The path is written without `.rasp`."
    raise FileMissing(f'no file "{path[:100]}.rasp"', details=details, hint=hint)


def unit_of(file: Path) -> Unit:
    """The unit of a file: its name in messages, the folder it loads from, and whether it is rasp's own."""
    if file.parent != resource_folder("stdlib"):
        return Unit(shown_path(file), file.parent)
    return Unit(file.name, file.parent, library=True, prelude=file.stem == "prelude")


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


def _programs(folder: Path) -> list[str]:
    """The names of the programs in a folder."""
    try:
        return [file.stem for file in folder.glob("*.rasp") if file.is_file()]
    except OSError:
        return []


def read_program(file: Path) -> str:
    """The text of a file; raises FileMissing, UnreadableFile, SourceTooLarge or NotUtf8."""
    return program_text(program_bytes(file), shown_path(file))


def program_bytes(file: Path) -> bytes:
    """What a file holds, as far as a program may go; raises FileMissing or UnreadableFile."""
    try:
        return _read(file)
    except FileNotFoundError:
        raise FileMissing(f"no file {shown_path(file)}") from None
    except OSError as error:
        raise UnreadableFile(f"{shown_path(file)} cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the path
        raise FileMissing(f"no file {str(file)!r}") from None


def program_text(data: bytes, name: str) -> str:
    """The text of a program that a file of this name holds; raises SourceTooLarge or NotUtf8."""
    if len(data) > limits.source:
        raise SourceTooLarge(f"{name} is larger than {limits.source} bytes", hint=limits.hint("source"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(name, data, error.start) from None


def _not_utf8(name: str, data: bytes, place: int) -> NotUtf8:
    """The error of a file, at the byte that is no UTF-8."""
    before = len(data[:place].decode("utf-8"))
    span = Span(Source(name, data.decode("utf-8", "replace")), before, before + 1)
    return NotUtf8(f"the file is not UTF-8: byte {place} is {data[place]:#04x}", span=span)


def real_path(file: Path) -> Path:
    """The file's one path without links, by which it is recognised; as it is where the system does not tell."""
    try:
        return file.resolve()
    except OSError:  # the working directory was deleted
        return file


def shown_path(file: Path) -> str:
    """The file's path as messages show it: from the working directory where it lies below it."""
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(limits.source + 1)
