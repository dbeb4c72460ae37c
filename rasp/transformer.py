"""The model in a user's hands: enters a compiled network, leave results on inputs, files, other libraries' modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rasp.compile.columns import Array
from rasp.compile.files import load, save
from rasp.compile.proof import Proof
from rasp.compile.show import shown
from rasp.compile.transformer import Config, Network, Run
from rasp.engine.inputs import validate_input
from rasp.exporting import lens_bridge, torch_module, write_onnx
from rasp.sequences import Sequence


class Transformer:
    """An ordinary transformer that computes s-ops, with a position of its own in front of the input.

    Call it on an input to get the `Sequence` that the s-op gives; a model of several outputs gives a dict of them by
    name. `run(input)` has everything that happens: `residual` (layers + 1, n + 1, d_model), `attention`, `logits`;
    `labels` say what each dimension holds. `config` has the sizes, `weights` the arrays under the names of
    TransformerLens, `n_parameters` their number.

    >>> import rasp
    >>> hist = rasp.selector_width(rasp.select(rasp.tokens, rasp.tokens, "=="))
    >>> model = hist.compile(vocab="abc", max_length=4)
    >>> model("abca")
    Sequence([2, 1, 1, 2], kind='int')
    >>> model.config.n_layers, model.config.n_heads, model.run("abca").residual.shape[:2]
    (1, (1,), (2, 5))
    """

    def __init__(self, network: Network, proof: Proof | None = None, report: str = "") -> None:
        self._network = network
        self.proof = proof  # what was tried when it was compiled; None for a model from a file
        self.report = report  # what the compiler says of it

    @property
    def config(self) -> Config:
        """The sizes, the vocabulary and the outputs' values."""
        return self._network.config

    @property
    def weights(self) -> Mapping[str, Array]:
        """The arrays by name."""
        return self._network.weights

    @property
    def labels(self) -> tuple[str, ...]:
        """What each dimension of the stream holds."""
        return self._network.labels

    @property
    def heads(self) -> tuple[tuple[str, ...], ...]:
        """For each layer the selectors of its heads."""
        return self._network.heads

    @property
    def n_parameters(self) -> int:
        """How many numbers the weights are."""
        return self._network.n_parameters

    @property
    def network(self) -> Network:
        """The weights with their forward pass."""
        return self._network

    def __call__(self, given: Any) -> Any:
        return self.batch([given])[0]

    def batch(self, inputs: Iterable[Any]) -> list[Any]:
        """The results on many inputs at once, in their order.

        Raises BadInput, which names a token outside the vocabulary, SequenceTooLong, and EmptyInput.
        """
        checked = [validate_input(given) for given in inputs]
        made = []
        for given, columns in zip(checked, self._network.results(checked), strict=True):
            found = {name: Sequence(column, given) for name, column in columns.items()}
            made.append(next(iter(found.values())) if len(found) == 1 else found)
        return made

    def run(self, given: Any) -> Run:
        """Everything that happens on one input."""
        return self._network.run(validate_input(given))

    def save(self, path: str | Path) -> None:
        """Writes the model into a safetensors file. Raises UnwritableFile."""
        save(self._network, path)

    @classmethod
    def load(cls, path: str | Path) -> Transformer:
        """Reads a model from a file; nothing in it is run. Raises FileMissing, UnreadableFile."""
        return cls(load(path))

    def draw(self, given: Any, path: str | Path | None = None, *, max_n: int | None = None) -> str:
        """Draws what the weights make of an input: every head's pattern, every named subspace where it is written.

        As `SOp.draw` draws a program, so that both can be laid side by side. Writes a .svg, .html, .dot or .txt file,
        or .png or .pdf by Graphviz; without a path, gives the drawing as text. Raises DrawingTooLarge, and errors of
        files.

        >>> import rasp
        >>> print((rasp.indices % 2).compile(vocab="ab", max_length=4).draw("abb").split("\\n")[0])
        model of (indices % 2)("abb")
        """
        from rasp.model_drawing import drawn_model

        return drawn_model(self._network, given, path, max_n=max_n)

    def token_ids(self, given: Any) -> list[int]:
        """The ids of an input's tokens, that of the position in front first, as models in other libraries take them.

        >>> import rasp
        >>> rasp.indices.compile(vocab="abc", max_length=4).token_ids("cab")
        [0, 3, 1, 2]
        """
        return self._network.ids(validate_input(given))

    def to_torch(self) -> Any:
        """An `nn.Module` of the same weights: ids (batch, n + 1) to logits. Needs the extra `torch`."""
        return torch_module(self._network)

    def to_transformer_lens(self) -> Any:
        """A `TransformerBridge` of TransformerLens 4, its layers padded to one shape. Needs the extra `lens`."""
        return lens_bridge(self._network)

    def to_onnx(self, path: str | Path) -> None:
        """Writes an ONNX file: `ids` to `logits`. Needs the extra `onnx`. Raises UnwritableFile."""
        write_onnx(self._network, path)

    def __str__(self) -> str:
        return shown(self._network)

    def __repr__(self) -> str:
        config = self.config
        names = ", ".join(config.outputs)
        return f"<rasp.Transformer of {names}: {config.n_layers} layers, {self.n_parameters} parameters>"
