"""The table of exporters, which convert models for other libraries.

To add one, write a module with a function `export`, and add a row to `EXPORTERS`.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from rasp.errors import WrongOperand

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from rasp.model.network import Network


class Exporter(NamedTuple):
    """An exporter: its name, its module, what it makes, and the optional dependency (extra) that it needs.

    The module's `export(network)` returns an object of that library. With `writes`, `export(network, path)` writes a
    file instead, and the command line has an option of the exporter's name.
    """

    name: str
    module: str
    makes: str
    extra: str = ""
    writes: bool = False

    def load(self) -> ModuleType:
        """Imports the module. Raises ModuleNotFoundError, which says what to install."""
        with self._name_extra():
            return importlib.import_module(self.module)

    def export(self, network: Network, path: str | Path | None = None) -> Any:
        """Converts a network. Raises ModuleNotFoundError, WrongOperand, UnwritableFile."""
        if self.writes and path is None:
            raise WrongOperand(f"`{self.name}` makes {self.makes}, which needs a path")
        if path is not None and not self.writes:
            raise WrongOperand(f"`{self.name}` makes {self.makes}, which is no file, so it takes no path")
        made = self.load().export
        with self._name_extra():
            return made(network, path) if self.writes else made(network)

    @contextlib.contextmanager
    def _name_extra(self) -> Iterator[None]:
        """Adds to the error of a missing library which extra installs it."""
        try:
            yield
        except ModuleNotFoundError as error:
            if not self.extra:
                raise
            message = f"{error.name} is not installed; `pip install 'rasp-lang[{self.extra}]'` brings it"
            raise ModuleNotFoundError(message, name=error.name) from None


EXPORTERS = (
    Exporter("torch", "rasp.model.to_torch", "a torch.nn.Module", extra="torch"),
    Exporter("onnx", "rasp.model.to_onnx", "an ONNX file", extra="torch", writes=True),
    Exporter("transformer_lens", "rasp.model.to_lens", "a TransformerBridge", extra="lens"),
)


def exporter(name: str) -> Exporter:
    """The exporter with this name. Raises WrongOperand.

    >>> exporter("torch").makes
    'a torch.nn.Module'
    """
    for row in EXPORTERS:
        if row.name == name:
            return row
    names = ", ".join(row.name for row in EXPORTERS)
    raise WrongOperand(f"models are exported to {names}, not to {name!r:.40}")
