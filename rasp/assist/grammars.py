"""The highlighting files of editors, made from the list of tokens: grammars of TextMate, for Visual Studio Code, the
syntax file of Vim, and the words of the Emacs mode.

`python -m rasp.assist.grammars` writes them into a checkout; a test checks that those of the repository are current.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasp.assist.token_list import COMMANDS, DEFINITION, LOOKS, RULES, STARTERS
from rasp.base.resources import folder
from rasp.base.writing import replace_file

MADE = "Made by `python -m rasp.assist.grammars` from the list of tokens; do not edit."


def grammar_files() -> dict[str, str]:
    """The generated files by their paths in the folder `editors`.

    >>> sorted(grammar_files())[0], "scopeName" in grammar_files()["vscode/syntaxes/rasp.tmLanguage.json"]
    ('emacs/rasp-words.el', True)
    """
    return {
        "vscode/syntaxes/rasp.tmLanguage.json": _json(textmate()),
        "vscode/syntaxes/rasp-cell.tmLanguage.json": _json(textmate_cells()),
        "vim/syntax/rasp.vim": vim(),
        "emacs/rasp-words.el": emacs(),
    }


def _json(grammar: dict[str, Any]) -> str:
    return json.dumps(grammar, indent=2, ensure_ascii=False) + "\n"


# ---------------------------------------------------------------------------------------------------------- TextMate

START = r"(?:^|(?<=[;{}]))[ \t]*"  # where a statement may start


def textmate() -> dict[str, Any]:
    """The grammar of programs."""
    return {
        "information_for_contributors": [MADE],
        "name": "RASP",
        "scopeName": "source.rasp",
        "fileTypes": ["rasp"],
        "patterns": [
            *(_capture(f"{START}({command})", {1: "Keyword.Pseudo"}) for command in COMMANDS),
            *(_capture(rf"{START}({word})(?=[ \t]*\{sign})", {1: "Keyword"}) for word, sign in STARTERS.items()),
            _capture(DEFINITION, {1: "Keyword", 3: "Name.Function"}),
            *({"match": rule.expression, "name": _scope(rule.kind)} for rule in RULES),
            {"match": r"[^ \t\f\r\n]", "name": _scope("Error")},
        ],
    }


def textmate_cells() -> dict[str, Any]:
    """The grammar of `%%rasp` cells of notebooks, which is injected into that of Python."""
    return {
        "information_for_contributors": [MADE],
        "name": "RASP in a cell",
        "scopeName": "source.rasp.cell",
        "injectionSelector": "L:source.python",
        "patterns": [
            {
                "begin": r"^\s*(%%rasp)\b.*$",
                "beginCaptures": {"1": {"name": _scope("Keyword.Pseudo")}},
                "end": "(?!)",  # never: it goes to the end of the cell
                "contentName": "meta.embedded.block.rasp",
                "patterns": [{"include": "source.rasp"}],
            }
        ],
    }


def _capture(pattern: str, kinds: dict[int, str]) -> dict[str, Any]:
    return {"match": pattern, "captures": {str(group): {"name": _scope(kind)} for group, kind in kinds.items()}}


def _scope(kind: str) -> str:
    return f"{LOOKS[kind].textmate}.rasp"


# --------------------------------------------------------------------------------------------------------------- Vim


OPTIONS = ("contains", "contained", "transparent", "fold", "display", "extend", "conceal")  # of `syntax keyword`


def vim() -> str:
    """The syntax file of Vim."""
    links = [f"highlight default link {_group(kind)} {look.vim}" for kind, look in LOOKS.items() if look.vim]
    parts = [
        [f'" Syntax of RASP. {MADE}', "if exists('b:current_syntax')", "  finish", "endif"],
        ["syntax case match", *_matches(), *_keywords()],
        links,
        ["let b:current_syntax = 'rasp'"],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _matches() -> Iterator[str]:
    """The patterns. In Vim the last one wins, so those of the list come in reverse."""
    yield _match("Error", r"[^ \t\r]")
    yield from (_match(rule.kind, rule.vim) for rule in reversed(RULES) if rule.vim)
    for rule in RULES:
        if rule.before:
            yield _match(rule.kind, rf"\<\%({_either(rule.words)}\)\>\%(\s*{rule.before}\)\@=")
    yield _match("Name.Function", r"\h\w*") + " contained"  # also where it is a word of the list
    start = r"\%(^\|[;{}]\)\@1<=\s*\zs"
    yield from (_match("Keyword", rf"{start}{word}\%(\s*{sign}\)\@=") for word, sign in STARTERS.items())
    yield from (_match("Keyword.Pseudo", start + pattern) for pattern in COMMANDS.values())


def _keywords() -> Iterator[str]:
    yield f"syntax keyword {_group('Keyword')} def nextgroup={_group('Name.Function')} skipwhite"
    for rule in RULES:
        if rule.words and not rule.before:
            words = " ".join(word for word in rule.words if word not in (*OPTIONS, "def"))
            yield f"syntax keyword {_group(rule.kind)} {words}"
            yield from (_match(rule.kind, rf"\<{word}\>") for word in rule.words if word in OPTIONS)


def _match(kind: str, pattern: str) -> str:
    spelled = " contains=@Spell" if kind == "Comment.Single" else ""
    return f"syntax match {_group(kind)} ~{pattern}~{spelled}"


def _either(words: tuple[str, ...]) -> str:
    return r"\|".join(words)


def _group(kind: str) -> str:
    return f"rasp{kind.replace('.', '')}"


# ------------------------------------------------------------------------------------------------------------- Emacs


def emacs() -> str:
    """The words of the Emacs mode, each kind with its face."""
    lines = [f";;; rasp-words.el --- The words of RASP  -*- lexical-binding: t -*-\n\n;; {MADE}\n\n;;; Code:\n"]
    rows = [f"    ({LOOKS[rule.kind].emacs} {_strings(rule.words)})" for rule in RULES if rule.words]
    lines += ["(defconst rasp-words", "  '(" + "\n".join(rows).lstrip() + ")"]
    lines += ['  "The words of RASP, each list after its face.")', "", "(provide 'rasp-words)"]
    return "\n".join([*lines, ";;; rasp-words.el ends here", ""])


def _strings(words: tuple[str, ...]) -> str:
    return " ".join(f'"{word}"' for word in words)


def write_grammars() -> None:
    """Writes all files into the folder `editors` of a checkout."""
    for path, text in grammar_files().items():
        replace_file(folder("grammar").parent / "editors" / Path(path), text.encode())


if __name__ == "__main__":
    write_grammars()
