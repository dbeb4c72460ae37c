"""Builds the parser tables of a grammar with Lark.

`python -m rasp.syntax.build` rewrites `tables.json`; run it after each change of the grammar.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from rasp.base.resources import folder
from rasp.syntax.parser_tables import SHIPPED, ParserTables, key_of, to_json

STARTS = ("statement", "expression")


def build(grammar: str) -> ParserTables:
    """The tables that Lark makes from the text of a grammar."""
    parser = Lark(grammar, parser="lalr", lexer="contextual", start=list(STARTS), keep_all_tokens=True)
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    terminals = [entry for entry in memo.values() if entry["__type__"] == "TerminalDef"]
    texts = {entry["name"]: _text(entry) for entry in terminals}
    patterns = [entry for entry in terminals if texts[entry["name"]] == entry["name"]]
    patterns.sort(key=lambda entry: (-entry["priority"], -len(entry["pattern"]["value"]), entry["name"]))
    return _renumber(
        ParserTables(
            patterns={entry["name"]: entry["pattern"]["value"] for entry in patterns},
            literals=sorted(text for name, text in texts.items() if text != name),
            ignored=sorted(parser.ignore_tokens),
            rules=[],
            rows=[],
            starts={},
            ends={},
        ),
        data["parser"]["parser"],
        {key: entry for key, entry in memo.items() if entry["__type__"] == "Rule"},
        texts,
    )


def _text(terminal: dict[str, Any]) -> str:
    """The kind of a terminal: its text if it has just one, else its name."""
    literal = terminal["pattern"]["__type__"] == "PatternStr"
    return str(terminal["pattern"]["value"] if literal else terminal["name"])


def _renumber(
    empty: ParserTables, table: dict[str, Any], rules: dict[int, dict[str, Any]], texts: dict[str, str]
) -> ParserTables:
    """Lark's table with its states numbered in the order in which they are reached, so that builds are reproducible."""
    symbols = {key: texts.get(name, name) for key, name in table["tokens"].items()}
    order = sorted(rules, key=lambda key: _signature(rules[key]))
    numbers = {key: number for number, key in enumerate(order)}
    states = [table["start_states"][start] for start in STARTS]
    for state in states:  # grows while it is walked
        actions = sorted((symbols[key], action) for key, action in table["states"][state].items() if not action[0])
        states.extend(dict.fromkeys(target for _, (_, target) in actions if target not in states))
    new = {state: number for number, state in enumerate(states)}
    rows = [
        {
            symbols[key]: ~numbers[target["@"]] if reduces else new[target]
            for key, (reduces, target) in table["states"][state].items()
        }
        for state in states
    ]
    return replace(
        empty,
        rules=[_rule(rules[key]) for key in order],
        rows=rows,
        starts={name: new[state] for name, state in sorted(table["start_states"].items())},
        ends={name: new[state] for name, state in sorted(table["end_states"].items())},
    )


def _signature(rule: dict[str, Any]) -> tuple[str, list[str]]:
    return rule["origin"]["name"], [part["name"] for part in rule["expansion"]]


def _rule(rule: dict[str, Any]) -> tuple[str, int, str | None]:
    return rule["origin"]["name"], len(rule["expansion"]), rule["alias"]


def main() -> None:
    """Write `tables.json` for the current grammar."""
    grammar = (folder("grammar") / "rasp.lark").read_bytes()
    SHIPPED.write_text(to_json(key_of(grammar), build(grammar.decode("utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
