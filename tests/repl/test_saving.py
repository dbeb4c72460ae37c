"""`:load`, `:reload` and `:save`."""

from __future__ import annotations

from pathlib import Path

import pytest

import rasp
from rasp import Session
from rasp.base.limits import limits
from tests.repl.conftest import HIST, Talk


def test_save_formats(talk: Talk, tmp_path: Path) -> None:
    talk("# One.\na=1;b = [a ,2] ; #so\ndef f(x){return x;}\n:save mine")
    saved = "# One.\na = 1;\nb = [a, 2];  # so\ndef f(x) {\n    return x;\n}\n"
    assert (tmp_path / "mine.rasp").read_text() == saved


def test_save_keeps_the_comments_behind_statements(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "lib.rasp").write_text("x = 7;  # seven\n")
    text = (
        "# above\na = 1;  # behind a\nb = 2 +  # two\n    3;  # five\nc = 4  # four\n;\nd = 5; e = 6;  # behind e\n"
        "def f(x) {  # of x\n    return x;  # itself\n}  # behind f\n"
        "for i in [1] {\n    g = i;\n}  # behind for\n"
        'set example "abc"  # an example\nset example "ab";  # another one\n'
        '# what lib has\nload "lib";  # behind load\na;  # behind all\n'
    )
    talk(f"{text}:save mine")
    assert (tmp_path / "mine.rasp").read_text() == rasp.format(text)


def test_save_of_what_would_become_too_large(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "source", 40)
    talk("b=[1,2,3,4,5,6,7,8,9,10,11,12,13];\n:save mine")
    assert (tmp_path / "mine.rasp").read_text() == "b=[1,2,3,4,5,6,7,8,9,10,11,12,13];\n"


