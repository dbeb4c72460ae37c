"""Runs every example of the documentation, follows its links, and asks whether it is complete."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rasp
from rasp.base.limits import Limits, limits
from rasp.errors import RaspError
from rasp.runtime.prelude import prelude
from tests.docs import pages

DOCS = pages.ROOT / "docs"
KINDS = ("rasp-session", "rasp-terminal", "python", "python not-run", "console", "rasp", "sh")


def _each(kind: str) -> list[Any]:
    return [
        pytest.param(page, block, id=f"{page.name}:{block.line}")
        for page in pages.PAGES
        for block in pages.blocks(page, kind)
    ]


def _each_page(kind: str) -> list[Any]:
    return [pytest.param(page, id=page.name) for page in pages.PAGES if pages.blocks(page, kind)]


@pytest.fixture(autouse=True)
def _same_limits() -> Iterator[None]:
    before = dict(vars(limits))
    yield
    vars(limits).update(before)


@pytest.mark.parametrize(("page", "block"), _each("rasp-session"))
def test_session(page: Path, block: pages.Block, tmp_path: Path) -> None:
    pages.write_files(page, tmp_path)
    assert pages.session_transcript(block.text, tmp_path) == pages.stripped(block.text)


@pytest.mark.parametrize(("page", "block"), _each("console"))
def test_console(page: Path, block: pages.Block, tmp_path: Path) -> None:
    pages.write_files(page, tmp_path)
    assert pages.shell_transcript(block.text, tmp_path) == pages.stripped(block.text)


@pytest.mark.parametrize(
    ("page", "block"),
    [
        pytest.param(page, block, id=f"{page.name}:{block.line}")
        for page in pages.PAGES
        for block in pages.blocks(page)
        if block.kind.partition(" ")[0] == "rasp"
    ],
)
def test_programs_are_formatted(page: Path, block: pages.Block) -> None:
    assert rasp.format(block.text) == block.text


def test_images() -> None:
    for image, drawing in pages.images().items():
        assert image.read_text(encoding="utf-8") == drawing


@pytest.mark.filterwarnings("default::rasp.RaspWarning")
@pytest.mark.parametrize("page", _each_page("python"))
def test_python(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.write_files(page, tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    report: list[str] = []
    for block in pages.blocks(page, "python"):
        test = doctest.DocTestParser().get_doctest(block.text, names, page.name, str(page), block.line - 1)
        assert test.examples, f"{page.name}:{block.line} is no doctest"
        runner = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST)
        runner.run(test, out=report.append, clear_globs=False)
        assert not report, "".join(report)
        names = test.globs


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    found = {block.kind for page in pages.PAGES for block in pages.blocks(page)}
    named = {kind for kind in found if kind.startswith(("rasp ", "text ")) or kind == "text"}
    assert found - named <= set(KINDS)


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in pages.PAGES])
def test_links(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", pages.prose(page)):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        linked = (page.parent / path) if path else page
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), target


def _anchors(page: Path) -> set[str]:
    """The anchors that headings get on GitHub."""
    headings = re.findall(r"^#+ (.+)$", pages.prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_public_name_is_explained() -> None:
    text = (DOCS / "python.md").read_text(encoding="utf-8")
    missing = [name for name in rasp.__all__ if not re.search(rf"`(rasp\.)?{name}\b", text)]
    assert not missing


def test_every_limit_is_listed_with_its_default() -> None:
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    for name in Limits.__annotations__:
        default = "half of the machine's" if name == "memory" else f"{getattr(Limits(), name):,}"
        assert f"| `{name}` | {default} |" in text


def test_every_name_of_the_prelude_is_listed_and_used() -> None:
    page = DOCS / "language.md"
    section = page.read_text(encoding="utf-8").split("## 12. ")[1].split("\n## ")[0]
    table, examples = section.split("```rasp-session\n")[:2]
    for name in prelude().names_here() - {"out"}:
        assert re.search(rf"`{name}[`(]", table), name
        assert re.search(rf"\b{name}\b", examples), name


def test_every_range_of_codes_is_listed() -> None:
    codes = {kind.code for kind in _kinds(RaspError)} - {RaspError.code}
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    for code in codes:
        assert f"{code[:2]}xx" in text, code


def _kinds(root: type[RaspError]) -> list[type[RaspError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in _kinds(child))]


def test_the_library_is_listed() -> None:
    text = (pages.ROOT / "README.md").read_text(encoding="utf-8")
    for name in rasp.stdlib.names():
        public = rasp.load(name).names()
        row = re.search(rf"^\| `{name}` \|(.*)$", text, re.MULTILINE)
        assert row, name
        assert all(f"`{value}" in row[1] for value in public), name
