"""Draws the flow of s-ops and selectors on an input: the body of `SOp.draw`, `rasp draw`, `:draw` and `draw(sop);`.

Evaluates the values that the drawing shows; `rasp.draw` lays them out and writes the file.
"""

from __future__ import annotations

from collections.abc import Sequence as Listing
from pathlib import Path
from typing import Any

from rasp.architecture.report import Architecture
from rasp.draw.build import CellTexts, DrawableValues, flow, shown_nodes
from rasp.draw.drawing import deliver
from rasp.draw.flow import Flow
from rasp.draw.picture import USUAL_SIZE, PictureSize
from rasp.engine.inputs import validate_input
from rasp.errors import DrawingFailed
from rasp.present.evaluation import architecture_of, evaluate_inputs, nodes_of
from rasp.present.names import Names, show_input
from rasp.present.text import element_text


def flow_of(
    operators: Listing[Any], names: Names, given: Any, assume_bos: bool = False, as_built: bool = False
) -> Flow:
    """The flow of s-ops and selectors on an input. Raises the error of the program on it.

    A width is one head on its own selector; with `as_built`, it is the heads that the architecture counts for it.

    >>> import rasp
    >>> flow_of([rasp.indices + 1], Names(), "hi").values["v2"].cells
    ('1', '2')
    """
    report = architecture_of(nodes_of(operators), names, assume_bos)
    checked = validate_input(given)
    wanted = shown_nodes(report.plan)
    row = evaluate_inputs(wanted, [checked], names)[1][0]
    results = {node: _result(result) for node, result in zip(wanted, row, strict=True)}
    return flow(report, results, tuple(map(element_text, checked)), _title(report, checked), as_built)


def draw_operators(
    operators: Listing[Any],
    names: Names,
    given: Any,
    path: str | Path | None = None,
    *,
    max_n: int | None = None,
    assume_bos: bool = False,
    as_built: bool = False,
    folded: bool = True,
    width: int = 80,
    color: bool = False,
    size: PictureSize = USUAL_SIZE,
    embed: bool = False,
) -> str:
    """Writes a drawing of the flow into a file; without a path, returns a `Drawing`,
    whose text has at most `width` columns.

    `as_built` draws the heads of a width as they are counted. `folded` hides elementwise values that have no name and
    that no head reads. `size` and `embed` are for pictures in files. Raises DrawingTooLarge for an input of
    more than `max_n` elements, DrawingFailed if the file cannot be written, or the error of the program.
    """
    checked = validate_input(given)

    def make() -> Flow:
        return flow_of(operators, names, checked, assume_bos, as_built)

    return deliver(
        make, len(checked), path, max_n=max_n, folded=folded, width=width, color=color, size=size, embed=embed
    )


def make_drawing_folder(folder: Path) -> None:
    """Creates a folder for drawings if there is none. Raises DrawingFailed."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise DrawingFailed(f"the folder {folder} cannot be made: {error.strerror}") from None


def _result(result: Any) -> DrawableValues:
    if hasattr(result, "values"):
        return CellTexts(tuple(map(element_text, result.values)), f"{result.kind}s")
    return tuple(map(tuple, result.tolist()))


def _title(report: Architecture, given: tuple[Any, ...]) -> str:
    names = ", ".join(report.names)
    return f"{names if names.isidentifier() else f'({names})'}({show_input(given)})"
