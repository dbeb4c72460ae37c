"""Files of another sort than a command needs: each says what it seems to be, and how it is used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import rasp as package
from rasp.errors import UnreadableFile, WrongFile
from tests.cli.processes import Outcome, Rasp, Talk, start

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A compiled model; its file."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "hist.rasp").write_text("hist = selector_width(select(tokens, tokens, ==));", encoding="utf-8")
    made = start("compile", "hist.rasp", "--vocab", "ab", "--max-length", "3", "-o", "hist.safetensors", cwd=folder)
    _, errors = made.communicate(timeout=60)
    assert (made.returncode, errors) == (0, b"")
    return (folder / "hist.safetensors").read_bytes()


@pytest.fixture
def files(programs: Path, model: bytes) -> Path:
    """A folder with files of all sorts."""
    header = 8 + int.from_bytes(model[:8], "little")
    contents = {
        "hist.safetensors": model,
        "image.png": PNG,
        "data.json": b'{"a": [1, 2]}',
        "lines.jsonl": b'{"a": 1}\n\n{"a": 2}\n',
        "empty": b"",
        "blanks": b" \n\n",
        "zip.pt": b"PK\x03\x04\0\0",
        "noise.bin": bytes(range(256)),
        "note.txt": b"Dear all,\n",
        "pointer.safetensors": POINTER,
        "cut.safetensors": model[: header + 10],
        "header.safetensors": model[: header - 10],
        "long.safetensors": model + b"more",
        "wide.txt": "ab\nba\n".encode("utf-16"),
    }
    for name, content in contents.items():
        (programs / name).write_bytes(content)
    (programs / "folder").mkdir()
    (programs / "folder" / "inner.rasp").write_text("a = 1;")
    save_file({"a": np.zeros(3)}, programs / "other.safetensors")
    return programs


# --------------------------------------------------------------------------------------------- where a model is needed

MODELS = [
    ("hist.rasp", "R506", "is not a model: it seems to be a RASP program"),
    ("image.png", "R506", "is not a model: it seems to be a PNG image"),
    ("data.json", "R506", "is not a model: it seems to be JSON"),
    ("lines.jsonl", "R506", "is not a model: it seems to be JSON"),
    ("empty", "R506", "is not a model: it is empty"),
    ("blanks", "R506", "is not a model: it is empty"),
    ("zip.pt", "R506", "is not a model: it seems to be a ZIP archive, as PyTorch's checkpoints"),
    ("noise.bin", "R506", "is not a model: it seems to be binary data"),
    ("note.txt", "R506", "is not a model: it seems to be a text"),
    ("pointer.safetensors", "R506", "a pointer of Git LFS, in whose place `git lfs pull` puts the file"),
    ("other.safetensors", "R506", "is not a model of this program, but a safetensors file of another one"),
    ("folder", "R504", "is not a model: Is a directory"),
    ("cut.safetensors", "R504", "is damaged: it has 1,"),
    ("header.safetensors", "R504", "is damaged: it ends at byte 1,"),
    ("long.safetensors", "R504", "is damaged: it has 3,"),
    ("hist.safetensor", "R501", "no file hist.safetensor"),
]


@pytest.mark.parametrize(("name", "code", "message"), MODELS)
@pytest.mark.parametrize("command", [["model", "run", "-i", "a"], ["model", "show"], ["verify", "hist.rasp"]])
def test_what_is_no_model(rasp: Rasp, files: Path, command: list[str], name: str, code: str, message: str) -> None:
    result = rasp(*command, name)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"error[{code}]: ")
    assert message in result.err
    with pytest.raises(package.RaspError, match=code):
        package.Transformer.load(name)


def test_a_program_in_place_of_a_model(rasp: Rasp, files: Path) -> None:
    (files / "my program.rasp").write_text("\n# first\nhist = indices;\n")
    result = rasp("model", "run", "my program.rasp", "-i", "a")
    assert "  --> my program.rasp:2:1\n" in result.err
    assert "hint: `rasp compile 'my program.rasp' --vocab abcd --max-length 10 -o model.safetensors`" in result.err
    swapped = rasp("verify", "hist.safetensors", "hist.rasp")
    assert swapped.status == 2
    assert "the program comes first, then the model: `rasp verify FILE MODEL`" in swapped.err


def test_a_model_of_another_version(rasp: Rasp, files: Path) -> None:
    content = (files / "hist.safetensors").read_bytes()
    (files / "next.safetensors").write_bytes(content.replace(b'"format":"rasp 2"', b'"format":"rasp 4"'))
    said = rasp("model", "show", "next.safetensors").err
    assert "a model in the format 'rasp 4'; this version reads 'rasp 2' and 'rasp 3'" in said


# ------------------------------------------------------------------------------------------- where a program is needed

PROGRAMS = [
    ("hist.safetensors", "R506", "seems to be a compiled model"),
    ("other.safetensors", "R506", "seems to be a safetensors file"),
    ("cut.safetensors", "R506", "seems to be a compiled model"),
    ("image.png", "R506", "seems to be a PNG image"),
    ("data.json", "R506", "seems to be JSON"),
    ("lines.jsonl", "R506", "seems to be JSON"),
    ("noise.bin", "R506", "seems to be binary data"),
    ("pointer.safetensors", "R506", "a pointer of Git LFS"),
    ("wide.txt", "R502", "It seems to be a text in UTF-16: save it as UTF-8."),
    ("folder", "R504", "It is a folder; the programs in it are inner.rasp."),
]
COMMANDS = [
    ["run"],
    [],
    ["run", "--interactive"],
    ["check"],
    ["arch"],
    ["draw"],
    ["test"],
    ["compile", "--vocab", "ab", "--max-length", "2"],
    ["generate", "-s", "a", "-i", "a"],
    ["eval", "1", "-l"],
]


@pytest.mark.parametrize(("name", "code", "message"), PROGRAMS)
def test_what_is_no_program(session: Talk, files: Path, name: str, code: str, message: str) -> None:
    for command in COMMANDS:
        result = session("", *command, name)
        assert result.status == 1
        assert f"{code}" in result.out + result.err
        assert message.rstrip(".") in result.out + result.err
    with pytest.raises(package.RaspError, match=code):
        package.Session().run_file(name)


def test_a_model_in_place_of_a_program(rasp: Rasp, files: Path) -> None:
    hint = "hint: `rasp model run hist.safetensors -i INPUT` runs a model"
    assert hint in rasp("hist.safetensors").err
    refused = rasp("equal", "hist.safetensors:hist", "hist.rasp:hist", "--vocab", "a", "--max-length", "2")
    assert (refused.status, hint in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("hist.safetensors", "hist.safetensors is there, and seems to be a compiled model; `load` takes programs"),
        ("data.json", "data.json is there, and seems to be JSON"),
        ("folder", "It is a folder; the programs in it are inner.rasp."),
        ("hist.rasp", "The path is written without `.rasp`."),
    ],
)
def test_load_of_what_is_no_program(session: Talk, files: Path, name: str, hint: str) -> None:
    assert hint in session(f'load "{name}";').err
    assert hint.split(";")[0] in session("", "eval", "1", "-l", name).err + session(f'load "{name}";').err


def test_an_empty_program_is_a_program(rasp: Rasp, files: Path) -> None:
    assert rasp("run", "empty") == rasp("check", "empty") == Outcome(0, "", "")


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2][0];",
        '{"a": 1}["a"];',
        "{1: 2}; {3: 4}",
        "[tokens]",
        "GIF89a = 1;",
        "BZh = 1;",
        '# <html>\n"<svg>";',
        "[\n[1],\n[2]\n][0];",
        "def f() { return {}; }",
    ],
)
def test_what_may_be_a_program_is_read_as_one(rasp: Rasp, programs: Path, text: str) -> None:
    (programs / "doubt.rasp").write_text(text)
    assert "R506" not in rasp("run", "doubt.rasp").err


@pytest.mark.parametrize("command", [["run"], ["check"], ["check", "--fix"], ["test"], ["arch"], ["eval", "1", "-l"]])
def test_an_empty_name_is_no_folder(rasp: Rasp, files: Path, command: list[str]) -> None:
    result = rasp(*command, "")
    assert result.status == 1
    assert "R501" in result.out + result.err
    assert "the name of the program is empty" in result.out + result.err


# --------------------------------------------------------------------------------------------- where inputs are needed


@pytest.mark.parametrize(
    ("name", "words"),
    [("hist.safetensors", "a compiled model"), ("image.png", "a PNG image"), ("wide.txt", "a text in UTF-16")],
)
@pytest.mark.parametrize("command", [["run", "hist.rasp"], ["model", "run", "hist.safetensors"]])
def test_what_has_no_inputs(rasp: Rasp, files: Path, command: list[str], name: str, words: str) -> None:
    result = rasp(*command, "--inputs", name)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"error[R506]: {name} has no inputs: it seems to be {words}\n")


def test_lines_of_json_are_inputs(rasp: Rasp, files: Path) -> None:
    assert rasp("run", "hist.rasp", "--inputs", "data.json").status == 0


def test_a_wrong_file_cannot_be_read() -> None:
    assert issubclass(WrongFile, UnreadableFile)
