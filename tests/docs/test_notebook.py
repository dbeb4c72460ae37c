"""The notebook of the documentation runs from its first cell to its last, and exports as a page."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
SECONDS = 300  # that a cell may take on a slow machine


def cells(lens: bool) -> Any:
    """The notebook with or without the cells that need TransformerLens."""
    notebook = nbformat.read(NOTEBOOK, 4)
    notebook.cells = [cell for cell in notebook.cells if lens or "lens" not in cell.metadata.get("tags", ())]
    return notebook


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    notebook = cells(lens=False)
    run(notebook, tmp_path_factory.mktemp("notebook"))
    return notebook


def run(notebook: Any, folder: Path) -> None:
    """Runs all cells; the first error is raised."""
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    client = nbclient.NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}})
    client.execute(env={**os.environ, "PYTHONPATH": paths})


def outputs(notebook: Any, start: str) -> list[dict[str, str]]:
    """The forms of what the cell that starts so displayed."""
    (cell,) = [cell for cell in notebook.cells if cell.source.startswith(start)]
    return [output["data"] for output in cell.outputs if "data" in output]


def test_it_is_kept_without_outputs() -> None:
    notebook = cells(lens=True)
    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
    rasp_cells = [cell for cell in notebook.cells if cell.source.startswith("%%rasp")]
    assert rasp_cells
    assert all(cell.metadata["magics_language"] == "rasp" for cell in rasp_cells)  # for the highlighting of nbconvert


def test_it_runs_and_shows_rich_results(executed: Any) -> None:
    drawn = [data for start in ("%rasp :draw", "again.draw") for data in outputs(executed, start)]
    assert len(drawn) == 2
    assert all("<iframe sandbox" in data["text/html"] and "<svg" in data["image/svg+xml"] for data in drawn)
    assert all("layer 1, attention" in data["text/plain"] for data in drawn)  # where there is no HTML
    for start in ("hist.architecture", "model = ", 'model.run("', "learned = "):
        assert "<table" in outputs(executed, start)[-1]["text/html"]
    assert "exact, 2 statements" in outputs(executed, "learned = ")[0]["text/plain"]


def test_its_part_on_transformer_lens_runs(tmp_path: Path) -> None:
    pytest.importorskip("transformer_lens", reason="transformer_lens is not installed")
    notebook = cells(lens=True)
    run(notebook, tmp_path)
    (pattern,) = outputs(notebook, "rasp.side_by_side(\n    same")
    assert pattern["text/html"].count("<table") == 2


def test_a_cell_that_fails_stops_the_run(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook()
    for text in ("%load_ext rasp", "%%rasp\na = 1;\nb = nope;", "reached = True"):
        notebook.cells.append(nbformat.v4.new_code_cell(text))
    with pytest.raises(nbclient.exceptions.CellExecutionError, match=r"error\[R201\]: unknown name `nope`"):
        run(notebook, tmp_path)
    (error,) = [output for output in notebook.cells[1].outputs if output["output_type"] == "error"]
    assert error["ename"] == "UnknownName"
    assert len("\n".join(error["traceback"]).splitlines()) == 5
    assert not notebook.cells[2].outputs


def test_the_page_that_nbconvert_makes(executed: Any) -> None:
    nbconvert = pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    page, _ = nbconvert.HTMLExporter().from_notebook_node(copy.deepcopy(executed))
    assert page.count("<iframe sandbox") == 3
    assert '<span class="kp">set example</span>' in page  # by the lexer of RASP
