"""The options `--NAME PATH` of commands that export a model, made from the table of exporters that write files."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rasp.errors import UnwritableFile
from rasp.model import exporters

if TYPE_CHECKING:
    from rasp.session.transformer import Transformer


def writing() -> list[exporters.Exporter]:
    """The exporters that write files."""
    return [exporter for exporter in exporters.EXPORTERS if exporter.writes]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds an option for each exporter that writes files, such as `--onnx PATH`."""
    for exporter in writing():
        needs = f"; needs rasp-lang[{exporter.extra}]" if exporter.extra else ""
        words = f"write the model into {exporter.makes}{needs}"
        parser.add_argument(f"--{exporter.name}", dest=_dest(exporter.name), metavar="PATH", help=words)


def wanted_paths(options: argparse.Namespace) -> dict[str, str]:
    """The paths that the options give, by the name of the exporter."""
    given = {exporter.name: getattr(options, _dest(exporter.name)) for exporter in writing()}
    return {name: path for name, path in given.items() if path is not None}


def _dest(name: str) -> str:
    return f"export_{name}"


def check_exports(paths: dict[str, str]) -> None:
    """Raises UnwritableFile if a path cannot be written, or a library is not installed."""
    from rasp.model.files import check_writable  # imported late: imports NumPy, which `--help` does not need

    for exporter in writing():
        if exporter.name in paths:
            check_writable(paths[exporter.name])
            try:
                exporter.load()
            except ModuleNotFoundError as error:
                raise _missing(paths[exporter.name], error) from None


def write_exports(model: Transformer, paths: dict[str, str]) -> None:
    """Writes the files. Raises UnwritableFile."""
    for name, path in paths.items():
        try:
            model.export(name, path)
        except ModuleNotFoundError as error:  # a library that is imported late
            raise _missing(path, error) from None


def _missing(path: str, error: ModuleNotFoundError) -> UnwritableFile:
    return UnwritableFile(f"{path} cannot be written: {error}")
