"""Random inputs for the library's programs."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.choices import lists
from tests.stdlib.definitions import BOS

WORDS = ("the", "a", "cat", "sat", "", " ", "-", "?", "é", "e\u0301", "👩‍👩‍👧", "\u202ev", "Ω", "straße", "日本")


def texts(alphabet: str) -> st.SearchStrategy[str]:
    """Strings over an alphabet."""
    return st.text(alphabet, min_size=1, max_size=30)


def words() -> st.SearchStrategy[list[str]]:
    """Lists of whole words, among them odd ones."""
    return lists(WORDS, 30, min_size=1)


def strings() -> st.SearchStrategy[str | list[str]]:
    """Inputs of strings, without the token that marks a beginning."""
    odd = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=BOS), min_size=1, max_size=12)
    return texts("abc") | texts("abcdefgh") | words() | odd


def numbers() -> st.SearchStrategy[list[int] | list[float]]:
    """Lists of ints, small and beyond 64 bits, or of floats."""
    ints = st.integers(-3, 12) | st.integers(-(2**70), 2**70)
    floats = st.sampled_from((-0.0, 0.0, 0.5, 1.0)) | st.floats(allow_nan=False, allow_infinity=False)
    return st.lists(ints, min_size=1, max_size=30) | st.lists(floats, min_size=1, max_size=30)


def ints() -> st.SearchStrategy[list[int]]:
    """Lists of ints."""
    return lists(range(-3, 13), 30, min_size=1)


def with_bos(inputs: st.SearchStrategy[str | list[str]]) -> st.SearchStrategy[str | list[str]]:
    """The same inputs, sometimes nothing, behind the token that marks a beginning."""
    return (inputs | st.just("")).map(lambda text: BOS + text if isinstance(text, str) else [BOS, *text])


MOSTLY_MATCHING = "oooccccc?"  # an opener, the closer that is expected, or anything


@st.composite
def brackets(draw: st.DrawFn, pairs: tuple[str, ...]) -> str:
    """Brackets that mostly match, and now and then another token or a wrong closer."""
    anything = "".join(pairs) + "x"
    text, expected = "", ""
    for number in draw(lists(range(256), 30, min_size=1)):
        rest, choice = divmod(number, len(MOSTLY_MATCHING))
        if MOSTLY_MATCHING[choice] == "c" and expected:
            text, expected = text + expected[0], expected[1:]
        elif MOSTLY_MATCHING[choice] == "?":
            text += anything[rest % len(anything)]
        else:
            pair = pairs[rest % len(pairs)]
            text, expected = text + pair[0], pair[1] + expected
    return text


def sums(max_digits: int = 14) -> st.SearchStrategy[str]:
    """Two numbers with a plus between them; long carries, leading zeros and missing numbers among them."""
    digits = st.text("0123456789", max_size=max_digits)
    nines = st.text("09", max_size=max_digits)
    return st.builds("{}+{}".format, digits | nines, digits | nines)
