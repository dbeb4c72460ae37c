"""Generates a large program that resembles a language model written in RASP: a decoder of one word per step.

It has dictionaries of hundreds of words, masks, widths and heads over the entries, and chains of conditionals; its last
s-op, `word`, depends on all of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

WORDS = [f"w{number}" for number in range(300)]
KINDS = ["noun", "verb", "name", "mark", "none"]
TAGS = ["a", "b", "c", "d"]
BLOCKS = 101  # makes about 1,500 nodes and 1,000 lines


def sentence(size: int) -> list[str]:
    """Random words."""
    return random.Random(size).choices(WORDS, k=size)


def program() -> str:
    """The text of the program, the same in every run."""
    chance = random.Random(1)
    lines = ["before = select(indices, indices, <);", "up_to_here = select(indices, indices, <=);"]
    lines += _dictionary("kind", lambda: f'"{chance.choice(KINDS)}"')
    lines += _dictionary("tag", lambda: f'"{chance.choice(TAGS)}"')
    for number in range(3):
        lines += _dictionary(f"number{number}", lambda: str(chance.randrange(9)))
    lines += [f"scores = {{{', '.join(f'{chr(34)}{tag}{chr(34)}: {chance.randrange(9)}' for tag in TAGS)}}};"]
    lines += ["t0 = tag;", "n0 = number0;", "c0 = kind == tag;"]
    for block in range(1, BLOCKS):
        lines += _block(block, chance)
    lines += ["vocabulary = [", *_rows([f'"{word}"' for word in WORDS]), "];"]
    total = " + ".join(f"v{block}" for block in range(1, BLOCKS))
    return "\n".join([*lines, f"word = vocabulary[({total}) % {len(WORDS)}];"]) + "\n"


def _dictionary(name: str, entry: Callable[[], str]) -> list[str]:
    pairs = [f'"{word}": {entry()}' for word in WORDS]
    return [f"{name}s = {{", *_rows(pairs), "};", f"{name} = {name}s[tokens];"]


def _rows(items: list[str]) -> list[str]:
    return [
        "    " + ", ".join(items[start : start + 10]) + "," * (start + 10 < len(items))
        for start in range(0, len(items), 10)
    ]


def _block(block: int, chance: random.Random) -> list[str]:
    """Statements that compute a tag, a number and a condition from those of earlier blocks."""
    tag, number, condition = (f"{letter}{chance.randrange(block)}" for letter in "tnc")
    kind, mask = chance.choice(KINDS), chance.choice(["before", "up_to_here"])
    first, second = chance.sample(TAGS, 2)
    head = chance.choice(
        [
            f"aggregate(best(m{block}, indices), {number})",
            f"round(aggregate(m{block}, {number}) * 2)",
            f"selector_width(m{block} and select({number}, {number}, ==))",
        ]
    )
    return [
        f'm{block} = select(kind, "{kind}", ==) and {mask};',
        f"w{block} = selector_width(m{block});",
        f"n{block} = ({head} + number{chance.randrange(3)}) % 7;",
        f"c{block} = (w{block} > {chance.randrange(4)}) and not {condition};",
        f't{block} = "{first}" if c{block}',
        f'    else ("{second}" if kind == "{kind}"',
        f"    else ({tag} if {number} > {chance.randrange(5)} else tag));",
        f"v{block} = scores[t{block}] * {chance.randrange(2, 9)} if c{block} else n{block} + {chance.randrange(9)};",
    ]
