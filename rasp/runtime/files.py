"""Finding and reading the files that programs load."""

from __future__ import annotations

from pathlib import Path

from rasp.bounds import limits
from rasp.diagnostics import nearest
from rasp.errors import FileMissing, NotUtf8, SourceTooLarge, UnreadableFile
from rasp.resources import folder as resource_folder
from rasp.runtime.scope import Unit


def find_program(path: str, unit: Unit) -> Path:
    """The file of `load "path"`: in the loading file's folder, the working directory, or the standard library.

    Raises FileMissing, which lists the places and the nearest names.
    """
    library = resource_folder("stdlib")
    places = [place for place in (unit.folder, Path.cwd(), library) if place is not None]
    if "\0" not in path:
        for place in places:
            file = place / f"{path}.rasp"
            if file.is_file():
                return file
    details = [f"searched: {place / path}.rasp" for place in dict.fromkeys(places)]
    close = nearest(path, {file.stem for place in places for file in place.glob("*.rasp")})
    hint = f"Did you mean {' or '.join(close)}?" if close else ""
    if path.endswith(".rasp"):
        hint = "The path is written without `.rasp`."
    raise FileMissing(f'no file "{path}.rasp"', details=details, hint=hint)


def read_program(file: Path) -> str:
    """The text of a file; raises FileMissing, UnreadableFile, SourceTooLarge or NotUtf8."""
    try:
        data = _read(file)
    except FileNotFoundError:
        raise FileMissing(f"no file {shown_path(file)}") from None
    except OSError as error:
        raise UnreadableFile(f"{shown_path(file)} cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the path
        raise FileMissing(f"no file {str(file)!r}") from None
    if len(data) > limits.source:
        raise SourceTooLarge(
            f"{shown_path(file)} is larger than {limits.source} bytes",
            hint=limits.hint("source"),
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"{shown_path(file)} is not UTF-8: byte {error.start} is {data[error.start]:#04x}") from None


def shown_path(file: Path) -> str:
    """The file's path as messages show it: from the working directory where it lies below it."""
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(limits.source + 1)
