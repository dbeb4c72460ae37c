"""Packages that have the name of a method, such as `rasp.compile`: calling one says what to write instead."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def explain_call(package: str, method: str, error: Callable[..., Exception]) -> None:
    """Lets a call of an imported package raise an error, which is made of a message and a hint with the method.

    >>> import rasp.compile
    >>> rasp.compile(rasp.tokens)
    Traceback (most recent call last):
        ...
    rasp.errors.NotCallable: error[R301]: `rasp.compile` is a package, not a function
      = hint: Write sop.compile(vocab=…, max_length=…) with an s-op.
    """

    class Package(ModuleType):
        def __call__(self, *given: Any, **options: Any) -> Any:
            raise error(f"`{package}` is a package, not a function", hint=f"Write sop.{method} with an s-op.")

    sys.modules[package].__class__ = Package
