"""RASP: programs for transformers, run from Python.

A `Session` runs RASP statements; `load` runs a program or a program of the standard library; the functions `select`,
`aggregate` … build s-ops in Python; calling an s-op on an input gives a `Sequence`. Errors are `RaspError`.

>>> import rasp
>>> session = rasp.Session()
>>> session.run('hist = selector_width(select(tokens, tokens, ==));')
[]
>>> session["hist"]("hello").values
[1, 1, 2, 2, 1]
"""

from __future__ import annotations

from importlib import import_module

from rasp.base.moved import MOVED, install, moved
from rasp.base.version import VERSION

TYPE_CHECKING = False  # as in `typing`, which would have to be imported
if TYPE_CHECKING:
    from rasp.architecture.report import Architecture
    from rasp.base.limits import limits
    from rasp.errors import RaspError, RaspWarning
    from rasp.present.sequences import Selection, Sequence
    from rasp.runtime import stdlib
    from rasp.session.building import (
        aggregate,
        best,
        indicator,
        indices,
        isin,
        lookup,
        round,
        select,
        selector_width,
        tokens,
        tokens_asis,
        tokens_bool,
        tokens_float,
        tokens_int,
        tokens_str,
        where,
    )
    from rasp.session.learning import Learned, learn
    from rasp.session.session import Function, Module, Session, load
    from rasp.session.sops import Selector, SOp
    from rasp.session.transformer import Transformer
    from rasp.syntax.formatting import format

__version__ = VERSION
install()  # so that `import` finds modules that have moved


def load_ipython_extension(shell: object) -> None:
    """`%load_ext rasp` in IPython: cells that begin with `%%rasp` run in a session of their own."""
    from rasp.notebook.magics import load as load_magics

    load_magics(shell)


__all__ = [
    "Architecture",
    "Function",
    "Learned",
    "Module",
    "RaspError",
    "RaspWarning",
    "SOp",
    "Selection",
    "Selector",
    "Sequence",
    "Session",
    "Transformer",
    "aggregate",
    "best",
    "format",
    "indicator",
    "indices",
    "isin",
    "learn",
    "limits",
    "load",
    "lookup",
    "round",
    "select",
    "selector_width",
    "stdlib",
    "tokens",
    "tokens_asis",
    "tokens_bool",
    "tokens_float",
    "tokens_int",
    "tokens_str",
    "where",
]

# The names that are not of `rasp.session.building`, with their modules.
_HOMES = {
    "Architecture": "architecture.report",
    "Function": "session.session",
    "Learned": "session.learning",
    "Module": "session.session",
    "RaspError": "errors",
    "RaspWarning": "errors",
    "SOp": "session.sops",
    "Selection": "present.sequences",
    "Selector": "session.sops",
    "Sequence": "present.sequences",
    "Session": "session.session",
    "Transformer": "session.transformer",
    "format": "syntax.formatting",
    "learn": "session.learning",
    "limits": "base.limits",
    "load": "session.session",
}
_MODULES = {"errors": "errors", "session": "session", "stdlib": "runtime.stdlib"}


def __getattr__(name: str) -> object:
    """Names are imported when they are asked for, so that the command `rasp` hears Ctrl-C before much is imported."""
    if name in _MODULES:
        return import_module(f"rasp.{_MODULES[name]}")
    if f"rasp.{name}" in MOVED:
        return moved(f"rasp.{name}")
    if name not in __all__:
        raise AttributeError(f"module 'rasp' has no attribute {name!r}")
    value: object = getattr(import_module(f"rasp.{_HOMES.get(name, 'session.building')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
