"""How a terminal shows values: heat maps, aligned sequences, folding, colours."""

from __future__ import annotations

import re

import pytest

from rasp.base.diagnostics import display_width
from rasp.conversation.display import Screen
from tests.repl.conftest import Talk

SGR = re.compile(r"\x1b\[[0-9;]*m")


def bare(text: str) -> str:
    return SGR.sub("", text)


def test_without_colour_a_selector_has_the_reference_ones(talk: Talk) -> None:
    assert talk("a = select(indices, indices, <);").splitlines()[2:5] == [
        "            h e l l o",
        "        h |",
        "        e | 1",
    ]


def test_in_colour_a_selector_is_a_heat_map(talk: Talk) -> None:
    talk.screen = Screen(80, color=True)
    lines = talk("a = select(indices, indices, <);").splitlines()
    assert lines[4] == "        e | \x1b[46m1 \x1b[0m\x1b[2m· · · · \x1b[0m"
    assert bare(lines[0]) == "selector: a"


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("size", [1, 10, 36, 40, 41, 100, 250])
def test_a_matrix_fits(talk: Talk, size: int, width: int, color: bool) -> None:
    talk.screen = Screen(width, color=color)
    talk('set example "' + "ab日"[: min(3, size)] * (size // 3) + "x" * (size % 3 if size >= 3 else 0) + '"')
    lines = bare(talk("a = select(tokens, tokens, ==);")).splitlines()
    rows = [line for line in lines if " | " in line or line.endswith(" |")]
    assert 0 < len(rows) <= 40
    assert max(display_width(line) for line in rows) <= max(width, 15)
    assert ("scaled down" in lines[-1]) == (len(rows) < len(talk.session.settings.sop_example))


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize(
    "text",
    ["l = range(40);", "indices;", "x = indices; x;", "indices([0] * 40);", "d = {n: [n, n] for n in range(9)};"],
)
def test_long_lists_break_between_their_elements(talk: Talk, width: int, text: str) -> None:
    talk.screen = Screen(width)
    talk('set example "' + "日b" * 20 + '"')
    said = talk(text)
    assert not re.search(r"[0-9]\n *[0-9]", said)
    heads = [line for line in said.splitlines() if display_width(line) > width]
    assert all(" = [" in line for line in heads)  # only a long input itself
    talk.screen = Screen(10_000)
    assert "".join(said.split()) == "".join(talk(text).split())


def test_wide_keys_are_aligned(talk: Talk) -> None:
    talk('set example ["日本", "a"]')
    assert talk("full_s;").splitlines()[2:] == [
        "               日本 a",
        "        日本 | 1    1",
        "           a | 1    1",
    ]


@pytest.mark.parametrize("width", [20, 50, 80])
@pytest.mark.parametrize("given", ["hello", "日本語" * 20, "x" * 200])
def test_full_display_is_aligned_in_the_width(talk: Talk, given: str, width: int) -> None:
    talk.screen = Screen(width)
    talk(f'full seq display on\nset example "{given}"')
    lines = talk("a = indices;").splitlines()
    pairs = [line for line in lines if "put:" in line]
    assert all(display_width(line) <= width for line in pairs)
    for top, bottom in zip(pairs[::2], pairs[1::2], strict=True):
        assert len(top.split()) == len(bottom.split())
    shown = [word for line in pairs[1::2] for word in line.split()[1:]]
    assert shown == [str(number) for number in range(len(given))]


@pytest.mark.parametrize(("unicode", "rest"), [(True, "·"), (False, ".")])
def test_a_heat_map_reads_the_same_without_its_colours(talk: Talk, unicode: bool, rest: str) -> None:
    talk.screen = Screen(80, color=True, unicode=unicode)
    copied = bare(talk("select(indices, indices, <=);")).splitlines()[-5:]
    assert [line.partition(" | ")[2].split() for line in copied] == [
        ["1"] * chosen + [rest] * (5 - chosen) for chosen in range(1, 6)
    ]


def test_hostile_values_do_not_reach_the_terminal(talk: Talk) -> None:
    talk.screen = Screen(80, color=True)
    talk('x = "\x1b[2J";\nset example "\x1b\x07\u202e"')
    for text in (
        "x;",
        "tokens;",
        "full_s;",
        ":trace tokens",
        ":type x",
        ":names",
        "\x1b;",
        '"\x1b',
        ":\x1b",
        ":source x",
    ):
        assert not re.search(r"[\x00-\x09\x0b-\x1a\x1c-\x1f\u202e]|\x1b(?!\[[0-9;]*m)", talk(text))


def test_the_reason_stands_out(talk: Talk) -> None:
    talk.screen = Screen(80, color=True)
    assert "has no value:\n        \x1b[35m`tokens_int` cannot convert" in talk("tokens_int;")
    talk.screen = Screen(200, color=True)
    assert "has no value: \x1b[35m`tokens_int` cannot convert" in talk("tokens_int;")


def test_errors_are_coloured(talk: Talk) -> None:
    talk.screen = Screen(80, color=True)
    assert talk("nope;").startswith("\x1b[1;31merror[R201]\x1b[0m")
