"""Models as safetensors files: the weights, and sizes, subspaces and heads in JSON.

Loading a file runs no code from it, as it holds arrays and JSON alone. All of its content is checked before use.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rasp.base.contents import EMPTY, MODEL, OTHER_MODEL, PROGRAM, beginning, close_files, content_of, usage
from rasp.base.diagnostics import Source, Span
from rasp.base.json_ints import dumps, loads
from rasp.base.limits import limits
from rasp.base.writing import check_target, replace_file
from rasp.errors import FileMissing, RaspError, UnreadableFile, UnwritableFile, WrongFile
from rasp.graph.atoms import atom_key
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.model.network import BOS_TOKEN, GELU, RELU, Config, Network, config_of
from rasp.model.subspaces import Subspace, from_labels

FORMAT = "rasp 2"
TRAINED = "rasp 3"  # with layer norm, other activations, models without BOS, and what a model was trained on
WITH_LABELS = "rasp 1"  # the format of earlier versions, with a label for each dimension instead of subspaces
HEADER = 2**24  # bytes of a wrong file that are read to describe it
MAKES = "`rasp compile` and `rasp train` make models."
OF_TRAINED = {
    "activation": RELU,
    "layer_norm": None,
    "trained_length": None,
}  # the fields of format 3, as others have them


def save_network(network: Network, path: str | Path) -> None:
    """Writes a network into a file, completely or not at all. Raises UnwritableFile."""
    fields = config_fields(network.config)
    trained = bool(network.training) or not fields.keys().isdisjoint(OF_TRAINED) or network.config.bos is None
    texts = {
        "format": TRAINED if trained else FORMAT,
        "config": dumps(fields),
        "subspaces": dumps([vars(subspace) for subspace in network.subspaces]),
        "heads": dumps(network.heads),
    }
    write_arrays(path, network.weights, texts | ({"training": dumps(network.training)} if trained else {}))


def write_arrays(path: str | Path, arrays: Mapping[str, Array], texts: dict[str, str]) -> None:
    """Writes arrays and texts into a safetensors file, completely or not at all. Raises UnwritableFile."""
    from safetensors.numpy import save as packed  # imported late: most users of networks need no files

    write_bytes(path, packed({name: np.ascontiguousarray(array) for name, array in arrays.items()}, texts))


def write_bytes(path: str | Path, content: bytes) -> None:
    """Writes a file, completely or not at all. Raises UnwritableFile."""
    with _report_unwritable(path):
        replace_file(Path(path), content)


def check_writable(path: str | Path) -> None:
    """Raises UnwritableFile if it is certain that the path cannot be written."""
    with _report_unwritable(path):
        check_target(Path(path))


@contextlib.contextmanager
def _report_unwritable(path: str | Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise UnwritableFile(f"{str(path) or 'an empty path'} cannot be written: {_reason(error)}") from None


def config_fields(config: Config) -> dict[str, Any]:
    """The config as a dict for JSON. What only trained models have is left out of others."""
    trained = {name: getattr(config, name) for name, usual in OF_TRAINED.items() if getattr(config, name) != usual}
    return {
        "n_layers": config.n_layers,
        "d_model": config.d_model,
        "n_ctx": config.n_ctx,
        "n_heads": list(config.n_heads),
        "d_head": list(config.d_head),
        "d_mlp": list(config.d_mlp),
        "d_pre": config.d_pre,
        "causal": config.causal,
        "bos": config.bos,
        "dtype": config.dtype,
        "vocab": list(config.vocab),
        "outputs": config.outputs,
        "min_length": config.min_length,
        **trained,
    }


def load_network(path: str | Path) -> Network:
    """Reads a network. Raises FileMissing, WrongFile if it is no model, UnreadableFile if it is damaged."""
    return _check(path, *read_arrays(path))


def read_arrays(path: str | Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and texts of a safetensors file. Raises FileMissing, WrongFile, UnreadableFile."""
    from safetensors import SafetensorError, safe_open  # imported late: as above, few need files

    try:
        with Path(path).open("rb"):  # for the operating system's error message, which is better
            pass
        with safe_open(str(path), framework="np") as file:
            texts = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no dict
    except FileNotFoundError:
        raise FileMissing(f"no file {path}", hint=close_files(Path(path))) from None
    except (OSError, ValueError, TypeError, SafetensorError) as error:  # TypeError: a number type that NumPy lacks
        raise _no_model(Path(path), error) from None
    return weights, texts


