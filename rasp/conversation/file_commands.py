"""The commands that read and write files: `:load`, `:reload`, `:edit`, `:fmt`, `:save`."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rasp.assist.documentation import definition_text, format_if_possible, statement_parts, statement_text
from rasp.base.diagnostics import printable
from rasp.base.writing import replace_file
from rasp.conversation.record import RecordedStatement
from rasp.conversation.talk import Talk
from rasp.errors import BadCommand, RaspError, UnwritableFile
from rasp.runtime.files import display_path, find_program, read_program, real_path, unit_of
from rasp.runtime.scope import SourceUnit
from rasp.syntax import tree

REPLACE = "--replace"  # before the name of a file that may be overwritten


def file_name(argument: str) -> str:
    """The file name in the argument of a command, without quotes and `;`, and with `~` expanded.

    Raises BadCommand for an argument that is not a file name.

    >>> file_name('"my programs/sort.rasp";'), file_name("sort")
    ('my programs/sort.rasp', 'sort')
    """
    text = argument.strip().rstrip("; ")
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    name = text[1:-1] if quoted else text
    if not name.strip() or os.path.basename(name) in ("", ".", "..", "~", ".rasp"):
        raise BadCommand(f"`{_short(text)}` is no name of a file")
    if '"' in name:
        raise BadCommand(f"the quotes do not enclose a name: {_short(text)}")
    if not quoted and len(name.split()) > 1:
        raise BadCommand("a name with blanks needs quotes", hint=f'It is "{_short(name)}".')
    return str(expand_user(name))


def expand_user(name: str) -> Path:
    """A path with `~` expanded, where that is possible."""
    try:
        return Path(name).expanduser()
    except RuntimeError:  # no such user
        return Path(name)


def program_path(argument: str) -> str:
    """The path of a program as in `load`, without `.rasp`. Raises BadCommand.

    >>> program_path('"lib/sort.rasp";'), program_path("sort")
    ('lib/sort', 'sort')
    """
    return file_name(argument).removesuffix(".rasp")


def _short(text: str) -> str:
    return printable(text)[:80]


def load(talk: Talk, argument: str) -> None:
    """`:load`: runs a program and binds its names, as `load` does."""
    path = program_path(argument)
    if path not in talk.files:
        find_program(path, talk.session.scope.unit)  # raises for a missing file, which `:reload` should not try
        talk.files.append(path)
    _load(talk, path)


def _load(talk: Talk, path: str) -> None:
    talk.load(tree.Load(tree.Literal(path)))


def reload(talk: Talk, argument: str) -> None:
    """`:reload`: runs the loaded programs again."""
    if not talk.files:
        raise BadCommand("nothing has been loaded yet", hint="`:load FILE` runs a program.")
    for path in list(talk.files):
        talk.say(f"load {printable(str(path))}")
        if isinstance(path, Path):
            talk.start_with(path)
        else:
            _load(talk, path)


# ------------------------------------------------------------------------------------------------------------ save


def save(talk: Talk, argument: str) -> None:
    """`:save`: writes the statements that ran as a program. Overwrites only with `--replace`, or its own files."""
    first, _, rest = argument.partition(" ")
    replace = first == REPLACE
    if replace and not rest.strip():
        raise BadCommand(f"`:save {REPLACE}` needs the name of a file behind it")
    file = Path(f"{program_path(rest if replace else argument)}.rasp")
    try:
        real = real_path(file)
        texts = [text for entry in talk.record.entries for text in _statements_of(entry, real.parent)]
        if file.exists() and not (replace or real in talk.saved):
            raise UnwritableFile(f"{display_path(file)} is there already", hint=f"`:save {REPLACE} FILE` replaces it.")
        replace_file(file, "".join(map(format_if_possible, texts)).encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnwritableFile(f"{printable(str(file))[:200]} cannot be written: {reason}") from None
    talk.saved.add(real)
    talk.say(f"{len(texts)} statement{'s' * (len(texts) != 1)} in {printable(str(display_path(file)))}")


def _statements_of(entry: RecordedStatement, folder: Path) -> Iterator[str]:
    """The text of a statement that ran; the path of a `load` is relative to the folder of the saved program."""
    statement = entry.statement
    if entry.inside is not None:
        for inner in entry.inside:
            if not _is_setting(inner.statement):  # `examples on` and `off` in a file end with it
                yield from _statements_of(inner, folder)
    elif isinstance(statement, tree.Load):
        above, _, behind = statement_parts(statement, statement.span) if statement.span is not None else ("", "", "")
        yield f'{above}load "{_portable(str(statement.path.value), entry.unit, folder)}";{behind}'
    elif not (isinstance(statement, tree.SessionCommand) and statement.words in ("exit", "quit")):
        yield statement_text(statement)


def _is_setting(statement: tree.SyntaxNode) -> bool:
    return isinstance(statement, tree.SessionCommand) and "examples" in statement.words.split()


def _portable(path: str, unit: SourceUnit, folder: Path) -> str:
    """The path by which a program in `folder` loads the program that `load` found.

    Programs of the library keep their names, which are found from everywhere.
    """
    try:
        wanted = real_path(find_program(path, unit))
    except RaspError:  # the file was removed since
        return path
    if unit_of(wanted).library or real_path(folder / f"{path}.rasp") == wanted:
        return path
    return os.path.relpath(wanted.with_suffix(""), folder)


# ------------------------------------------------------------------------------------------------------------ edit


def edit(talk: Talk, argument: str) -> None:
    """`:edit`: opens a definition, a file, or the last input in the user's editor, and runs the edited text.

    A text that failed before is opened again, unless another name is given.
    """
    if talk.editing:
        raise BadCommand("a text from the editor cannot open the editor again")
    if argument.rstrip('"').endswith(".rasp"):
        _run_editor(talk, Path(f"{program_path(argument)}.rasp"))
        talk.started = time.perf_counter()
        load(talk, argument)
        return
    if argument and not argument.isidentifier():
        raise BadCommand(f"`{_short(argument)}` is no name and no .rasp file")
    before, is_draft = _text_to_edit(talk, argument)
    after = _edit_text(talk, before, argument)
    talk.started = time.perf_counter()  # the time in the editor does not count
    if not after.strip():
        if is_draft:
            talk.draft = None
            talk.latest.forget()
        talk.say("The text is empty, so nothing runs.")
    elif after.rstrip() == before.rstrip():
        talk.say("Nothing was changed, so nothing runs.")
    else:
        talk.edited(after, argument)


def _text_to_edit(talk: Talk, name: str) -> tuple[str, bool]:
    """The text to open in the editor, and whether it is a draft that failed before."""
    if talk.draft is not None and name in ("", talk.draft.name):
        return talk.draft.text, True
    return (definition_text(name, talk.session) or "") if name else _last_input(talk), False


def fmt(talk: Talk, name: str) -> None:
    """`:fmt`: prints the text that `:edit` would open, formatted."""
    text, _ = _text_to_edit(talk, name)
    if not text.strip():
        raise BadCommand(f"`{_short(name)}` has no source in RASP" if name else "there is no input yet to lay out")
    talk.say("\n".join(map(printable, format_if_possible(text).rstrip("\n").split("\n"))))


def _edit_text(talk: Talk, before: str, name: str) -> str:
    """Opens a text in the editor and returns the edited text. Raises RaspError."""
    with tempfile.TemporaryDirectory(prefix="rasp-") as folder:
        file = Path(folder, f"{name or 'input'}.rasp")
        file.write_text(before.rstrip() + "\n" if before else "", encoding="utf-8")
        _run_editor(talk, file)
        return read_program(file)


def _last_input(talk: Talk) -> str:
    """The latest input that is not a command; before the first one, that of an earlier conversation."""
    earlier = (text for text in reversed(list(talk.past())) if not text.lstrip().startswith(":"))
    return talk.latest.text or next(earlier, "")


def _run_editor(talk: Talk, file: Path) -> None:
    """Opens a file in $VISUAL or $EDITOR and waits for its end. Raises BadCommand if that fails."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        with talk.lend():
            status = subprocess.run([*shlex.split(command), str(file)], check=False).returncode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "Set the variable EDITOR to an editor that runs here."
        raise BadCommand(f"the editor `{printable(command)[:80]}` cannot be started: {reason}", hint=hint) from None
    if status:
        raise BadCommand(f"the editor `{printable(command)[:80]}` failed, so nothing runs (its status is {status})")
