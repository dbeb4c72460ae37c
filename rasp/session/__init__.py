"""What Python users and programs call: sessions, s-ops and selectors, settings, drawing, compiling, masks."""

from __future__ import annotations

import warnings
from importlib import import_module

_MOVED = ("Function", "Leave", "Listener", "Module", "Sequence", "Session", "Settings", "load", "operators_of")


def __getattr__(name: str) -> object:
    """What stood here when `rasp.session` was one module; for one release, with a warning."""
    if name not in _MOVED:
        raise AttributeError(f"module 'rasp.session' has no attribute {name!r}")
    warnings.warn(f"rasp.session.{name} is now rasp.session.session.{name}", DeprecationWarning, stacklevel=2)
    value: object = getattr(import_module("rasp.session.session"), name)
    return value