def _no_model(file: Path, error: Exception) -> RaspError:
    """The error for a file that cannot be read as a model: what it seems to be, or where it is damaged."""
    data = beginning(file, HEADER)
    found = content_of(data, file.name)
    if isinstance(error, (OSError, ValueError)) or (not data and file.stat().st_size):
        return UnreadableFile(f"{file} is not a model: {_reason(error)}")
    if damage := _damage(data, file.stat().st_size) if found.kind in (MODEL, OTHER_MODEL) else "":
        return UnreadableFile(f"{file} is damaged: {damage}")
    if found.kind == OTHER_MODEL:
        return _other_format(file, {})
    if found.kind == MODEL:
        return UnreadableFile(f"{file} is damaged: {_reason(error)}")
    words = "is empty" if found.kind == EMPTY else f"seems to be {found.words}"
    span = _first_line(data, file.name) if found.kind == PROGRAM else None
    return WrongFile(f"{file} is not a model: it {words}", hint=usage(found, str(file)) or MAKES, span=span)


def _damage(data: bytes, size: int) -> str:
    """How the size of a safetensors file contradicts its header; empty if it does not."""
    start = 8 + int.from_bytes(data[:8], "little")
    if start > size:
        return f"it ends at byte {size:,}, within its header of {start:,} bytes"
    try:
        fields = json.loads(data[8:start])
        whole = start + max(fields[name]["data_offsets"][1] for name in fields if name != "__metadata__")
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    if whole == size:
        return ""
    return f"it has {size:,} bytes, and its header speaks of {whole:,}"


def _first_line(data: bytes, name: str) -> Span:
    """The first line of a text that is not blank."""
    text = data.decode("utf-8", "ignore")
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    line = text[start:].partition("\n")[0].rstrip()
    return Span(Source(name, text), start, start + len(line))


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).splitlines()[0][:200]


# ---------------------------------------------------------------------------------------------------------- checking


