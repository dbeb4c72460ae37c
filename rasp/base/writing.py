"""Files that are written whole or not at all: a path and its new content go in."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path


def check_place(path: Path) -> None:
    """Raises the OSError of a file that surely cannot be written, so that work on its content need not begin."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    folder = _place(path).parent
    if not folder.is_dir():
        code = errno.ENOTDIR if folder.exists() else errno.ENOENT
        raise OSError(code, os.strerror(code))
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _place(path: Path) -> Path:
    """Where a file is, links followed. Raises OSError for links that lead in a circle."""
    place = Path(os.path.realpath(path))
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return place


def _copy_owner(source: Path, target: Path) -> None:
    """Gives a file the owner and group of another one, as far as its writer may: root would else take over what it
    writes.
    """
    if hasattr(os, "chown"):
        found = source.stat()
        for owner in (found.st_uid, -1):
            with contextlib.suppress(PermissionError):
                os.chown(target, owner, found.st_gid)
                return


def replace_file(path: Path, content: bytes) -> None:
    """Puts a new content into a file; what fails half-way, on a full disk for example, leaves the old one.

    A link stays, and the file that it leads to is written; permissions and owner stay, too. What is no plain file, such
    as a device, is written to. Raises OSError, and ValueError for a path that no system can have.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replace_file(Path(folder, "a"), b"new")
    ...     Path(folder, "a").read_bytes()
    b'new'
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    check_place(path)
    place = _place(path)
    beside = place.parent / f".rasp-{secrets.token_hex(6)}"
    mode = 0o600 if place.exists() else 0o666  # what only some may read is at no time to be read by others
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
            stream.write(content)
        if place.exists():
            _copy_owner(place, beside)
            shutil.copymode(place, beside)
        beside.replace(place)
    except BaseException:  # why: also Ctrl-C must leave no half of a file behind; it goes on at once
        beside.unlink(missing_ok=True)
        raise
