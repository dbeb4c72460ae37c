"""Every file lies in a room, and imports what its room may import."""

from __future__ import annotations

import functools
import graphlib
import re
import sys

import pytest

from tests.rooms.imports import COMPUTED, imports
from tests.rooms.modules import MODULES, PACKAGE, trees
from tests.rooms.table import GROUND, HOOKS, OUTSIDE, ROOMS, TOP


@functools.cache
def _graph() -> dict[str, set[str]]:
    """Who imports whom, modules that are named by what is computed included."""
    graph = {module: {name for name in imports(tree) if _is_ours(name)} for module, tree in trees().items()}
    for (module, _), names in COMPUTED.items():
        graph[module].update(names)
    return graph


def _is_ours(name: str) -> bool:
    return name.split(".")[0] == "rasp"


def _room(module: str) -> str:
    """The folder of a module, or the module itself, if it stands beside the folders."""
    return module.split(".")[1]


def test_every_file_lies_in_a_room() -> None:
    assert {path.name for path in PACKAGE.iterdir() if path.is_file()} == {
        "__init__.py", "__main__.py", "errors.py", "py.typed"
    }  # fmt: skip
    assert {_room(module) for module in MODULES if module not in TOP} == set(ROOMS)
    folders = {file.relative_to(PACKAGE).parts[0] for file in PACKAGE.glob("*/**/*") if file.is_file()}
    assert folders - {"__pycache__"} == set(ROOMS) - {"errors"}


def test_the_design_lists_every_room_with_its_imports() -> None:
    assert list(_documented().items()) == list(ROOMS.items())


def test_the_design_is_short() -> None:
    assert len(_design().split()) < 2500


def test_the_design_names_files_that_exist() -> None:
    root = PACKAGE.parent
    names = re.findall(r"`([\w/.]+\.(?:py|lark))`", _design())
    assert len(names) > 10
    for name in names:
        assert any((folder / name).is_file() for folder in (root, PACKAGE, root / "tests")), name


def _design() -> str:
    return (PACKAGE.parent / "docs" / "design.md").read_text(encoding="utf-8")


def _documented() -> dict[str, set[str]]:
    """The table of rooms in the design. "all above" are the rooms of the rows above, without the ground."""
    rooms: dict[str, set[str]] = {}
    for room, allowed in re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", _design().split("\n## ")[1], re.MULTILINE):
        assert room not in rooms, "a row for each room"
        named = set(re.findall(r"`(\w+)`", allowed))
        rooms[room] = set(rooms) - GROUND - named if allowed.startswith("all above") else named
    return rooms


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    """Also those of the `__init__` of each room and of `rasp` itself."""
    upwards = {name for name in _graph()[module] if name in TOP or _room(name) not in _allowed(module)}
    assert upwards == HOOKS.get(module, set())


def _allowed(module: str) -> set[str]:
    if module in TOP:
        return TOP[module]
    room = _room(module)
    return {room, *ROOMS[room], *(GROUND if room not in GROUND else ())}


def test_modules_do_not_import_one_another_in_a_circle() -> None:
    """Every import counts: at the top, in functions, for type checkers."""
    assert list(graphlib.TopologicalSorter(_graph()).static_order())


def test_other_packages_stay_in_their_rooms() -> None:
    for module, tree in trees().items():
        for name in imports(tree):
            package = name.split(".")[0]
            if package == "rasp" or package in sys.stdlib_module_names:
                continue
            homes = OUTSIDE.get(package, set())
            assert any(module == home or module.startswith(f"{home}.") for home in homes), f"{module} imports {package}"
