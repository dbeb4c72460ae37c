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

TYPE_CHECKING = False  # as in `typing`, which would have to be imported
if TYPE_CHECKING:
    from rasp import stdlib
    from rasp.architecture.report import Architecture
    from rasp.bounds import limits
    from rasp.building import (
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
    from rasp.errors import RaspError, RaspWarning
    from rasp.sequences import Selection, Sequence
    from rasp.session import Function, Module, Session, load
    from rasp.sops import Selector, SOp
    from rasp.syntax.formatting import format
    from rasp.transformer import Transformer

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """`%load_ext rasp` in IPython: cells that begin with `%%rasp` run in a session of their own."""
    from rasp.repl.ipython import load as load_magics

    load_magics(shell)


__all__ = [
    "Architecture",
    "Function",
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

# The names that are not of `rasp.building`, with their modules.
_HOMES = {
    "Architecture": "architecture.report",
    "Function": "session",
    "Module": "session",
    "RaspError": "errors",
    "RaspWarning": "errors",
    "SOp": "sops",
    "Selection": "sequences",
    "Selector": "sops",
    "Sequence": "sequences",
    "Session": "session",
    "Transformer": "transformer",
    "format": "syntax.formatting",
    "limits": "bounds",
    "load": "session",
}
_MODULES = frozenset(("bounds", "diagnostics", "errors", "sequences", "session", "sops", "stdlib"))


def __getattr__(name: str) -> object:
    """Names are imported when they are asked for, so that the command `rasp` hears Ctrl-C before much is imported."""
    if name in _MODULES:
        return import_module(f"rasp.{name}")
    if name not in __all__:
        raise AttributeError(f"module 'rasp' has no attribute {name!r}")
    value: object = getattr(import_module(f"rasp.{_HOMES.get(name, 'building')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
