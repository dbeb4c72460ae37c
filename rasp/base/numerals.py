"""Converts ints of any size to decimal digits and back; Python itself refuses more than some thousand digits.

All conversions of ints that may be large go through this module. Long numerals are converted by halves, in pieces that
Python converts under any setting of `sys.set_int_max_str_digits`.
"""

from __future__ import annotations

import math
import re

PIECE = 600  # digits that Python converts under any setting: its limit is at least 640
_PIECE_BITS = int(PIECE / math.log10(2))  # an int of this many bits has at most PIECE digits

_NUMERAL = re.compile(r"\s*([+-]?)(\d+(?:_\d+)*)\s*")


def int_text(value: int) -> str:
    """The decimal digits of an int of any size.

    >>> int_text(-(10**5000))[:5], len(int_text(10**5000))
    ('-1000', 5001)
    """
    return "-" + _text(-value) if value < 0 else _text(value)


def _text(value: int) -> str:
    if value.bit_length() <= _PIECE_BITS:
        return str(value)
    half = digits(value) // 2
    high, low = divmod(value, 10**half)
    return _text(high) + _text(low).rjust(half, "0")


def text_int(text: str) -> int:
    """The int that `int(text)` would give, of any number of digits. Raises ValueError if the text is not an int.

    >>> text_int(" -1_0 "), text_int("9" * 5000) == 10**5000 - 1
    (-10, True)
    """
    if len(text) <= PIECE:
        return int(text)
    sign, numeral = split_numeral(text)
    return -_int(numeral) if sign == "-" else _int(numeral)


def split_numeral(text: str) -> tuple[str, str]:
    """Sign and digits of a numeral, without underscores and leading zeros. Raises ValueError if it is not an int.

    >>> split_numeral(" -00_1_0 ")
    ('-', '10')
    """
    match = _NUMERAL.fullmatch(text)
    if match is None:
        raise ValueError("not an int")
    numeral = match[2].replace("_", "")
    return match[1], numeral[_zeros(numeral) :]


def _zeros(numeral: str) -> int:
    """The number of leading zeros, in any script, not counting the last digit."""
    return next((index for index, sign in enumerate(numeral) if int(sign)), len(numeral) - 1)


def _int(numeral: str) -> int:
    if len(numeral) <= PIECE:
        return int(numeral)
    half = len(numeral) // 2
    scale: int = 10**half
    return _int(numeral[:-half]) * scale + _int(numeral[-half:])


def digits(value: int) -> int:
    """The number of decimal digits of an int, without writing it out.

    >>> digits(0), digits(-999), digits(10**5000)
    (1, 3, 5001)
    """
    size = max(1, int(value.bit_length() * math.log10(2)))
    return size + 1 if abs(value) >= 10**size else size


def show_int(value: int, most: int = 60) -> str:
    """An int in decimal digits; of more than about `most` digits only both ends and their number are shown.

    >>> show_int(1234), show_int(10**100)
    ('1234', '10000000000000000000…0000000000 (101 digits)')
    """
    if value.bit_length() < most * 3.3:
        return int_text(value)
    size = digits(value)
    first = abs(value) // 10 ** (size - 20)
    return f"{'-' if value < 0 else ''}{first}…{abs(value) % 10**10:010d} ({size} digits)"
