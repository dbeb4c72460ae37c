"""Files with the state of a search, from which it can be continued.

The format is JSON, so reading a file runs no code. A file is written as a whole or not at all, and is refused if the
data or the settings are not those of the search. The search's own dict is stored as it is.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rasp.base.contents import content_of
from rasp.base.json_ints import dumps, loads
from rasp.base.limits import limits
from rasp.errors import BadInput, UnreadableFile, UnwritableFile, WrongFile
from rasp.learning.examples.reading import open_file
from rasp.model.files import write_bytes

FORMAT = "rasp learn 1"
SUFFIX = ".state.json"
EVERY = 10.0  # seconds between two writes of the state


@dataclass(frozen=True)
class Origin:
    """What a search starts from: the checksum of its data, and its settings. Only the same search can be continued."""

    data: str
    settings: dict[str, Any]

    def check(self, other: Origin) -> None:
        """Raises BadInput for the state of another search."""
        if other.data != self.data:
            raise BadInput(f"the state is that of other data: its checksum is {other.data:.20}, not {self.data}")
        for name, value in self.settings.items():
            if other.settings.get(name) != value:
                told = f"{name} {_show(other.settings.get(name))}, not {_show(value)}"
                raise BadInput(f"the state is that of a search with {told}")


def _show(value: Any) -> str:
    return "unset" if value is None else f"{dumps(value):.60}"


@dataclass(frozen=True)
class State:
    """An unfinished search: its origin, its own data, and the checksum of the program that it wrote last."""

    origin: Origin
    search: dict[str, Any]
    written: str = ""


def state_path(output: str) -> str:
    """The path of the state of a search that writes its program to `output`.

    >>> state_path("learned.rasp"), state_path("a/b")
    ('learned.state.json', 'a/b.state.json')
    """
    return output.removesuffix(".rasp") + SUFFIX


def checksum(text: str) -> str:
    """The checksum of a program's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def save_state(path: str, state: State) -> None:
    """Writes a state as a whole or not at all. Raises UnwritableFile."""
    fields = {
        "format": FORMAT,
        "data": state.origin.data,
        "settings": state.origin.settings,
        "written": state.written,
        "search": state.search,
    }
    write_bytes(path, dumps(fields).encode() + b"\n")


def load_state(path: str) -> State:
    """Reads a state. Raises FileMissing, UnreadableFile, or WrongFile if it is not a state.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_state(f"{folder}/a", State(Origin("12ab", {"seed": 0}), {"found": [1, 2]}))
    ...     load_state(f"{folder}/a").search
    {'found': [1, 2]}
    """
    data = _bytes(path)
    try:
        fields = loads(data.decode(), limits.int_digits)
    except (ValueError, RecursionError):
        raise _no_state(path, data) from None
    match fields:
        case {
            "format": str(),
            "data": str(known),
            "settings": dict(settings),
            "written": str(written),
            "search": dict(search),
        } if fields["format"] == FORMAT:
            return State(Origin(known, settings), search, written)
        case {"format": str(other)} if other.startswith("rasp learn ") and other != FORMAT:
            raise WrongFile(f"{path} is the state of another version's search: {other:.40}, not {FORMAT}")
    raise _no_state(path, data)


def _bytes(path: str) -> bytes:
    with open_file(path) as stream:
        data = stream.read(limits.memory + 1)
    if len(data) > limits.memory:
        raise UnreadableFile(f"{path} is too large for a state", hint=limits.hint("memory"))
    return data


def _no_state(path: str, data: bytes) -> WrongFile:
    hint = "`--resume` takes the file that `rasp learn` keeps beside its output."
    return WrongFile(f"{path} is not the state of a search: it seems to be {content_of(data, path).words}", hint=hint)


@dataclass
class StateKeeper:
    """Writes the state of a search to a file every ten seconds. Without a path it writes nothing.

    A failed write does not end the search; `failure` is the error of the last write, None if that succeeded;
    `checkpoint_failure` that of a checkpoint, from which a training would continue.
    """

    path: str | None
    origin: Origin
    written: str = ""
    clock: Callable[[], float] = time.monotonic
    failure: UnwritableFile | None = None
    checkpoint_failure: UnwritableFile | None = None
    search: dict[str, Any] = field(default_factory=dict)  # the data of the last state
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.clock()

    @property
    def due(self) -> bool:
        """Whether it is time to write the state again."""
        return self.path is not None and self.clock() - self._last >= EVERY

    def keep(self, search: dict[str, Any]) -> None:
        """Writes the state now."""
        self.search = search
        if self.path is None:
            return
        self._last = self.clock()
        try:
            save_state(self.path, State(self.origin, search, self.written))
            self.failure = None
        except UnwritableFile as error:
            self.failure = error

    def wrote(self, program: str) -> None:
        """Records the program that was written, which the continued search may overwrite."""
        self.written = checksum(program)
        self.keep(self.search)
