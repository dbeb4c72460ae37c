"""Makes teachers for learning from s-ops, models, and functions in Python files."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from rasp.base.contents import close_files
from rasp.base.diagnostics import nearest
from rasp.errors import BadInput, FileMissing, NotAnSOp, RaspError, UnknownName, UnreadableFile
from rasp.learning.data import Input
from rasp.learning.teachers import Teacher, of_answers, of_function, of_node
from rasp.session.sops import SOp
from rasp.session.transformer import Transformer


def teacher_of(value: Any, name: str = "", *, output: str = "", texts: bool = False, one: bool = False) -> Teacher:
    """An s-op, a model, or a function of Python as a teacher.

    `output` names the output of a model that has several. `texts`: the function takes strings. `one`: it gives one
    label a sequence. Raises UnknownName or NotAnSOp.

    >>> import rasp
    >>> teacher_of(rasp.indices, "indices").ask([("a", "b")]), teacher_of(sorted).name
    ([(0, 1)], 'sorted')
    """
    match value:
        case SOp():
            return of_node(value.node, name or value.name or "the s-op")
        case Transformer():
            return _of_model(value, name or "the model", output)
    if not callable(value):
        raise NotAnSOp(f"a value of type {type(value).__name__} cannot teach; an s-op, a model or a function can")
    return of_function(value, name or getattr(value, "__name__", type(value).__name__), texts, one)


def _of_model(model: Transformer, name: str, output: str) -> Teacher:
    """A model, with the vocabulary and the lengths that it takes."""
    config = model.config
    if output not in config.outputs and (output or len(config.outputs) > 1):
        raise UnknownName(f"which output of {name}?", hint=f"Write MODEL:OUTPUT; it has {', '.join(config.outputs)}.")

    def ask(inputs: list[Input]) -> list[Any]:
        try:
            results = model.batch(inputs)
        except RaspError as error:
            if len(inputs) == 1:
                return [error]
            half = len(inputs) // 2
            return ask(inputs[:half]) + ask(inputs[half:])
        return [(result[output] if isinstance(result, dict) else result).values for result in results]

    teacher = of_answers(ask, name)
    return replace(
        teacher,
        vocabulary=config.vocab,
        shortest=config.min_length,
        longest=config.max_length,
        usual=config.trained_length,
    )


# ------------------------------------------------------------------------------------------------------ Python's files


def function_of(path: str, name: str) -> Callable[..., Any]:
    """A function of a file of Python, which is run. What both print goes to standard error, away from results.

    Raises FileMissing, UnreadableFile, UnknownName or BadInput.
    """
    module = _module(Path(path))
    known = [other for other, value in vars(module).items() if callable(value) and not other.startswith("_")]
    function = getattr(module, name, None)
    if function is None:
        close = nearest(name, known) or known[:5]
        raise UnknownName(f"{path} defines no {name:.60}", hint=f"It has {', '.join(close)}." if close else "")
    if not callable(function):
        raise BadInput(f"{name} of {path} is no function, but a value of type {type(function).__name__}")

    @wraps(function)
    def beside_results(*arguments: Any) -> Any:
        with redirect_stdout(sys.stderr):
            return function(*arguments)

    return beside_results


def _module(file: Path) -> ModuleType:
    """The module of a file, with the modules beside it, as Python runs a script."""
    _check_readable(file)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(file.parent.resolve()))
    try:
        with redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever the user's own file raises
        title = f"{file} cannot be run: {type(error).__name__}: {error!s:.200}"
        raise BadInput(title, details=_line(error, file)) from None
    finally:
        sys.path.pop(0)
    return module


def _check_readable(file: Path) -> None:
    try:
        file.read_bytes()
    except FileNotFoundError:
        raise FileMissing(f"no file {file}", hint=close_files(file)) from None
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the path
        raise FileMissing(f"no file {str(file)!r}") from None


def _line(error: BaseException, file: Path) -> list[str]:
    """The line of the file on which it failed."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return [f"on line {lines[-1]}"] if lines else []
