"""The options of commands that write a model for another library, one for each exporter that writes files."""

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
    """Gives a parser the option of each exporter: `--onnx PATH`."""
    for exporter in writing():
        needs = f"; needs rasp-lang[{exporter.extra}]" if exporter.extra else ""
        words = f"write the model into {exporter.makes}{needs}"
        parser.add_argument(f"--{exporter.name}", dest=_dest(exporter.name), metavar="PATH", help=words)


def wanted(options: argparse.Namespace) -> dict[str, str]:
    """By exporter, the paths that options name."""
    given = {exporter.name: getattr(options, _dest(exporter.name)) for exporter in writing()}
    return {name: path for name, path in given.items() if path is not None}


def _dest(name: str) -> str:
    return f"export_{name}"


def check(paths: dict[str, str]) -> None:
    """Raises UnwritableFile where a path cannot be written, or a library is missing."""
    from rasp.model.files import check_writable

    for exporter in writing():
        if exporter.name in paths:
            check_writable(paths[exporter.name])
            try:
                exporter.load()
            except ModuleNotFoundError as error:
                raise _missing(paths[exporter.name], error) from None


def export(model: Transformer, paths: dict[str, str]) -> None:
    """Writes the files. Raises UnwritableFile."""
    for name, path in paths.items():
        try:
            model.export(name, path)
        except ModuleNotFoundError as error:  # of a library that is asked for late
            raise _missing(path, error) from None


def _missing(path: str, error: ModuleNotFoundError) -> UnwritableFile:
    return UnwritableFile(f"{path} cannot be written: {error}")
