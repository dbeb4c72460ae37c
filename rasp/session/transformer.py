"""The public class of a compiled model: its results, its activations, its file, drawings, and exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from rasp.compile.proof import Proof
from rasp.engine.inputs import validate_input
from rasp.model.arrays import Array
from rasp.model.batch_inference import results
from rasp.model.exporters import exporter
from rasp.model.files import load_network, save_network
from rasp.model.network import Config, Network, Run
from rasp.model.report import describe_in_html, network_report
from rasp.present.sequences import Sequence
from rasp.session.compile_report import CompileReport

if TYPE_CHECKING:
    from rasp.draw.drawing import Drawing


class Transformer:
    """A standard transformer that computes s-ops, with a BOS position of its own before the input.

    Call it on an input to get the `Sequence` of the s-op; with several outputs, a dict of sequences by name.
    `run(input)` returns the activations: `residual` (layers + 1, n + 1, d_model), `attention`, `logits`; `labels` name
    the dimensions of the residual stream. `config` has the sizes, `weights` the arrays under the names of
    TransformerLens, `n_parameters` the number of their elements.

    >>> import rasp
    >>> hist = rasp.selector_width(rasp.select(rasp.tokens, rasp.tokens, "=="))
    >>> model = hist.compile(vocab="abc", max_length=4)
    >>> model("abca")
    Sequence([2, 1, 1, 2], kind='int')
    >>> model.config.n_layers, model.config.n_heads, model.run("abca").residual.shape[:2]
    (1, (1,), (2, 5))
    """

    def __init__(self, network: Network, proof: Proof | None = None, found: CompileReport | None = None) -> None:
        self._network = network
        self.proof = proof  # the comparison with the program; None for a model from a file
        self._found = found

    @property
    def found(self) -> CompileReport | None:
        """The compiler's report on it as data; None for a model from a file."""
        return self._found

    @property
    def report(self) -> str:
        """The report on it: in which dtypes it is safe, its size, the heads without a BOS position, the proof.

        Worked out when it is first read, which for a model in float64 takes about as long as the proof. Empty for a
        model from a file.
        """
        return self._found.text if self._found is not None else ""

    @property
    def config(self) -> Config:
        """The sizes, the vocabulary, and the values of each output."""
        return self._network.config

    @property
    def weights(self) -> Mapping[str, Array]:
        """The arrays by name."""
        return self._network.weights

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each dimension of the residual stream."""
        return self._network.labels

    @property
    def heads(self) -> tuple[tuple[str, ...], ...]:
        """For each layer the selectors of its heads, as text."""
        return self._network.heads

    @property
    def n_parameters(self) -> int:
        """The number of elements of all weights."""
        return self._network.n_parameters

    @property
    def network(self) -> Network:
        """The weights with their forward pass."""
        return self._network

    def __call__(self, given: Any) -> Any:
        return self.batch([given])[0]

    def batch(self, inputs: Iterable[Any]) -> list[Any]:
        """Runs the model on many inputs together; returns the results in order.

        Raises BadInput, which names a token outside the vocabulary, SequenceTooLong, and EmptyInput.
        """
        checked = [validate_input(given) for given in inputs]
        made = []
        for given, columns in zip(checked, results(self._network, checked), strict=True):
            found = {name: Sequence(column, 0, given) for name, column in columns.items()}
            made.append(next(iter(found.values())) if len(found) == 1 else found)
        return made

    def run(self, given: Any) -> Run:
        """The activations on one input."""
        return self._network.run(validate_input(given))

    def save(self, path: str | Path) -> None:
        """Writes the model into a safetensors file. Raises UnwritableFile."""
        save_network(self._network, path)

    @classmethod
    def load(cls, path: str | Path) -> Transformer:
        """Reads a model from a file, without running code from it. Raises FileMissing, WrongFile, UnreadableFile."""
        return cls(load_network(path))

    @overload
    def draw(
        self,
        given: Any,
        path: None = None,
        *,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
        max_n: int | None = None,
    ) -> Drawing: ...

    @overload
    def draw(
        self,
        given: Any,
        path: str | Path,
        *,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
        max_n: int | None = None,
    ) -> str: ...

    def draw(
        self,
        given: Any,
        path: str | Path | None = None,
        *,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
        max_n: int | None = None,
    ) -> str:
        """Draws a run on an input as `SOp.draw` draws a program: what each subspace holds, which positions each head
        attends to, and with which weight.

        Writes a file in the format of its suffix, such as .svg or .html; without a path, returns a `Drawing`.
        The arguments, results and errors are those of `SOp.draw`.

        >>> import rasp
        >>> model = rasp.load("reverse")["reverse"].compile(vocab="abc", max_length=4)
        >>> print(model.draw("abc").split("\\n")[0])
        model of reverse("abc")
        """
        from rasp.draw.picture import PictureSize  # imported late: few programs draw
        from rasp.session.model_drawing import draw_model

        size = PictureSize(width, scale)
        return draw_model(self._network, validate_input(given), path, max_n, size=size, embed=embed)

    def export(self, name: str, path: str | Path | None = None) -> Any:
        """Exports the model to another library; `name` is that of an exporter in `rasp.model.exporters`.

        Returns an object of that library, or writes a file at `path`. Raises ModuleNotFoundError if the library is not
        installed, WrongOperand, UnwritableFile.
        """
        return exporter(name).export(self._network, path)

    def to_torch(self) -> Any:
        """The model as a `torch.nn.Module`: token ids (batch, n + 1) to logits. Needs the extra `rasp-lang[torch]`.

        Its parameters have the names and values of `weights`. `ids(input)` returns the token ids of an input.
        """
        return self.export("torch")

    def to_onnx(self, path: str | Path) -> None:
        """Writes the model into an ONNX file: `ids` (batch, n + 1) to `logits`. Needs the extra `rasp-lang[torch]`."""
        self.export("onnx", path)

    def to_transformer_lens(self) -> Any:
        """The model as a `TransformerBridge` of TransformerLens 4, for `run_with_cache`.

        Needs the extra `rasp-lang[lens]`. Heads and units that write zero pad all layers to one number of heads, one
        d_head and one d_mlp; a feed-forward before the first attention becomes a block whose attention writes zero.
        """
        return self.export("transformer_lens")

    def ids(self, given: Any) -> list[int]:
        """The token ids of an input, BOS first. Raises BadInput, SequenceTooLong."""
        return self._network.ids(validate_input(given))

    def __str__(self) -> str:
        return network_report(self._network)

    def _repr_html_(self) -> str:
        checked = self.proof.checked if self.proof is not None else 0
        notes = [f"agrees with its program on the {checked:,} inputs that were compared"] if checked else []
        return describe_in_html(self._network, notes)

    def __repr__(self) -> str:
        config = self.config
        names = ", ".join(config.outputs)
        layers = f"{config.n_layers} layer{'s' * (config.n_layers != 1)}"
        return f"<rasp.Transformer of {names}: {layers}, {self.n_parameters:,} parameters>"
