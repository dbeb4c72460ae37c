"""Who may import whom. `docs/design.md` says why."""

from __future__ import annotations

GROUND = {"base", "errors"}  # what every room may import

# Rooms, from the ground up, with the rooms that they may import besides the ground and themselves.
ROOMS: dict[str, set[str]] = {"base": set(), "errors": {"base"}, "graph": set()}
ROOMS["syntax"] = {"graph"}  # for the names that operators reserve
ROOMS["runtime"] = {"syntax", "graph"}
ROOMS["source"] = {"runtime", "syntax", "graph"}
ROOMS["engine"] = {"graph"}
ROOMS["architecture"] = {"graph"}
ROOMS["model"] = {"engine", "architecture", "graph"}
ROOMS["compile"] = {"model", "engine", "architecture", "graph"}
ROOMS["draw"] = {"architecture", "model", "graph"}
ROOMS["present"] = set(ROOMS) - GROUND
ROOMS["parallel"] = set(ROOMS) - GROUND
ROOMS["train"] = set(ROOMS) - GROUND
ROOMS["learning"] = set(ROOMS) - GROUND
ROOMS["session"] = set(ROOMS) - GROUND
ROOMS["assist"] = set(ROOMS) - GROUND
ROOMS["conversation"] = set(ROOMS) - GROUND
ROOMS |= {interface: set(ROOMS) - GROUND for interface in ("repl", "lsp", "notebook", "cli")}
ROOMS["cli"] |= {"repl", "lsp"}  # which it starts
# What users import and start, with the rooms that it may import; nobody imports it.
TOP = {"rasp": set(ROOMS) - {"conversation", "repl", "lsp", "notebook", "cli"}, "rasp.__main__": {"cli"}}
HOOKS = {"rasp": {"rasp.notebook.magics"}}  # imports upwards: `%load_ext rasp` of IPython calls `rasp` itself

OUTSIDE = {  # who imports which package
    "lark": {"rasp.syntax"},
    "wcwidth": {"rasp.base.diagnostics"},
    "safetensors": {"rasp.model.files"},
    "cairosvg": {"rasp.draw.convert"},  # no dependency: for those who have it
    "torch": {"rasp.train.gradients", *(f"rasp.model.to_{library}" for library in ("torch", "onnx", "lens"))},  # extras
    "transformer_lens": {"rasp.model.to_lens"},
    "numpy": {
        "rasp.compile",
        "rasp.engine",
        "rasp.learning",
        "rasp.model",
        "rasp.train",
        "rasp.present.heat_maps",
        "rasp.present.sequences",
        "rasp.present.token_matrix",
        "rasp.conversation.display",
    },
    "pygments": {"rasp.assist.highlighting"},
    "pygls": {"rasp.lsp"},  # an extra
    "lsprotocol": {"rasp.lsp"},
    "IPython": {"rasp.notebook"},  # no dependency: the room is for those who have it
    "pandas": {"rasp.present.heat_maps", "rasp.session.tracing"},  # no dependency, either
    "prompt_toolkit": {f"rasp.repl.{part}" for part in ("terminal", "keys", "look", "history", "searching", "pasting")},
}
