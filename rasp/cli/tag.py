"""`rasp tag ner.rasp FILE`: applies a program learned from words, by look-ups or by gradients, to raw text."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator

from rasp.cli.inputs import open_inputs
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, print_error
from rasp.cli.programs import program_file, read_standard_input
from rasp.cli.special_names import STANDARD_INPUT
from rasp.errors import NotUtf8, RaspError
from rasp.learning.examples.corpora import cells_of, filled_cell, sequences
from rasp.learning.examples.source_lines import NumberedLine, quote_line
from rasp.present.text import element_text
from rasp.runtime.files import program_text
from rasp.session.choosing import choose_operator
from rasp.session.tagging import TaggedText, Tagger

AT_ONCE = 1_000  # texts that are tagged together


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    if options.file == options.text == "-":
        options.parser.error("program and text cannot both be standard input")
    try:
        tagger = _tagger(options)
        texts = _sentences(options.text) if options.tokens else _lines(options.text)
        for some in iter(lambda: list(itertools.islice(texts, AT_ONCE)), []):
            for tagged in tagger.tag(some):
                _show(tagged, tagger.one, options.json)
    except RaspError as error:
        print_error(error)
        return 1
    return 0


def _tagger(options: argparse.Namespace) -> Tagger:
    """The program's s-op, with the settings in its header. Raises RaspError."""
    session = new_session(show=False)
    source = _source(options.file)
    session.run(source, name=STANDARD_INPUT if options.file == "-" else options.file)
    return Tagger(source, choose_operator(session, options.sop, "", selectors=False).node)


def _source(name: str) -> str:
    if name == "-":
        return read_standard_input()
    path = program_file(name)
    with open_inputs(str(path)) as stream:
        return program_text(stream.read(), str(path))


def _lines(path: str) -> Iterator[str]:
    """The lines of a text. Raises FileMissing, UnreadableFile or NotUtf8."""
    with open_inputs(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                title = f"line {number} of {path} is not UTF-8: byte {error.start} is {line[error.start]:#04x}"
                raise NotUtf8(title, hint="Save it as UTF-8.") from None


def _sentences(path: str) -> Iterator[list[str]]:
    """The first column of each line as a word; blank lines separate sentences, as in CoNLL files."""
    lines = itertools.starmap(NumberedLine, enumerate(_lines(path), 1))
    for sequence in sequences(lines):
        yield [_word(line, path) for line in sequence]


def _word(line: NumberedLine, path: str) -> str:
    """The first column of a line. Raises BadInput, which quotes the line."""
    try:
        return filled_cell(cells_of(line.text), 0, "token").strip()
    except RaspError as error:
        raise quote_line(error, path, line.number, line.text) from None


def _show(tagged: TaggedText, one: bool, as_json: bool) -> None:
    """Prints a text: as JSON, as its label and the text, or a token with its label a line."""
    if as_json:
        labels = {"label": tagged.labels[0]} if one else {"labels": tagged.labels}
        say(json_text({"words": tagged.words, "tokens": tagged.tokens, **labels}))
    elif one:
        say(f"{element_text(tagged.labels[0])}\t{' '.join(tagged.words)}")
    else:
        for word, label in zip(tagged.words, tagged.labels, strict=True):
            say(f"{word}\t{element_text(label)}")
        say("")
