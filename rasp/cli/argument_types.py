"""The types of arguments: functions from a text of the command line to a value. They raise ArgumentTypeError."""

from __future__ import annotations

import argparse
import re

from rasp.base.limits import Limits

MOST_JOBS = 1000


def limit(text: str) -> tuple[str, int]:
    """`NAME=N`: the name of a limit, and its number."""
    name, _, digits = text.partition("=")
    if not digits.replace("_", "").isdecimal() or len(digits) > 18:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not NAME=N, such as calls=20000")
    number = int(digits)
    try:
        setattr(Limits(), name, number)
    except (AttributeError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return name, number


def jobs(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number of processes from 1 to {MOST_JOBS}")
    return int(text)


def whole_number(text: str) -> int:
    """An int from 0 on."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not an int from 0 on")
    return int(text)


def positive_int(text: str) -> int:
    """An int from 1 on."""
    if not text.isdecimal() or len(text) > 9 or not int(text):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number from 1 on")
    return int(text)


def picture_size(text: str) -> float:
    """A width in pixels, or a scale."""
    value = float(text) if re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", text) else 0.0
    if not 0.1 <= value <= 20_000:
        raise argparse.ArgumentTypeError(f"{text!r:.40} is not a size from 0.1 to 20000, such as 1280 or 1.5")
    return value


def learning_rate(text: str) -> float:
    """A learning rate."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a learning rate, such as 0.001 or 1e-3")
    return rate


def seconds(text: str) -> float:
    """A number of seconds."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) or not float(text):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number of seconds, such as 60 or 0.5")
    return float(text)
