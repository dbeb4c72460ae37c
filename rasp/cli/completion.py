"""`rasp completion bash|zsh|fish`: prints a script that completes commands, options, their values, and programs.

The scripts are made from the tables of commands and options. They hold all that they offer, so completing starts no
Python; the names of a program in a file are found by `sed`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rasp.cli.arguments import COMMANDS, DEFAULT, command_parser
from rasp.cli.output import say
from rasp.runtime import stdlib
from rasp.session.choosing import operators_of
from rasp.session.exercises import exercises
from rasp.session.session import Session

LONGEST = 60  # characters of a description
NAMES = "_rasp_names"  # the function of a script that gives the names of the programs on the line

# Prints the public names that a file binds at the beginnings of its lines.
_SED = "sed -nE 's/^([A-Za-z][A-Za-z_0-9]*)[[:space:]]*=([^=].*)?$/\\1/p'"


class _Option(NamedTuple):
    """An option: its strings, what it says, whether it takes a value, and the values that it knows.

    `of_program`: its value is a name of the program.
    """

    names: tuple[str, ...]
    words: str
    valued: bool
    choices: tuple[str, ...]
    of_program: bool


class _Command(NamedTuple):
    """A command: its options, and the words that may stand for its arguments besides files."""

    name: str
    words: str
    options: tuple[_Option, ...]
    arguments: tuple[str, ...]


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    commands = [_command(name) for name in COMMANDS]
    say({"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell](commands))
    return 0


def _command(name: str) -> _Command:
    actions = command_parser(name)._actions
    options = tuple(_option(action) for action in actions if action.option_strings)
    words = [word for action in actions if not action.option_strings for word in _words(action)]
    return _Command(name, _shorten_help(COMMANDS[name][0]), options, tuple(dict.fromkeys(words)))


def _option(action: argparse.Action) -> _Option:
    choices = tuple(map(str, action.choices or ()))
    words, valued = _shorten_help(action.help or ""), action.nargs != 0
    return _Option(tuple(action.option_strings), words, valued, choices, action.dest == "sop")


def _words(action: argparse.Action) -> Sequence[str]:
    """The words that may stand for an argument besides files."""
    if action.choices:
        return list(map(str, action.choices))
    if action.metavar == "COMMAND":
        return list(COMMANDS)
    if action.metavar == "NAME or FILE":
        return [exercise.name for exercise in exercises()]
    return stdlib.names() if action.metavar in ("FILE", "NAME") else []


def _shorten_help(text: str) -> str:
    """The start of a help text, without what shells would read in it between double quotes.

    >>> _shorten_help("a program's list, such as [1, 2] or `it`: one a line; more")
    "a program's list, such as 1, 2 or it"
    """
    plain = re.sub(r"""[][`$"\\!]""", "", re.split("[;:]", text)[0])
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST].rpartition(' ')[0]} …"


def _join(words: Iterable[str]) -> str:
    return " ".join(words)


def _fill(script: str, **parts: str) -> str:
    """A script with its parts in place of `@part@`.

    >>> _fill("complete @commands@", commands="run arch")
    'complete run arch'
    """
    given = {"names": NAMES, "sed": _SED, **parts}
    return re.sub("@([a-z]+)@", lambda found: given[found[1]], script).strip("\n")


def _library() -> Iterator[tuple[str, list[str]]]:
    """The programs of the library with their s-ops."""
    for name in stdlib.names():
        session = Session()
        session.run(stdlib.source(name))
        if found := list(operators_of(session)):
            yield name, found


# ---------------------------------------------------------------------------------------------------------------- bash


BASH = r"""
# rasp: completion for bash
@names@() {
    local word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        word=${word//[\\\"\']/}; word=${word/#\~\//$HOME/}
        if [[ -f $word && $word != *.safetensors ]]; then
            @sed@ "$word"
            continue
        fi
        case "$word" in
@programs@
        esac
    done
}
_rasp() {
    local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words="" command=run
    if [[ $current == "=" ]]; then current=""; elif [[ $before == "=" ]]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi
    local commands=" @commands@ "
    [[ $COMP_CWORD -gt 1 && $commands == *" ${COMP_WORDS[1]} "* ]] && command="${COMP_WORDS[1]}"
    case "$command $before" in
@values@
    esac
    case "$command" in
@words@
    esac
    [[ $COMP_CWORD -eq 1 ]] && words="$words $commands --version"
    if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); return; fi
    COMPREPLY=($(compgen -X '-*' -W "$words" -- "$current"))
    local IFS=$'\n'  # names of files may have blanks
    COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _rasp rasp
"""


def _bash(commands: Sequence[_Command]) -> str:
    return _fill(
        BASH,
        programs="\n".join(f'            {program}) echo "{_join(names)}" ;;' for program, names in _library()),
        commands=_join(command.name for command in commands),
        values="\n".join(_bash_values(commands)),
        words="\n".join(_bash_words(commands)),
    )


def _bash_values(commands: Sequence[_Command]) -> Iterator[str]:
    """The cases in which the word before is an option with a value."""
    for command in commands:
        for option in filter(lambda option: option.valued, command.options):
            pattern = "|".join(f'"{command.name} {name}"' for name in option.names)
            words = f"$({NAMES})" if option.of_program else _join(option.choices)
            found = f'compgen -W "{words}"' if words else "compgen -f"
            split = "" if words else "local IFS=$'\\n'; "  # names of files may have blanks
            yield f'        {pattern}) {split}COMPREPLY=($({found} -- "$current")); return ;;'


def _bash_words(commands: Sequence[_Command]) -> Iterator[str]:
    for command in commands:
        names = [name for option in command.options for name in option.names]
        yield f'        {command.name}) words="{_join([*names, *command.arguments])}" ;;'


# ----------------------------------------------------------------------------------------------------------------- zsh


ZSH = r"""
#compdef rasp
# rasp: completion for zsh
@names@() {
    local word
    local -a names
    for word in "${(@Q)words}"; do
        if [[ -f $word && $word != *.safetensors ]]; then
            names+=(${(f)"$(@sed@ $word)"})
            continue
        fi
        case $word in
@programs@
        esac
    done
    compadd -a names
}
_rasp() {
    local -a commands
    commands=(
@commands@
    )
    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
        _describe -t commands command commands
        compadd -- @library@
        _files
        return
    fi
    local command=run
    if (( ${commands[(I)$words[2]:*]} )); then
        command=$words[2]
        shift words
        (( CURRENT-- ))
    fi
    case $command in
@cases@
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _rasp "$@"; else compdef _rasp rasp; fi
"""


def _zsh(commands: Sequence[_Command]) -> str:
    return _fill(
        ZSH,
        programs="\n".join(f"            {program}) names+=({_join(names)}) ;;" for program, names in _library()),
        commands="\n".join(f'        "{command.name}:{command.words}"' for command in commands),
        library=_join(stdlib.names()),
        cases="\n".join(line for command in commands for line in _zsh_case(command)),
    )


def _zsh_case(command: _Command) -> Iterator[str]:
    yield f"        {command.name})"
    yield "            _arguments -s \\"
    for option in command.options:
        values = NAMES if option.of_program else f"({_join(option.choices)})" if option.choices else "_files"
        value = f":value:{values}" if option.valued else ""
        for name in option.names:
            equals = "=" if option.valued and name.startswith("--") else ""
            yield f'                "*{name}{equals}[{option.words}]{value}" \\'
    known = f"{{compadd -- {_join(command.arguments)}; _files}}" if command.arguments else "_files"
    yield f"                '*:argument:{known}'"
    yield "            ;;"


# ---------------------------------------------------------------------------------------------------------------- fish


def _fish(commands: Sequence[_Command]) -> str:
    names = " ".join(command.name for command in commands)
    lines = ["# rasp: completion for fish", f"set -l commands {names}", *_fish_names()]
    none = '-n "not __fish_seen_subcommand_from $commands"'
    lines += [f'complete -c rasp {none} -a {command.name} -d "{command.words}"' for command in commands]
    lines.append(f"complete -c rasp {none} -a '{_join(stdlib.names())}' -d 'program of the library'")
    for command in commands:
        seen = f"__fish_seen_subcommand_from {command.name}"
        if command.name == DEFAULT:
            seen += "; or not __fish_seen_subcommand_from $commands"
        given = f'complete -c rasp -n "{seen}"'
        if command.arguments:
            lines.append(f"{given} -a '{_join(command.arguments)}'")
        lines += [f"{given} {_fish_option(option)}" for option in command.options]
    return "\n".join(lines)


def _fish_names() -> list[str]:
    """The function that gives the names of the programs on the line."""
    known = (f"            case {program}; string split ' ' '{_join(names)}'" for program, names in _library())
    return [
        f"function {NAMES}",
        "    for word in (commandline -opc)[2..]",
        "        if test -f $word; and not string match -q '*.safetensors' $word",
        f"            {_SED} $word",
        "            continue",
        "        end",
        "        switch $word",
        *known,
        "        end",
        "    end",
        "end",
    ]


def _fish_option(option: _Option) -> str:
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    words = f"({NAMES})" if option.of_program else _join(option.choices)
    value = [f"-x -a '{words}'" if words else "-r"] if option.valued else []
    return " ".join([*names, *value, f'-d "{option.words}"'])
