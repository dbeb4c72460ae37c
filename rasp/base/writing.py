"""Writes files atomically: a file has either its old content or all of the new."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path


def check_target(path: Path) -> None:
    """Raise the OSError of a file that certainly cannot be written, before its content is computed."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    folder = _target(path).parent
    if not folder.is_dir():
        code = errno.ENOTDIR if folder.exists() else errno.ENOENT
        raise OSError(code, os.strerror(code))
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _target(path: Path) -> Path:
    """The path of a file with links resolved. Raises OSError for a cycle of links."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def _copy_owner(source: Path, target: Path) -> None:
    """Gives a file the owner and group of another one, as far as permitted: otherwise root would become the
    owner of the files that it writes.
    """
    if hasattr(os, "chown"):
        found = source.stat()
        for owner in (found.st_uid, -1):
            with contextlib.suppress(PermissionError):
                os.chown(target, owner, found.st_gid)
                return


def replace_file(path: Path, content: bytes) -> None:
    """Replace the content of a file; a failure on the way, such as a full disk, leaves the old content.

    A link is kept, and its target is written; permissions and owner are kept. Anything but a regular file, such as a
    device, is written to directly. Raises OSError, and ValueError for an impossible path.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replace_file(Path(folder, "a"), b"new")
    ...     Path(folder, "a").read_bytes()
    b'new'
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    check_target(path)
    target = _target(path)
    beside = target.parent / f".rasp-{secrets.token_hex(6)}"
    mode = 0o600 if target.exists() else 0o666  # a private file must never be readable by others, not even briefly
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
            stream.write(content)
        if target.exists():
            _copy_owner(target, beside)
            shutil.copymode(target, beside)
        beside.replace(target)
    except BaseException:  # why: also on Ctrl-C, the partial file is removed; then the error is raised again
        beside.unlink(missing_ok=True)
        raise