def test_load_and_reload(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "prog.rasp"
    file.write_text("a = 1;\n")
    assert talk(":load prog.rasp") == "value: a = 1"
    file.write_text("a = 2;\nnope;\nb = 3;\n")
    said = talk(":reload")
    assert "error[R201]" in said
    assert said.endswith("value: a = 2\nvalue: b = 3")
    file.unlink()
    assert 'error[R501]: no file "prog.rasp"' in talk(":reload")
    assert talk("a;") == "value: a = 2"
    file.write_bytes(b"\xff")
    assert "error[R502]" in talk(":reload")
    file.write_text("a = 5;\n")
    assert talk(":reload").endswith("value: a = 5")


def test_a_file_of_the_start_is_loaded_again(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "prog.rasp"
    file.write_text("_a = 1;\nnope;\nb = _a;\n")
    talk.inner.start_with(file)
    assert "error[R201]" in "".join(talk.said)
    assert talk("_a;") == "value: _a = 1"
    file.write_text("_a = 2;\n")
    assert talk(":reload").endswith("value: _a = 2")
    file.unlink()
    assert "error[R501]" in talk(":reload")
    assert "error[R501]" in talk(":reload")


def test_save_loads_again(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "lib.rasp").write_text("x = 7;\n")
    talk(f'{HIST}\nb = nope;\nc = [1,\n 2]; d = 3; # behind\nset example "abc"\nload "lib";\nload "sort";\nc;\n')
    assert talk(":save saved") == "7 statements in saved.rasp"
    text = (tmp_path / "saved.rasp").read_text()
    assert "nope" not in text
    assert "# How often.\nhist = " in text
    fresh = Session()
    assert fresh.run_file(tmp_path / "saved.rasp") == []
    assert fresh.names() == talk.session.names()
    assert fresh.settings.sop_example == ("a", "b", "c")


def test_save_elsewhere_finds_what_it_loads(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib.rasp").write_text("x = 7;\n")
    (tmp_path / "elsewhere").mkdir()
    talk('load "lib"; load "sort";\n:save elsewhere/saved')
    monkeypatch.chdir(tmp_path / "elsewhere")
    fresh = Session()
    assert fresh.run_file("saved.rasp") == []
    assert "x" in fresh
    assert 'load "sort";' in (tmp_path / "elsewhere" / "saved.rasp").read_text()


def test_save_replaces_only_its_own(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "mine.rasp"
    file.write_text("precious = 1;\n")
    talk("a = 1;")
    said = talk(":save mine")
    assert "error[R505]: mine.rasp is there already" in said
    assert "precious" in file.read_text()
    assert talk(":save --replace mine") == "1 statement in mine.rasp"
    assert talk("b = 2;\n:save mine").endswith("2 statements in mine.rasp")
    assert file.read_text() == "a = 1;\nb = 2;\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.rasp"]


def test_save_on_a_full_disk(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    talk("a = 1;\n:save mine")
    monkeypatch.setattr(Path, "replace", full)
    assert "cannot be written: No space left on device" in talk("b = 2;\n:save mine")
    assert (tmp_path / "mine.rasp").read_text() == "a = 1;\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.rasp"]


def test_save_after_a_file_that_failed(talk: Talk, tmp_path: Path) -> None:
    """What ran of it stands in place of the load; what its own loads ran, too."""
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "good.rasp").write_text("_g = 1; g = _g;\n")
    (folder / "bad.rasp").write_text("y = nope;\n_x = 2;\nexamples off\nx = _x; x\n")
    (folder / "outer.rasp").write_text('load "good";\nload "bad";\nexit\nnever = 1;\n')
    talk('load "sort";\n:load lib/outer\nz = x + g;\nnope;\n:save saved')
    assert (tmp_path / "saved.rasp").read_text() == ('load "sort";\nload "lib/good";\n_x = 2;\nx = _x;\nz = x + g;\n')
    fresh = Session()
    assert fresh.run_file(tmp_path / "saved.rasp") == []
    assert (fresh["z"], fresh.settings.sop_examples) == (3, True)


def test_save_after_reload_has_each_statement_once(talk: Talk, tmp_path: Path) -> None:
    start, other = tmp_path / "start.rasp", tmp_path / "other.rasp"
    start.write_text('load "other";\na = 1; 2; 2;\nb = a;\n')
    other.write_text("c = 3;\n")
    talk.inner.start_with(start)
    text = 'load "other";\na = 1;\n2;\n2;\nb = a;\nd = 1;\nload "sort";\n'
    talk('d = 1; load "sort";\n:reload\n:reload\n:save saved')
    assert (tmp_path / "saved.rasp").read_text() == text
    start.write_text(start.read_text().replace("b = a", "b = 7"))
    talk(":reload\n:save saved")
    assert (tmp_path / "saved.rasp").read_text() == text + "b = 7;\n"
    assert Session().run_file(tmp_path / "saved.rasp") == []


def test_save_after_reload_keeps_what_counts(talk: Talk, tmp_path: Path) -> None:
    """Where a later statement bound a name of the file anew, the file's statements count again."""
    (tmp_path / "start.rasp").write_text("a = 1;\n")
    talk(":load start\na = 2;\n:reload\n:save saved")
    fresh = Session()
    assert fresh.run_file(tmp_path / "saved.rasp") == []
    assert fresh["a"] == talk.session["a"] == 1


NO_NAMES = ['""', ".", "..", '"', '"a', 'a"', "folder/", ".rasp", "x y", "~", "~/", " ; "]


@pytest.mark.parametrize("command", ["save", "save --replace", "load"])
@pytest.mark.parametrize("name", NO_NAMES)
def test_what_names_no_file(talk: Talk, command: str, name: str, tmp_path: Path) -> None:
    talk("a = 1;")
    said = talk(f":{command} {name}")
    assert "error[R115]" in said
    assert len(said.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []


def test_save_replace_needs_a_name(talk: Talk) -> None:
    assert talk(":save --replace") == "error[R115]: `:save --replace` needs the name of a file behind it"


def test_names_with_blanks_and_of_the_home(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    assert talk('a = 1;\n:save "my file"').endswith("1 statement in my file.rasp")
    assert talk(':load "my file.rasp"') == "value: a = 1"
    assert talk(':draw tokens "my drawing.txt"') == "drawn: my drawing.txt"
    assert talk(':draw tokens == "x.txt"').startswith('(tokens == "x.txt")("hello")')
    talk(":save ~/a\n:draw tokens ~/b.txt")
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["a.rasp", "b.txt"]
    assert talk(":load ~/a") == "value: a = 1"
