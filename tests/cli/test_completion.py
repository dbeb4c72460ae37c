"""`rasp completion`: the scripts, in the shells themselves where they are installed."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from rasp.cli.arguments import COMMANDS
from tests.cli.processes import Rasp, start

BASH = (
    "source rasp.sh; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _rasp; "
    'printf "%s\\n" "${{COMPREPLY[@]}}"'
)
CASES = [
    (("rasp", "co"), {"compile", "completion"}),
    (("rasp", "compile", "--dt"), {"--dtype"}),
    (("rasp", "compile", "sort", "--dtype", "f"), {"float64", "float32"}),
    (("rasp", "run", "most"), {"most_frequent"}),
    (("rasp", "check", "--format", "g"), {"github"}),
    (("rasp", "help", "le"), {"learn"}),
    (("rasp", "run", "my"), {"my prog.rasp"}),
    (("rasp", "exercises", "show", "rot"), {"rotate"}),
    (("rasp", "run", "sort", "-s", ""), {"sorted", "sorted_bos"}),
    (("rasp", "sort", "-s", ""), {"sorted", "sorted_bos"}),
    (("rasp", "trace", "sort", "-i", "ab", "--sop", "sorted_"), {"sorted_bos"}),
    (("rasp", "compile", "names.rasp", "-s", ""), {"hist", "same"}),
    (("rasp", "arch", "my\\ prog.rasp", "-s", ""), {"a"}),
]
NAMES = """\
def f(x) {
    local = x;
    return local;
}
same = select(tokens, tokens, ==);
_private = 1;
hist =
    selector_width(same);
# note = 1;
hist == 1;
"""


@pytest.fixture(scope="module")
def scripts() -> dict[str, bytes]:
    """The scripts, by the ends of their files."""
    runs = {end: start("completion", shell) for end, shell in (("sh", "bash"), ("fish", "fish"), ("zsh", "zsh"))}
    return {end: run.communicate(timeout=60)[0] for end, run in runs.items()}


@pytest.fixture
def folder(scripts: dict[str, bytes], programs: Path) -> Path:
    for end, script in scripts.items():
        (programs / f"rasp.{end}").write_bytes(script)
    (programs / "my prog.rasp").write_text("a = 1;")
    (programs / "names.rasp").write_text(NAMES)
    return programs


def _needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


@pytest.mark.parametrize(("words", "wanted"), CASES)
def test_bash(folder: Path, words: tuple[str, ...], wanted: set[str]) -> None:
    _needs("bash")
    script = BASH.format(words=shlex.join(words))
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert (set(done.stdout.splitlines()), done.stderr) == (wanted, "")


@pytest.mark.parametrize(("words", "wanted"), CASES)
def test_fish(folder: Path, words: tuple[str, ...], wanted: set[str]) -> None:
    _needs("fish")
    script = f"source rasp.fish; complete -C '{' '.join(words)}'"
    done = subprocess.run(["fish", "-N", "-c", script], capture_output=True, text=True, check=True)
    assert {line.partition("\t")[0] for line in done.stdout.splitlines()} == wanted


def test_zsh(folder: Path) -> None:
    """Its completion needs a terminal; here the script is read, and defines the function."""
    _needs("zsh")
    script = "compdef() { print defined $1 $2; }; source ./rasp.zsh; whence -w _rasp"
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["defined _rasp rasp", "_rasp: function"]


ZSH = """\
autoload -U compinit; compinit -u -D; source ./rasp.zsh
rasp() { print -r -- "<$*>" }; PS1=; print begun
"""
TYPED = [
    ("rasp run names.rasp -s h", "<run names.rasp -s hist>"),
    ("rasp draw my\\ prog.rasp --sop=", "<draw my prog.rasp --sop=a>"),
    ("rasp trace sort -s sorted_", "<trace sort -s sorted_bos>"),
    ("rasp exercises show rota", "<exercises show rotate>"),
    ("rasp compile sort --dtype float3", "<compile sort --dtype float32>"),
]


def test_zsh_on_a_terminal(folder: Path) -> None:
    """Words are completed by the tab key, and the shell's own `rasp` prints them."""
    _needs("zsh")
    main, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "HOME": str(folder)}
    with subprocess.Popen(
        ["zsh", "-f"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=folder,
        env=environment,
        start_new_session=True,
    ) as shell:
        os.close(terminal)
        try:
            os.write(main, ZSH.encode())
            _read_to(main, "\nbegun")
            for typed, wanted in TYPED:
                os.write(main, f"{typed}\t\n".encode())
                assert wanted in _read_to(main, ">")
        finally:
            shell.kill()
            os.close(main)


def _read_to(terminal: int, end: str) -> str:
    """What a terminal shows, up to a text; a terminal on which it never comes fails the test."""
    shown = ""
    while end not in shown.replace("\r", ""):
        assert select.select([terminal], [], [], 60)[0], shown
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_script_has_all_commands(rasp: Rasp, shell: str) -> None:
    out = rasp("completion", shell).out
    assert all(command in out for command in COMMANDS)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_descriptions_keep_their_apostrophes(rasp: Rasp, shell: str) -> None:
    assert "train transformers on a program's answers" in rasp("completion", shell).out


def test_another_shell_is_refused(rasp: Rasp) -> None:
    assert "is none of bash, zsh and fish" in rasp("completion", "tcsh").err
