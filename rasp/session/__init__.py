"""The Python API: sessions, s-ops and selectors, and the bodies of what they do (draw, compile, run under a mask).

`session.py`, `sops.py`, `building.py` and `transformer.py` have the public classes and functions; `choosing.py` finds
the s-ops that a user means. What they do has a module each, such as `drawing.py`, `compiling.py`, `learning.py`,
`training.py`, `tracing.py`, `mask_effect.py`, `examples.py` and `exercises.py`.
"""

from __future__ import annotations

import warnings
from importlib import import_module

_MOVED = {
    **dict.fromkeys(("Function", "Module", "Session", "load"), "rasp.session.session"),
    **dict.fromkeys(("Leave", "Listener", "Settings"), "rasp.session.settings"),
    "Sequence": "rasp.present.sequences",
    "operators_of": "rasp.session.choosing",
}


def __getattr__(name: str) -> object:
    """Resolves names of the former module `rasp.session`, with a DeprecationWarning; they stay for one release."""
    if name not in _MOVED:
        raise AttributeError(f"module 'rasp.session' has no attribute {name!r}")
    warnings.warn(f"rasp.session.{name} is now {_MOVED[name]}.{name}", DeprecationWarning, stacklevel=2)
    value: object = getattr(import_module(_MOVED[name]), name)
    return value
