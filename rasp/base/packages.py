"""Packages that have the name of a method, such as `rasp.compile`: calling one says what to write instead."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def explain_call(package: str, method: str) -> None:
    """Lets a call of an imported package raise a TypeError that names the method of s-ops.

    >>> import rasp.compile
    >>> rasp.compile(rasp.tokens)
    Traceback (most recent call last):
        ...
    TypeError: `rasp.compile` is a package, not a function; write sop.compile(vocab=…, max_length=…)
    """

    class Package(ModuleType):
        def __call__(self, *given: Any, **options: Any) -> Any:
            raise TypeError(f"`{package}` is a package, not a function; write sop.{method}")

    sys.modules[package].__class__ = Package
