"""The commands that read and write files: `:load`, `:reload`, `:edit`, `:save`."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rasp.diagnostics import printable
from rasp.errors import BadCommand, RaspError, UnwritableFile
from rasp.repl.documentation import source_of, statement_text
from rasp.repl.interrupts import ignored
from rasp.runtime.files import find_program, read_program, real_path, shown_path, unit_of
from rasp.syntax import tree
from rasp.writing import replace_file

if TYPE_CHECKING:
    from rasp.repl.conversation import Conversation

REPLACE = "--replace "  # before the name of a file that may be there


def program_path(argument: str) -> str:
    """The path of a program as `load` has it: without `.rasp`, quotes and `;`, from the user's folder where it begins
    with `~`.

    >>> program_path('"lib/sort.rasp";'), program_path("sort")
    ('lib/sort', 'sort')
    """
    path = argument.rstrip("; ").strip('"').removesuffix(".rasp")
    try:
        return str(Path(path).expanduser()) if path.startswith("~") else path
    except RuntimeError:  # no such user
        return path


def load(talk: Conversation, argument: str) -> None:
    """`:load`: runs a program and takes its names, as `load` does."""
    path = program_path(argument)
    if path not in talk.files:
        find_program(path, talk.session.scope.unit)  # so that what is not there is not loaded again
        talk.files.append(path)
    _load(talk, path)


def _load(talk: Conversation, path: str) -> None:
    talk.session.run_items([tree.Load(tree.Literal(path))])


def reload(talk: Conversation, argument: str) -> None:
    """`:reload`: runs the loaded programs again."""
    if not talk.files:
        raise BadCommand("nothing has been loaded yet", hint="`:load FILE` runs a program.")
    for path in list(talk.files):
        talk.say(f"load {printable(str(path))}")
        if isinstance(path, Path):
            talk.files.remove(path)
            talk.start_with(path)
        else:
            _load(talk, path)


# ------------------------------------------------------------------------------------------------------------ save


def save(talk: Conversation, argument: str) -> None:
    """`:save`: writes the statements that ran as a program. A file that is there is not replaced without being told."""
    replace = argument.startswith(REPLACE)
    name = argument.removeprefix(REPLACE).strip().strip('"')
    file = Path(name if name.endswith(".rasp") else f"{name}.rasp")
    try:
        place = real_path(file)
        texts = [text for statement in talk.statements if (text := _saved_text(statement, talk, place.parent))]
        if file.exists() and not (replace or place in talk.saved):
            raise UnwritableFile(f"{shown_path(file)} is there already", hint=f"`:save {REPLACE}FILE` replaces it.")
        replace_file(file, "".join(f"{text.rstrip()}\n" for text in texts).encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnwritableFile(f"{printable(str(file))[:200]} cannot be written: {reason}") from None
    talk.saved.add(place)
    talk.say(f"{len(texts)} statement{'s' * (len(texts) != 1)} in {printable(str(shown_path(file)))}")


def _saved_text(statement: tree.Node, talk: Conversation, folder: Path) -> str:
    """A statement as the saved program has it; a load finds its file from the program's folder."""
    if isinstance(statement, tree.Command) and statement.words in ("exit", "quit"):
        return ""
    if isinstance(statement, tree.Load):
        return f'load "{_portable(str(statement.path.value), talk, folder)}";'
    return statement_text(statement)


def _portable(path: str, talk: Conversation, folder: Path) -> str:
    """A path that leads from a folder to the same program, wherever one works; the library's are found everywhere."""
    try:
        wanted = real_path(find_program(path, talk.session.scope.unit))
    except RaspError:  # it is gone since
        return path
    if unit_of(wanted).library or real_path(folder / f"{path}.rasp") == wanted:
        return path
    return os.path.relpath(wanted.with_suffix(""), folder)


# ------------------------------------------------------------------------------------------------------------ edit


def edit(talk: Conversation, argument: str) -> None:
    """`:edit`: a definition, a file, or an empty text in the user's editor; what comes back runs."""
    if argument.endswith(".rasp"):
        _run_editor(Path(program_path(argument) + ".rasp"))
        load(talk, argument)
        return
    before = (source_of(argument, talk.session) or "") if argument else _last_input(talk)
    if talk.editing:
        raise BadCommand("a text from the editor cannot open the editor again")
    if argument and not argument.isidentifier():
        raise BadCommand(f"`{printable(argument)[:60]}` is no name and no .rasp file")
    with tempfile.TemporaryDirectory(prefix="rasp-") as folder:
        file = Path(folder, f"{argument or 'input'}.rasp")
        file.write_text(before.rstrip() + "\n" if before else "", encoding="utf-8")
        _run_editor(file)
        after = read_program(file)
    if not after.strip() or after.rstrip() == before.rstrip():
        talk.say("Nothing was changed, so nothing runs.")
        return
    talk.edited(after)


def _last_input(talk: Conversation) -> str:
    """The latest input that is no command: `:edit` itself is among the inputs by then."""
    return next((text for text in reversed(list(talk.past())) if not text.lstrip().startswith(":")), "")


def _run_editor(file: Path) -> None:
    """Opens a file in $VISUAL or $EDITOR, and waits. Raises BadCommand where that fails."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        with ignored():  # Ctrl-C belongs to the editor now
            status = subprocess.run([*shlex.split(command), str(file)], check=False).returncode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "Set the variable EDITOR to an editor that runs here."
        raise BadCommand(f"the editor `{printable(command)[:80]}` cannot be started: {reason}", hint=hint) from None
    if status:
        raise BadCommand(f"the editor `{printable(command)[:80]}` failed, so nothing runs (its status is {status})")
