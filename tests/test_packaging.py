"""The distribution: what the wheel and the sdist hold, and that programs run the same however it was installed.

Nothing is downloaded: build tools and dependencies are those of the running interpreter.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
HIDDEN = ("PYTHON", "PIP_", "VIRTUAL_ENV", "RASP")  # what could reach the checkout, or change an installation

PROGRAM = 'load "reverse";\nback = reverse;\nascending = sort(tokens, tokens);\n'
PIPED = 'set example "hey"\nhist = selector_width(select(tokens, tokens, ==));\n'


def run(*command: str | Path, folder: Path, given: str = "") -> str:
    """What a command prints; its errors fail the test."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**environment, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


class Installed(NamedTuple):
    """An environment that has the package, and an empty folder elsewhere to work in."""

    python: Path
    folder: Path

    def command(self, *arguments: str, given: str = "") -> str:
        """What `rasp ARGUMENTS` prints."""
        return run(self.python.with_name("rasp"), *arguments, folder=self.folder, given=given)

    def evaluate(self, program: str) -> str:
        """What a Python program prints."""
        return run(self.python, "-W", "error", "-c", program, folder=self.folder).strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist of the checkout, and the wheels built from the checkout and from the sdist."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "direct", folder=ROOT)
    build = [sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check", "--outdir"]
    run(*build, folder / "both", ROOT, folder=folder)  # the wheel of the sdist
    return {
        "wheel": next((folder / "direct").glob("*.whl")),
        "wheel of the sdist": next((folder / "both").glob("*.whl")),
        "sdist": next((folder / "both").glob("*.tar.gz")),
    }


@pytest.fixture(scope="module", params=["wheel", "sdist", "editable"])
def installed(
    request: pytest.FixtureRequest, built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    """A fresh environment with the package, which finds all else in the running interpreter's."""
    folder = tmp_path_factory.mktemp(request.param)
    venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
    python = folder / "venv" / SCRIPTS / "python"
    own = dict.fromkeys(("base", "platbase"), str(folder / "venv"))
    site = sysconfig.get_path("purelib", "venv", own)
    # The folders are only added to the path: installations that are editable there do not count here. Those that are
    # not would count for pip, too, without `--ignore-installed`.
    others = "\n".join(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))
    Path(site, "others.pth").write_text(others, encoding="utf-8")
    what = ["--editable", str(ROOT)] if request.param == "editable" else [str(built[request.param])]
    install = ["install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    # Without `--no-compile` pip would compile all modules, of which the tests import some.
    run(python, "-m", "pip", *install, "--ignore-installed", "--no-compile", *what, folder=folder)
    work = folder / "elsewhere"
    work.mkdir()
    (work / "program.rasp").write_text(PROGRAM, encoding="utf-8")
    return Installed(python, work)


def files(top: str) -> Iterator[str]:
    """The files of a folder of the checkout, from the checkout's own."""
    for file in (ROOT / top).rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith("."):
            yield file.relative_to(ROOT).as_posix()


def hashes(wheel: Path) -> dict[str, str]:
    """The files of a wheel and what they hold."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_wheel_holds_the_package_and_its_data(built: dict[str, Path]) -> None:
    held = {name for name in hashes(built["wheel"]) if ".dist-info/" not in name}
    data = {f"rasp/_data/{name}" for top in ("grammar", "stdlib", "exercises") for name in files(top)}
    assert held == set(files("rasp")) | data
    assert held >= {"rasp/py.typed", "rasp/syntax/tables.json", "rasp/_data/grammar/rasp.lark"}
    assert "rasp/_data/stdlib/prelude.rasp" in held


def test_wheel_of_the_sdist_is_the_same(built: dict[str, Path]) -> None:
    assert hashes(built["wheel"]) == hashes(built["wheel of the sdist"])


def test_sdist_holds_all_that_building_and_testing_need(built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    tops = ["rasp", "grammar", "stdlib", "exercises", "tests", "docs", "benchmarks"]
    assert held >= {name for top in tops for name in files(top)} | {"pyproject.toml", "README.md", "LICENSE"}
    assert not [name for name in held if "__pycache__" in name or name.startswith((".git/", ".hypothesis"))]


def test_runs_a_program_from_another_folder(installed: Installed) -> None:
    printed = installed.command("run", "program.rasp", "-s", "ascending", "-s", "back", "-i", "hello")
    assert printed.splitlines() == [
        'ascending("hello") = [e, h, l, l, o] (strings)',
        'back("hello") = [o, l, l, e, h] (strings)',
    ]


def test_runs_a_pipe(installed: Installed) -> None:
    assert 'hist("hey") = [1]*3 (ints)' in installed.command(given=PIPED)


def test_runs_from_python(installed: Installed) -> None:
    program = "import rasp; print(rasp.load('program.rasp')['back']('abc').values, 'sort' in rasp.stdlib.names())"
    assert installed.evaluate(program) == "['c', 'b', 'a'] True"


def test_says_its_version(installed: Installed) -> None:
    version = f"rasp {PROJECT['version']}\n"
    assert installed.command("--version") == version
    assert run(installed.python, "-m", "rasp", "--version", folder=installed.folder) == version
    assert installed.evaluate("import rasp; print(rasp.__version__)") == PROJECT["version"]


def test_is_found_where_it_was_installed(installed: Installed, request: pytest.FixtureRequest) -> None:
    place = Path(installed.evaluate("import rasp; print(rasp.__file__)"))
    editable = "editable" in request.node.name
    assert place.is_relative_to(ROOT if editable else installed.python.parents[1])


def test_installed_tables_fit_the_installed_grammar(installed: Installed) -> None:
    """A start needs neither Lark nor what the terminal alone uses."""
    modules = "{'lark', 'prompt_toolkit', 'pygments'} & sys.modules.keys()"
    program = f"import sys, rasp; rasp.load('program.rasp'); print({modules} or 'none')"
    assert installed.evaluate(program) == "none"


def test_states_what_it_needs(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        lines = archive.read(name).decode("utf-8").splitlines()
    needs = [line for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert len(needs) == len(PROJECT["dependencies"])
    assert "Name: rasp-lang" in lines
    assert "Requires-Python: >=3.11" in lines