def _check(path: str | Path, weights: dict[str, Array], texts: dict[str, str]) -> Network:
    """The network of a file. Raises an error unless its weights and texts are consistent."""
    if texts.get("format") not in (FORMAT, TRAINED, WITH_LABELS):
        raise _other_format(path, texts)
    try:
        fields, heads = (loads(texts[name], limits.int_digits) for name in ("config", "heads"))
        subspaces = _subspaces(texts)
        fields.setdefault("min_length", 1)  # missing in files of earlier versions
        outputs = {str(name): list(map(_atom, values)) for name, values in fields["outputs"].items()}
        vocabulary = tuple(map(_atom, fields["vocab"]))
        trained = {name: fields[name] for name in OF_TRAINED if name in fields}
        given = bool(fields["causal"]), vocabulary, outputs, fields["min_length"], fields["bos"]
        config = config_of(weights, *given, **trained)
        named = 0 if texts["format"] == TRAINED else config.d_model  # trained models have no named subspaces
        training = loads(texts.get("training", "{}"), limits.int_digits)
        fits = (
            config_fields(config) == fields
            and isinstance(training, dict)
            and _fits(config, weights)
            and _is_described(config, named, subspaces, heads)
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        raise UnreadableFile(f"{path} is damaged: {type(error).__name__} {error}"[:200]) from None
    if not fits:
        raise UnreadableFile(f"{path} is damaged: its arrays and its texts do not fit one another")
    weights = {name: weights[name] for name in array_shapes(config)}  # files hold them in alphabetical order
    return Network(config, weights, subspaces, [list(map(str, layer)) for layer in heads], training)


def _other_format(path: str | Path, texts: dict[str, str]) -> WrongFile:
    """The error for a safetensors file of another program, or of another version of this one."""
    form = texts.get("format", "")
    if form.startswith("rasp "):
        return WrongFile(
            f"{path} is a model in the format {form!r:.40}; this version reads {FORMAT!r} and {TRAINED!r}", hint=MAKES
        )
    return WrongFile(f"{path} is not a model of this program, but a safetensors file of another one", hint=MAKES)


def _atom(value: object) -> Atom:
    if isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise ValueError(f"{value!r:.40} is no atom")


def _subspaces(texts: dict[str, str]) -> list[Subspace]:
    """The subspaces of a file."""
    if texts["format"] == WITH_LABELS:
        return from_labels(map(str, _list(loads(texts["labels"], limits.int_digits))))
    found = _list(loads(texts["subspaces"], limits.int_digits))
    return [Subspace(str(one["name"]), _int(one["start"]), tuple(map(str, _list(one["values"])))) for one in found]


def _list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    raise ValueError(f"{value!r:.40} is no list")


def _int(value: object) -> int:
    if type(value) is int:
        return value
    raise ValueError(f"{value!r:.40} is no int")


def _is_described(config: Config, named: int, subspaces: list[Subspace], heads: object) -> bool:
    """Whether the subspaces cover the `named` dimensions in order, and there is a text for each head."""
    ends = list(itertools.accumulate((subspace.size for subspace in subspaces), initial=0))
    return (
        isinstance(heads, list)
        and [subspace.start for subspace in subspaces] == ends[:-1]
        and ends[-1] == named
        and [type(layer) for layer in heads] == [list] * config.n_layers
        and (tuple(map(len, heads)) == config.n_heads)
    )


def _fits(config: Config, weights: dict[str, Array]) -> bool:
    """Whether all arrays exist, have the shapes of the config, and one number type."""
    expected = array_shapes(config)
    kinds = {array.dtype for array in weights.values()}
    return (
        {name: array.shape for name, array in weights.items()} == expected
        and len(kinds) == 1
        and kinds <= {np.dtype(np.float64), np.dtype(np.float32)}
        and all(np.isfinite(array).all() for array in weights.values())
        and all(config.n_heads)
        and all(config.d_head)
        and all(config.outputs.values())
        and bool(config.vocab and config.outputs)
        and len(set(map(atom_key, config.vocab))) == len(config.vocab)
        and config.d_model > 0
        and config.n_ctx > 1
        and type(config.min_length) is int
        and 1 <= config.min_length <= config.max_length
        and config.bos in (None, BOS_TOKEN)
        and config.activation in (RELU, GELU)
        and (config.layer_norm is None or (isinstance(config.layer_norm, float) and config.layer_norm > 0))
        and (config.trained_length is None or type(config.trained_length) is int)
    )


def array_shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """The shape of each array of a model."""
    model, values = config.d_model, sum(map(len, config.outputs.values()))
    found: dict[str, tuple[int, ...]] = {
        "embed.W_E": (len(config.vocab) + config.first, model),
        "pos_embed.W_pos": (config.n_ctx, model),
    }
    if config.d_pre:
        found.update(_feed_forward("pre", model, config.d_pre))
    for layer, (heads, size, inner) in enumerate(zip(config.n_heads, config.d_head, config.d_mlp, strict=True)):
        for side in "QKV":
            found[f"blocks.{layer}.attn.W_{side}"] = (heads, model, size)
            found[f"blocks.{layer}.attn.b_{side}"] = (heads, size)
        found[f"blocks.{layer}.attn.W_O"] = (heads, size, model)
        found[f"blocks.{layer}.attn.b_O"] = (model,)
        found.update(_feed_forward(f"blocks.{layer}", model, inner))
    if config.layer_norm is not None:
        names = [f"blocks.{layer}.ln{number}" for layer in range(config.n_layers) for number in (1, 2)]
        found.update({f"{name}.{part}": (model,) for name in (*names, "ln_final") for part in "wb"})
    return found | {"unembed.W_U": (model, values), "unembed.b_U": (values,)}


def _feed_forward(name: str, model: int, inner: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.mlp.W_in": (model, inner),
        f"{name}.mlp.b_in": (inner,),
        f"{name}.mlp.W_out": (inner, model),
        f"{name}.mlp.b_out": (model,),
    }
