"""The search and the tasks, as the rest of the room calls them: the only module that knows how they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rasp.errors import RaspError
from rasp.graph.nodes import Node
from rasp.learn.data import Data
from rasp.learn.spaces import Space
from rasp.learn.teachers import Teacher
from rasp.learn.wanted import Wanted


@dataclass(frozen=True)
class Program:
    """A program that was found: its text, its output as a node, and how many outputs of the data it gets wrong."""

    text: str
    node: Node
    price: int
    statements: int
    wrong: int


@dataclass(frozen=True)
class Found:
    """What a search has found so far, and what it took; `front` has the best program of each price, cheap ones first.

    `state` is what the search needs to go on: a dict as JSON has it.
    """

    best: Program
    front: tuple[Program, ...]
    iterations: int = 0
    restarts: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    state: dict[str, Any] = field(default_factory=dict)


Progress = Callable[[Found, bool], None]  # hears what is found; whether it is better than before


def search(data: Data, wanted: Wanted, progress: Progress) -> Found:
    """Searches for a program that is right on the data. Ctrl-C ends it with the best so far. Raises RaspError."""
    raise _not_there("the search for programs")


def task(name: str, vocab_size: int | None, max_length: int | None, marks: bool) -> tuple[Teacher, Space]:
    """A built-in task as a teacher, with its inputs. Raises RaspError."""
    raise _not_there(f"the task {name}")


def _not_there(what: str) -> RaspError:
    return RaspError(f"{what} is not in this version", hint="`rasp learn --dry-run` shows how data are read.")
