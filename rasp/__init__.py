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

from typing import TYPE_CHECKING

from rasp import stdlib
from rasp.bounds import limits
from rasp.errors import RaspError, RaspWarning
from rasp.sequences import Selection, Sequence
from rasp.session import Function, Module, Session, load
from rasp.sops import (
    Selector,
    SOp,
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

if TYPE_CHECKING:
    from rasp.architecture.report import Architecture

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
    "aggregate",
    "best",
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


def __getattr__(name: str) -> object:
    """`Architecture` is imported when it is first asked for, because a start would pay for what few programs use."""
    if name == "Architecture":
        from rasp.architecture.report import Architecture

        return Architecture
    raise AttributeError(f"module 'rasp' has no attribute {name!r}")
