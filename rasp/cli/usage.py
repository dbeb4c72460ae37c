"""Messages for wrong usage: unknown commands and options, with suggestions, and wrong combinations."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from rasp.base.diagnostics import nearest_names, printable
from rasp.base.quantities import join_words
from rasp.cli.special_names import LIBRARY

HELP = ("-h", "--help")
OWN_OPTIONS = (*HELP, "--version")  # the options before a command, besides limits
MOST = 40  # the most characters of a word in a message

ParserOf = Callable[[str], argparse.ArgumentParser]


# ------------------------------------------------------------------------------------------------------------ commands


def check_default_command(
    own: argparse.ArgumentParser, words: Sequence[str], commands: Collection[str], parser_of: ParserOf
) -> None:
    """Exits with a usage error if arguments without a command do not fit `rasp run` either."""
    first = words[0]
    run = parser_of("run")
    if _looks_like_option(first):
        check_options(own, [first], commands, parser_of, beside=run)
        behind = next(iter(_positionals(run, words)), "")
        if behind in commands and not Path(behind).exists():
            rest = [word for word in words if word != behind]
            own.error(f"options stand behind the command: `{_shell_line('rasp', behind, *rest)}`")
    elif not _names_program(first):
        own.error(unknown_command(first, commands))


def _names_program(word: str) -> bool:
    """Whether a word is a file or program, or looks like a path: then `rasp run` gives the better error."""
    from rasp.cli.programs import program_file  # imported late: a correct command does not need it
    from rasp.errors import FileMissing

    if not word:
        return False
    if word in ("-", LIBRARY) or re.search(r"[./\\]", word) or len(word) > MOST:
        return True
    try:
        program_file(word)
    except FileMissing:
        return False
    return True


def unknown_topic(word: str, commands: Collection[str]) -> str:
    """The message for an unknown command in `rasp help`."""
    close = [f"`rasp help {name}`" for name in nearest_names(word, commands)]
    return f"there is no command {_quote(word)}; {_meant(close, commands)}"


def unknown_command(word: str, commands: Collection[str]) -> str:
    """The message for a word that is neither a command nor a program."""
    from rasp.runtime import stdlib  # imported late: a correct command does not need it

    programs = [*stdlib.names(), *(file.stem for file in Path().glob("*.rasp"))]
    close = [f"`rasp {name}`" for name in nearest_names(word, {*commands, *programs})]
    told = f"there is no command or file {_quote(word)}"
    if not close and not re.fullmatch(r"[\w-]+", word):
        return f"{told}; `rasp eval EXPR` shows the value of an expression"
    return f"{told}; {_meant(close, commands)}"


def _meant(close: Sequence[str], commands: Collection[str]) -> str:
    return f"did you mean {' or '.join(close)}?" if close else f"the commands are {', '.join(commands)}"


# ------------------------------------------------------------------------------------------------------------- options


def check_options(
    parser: argparse.ArgumentParser,
    words: Sequence[str],
    commands: Collection[str],
    parser_of: ParserOf,
    beside: argparse.ArgumentParser | None = None,
) -> None:
    """Exits with a usage error for an option that neither the parser nor the parser `beside` it has."""
    parsers = [parser] if beside is None else [parser, beside]
    for before, word in zip(["", *words], words, strict=False):
        if word == "--":
            return
        if not _looks_like_option(word) or any(_option(one, word) for one in parsers):
            continue
        if (action := _option(beside or parser, before)) is not None and action.nargs != 0 and "=" not in before:
            parser.error(f"the value of {before} begins with -: write {action.option_strings[-1]}={_shell_line(word)}")
        parser.error(_unknown_option(parsers, word, commands, parser_of))


def _unknown_option(
    parsers: list[argparse.ArgumentParser], word: str, commands: Collection[str], parser_of: ParserOf
) -> str:
    name = word.partition("=")[0]
    known = [option for parser in parsers for option in option_strings(parser)]
    told = f"there is no option {_quote(name)}"
    if f"-{name}" in known:
        return f"{told}; did you mean -{name}?"
    having = [command for command in commands if name in option_strings(parser_of(command))]
    if having:
        behind = ", where it stands behind the command" if len(parsers) > 1 else ""
        return f"{told} here; {join_words([f'`rasp {command}`' for command in having])} {_has(having)}{behind}"
    if close := _close_options(name, known):
        return f"{told}; did you mean {' or '.join(close)}?"
    return (
        f"{told}; there are {join_words([option for option in option_strings(parsers[0]) if option.startswith('--')])}"
    )


def _close_options(name: str, known: list[str]) -> list[str]:
    """The options that a word may stand for: those that start with it, else those with similar names."""
    words = {option.removeprefix("--"): option for option in known if option.startswith("--")}
    word = name.lstrip("-")
    begun = [option for other, option in words.items() if word and other.startswith(word.lower())]
    return begun or [words[other] for other in nearest_names(word.lower(), words)]


def option_strings(parser: argparse.ArgumentParser) -> list[str]:
    """The option strings of a parser, such as `-s` and `--sop`."""
    return [name for action in parser._actions for name in action.option_strings]


def _option(parser: argparse.ArgumentParser, word: str) -> argparse.Action | None:
    """The option of a word, which may include its value, as in `--sop=x` and `-sx`."""
    for action in parser._actions:
        for name in action.option_strings:
            short = len(name) == 2 and word.startswith(name) and not word.startswith("--")
            if word.partition("=")[0] == name or (short and (action.nargs != 0)):
                return action
    return None


def _looks_like_option(word: str) -> bool:
    """Whether argparse takes a word for an option: it does not for negative numbers and words with blanks."""
    number = re.fullmatch(r"-\d[\d_]*(\.\d*)?|-\.\d+", word)
    return len(word) > 1 and word.startswith("-") and not number and (" " not in word.partition("=")[0])


def _positionals(parser: argparse.ArgumentParser, words: Sequence[str]) -> Iterator[str]:
    """The words that are neither options nor their values."""
    valued = False
    for word in words:
        action = _option(parser, word) if _looks_like_option(word) else None
        if not valued and not _looks_like_option(word):
            yield word
        valued = action is not None and action.nargs != 0 and word in action.option_strings


def left_over_message(parser: argparse.ArgumentParser, words: Sequence[str], others: list[str]) -> str:
    """The message for left-over words. They may be due to `-input`, which argparse reads as `-i nput`."""
    told = f"unrecognized arguments: {' '.join(others)}"
    known = option_strings(parser)
    short = next((word for word in words if len(word) > 2 and f"-{word}" in known), None)
    return f"{told}; did you mean -{short}?" if short else told


# ------------------------------------------------------------------------------------------------------------- library

WHOLE = ("rasp arch", "rasp fmt")  # commands that accept the whole library, or a folder of that name


def check_library(options: argparse.Namespace) -> None:
    """Lists the library's programs and exits with a usage error if the library is given where a program belongs.

    With `--json` the list is not printed.
    """
    names = [value for name in ("file", "files", "load") for value in _values(options, name)]
    if options.parser.prog in WHOLE or LIBRARY not in names or Path(LIBRARY).is_file():
        return
    from rasp.cli.output import flush, say  # imported late: a correct command does not need these
    from rasp.cli.stdlib import listing

    if not getattr(options, "json", False):
        say(listing())
        flush()
    told = f"{LIBRARY} is the library, not a program of it; `rasp stdlib` lists its programs, `rasp run NAME` runs one"
    options.parser.exit(2, f"{options.parser.prog}: error: {told}, such as `rasp run sort -i hello`\n")


# --------------------------------------------------------------------------------------------------- values of options


def one_of(*names: str) -> Callable[[str], str]:
    """An argparse type that accepts some words; its error suggests the nearest one."""

    def read(word: str) -> str:
        if word not in names:
            raise argparse.ArgumentTypeError(f"{_quote(word)} is none of {unknown_among(word, names)}")
        return word

    return read


def unknown_among(word: str, names: Sequence[str]) -> str:
    """The known words, and a suggestion for an unknown one.

    >>> unknown_among("Rnu", ["run", "show"]), unknown_among("dance", ["run", "show"])
    ('run and show; did you mean run?', 'run and show')
    """
    close = nearest_names(word.lower(), names)
    return join_words(list(names)) + (f"; did you mean {' or '.join(close)}?" if close else "")


def actions_of(parser: argparse.ArgumentParser) -> list[str]:
    """The actions of a command, such as `run` and `show` of `rasp model`."""
    found = (list(action.choices) for action in parser._actions if action.choices and not action.option_strings)
    return next(found, [])


def check_lengths(options: argparse.Namespace) -> None:
    """Exits with a usage error if `--min-length` is greater than `--max-length`."""
    least, most = getattr(options, "min_length", None), getattr(options, "max_length", None)
    if least is not None and most is not None and least > most:
        options.parser.error("--min-length is greater than --max-length, so there is no input to be tried")


# ------------------------------------------------------------------------------------------------------ standard input

READERS = {"file": "FILE", "files": "FILE", "load": "--load", "inputs": "--inputs", "data": "DATA", "test": "--test"}


def check_standard_input(options: argparse.Namespace) -> None:
    """Exits with a usage error if standard input would be read twice, or cannot serve as what is asked for."""
    readers = [label for name, label in READERS.items() for value in _values(options, name) if value == "-"]
    if len(readers) > 1:
        named = " and ".join(dict.fromkeys(readers))
        options.parser.error(f"standard input can be read only once, and {named} would read it {_times(len(readers))}")
    if readers and (getattr(options, "interactive", False) or options.parser.prog == "rasp repl"):
        options.parser.error("the conversation is on standard input, so the program cannot come from there")
    if readers and getattr(options, "fix", False):
        options.parser.error(
            "--fix writes files, and standard input is none: `rasp check -` names what it would change"
        )
    if getattr(options, "model", None) == "-":
        options.parser.error("a model is read from a file, not from standard input")


def _values(options: argparse.Namespace, name: str) -> list[str]:
    value = getattr(options, name, None)
    return value if isinstance(value, list) else [] if value is None else [value]


# --------------------------------------------------------------------------------------------------------------- words


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _has(names: list[str]) -> str:
    return "has it" if len(names) == 1 else "have it"


def _quote(word: str) -> str:
    text = printable(word)
    return repr(text if len(text) <= MOST else f"{text[:MOST]}…")


def _shell_line(*words: str) -> str:
    import shlex  # imported late: a correct command does not need it

    return printable(shlex.join(words))
