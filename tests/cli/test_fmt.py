"""`rasp fmt` and `rasp check --fix`: what they write, what they leave alone, and what they say."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rasp.cli import fmt
from rasp.errors import InternalError
from tests.cli.processes import Rasp, Talk

MESSY, TIDY = "a=1;b = [a ,2]", "a = 1;\nb = [a, 2]"
WRONG = "a = ;"


@pytest.fixture
def folder(programs: Path) -> Path:
    """A folder with programs in their layout, in none, and with an error, some of them hidden."""
    files = {
        "p/messy.rasp": f"{MESSY};",
        "p/tidy.rasp": f"{TIDY};\n",
        "p/deep/er/messy.rasp": f"{MESSY};",
        "p/.hidden/messy.rasp": f"{MESSY};",
        "p/.messy.rasp": f"{MESSY};",
        "p/messy.txt": f"{MESSY};",
    }
    for name, text in files.items():
        (programs / name).parent.mkdir(parents=True, exist_ok=True)
        (programs / name).write_text(text)
    return programs / "p"


def test_only_what_changes_is_written(rasp: Rasp, folder: Path) -> None:
    before = (folder / "tidy.rasp").stat()
    result = rasp("fmt", "p", "p/messy.rasp")
    assert result == (0, "formatted p/messy.rasp\nformatted p/deep/er/messy.rasp\n", "")
    assert (folder / "messy.rasp").read_text() == f"{TIDY};\n"
    after = (folder / "tidy.rasp").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    for name in (".hidden/messy.rasp", ".messy.rasp", "messy.txt"):
        assert (folder / name).read_text() == f"{MESSY};"
    assert rasp("fmt", "p") == (0, "", "")


def test_check_names_the_files_and_writes_nothing(rasp: Rasp, folder: Path) -> None:
    assert rasp("fmt", "--check", "p") == (1, "p/messy.rasp\np/deep/er/messy.rasp\n", "")
    assert (folder / "messy.rasp").read_text() == f"{MESSY};"
    assert rasp("fmt", "--check", "p/tidy.rasp") == (0, "", "")


def test_diff_is_one_that_patch_takes(rasp: Rasp, folder: Path) -> None:
    (folder / "messy.rasp").write_bytes(b"c = 1;\r\n# \x0c\nd;d;")
    result = rasp("fmt", "--diff", "p/messy.rasp", "p/tidy.rasp")
    assert (result.status, result.err) == (0, "")
    assert rasp("fmt", "--diff", "--check", "p/messy.rasp", "p/tidy.rasp") == (1, result.out, "")
    assert rasp("fmt", "--diff", "--check", "p/tidy.rasp") == rasp("fmt", "--diff", "p/tidy.rasp") == (0, "", "")
    assert result.out == (
        "--- p/messy.rasp\n+++ p/messy.rasp\n@@ -1,3 +1,4 @@\n-c = 1;\r\n-# \x0c\n-d;d;\n"
        "\\ No newline at end of file\n+c = 1;\n+#\n+d;\n+d;\n"
    )


def test_a_file_with_an_error_is_left_alone_and_the_others_are_not(rasp: Rasp, folder: Path) -> None:
    (folder / "aa.rasp").write_text(WRONG)
    (folder / "bytes.rasp").write_bytes(b"a=1;\xff")
    (folder / "link.rasp").symlink_to("nowhere")
    for options in (["--check"], ["--diff"], []):
        result = rasp("fmt", *options, "p", "none.rasp", "sort")
        assert result.status == 1
        assert [line[:11] for line in result.err.split("\n") if line.startswith("error")] == [
            "error[R111]",
            "error[R502]",
            "error[R501]",
            "error[R501]",
            "error[R501]",
        ]
        assert "p/deep/er/messy.rasp" in result.out
    assert (folder / "aa.rasp").read_text() == WRONG
    assert (folder / "bytes.rasp").read_bytes() == b"a=1;\xff"
    assert (folder / "messy.rasp").read_text() == f"{TIDY};\n"


def test_an_ending_that_is_missing(rasp: Rasp, folder: Path) -> None:
    result = rasp("fmt", "p/messy")
    assert result == (1, "", "error[R501]: no file p/messy\n  = hint: Did you mean p/messy.rasp?\n")


def test_a_read_only_file_is_an_error(rasp: Rasp, folder: Path) -> None:
    for name in ("messy.rasp", "tidy.rasp"):
        (folder / name).chmod(0o444)
    result = rasp("fmt", "p/messy.rasp", "p/tidy.rasp")
    assert (result.status, result.out) == (1, "")
    assert result.err == "error[R505]: p/messy.rasp is not written: it is read-only\n"
    assert (folder / "messy.rasp").read_text() == f"{MESSY};"


def test_what_is_no_plain_file_is_not_written(rasp: Rasp, programs: Path) -> None:
    result = rasp("fmt", "/dev/null", "--check")
    assert result == (0, "", "")
    pipe = programs / "pipe.rasp"
    os.mkfifo(pipe)
    assert rasp("fmt", ".", "--check") == (0, "", "")
    with subprocess.Popen([sys.executable, "-c", f"open({str(pipe)!r}, 'w').write('a=1;')"]):
        assert "no plain file" in rasp("fmt", "pipe.rasp").err


def test_links_and_modes_stay(rasp: Rasp, folder: Path) -> None:
    (folder / "messy.rasp").chmod(0o751)
    (folder / "deep" / "link.rasp").symlink_to("../messy.rasp")
    (folder / "deep" / "loop").symlink_to("..")
    assert rasp("fmt", "p/deep/link.rasp", "p").lines == [
        "formatted p/deep/link.rasp",
        "formatted p/deep/er/messy.rasp",
    ]
    assert (folder / "deep" / "link.rasp").is_symlink()
    assert (folder / "messy.rasp").read_text() == f"{TIDY};\n"
    assert stat.S_IMODE((folder / "messy.rasp").stat().st_mode) == 0o751


def test_a_link_that_leads_nowhere(rasp: Rasp, folder: Path) -> None:
    (folder / "link.rasp").symlink_to("nowhere")
    result = rasp("fmt", "p/link.rasp")
    assert result == (1, "", "error[R501]: no file p/link.rasp\n  = hint: It is a link that leads to no file.\n")


def test_links_in_a_circle(rasp: Rasp, folder: Path) -> None:
    (folder / "loop.rasp").symlink_to("loop.rasp")
    result = rasp("fmt", "p")
    assert (result.status, result.out) == (1, "formatted p/messy.rasp\nformatted p/deep/er/messy.rasp\n")
    assert result.err == "error[R504]: p/loop.rasp cannot be read: Too many levels of symbolic links\n"
    for command in (["fmt"], ["check"], ["check", "--fix"], ["run"], ["test"], ["arch"]):
        result = rasp(*command, "p/loop.rasp")
        assert result.status == 1
        assert "p/loop.rasp cannot be read: Too many levels" in result.out + result.err


def test_a_full_disk(rasp: Rasp, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rasp.cli.rewriting.replace_file", full)
    result = rasp("fmt", "p/messy.rasp")
    assert result == (1, "", "error[R505]: p/messy.rasp cannot be written: No space left on device\n")


def test_a_mistake_of_our_own_leaves_the_file_alone(rasp: Rasp, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(text: str, name: str) -> str:
        raise InternalError("the formatted program is another one")

    monkeypatch.setattr(fmt, "format", wrong)
    result = rasp("fmt", "p/messy.rasp")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("rasp: p/messy.rasp is left alone: the formatted program is another one.")
    assert (folder / "messy.rasp").read_text() == f"{MESSY};"


# ----------------------------------------------------------------------------------------------------- standard input


def test_standard_input(session: Talk) -> None:
    assert session(f"{MESSY};#日本", "fmt", "-") == (0, f"{TIDY};  # 日本\n", "")
    assert session(f"{TIDY};\n", "fmt", "-", "--check") == (0, "", "")
    assert session(f"{MESSY};", "fmt", "-", "--check") == (1, "<stdin>\n", "")
    assert session(f"{MESSY};", "fmt", "-", "--diff").lines[:2] == ["--- <stdin>", "+++ <stdin>"]
    assert session("", "fmt", "-") == (0, "", "")


def test_the_latest_input_on_a_pipe(session: Talk) -> None:
    assert session(":fmt", "repl").err.startswith("error[R115]: there is no input yet")
    result = session("\ufeffx = nope +\r\n  1;\r\n\n:fmt\n# so\ny=[\n1];z=2;\n:names\n\n:fmt\n", "repl")
    assert result.out.split("\n")[0] == "x = nope + 1;"
    assert result.out.endswith("\n# so\ny = [1];\nz = 2;\n")


@pytest.mark.parametrize(("given", "code"), [(WRONG, "R111"), (b"a=1;\xff", "R502"), ("a;" * 8_400_000, "R601")])
def test_standard_input_with_an_error(session: Talk, given: str | bytes, code: str) -> None:
    result = session(given, "fmt", "-")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"error[{code}]")


COPIED = "# of today\n  >> x = True or False and False;\n     value: x = False\n"


def test_a_copied_conversation_is_left_alone(rasp: Rasp, session: Talk, programs: Path) -> None:
    file = programs / "talk.rasp"
    file.write_text(COPIED)
    for options in ([], ["--check"], ["--diff"]):
        result = rasp("fmt", "talk.rasp", *options)
        assert (result.status, result.out) == (1, "")
        assert result.err.startswith("error[R100]: the text is a copied conversation\n  --> talk.rasp:2:3\n")
    assert session(f"\ufeff{COPIED}", "fmt", "-").err.startswith("error[R100]: the text is a copied conversation\n")
    assert rasp("check", "--fix", "talk.rasp").lines[0].startswith("talk.rasp:2:3: R100 the text is a copied")
    assert file.read_text() == COPIED
    assert rasp("run", "talk.rasp", "-s", "tokens", "-i", "a").status == 0


def test_wrong_usage(rasp: Rasp) -> None:
    assert rasp("fmt").status == 2
    assert rasp("fmt", "--width", "100", "p").status == 2


def test_an_empty_name_is_no_folder(rasp: Rasp, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert rasp("fmt", "") == (1, "", "error[R501]: the name of a file or folder is empty\n")
    assert (folder / "messy.rasp").read_text() == f"{MESSY};"


# ------------------------------------------------------------------------------------------------------- check --fix


def test_fix_takes_no_standard_input(session: Talk, programs: Path) -> None:
    (programs / "-").write_text("x = True or False and False;")
    result = session("x = True or False and False;", "check", "--fix", "-")
    assert (result.status, result.out) == (2, "")
    assert "--fix writes files" in result.err
    assert (programs / "-").read_text() == "x = True or False and False;"


def test_fix_keeps_line_ends_and_the_mark_at_the_top(rasp: Rasp, programs: Path) -> None:
    file = programs / "doubt.rasp"
    for start in ("", "\ufeff", "\ufeff\ufeff"):
        file.write_bytes(f"{start}x = (True or False) and False;\r\ny = 1;".encode())
        before = file.stat()
        assert rasp("check", "--fix", "doubt.rasp") == (0, "", "")
        assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
        file.write_bytes(f"{start}x = True or False and False;\r\ny = 1;".encode())
        assert rasp("check", "--fix", "doubt.rasp") == (0, "fixed doubt.rasp\n", "")
        assert file.read_bytes() == f"{start}x = (True or False) and False;\r\ny = 1;".encode()


def test_fix_writes_brackets_and_nothing_else(rasp: Rasp, programs: Path) -> None:
    (programs / "doubt.rasp").write_bytes(b"x=True or False and  False;#so\r\ny = lenght;")
    result = rasp("check", "--fix", "doubt.rasp", "calc.rasp")
    finding = "doubt.rasp:2:5: R201 unknown name `lenght`. Did you mean `length` or `len`?"
    assert result.lines == ["fixed doubt.rasp", finding]
    assert (result.status, result.err) == (1, "")
    assert (programs / "doubt.rasp").read_bytes() == b"x=(True or False) and  False;#so\r\ny = lenght;"
    assert rasp("check", "--fix", "doubt.rasp").lines == [finding]


def test_fix_leaves_a_program_with_an_error_alone(rasp: Rasp, programs: Path) -> None:
    (programs / "bad.rasp").write_text("x = True or False and False;\ny = ;")
    (programs / "locked.rasp").write_text("x = True or False and False;")
    (programs / "locked.rasp").chmod(0o444)
    result = rasp("check", "--fix", "bad.rasp", "locked.rasp", "none.rasp", ".")
    assert [line.split(" ")[:2] for line in result.lines] == [
        ["bad.rasp:2:5:", "R111"],
        ["locked.rasp:1:1:", "R505"],
        ["bad.rasp:1:5:", "W101"],
        ["locked.rasp:1:5:", "W101"],
        ["none.rasp:1:1:", "R501"],
        [".:1:1:", "R504"],
    ]
    assert result.status == 1
