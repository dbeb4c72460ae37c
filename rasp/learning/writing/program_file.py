"""A learned program as a file: a header, each statement below a comment, and examples that can be run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rasp.base.quantities import many, percent
from rasp.base.tables import wrap_text
from rasp.engine.evaluate import evaluate
from rasp.errors import InternalError, RaspError
from rasp.graph import builders as graph
from rasp.graph.nodes import Atom, Node
from rasp.learning.examples.data import Data, Input, Output
from rasp.learning.expressions.coding import is_writable
from rasp.learning.lookups.tokeniser import HEAD, ONE, Tokeniser
from rasp.learning.reporting.accuracy import Score
from rasp.learning.reporting.comparing import Comparison
from rasp.learning.reporting.report import LearningReport
from rasp.learning.reporting.summary import output_text
from rasp.learning.writing.phrases import phrase
from rasp.learning.writing.statements import OUTPUT, Statement, read_back, write_statements
from rasp.syntax import tree
from rasp.syntax.formatting import format as formatted
from rasp.syntax.printer import to_source

WIDTH = 86  # width of a comment's text
EXAMPLES = 3
LOOKED_AT = 1_000  # most training inputs from which examples are chosen
NO_BREAK = "\N{NO-BREAK SPACE}"
SHORT, BRIEF = 8, 16  # most tokens and characters of an example, if there are such inputs


def page(
    program: str, report: LearningReport, training: Data, commented: bool = False, tokeniser: Tokeniser | None = None
) -> str:
    """The program with its header, comments and examples; equal runs give equal texts.

    `commented`: the program has its comments already. `tokeniser`: how its tokens were made, for `rasp tag`.
    Raises InternalError if the text does not build the same graph, which would be a bug of rasp.
    """
    statements = read_back(program)
    given = choose_examples(training)
    told = [program] if commented else _explain(statements, given[:1])
    settings = [] if tokeniser is None else [*_token_lines(tokeniser, training.one)]
    parts = [*_comments(header(report)), *settings, "", *told, *_examples(statements[-1].node, given)]
    text = formatted("\n".join(parts) + "\n")
    if read_back(text) != statements:
        raise InternalError("the text of a learned program is another program")
    return text


def header(report: LearningReport) -> Iterator[str]:
    """The data, the accuracy and the size of the program."""
    effort, data = report.effort, report.summary.data
    name = data.name if data.form != "answers of a teacher" else f"the answers of {data.name}"
    yield f"Learned from {name}: {many(len(data), 'example')}, checksum {data.checksum}."
    yield f"Seed {effort.seed}, {many(effort.iterations, effort.units[0])}; {report.size}."
    measures = [(part.name, part.marks.score) for part in report.parts]
    measures += [(_describe(comparison), comparison.marks.score) for comparison in report.comparisons]
    yield f"Right on {'; '.join(f'{name}: {_shares(score)}' for name, score in measures)}."
    if effort.interrupted:
        yield "The search was stopped, and nothing else was checked."


def _token_lines(tokeniser: Tokeniser, one: bool) -> Iterator[str]:
    """How tokens are made, for `rasp tag` and for readers."""
    yield f"# {HEAD}{tokeniser}{f'; {ONE}' if one else ''}."
    if tokeniser.numbers:
        yield f"# {tokeniser.numbers}."


def _describe(comparison: Comparison) -> str:
    """The inputs of a comparison."""
    failed = comparison.failed
    return comparison.words + (f" without the {failed:,} on which the teacher fails" if failed else "")


def _shares(score: Score) -> str:
    """The share of right outputs, and that of whole sequences if it differs."""
    shares = percent(score.tokens_right, score.tokens), percent(score.sequences_right, score.sequences)
    return shares[0] if shares[0] == shares[1] else f"{shares[0]} of outputs, {shares[1]} of sequences"


def _explain(statements: Sequence[Statement], given: Sequence[Input]) -> Iterator[str]:
    """The statements, each below a comment: its value in words, and on an input."""
    names: dict[Node, str] = {graph.length(): "length", graph.full(): "full_s"}
    for (name, node), text in zip(statements, write_statements(statements), strict=True):
        words = phrase(node, names.get)
        shown = [f"{_unbroken(one)} gives {_unbroken(tuple(values))}" for one, values in _run(node, given)]
        yield from _comments([": ".join(filter(None, [words, *shown]))])
        yield text
        names.setdefault(node, name)


def _unbroken(values: Input | Output) -> str:
    """Values as text, in which the blanks of short lists are protected from the line breaks of `_comments`."""
    shown = output_text(values)
    return shown.replace(" ", NO_BREAK) if len(shown) < WIDTH // 2 else shown


def _examples(node: Node, given: Sequence[Input]) -> Iterator[str]:
    """Inputs with their outputs, in the form that `rasp test` reads."""
    for one, values in _run(node, given):
        yield f"# >>> {OUTPUT}({_literal(one)})"
        yield f"# {_list_text(values)}"


def _run(node: Node, given: Sequence[Input]) -> Iterator[tuple[Input, list[Atom]]]:
    """The inputs with the node's values; inputs on which it fails are left out."""
    for one, (result,) in zip(given, evaluate([node], list(given), "collect"), strict=True):
        if not isinstance(result, RaspError):
            yield one, result.values


def _comments(lines: Iterable[str]) -> Iterator[str]:
    for line in filter(None, lines):
        plain = line.replace(">>>", "> > >")  # because `>>>` would begin an example
        yield from (f"# {part.replace(NO_BREAK, ' ')}" for part in wrap_text(plain, WIDTH))


def _literal(given: Input) -> str:
    if all(isinstance(token, str) and len(token) == 1 for token in given):
        return to_source(tree.Literal("".join(map(str, given))))
    return _list_text(given)


def _list_text(values: Iterable[Atom]) -> str:
    return to_source(tree.List(tuple(map(tree.Literal, values))))


def choose_examples(data: Data) -> list[Input]:
    """A few informative inputs: the one with most different outputs first, then others, short ones before long ones.

    >>> from rasp.learning.examples.rows import data_of
    >>> choose_examples(data_of([("a", "a"), ("ab", "ba"), ("cab", "bac"), ("ab", "ba")]))
    [('c', 'a', 'b'), ('a',), ('a', 'b')]
    """
    rows = list(data.rows_at(range(min(LOOKED_AT, len(data)))).pairs())
    short = [row for row in rows if len(row[0]) <= SHORT and all(map(is_writable, row[0]))]
    short = [row for row in short if sum(len(str(token)) for token in row[0]) <= BRIEF] or short
    if not short:
        return []
    best = max(short, key=lambda row: (len({*row[1]}) + len({*row[0]}), -len(row[0])))[0]
    others = sorted(dict.fromkeys(given for given, _ in short if given != best), key=len)
    spread = others[:1] + others[len(others) // 2 : len(others) // 2 + 1]
    return list(dict.fromkeys([best, *spread]))[:EXAMPLES]
