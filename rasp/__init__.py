"""RASP: programs for transformers, run from Python.

A `Session` runs RASP statements; `load` runs a file or a program of the library; the functions `select`, `aggregate` …
build s-ops in Python; calling an s-op on an input returns a `Sequence`. Errors are subclasses of `RaspError`.

>>> import rasp
>>> session = rasp.Session()
>>> session.run('hist = selector_width(select(tokens, tokens, ==));')
[]
>>> session["hist"]("hello").values
[1, 1, 2, 2, 1]
"""

from __future__ import annotations

from importlib import import_module

from rasp.base.moved import install, load_moved
from rasp.base.version import VERSION

TYPE_CHECKING = False  # as `typing.TYPE_CHECKING`, without importing `typing`
if TYPE_CHECKING:
    from rasp.architecture.report import Architecture
    from rasp.base.limits import limits
    from rasp.draw.drawing import Drawing
    from rasp.errors import RaspError, RaspWarning
    from rasp.present.heat_maps import HeatMap, side_by_side
    from rasp.present.sequences import Selection, Sequence
    from rasp.runtime import stdlib
    from rasp.session.building import (
        aggregate,
        best,
        indicator,
        indices,
        isin,
        lookup,
        near,
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
    from rasp.session.tracing import Trace
    from rasp.session.training import Training
    from rasp.session.transformer import Transformer
    from rasp.syntax.formatting import format

__version__ = VERSION

# The public modules that have moved, with their new names; the old ones can be imported for one release.
MOVED = {
    "rasp.batches": "rasp.parallel.work",
    "rasp.bounds": "rasp.base.limits",
    "rasp.building": "rasp.session.building",
    "rasp.commands": "rasp.session.session_commands",
    "rasp.compile.files": "rasp.model.files",
    "rasp.compile.show": "rasp.model.report",
    "rasp.compile.transformer": "rasp.model.network",
    "rasp.compiling": "rasp.session.compiling",
    "rasp.contents": "rasp.base.contents",
    "rasp.crew": "rasp.parallel.executors",
    "rasp.decoding": "rasp.parallel.decoder",
    "rasp.diagnostics": "rasp.base.diagnostics",
    "rasp.drawing": "rasp.session.drawing",
    "rasp.examples": "rasp.session.examples",
    "rasp.explanation": "rasp.present.explanations",
    "rasp.html": "rasp.present.html",
    "rasp.json_ints": "rasp.base.json_ints",
    "rasp.learning.rows": "rasp.learning.examples.rows",
    "rasp.learning.search": "rasp.learning.enumeration.search",
    "rasp.model_drawing": "rasp.session.model_drawing",
    "rasp.names": "rasp.present.names",
    "rasp.numerals": "rasp.base.numerals",
    "rasp.pool": "rasp.parallel.processes",
    "rasp.repl.lexer": "rasp.assist.highlighting",
    "rasp.resources": "rasp.base.resources",
    "rasp.restricted": "rasp.session.mask_effect",
    "rasp.runtime.formula": "rasp.source.formula",
    "rasp.runtime.program": "rasp.source.program",
    "rasp.sequences": "rasp.present.sequences",
    "rasp.show": "rasp.present.text",
    "rasp.sops": "rasp.session.sops",
    "rasp.spread": "rasp.parallel.streams",
    "rasp.stdlib": "rasp.runtime.stdlib",
    "rasp.transformer": "rasp.session.transformer",
    "rasp.watch": "rasp.base.progress",
    "rasp.workers": "rasp.parallel.worker",
    "rasp.writing": "rasp.base.writing",
}
# What is called otherwise in these modules now.
RENAMED = {
    "rasp.base.contents": {"content": "content_of"},
    "rasp.base.diagnostics": {"nearest": "nearest_names", "render": "render_diagnostic"},
    "rasp.base.numerals": {"split": "split_numeral"},
    "rasp.base.writing": {"check_place": "check_target"},
    "rasp.model.files": {
        "load": "load_network",
        "save": "save_network",
        "shapes": "array_shapes",
        "write": "write_bytes",
    },
    "rasp.model.report": {"describe": "network_report"},
    "rasp.parallel.decoder": {"decode": "decode_prompts"},
    "rasp.present.names": {"choices": "known_names"},
    "rasp.present.text": {"one_line": "error_line"},
    "rasp.session.compiling": {
        "check_count": "count_inputs",
        "result_text": "outcome_text",
        "vocabulary_of": "model_vocabulary",
    },
    "rasp.session.drawing": {"make_folder": "make_drawing_folder"},
    "rasp.session.examples": {"difference": "failed_example"},
    "rasp.session.session_commands": {"carry_out": "carry_out_statement"},
}
install(MOVED, RENAMED)


def load_ipython_extension(shell: object) -> None:
    """Called by `%load_ext rasp` in IPython: registers `%%rasp`, whose cells run in a session."""
    from rasp.notebook.magics import register_magics  # imported late: needs IPython

    register_magics(shell)


__all__ = [
    "Architecture",
    "Drawing",
    "Function",
    "HeatMap",
    "Learned",
    "Module",
    "RaspError",
    "RaspWarning",
    "SOp",
    "Selection",
    "Selector",
    "Sequence",
    "Session",
    "Trace",
    "Training",
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
    "near",
    "round",
    "select",
    "selector_width",
    "side_by_side",
    "stdlib",
    "tokens",
    "tokens_asis",
    "tokens_bool",
    "tokens_float",
    "tokens_int",
    "tokens_str",
    "where",
]

# The public names that are not defined in `rasp.session.building`, with their modules.
_HOMES = {
    "Architecture": "rasp.architecture.report",
    "Drawing": "rasp.draw.drawing",
    "Function": "rasp.session.session",
    "HeatMap": "rasp.present.heat_maps",
    "Learned": "rasp.session.learning",
    "Module": "rasp.session.session",
    "RaspError": "rasp.errors",
    "RaspWarning": "rasp.errors",
    "SOp": "rasp.session.sops",
    "Selection": "rasp.present.sequences",
    "Selector": "rasp.session.sops",
    "Sequence": "rasp.present.sequences",
    "Session": "rasp.session.session",
    "Trace": "rasp.session.tracing",
    "Training": "rasp.session.training",
    "Transformer": "rasp.session.transformer",
    "format": "rasp.syntax.formatting",
    "learn": "rasp.session.learning",
    "limits": "rasp.base.limits",
    "load": "rasp.session.session",
    "side_by_side": "rasp.present.heat_maps",
}
_MODULES = {
    "architecture": "rasp.architecture",
    "compile": "rasp.compile",
    "draw": "rasp.draw",
    "errors": "rasp.errors",
    "session": "rasp.session",
    "stdlib": "rasp.runtime.stdlib",
    "train": "rasp.train",
}


def __getattr__(name: str) -> object:
    """Imports public names on first use, so that the command `rasp` handles Ctrl-C before the long imports."""
    if name in _MODULES:
        return import_module(_MODULES[name])
    if (old := f"rasp.{name}") in MOVED:
        return load_moved(old, MOVED[old])
    if name not in __all__:
        raise AttributeError(f"module 'rasp' has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES.get(name, "rasp.session.building")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
