"""A text that describes a network: its sizes, heads and named subspaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rasp.architecture.report import summary_line
from rasp.base import html
from rasp.base.diagnostics import printable
from rasp.base.tables import table, wrap_text
from rasp.graph.atoms import show_atom
from rasp.model.network import Config, Network

LISTED = 12  # values of a subspace in the report


def network_report(network: Network) -> str:
    """The report of a network, at most 80 columns wide unless names are long."""
    return "\n".join([*map(printable, wrap_text(sizes(network), 80)), details(network)])


def details(network: Network) -> str:
    """The report of a network without its first line, the sizes."""
    return "\n".join(printable(line) for text in _details(network) for line in text.split("\n"))


def describe_in_html(network: Network, notes: Iterable[str] = ()) -> str:
    """The report of a network, for notebooks, with notes below."""
    inputs = (f"<div>{html.escape(text)}</div>" for text in _inputs(network))
    return html.with_title(sizes(network), *inputs, *map(html.html_table, _tables(network)), notes=notes)


def _details(network: Network) -> Iterator[str]:
    for text in _inputs(network):
        yield from wrap_text(text, 80, indent=4)
    for rows in _tables(network):
        yield ""
        yield from table(rows)


def _inputs(network: Network) -> Iterator[str]:
    """What inputs the network takes."""
    config = network.config
    yield f"vocabulary: {_first_values(list(map(show_atom, config.vocab)))}"
    lengths = lengths_text(config.min_length, config.max_length)
    trained = f", trained up to {config.trained_length}" if config.trained_length else ""
    bos = "no BOS position" if config.bos is None else "a BOS position"
    yield f"inputs: {lengths} tokens{trained}, with {bos}{', causal' * config.causal}"


def _tables(network: Network) -> Iterator[list[tuple[str, ...]]]:
    """The rows of each table, with their headings."""
    if network.config.n_layers:
        yield [("layer", "head", "selector"), *_heads(network)]
    yield [("part", "sizes", "parameters"), *_parts(network)]
    if network.subspaces:
        yield [("dimensions", "hold", "values"), *_subspaces(network)]


def sizes(network: Network) -> str:
    """Outputs, layers, heads and parameters in one line."""
    config = network.config
    layers = summary_line(config.outputs, config.n_heads, with_bos=config.bos is not None)
    return f"{layers}; d_model {config.d_model}, {network.n_parameters:,} parameters"


def _heads(network: Network) -> Iterator[tuple[str, ...]]:
    for layer, heads in enumerate(network.heads, 1):
        for number, selector in enumerate(heads, 1):
            yield str(layer), f"{layer}.{number}", selector


def _parts(network: Network) -> Iterator[tuple[str, ...]]:
    counts: dict[str, int] = {}
    for name, array in network.weights.items():
        part = ".".join(name.split(".")[:-1])
        counts[part] = counts.get(part, 0) + array.size
    for part, count in counts.items():
        yield part, _size(part, network.config), f"{count:,}"


def _size(part: str, config: Config) -> str:
    if part == "pre.mlp":
        return f"d_mlp {config.d_pre}"
    if not part.startswith("blocks.") or not part.endswith(("attn", "mlp")):
        return ""
    layer = int(part.split(".")[1])
    if part.endswith("mlp"):
        return f"d_mlp {config.d_mlp[layer]}"
    return f"{config.n_heads[layer]} × d_head {config.d_head[layer]}"


def _subspaces(network: Network) -> Iterator[tuple[str, ...]]:
    for one in network.subspaces:
        yield _span(one.start, one.size), one.name, _first_values(one.values) if one.values else "a number"


def _span(start: int, size: int) -> str:
    return str(start) if size == 1 else f"{start}-{start + size - 1}"


def _first_values(values: Sequence[str]) -> str:
    more = f" … ({len(values)} in all)" if len(values) > LISTED else ""
    return " ".join(values[:LISTED]) + more


def lengths_text(shortest: int, longest: int) -> str:
    """The text for the lengths of inputs.

    >>> lengths_text(1, 5), lengths_text(2, 5), lengths_text(3, 3)
    ('up to 5', '2 to 5', '3')
    """
    if shortest == 1:
        return f"up to {longest}"
    return f"{shortest} to {longest}" if shortest < longest else str(longest)
