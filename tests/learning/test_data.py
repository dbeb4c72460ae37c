"""Reading data, splitting them, and what is contradictory in them."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasp.errors import BadInput, EmptyInput, MixedKinds, RaspError, UnequalLengths
from rasp.learning.examples.contradictions import find_contradictions
from rasp.learning.examples.csv_tables import ColumnChoice
from rasp.learning.examples.data import Data
from rasp.learning.examples.reading import ANY, read
from rasp.learning.examples.rows import PLAIN, Form, data_of
from rasp.learning.examples.split import split_data
from tests.cli.processes import environment
from tests.learning import data_sets


def of(text: str | bytes, name: str = "pairs", form: Form = PLAIN, columns: ColumnChoice = ANY) -> Data:
    content = text.encode() if isinstance(text, str) else text
    return read(name, form, columns, io.BytesIO(content))


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def refused(text: str | bytes, name: str = "pairs", form: Form = PLAIN, columns: ColumnChoice = ANY) -> RaspError:
    with pytest.raises(RaspError) as caught:
        of(text, name, form, columns)
    return caught.value


# ---------------------------------------------------------------------------------------------------------- JSON lines


def test_json_lines_of_all_kinds() -> None:
    data = of(lines({"input": "cab", "output": "abc"}, {"input": ["a", "bb"], "output": ["bb", None]}) + "\n")
    assert list(data.rows()) == [(("c", "a", "b"), ("a", "b", "c"), 1), (("a", "bb"), ("bb", None), 2)]
    assert (data.input_kind, data.output_kind, data.vocabulary) == ("string", "string", ("a", "b", "bb", "c"))
    assert (data.shortest, data.longest, data.asked, data.not_asked) == (2, 3, 4, 1)
    data = of(lines({"input": [3, -1], "output": [True, False]}))
    assert (data.input_kind, data.output_kind, data.labels) == ("int", "bool", (False, True))


def test_keys_and_blanks_and_labels() -> None:
    text = lines({"text": "so good", "kind": "pos", "id": 7}, {"text": "bad", "kind": None})
    data = of(text, form=Form(words=True, one=True), columns=ColumnChoice("text", "kind"))
    assert list(data.pairs()) == [(("so", "good"), ("pos", "pos")), (("bad",), (None,))]


@pytest.mark.parametrize(
    ("row", "code", "title", "hint"),
    [
        ('{"input": "ab", "output": "b"}', "R312", "the input has 2 tokens, and the output 1", "--one"),
        ('{"input": "a b", "output": "x yy"}', "R312", "3 tokens, and the output 4", "--words"),
        ('{"input": "ab", "output": "pos"}', "R312", "the input has 2 tokens, and the output 3", "Is 'pos' a label?"),
        ('{"input": "ab", "output": ["b"]}', "R312", "the input has 2 tokens, and the output 1", "null"),
        ('{"input": "ab", "output": 3}', "R312", "the output is an int", "--one"),
        ('{"input": "ab", "output": null}', "R402", "the output is null", "A list of null"),
        ('{"input": "ab", "output": 0.5}', "R402", "0.5, a float", "Means are not searched"),
        ('{"input": "ab", "output": [1, 0.5]}', "R402", "0.5, a float", "Means are not searched"),
        ('{"input": [0.5], "output": "a"}', "R402", "0.5, a float", ""),
        ('{"input": [NaN], "output": "a"}', "R402", "nan, a float", ""),
        ('{"input": "", "output": ""}', "R401", "the input is empty", ""),
        ('{"input": [], "output": []}', "R401", "the input is empty", ""),
        ('{"input": ["a", 1], "output": "ab"}', "R404", "the input mixes ints and strings", ""),
        ('{"input": "ab", "output": [1, true]}', "R404", "the output mixes bools and ints", ""),
        ('{"input": [null], "output": "a"}', "R402", "the input holds null", ""),
        ('{"input": [[1]], "output": "a"}', "R402", "the input holds a list", ""),
        ('{"input": {}, "output": "a"}', "R402", "an object is not an input", ""),
        ('{"input": [99999999999], "output": "a"}', "R402", "ints lie between", ""),
        ('{"input": "a", "ouput": "a"}', "R201", "the object has no 'output'", "It has ouput, input"),
        ('{"input": "a", "output": "a"', "R402", "line 2 is no JSON: expecting", ""),
        ("[1, 2]", "R402", "line 2 is JSON, but no object", ""),
        ("nonsense", "R402", "line 2 is no JSON", ""),
        ('{"a": ' + "[" * 100_000, "R402", "line 2 is no JSON that can be read: it is nested too deeply", ""),
    ],
)
def test_a_bad_line_of_json_is_quoted(row: str, code: str, title: str, hint: str) -> None:
    error = refused('{"input": "ab", "output": "ba"}\n' + row + "\n", "pairs.jsonl")
    assert error.code == code
    assert title in error.diagnostic.title
    assert hint in error.diagnostic.hint
    assert error.span is not None
    assert (error.span.file, error.span.line) == ("pairs.jsonl", 2)
    assert row[:40] in str(error)


def test_a_list_of_objects_is_no_json_lines() -> None:
    error = refused('[\n  {"input": "a", "output": "b"}\n]', "pairs.json")
    assert "Write each object in one line." in str(error)


# -------------------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("text,label\nab,ba\n", ColumnChoice()),
        ("ab,ba\n", ColumnChoice()),
        ("Input\tOutput\nab\tba\n", ColumnChoice()),
        ("ab;ba\n", ColumnChoice()),
        ("\ufeffab,ba", ColumnChoice()),
        ("ab,ba\r\n\r\n", ColumnChoice()),
        ("ba,x,ab\n", ColumnChoice("3", "1")),
        ("word,other\nab,ba\n", ColumnChoice("word", "other")),
        ("word,other\nab,ba\n", ColumnChoice("word", "2")),
        ("word,other\nab,ba\n", ColumnChoice(header=True)),
        ('"ab","ba"\n', ColumnChoice()),
    ],
)
def test_columns_and_headers_are_found(text: str, columns: ColumnChoice) -> None:
    assert list(of(text, columns=columns).pairs()) == [(("a", "b"), ("b", "a"))]


def test_the_suffix_says_what_separates_cells() -> None:
    assert of("a;b\n", "x.csv").form.startswith("CSV with `;`")
    assert of("a\tb;c,b\n", "x.csv", form=Form(one=True)).inputs == (tuple("a\tb;c"),)
    assert of("ab\tba\n", "x.tsv").form.startswith("TSV")


def test_a_row_of_the_usual_names_may_be_data() -> None:
    data = of("input,output\n", columns=ColumnChoice(header=False), form=Form(one=True))
    assert data.outputs[0][0] == "output"
    assert "no header" in data.form


def test_quoted_cells_and_lines() -> None:
    text = 'text,label\n"so ""good"", he\nsaid",pos\nbad,neg\n'
    data = of(text, form=Form(words=True, one=True))
    assert list(data.rows()) == [
        (("so", '"good",', "he", "said"), ("pos",) * 4, 2),
        (("bad",), ("neg",), 4),
    ]


@pytest.mark.parametrize(
    ("output", "form", "kind"),
    [
        ("2112", Form(), "int"),
        ("2 1 1 12", Form(words=True), "int"),
        ("true False TRUE true", Form(words=True), "bool"),
        ("abca", Form(), "string"),
        ("TPFF", Form(), "string"),
        ("2 1 1 012", Form(words=True), "string"),
        ("2112", Form(output_kind="string"), "string"),
        ("1001", Form(output_kind="bool"), "bool"),
        ("7", Form(one=True), "int"),
    ],
)
def test_a_table_shows_the_kind_of_its_outputs(output: str, form: Form, kind: str) -> None:
    given = "a b c a" if form.words else "abca"
    data = of(f"{given},{output}\n", form=form)
    assert (data.input_kind, data.output_kind) == ("string", kind)


def test_outputs_that_are_tokens_stay_tokens() -> None:
    data = of("312,123\n21,12\n")
    assert (data.input_kind, data.output_kind) == ("string", "string")
    data = of("312,123\n21,12\n", form=Form(input_kind="int"))
    assert data.outputs == ((1, 2, 3), (1, 2))


def test_an_empty_label_asks_nothing() -> None:
    data = of("ab,pos\nba,\n", form=Form(one=True))
    assert data.outputs == (("pos", "pos"), (None, None))


@pytest.mark.parametrize(
    ("text", "columns", "code", "title", "hint"),
    [
        (
            "text,label\na,b\n",
            ColumnChoice("txt", "label"),
            "R201",
            "there is no column 'txt'",
            "The columns are text, label",
        ),
        ("a,b\n", ColumnChoice("3", "1"), "R201", "there is no column 3", "The columns are 1 to 2."),
        ("a,b\n", ColumnChoice("0", "1"), "R201", "there is no column 0", "The columns are 1 to 2."),
        ("a,b\n", ColumnChoice("x", "1", False), "R201", "'x' without a header", "The columns are 1 to 2."),
        ("a,b\n", ColumnChoice("1", "1"), "R201", "the same column", ""),
        ("a,b,c\n", ColumnChoice(), "R201", "which column is the input?", ""),
        ("text\nab\n", ColumnChoice(), "R201", "the table has one column", "An input and an output are needed"),
        ("id,x,label\n", ColumnChoice(), "R201", "which column is the input?", "The columns are 1 to 3."),
        ("a,b\nab,ba,c\n", ColumnChoice(), "R402", "the row has 3 cells, and the first row has 2", "in quotes"),
        ("a,b\nab\n", ColumnChoice(), "R402", "the row has 1 cell,", ""),
        ('a,b\nab,"ba', ColumnChoice(), "R402", "line 2 is no CSV: a quoted cell has no end", "in quotes"),
        ('a,b\nab,"b"a\n', ColumnChoice(), "R402", "line 2 is no CSV", "in quotes"),
        ("a,b\n,\n", ColumnChoice(), "R401", "the input is empty", ""),
        ("text,label\n", ColumnChoice(), "R401", "has no examples", ""),
        ("a,b\n" + "a" * 200_000 + ",b\n", ColumnChoice(), "R402", "line 2 is no CSV: field larger", ""),
    ],
)
def test_a_bad_table(text: str, columns: ColumnChoice, code: str, title: str, hint: str) -> None:
    error = refused(text, "data.csv", columns=columns)
    assert error.code == code
    assert title in error.diagnostic.title
    assert hint in error.diagnostic.hint


def test_a_first_row_that_does_not_fit_may_be_a_header() -> None:
    assert "say --header" in str(refused("word,sorted\nba,ab\n"))
    assert "say --header" not in str(refused("word,sorted\nba,ab\n", columns=ColumnChoice(header=False)))


# ---------------------------------------------------------------------------------------------------------- whole files


@pytest.mark.parametrize(
    ("content", "code", "title"),
    [
        (b"", "R401", "has no examples: it is empty"),
        (b"\n \n", "R401", "has no examples: it is empty"),
        (b"\x89PNG\r\n\x1a\n", "R506", "it seems to be a PNG image"),
        ("ab,ba".encode("utf-16"), "R506", "it seems to be a text in UTF-16"),
        (b"ab,ba\n\xe9a,a\xe9\n", "R502", "line 2 of pairs is not UTF-8: byte 0 is 0xe9"),
    ],
)
def test_a_file_of_another_sort(content: bytes, code: str, title: str) -> None:
    error = refused(content)
    assert error.code == code
    assert title in error.diagnostic.title


def test_data_take_little_memory() -> None:
    """So 100,000 examples of length 20 take a fifth of 1 GiB at most."""
    row = json.dumps({"input": ["abc"] * 20, "output": ["abc"] * 20}) + "\n"
    text = "".join(row.replace("abc", f"a{number}", 1) for number in range(2_000)).encode()
    tracemalloc.start()
    try:
        data = of(text)
        split_data(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(data) == 2_000
    assert peak < 2_000 * 2**30 // 5 // 100_000


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").touch()
    for path, code in (("pair.jsonl", "R501"), (".", "R504"), ("a\0b", "R501")):
        with pytest.raises(RaspError) as caught:
            read(str(tmp_path / path))
        assert caught.value.code == code
    with pytest.raises(RaspError, match=r"pairs\.jsonl"):
        read(str(tmp_path / "pair.jsonl"))


class Broken(io.BytesIO):
    """A file whose disk fails."""

    def readline(self, size: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_file_that_breaks_off() -> None:
    with pytest.raises(RaspError, match=r"pairs cannot be read: Input/output error"):
        read("pairs", stream=Broken())


def test_kinds_differ_between_rows() -> None:
    text = lines({"input": "a", "output": "a"}, {"input": [1], "output": [1]})
    error = refused(text)
    assert error.diagnostic.title == "the inputs are of several kinds: strings in line 1, ints in line 2"
    assert "in pairs" in str(error)
    assert of(text, form=Form(input_kind="string", output_kind="string")).vocabulary == ("1", "a")


def test_a_kind_that_was_set_and_does_not_fit() -> None:
    text = lines({"input": "12", "output": "12"}, {"input": "1a", "output": "12"})
    assert refused(text, form=Form(input_kind="int")).diagnostic.title == '"a" is no int: the input of line 2'


def test_a_vocabulary_that_was_set() -> None:
    data = of("ab,ba\n", form=Form(vocabulary=tuple("cab")))
    assert data.vocabulary == tuple("cab")
    error = refused("ab,ba\nad,da\n", form=Form(vocabulary=tuple("cab")))
    assert error.diagnostic.title == 'the token "d" of line 2 is not in the vocabulary'


def test_too_many_labels() -> None:
    rows = "".join(f"a,label{number}\n" for number in range(10_000))
    error = refused(rows, form=Form(one=True))
    assert error.code == "R603"
    assert "10,000 strings that are no tokens; at most 1,000" in error.diagnostic.title
    assert of(rows.replace("label", ""), form=Form(one=True)).output_kind == "int"


def test_nothing_is_asked() -> None:
    assert refused(lines({"input": "a", "output": [None]})).code == "R401"


@given(data_sets.files(), st.sampled_from(("x", "x.jsonl", "x.csv", "x.tsv")), st.booleans(), st.booleans())
def test_files_of_any_content(content: bytes, name: str, words: bool, one: bool) -> None:
    try:
        data = of(content, name, Form(words, one))
    except RaspError as error:
        told = str(error)
        assert "\x00" not in told  # any of many errors is right
        return
    for sequence, wanted, line in data.rows():
        assert len(sequence) == len(wanted) > 0
        assert line >= 1
    assert data.input_kind in ("string", "int", "bool")


@given(data_sets.pairs())
def test_pairs_go_through_json_lines(pairs: list[Any]) -> None:
    data = data_of(pairs)
    again = of("".join(json.dumps({"input": given, "output": wanted}) + "\n" for given, wanted in pairs))
    assert (again.inputs, again.outputs) == (data.inputs, data.outputs)
    assert again.checksum == data.checksum
    assert list(map(list, data.inputs)) == [given for given, _ in pairs]


@given(st.lists(st.tuples(data_sets.values(), data_sets.values()) | data_sets.values(), max_size=4), st.booleans())
def test_pairs_of_any_content(pairs: list[Any], one: bool) -> None:
    with contextlib.suppress(UnequalLengths, EmptyInput, BadInput, MixedKinds):
        data_of(pairs, Form(one=one))


def test_pairs_of_numpy() -> None:
    data = data_of([(np.array(["a", "b"]), np.array([True, False])), ([np.str_("a")], [np.bool_(True)])])
    assert data.outputs == ((True, False), (True,))
    assert type(data.inputs[1][0]) is str
    assert data_of([("a", np.array([7]))]).labels == (7,)
    with pytest.raises(RaspError, match="a float"):
        data_of([("a", np.array([0.5]))])
    with pytest.raises(RaspError, match="in example 2"):
        data_of([("a", "a"), ("b", "bb")])


# ------------------------------------------------------------------------------------------------------------ splitting


@given(data_sets.pairs(most=60), st.integers(0, 3))
def test_a_split_keeps_equal_inputs_together(pairs: list[Any], seed: int) -> None:
    data = data_of(pairs + pairs[:9])
    parts = split_data(data, seed)
    held = [set(part.inputs) for part in (parts.training, parts.validation, parts.test)]
    assert sum(map(len, held)) == len(set(data.inputs)) == len(set().union(*held))
    assert sorted(line for _, part in parts.parts() for line in part.lines) == list(data.lines)
    assert all(len(part) <= len(data) // 10 for part in (parts.validation, parts.test))
    once = split_data(data_of([(given, given) for given in set(data.inputs)]), seed)
    assert len(once.validation) == len(once.test) == len(set(data.inputs)) // 10
    backwards = data.rows_at(reversed(range(len(data))))
    assert set(split_data(backwards, seed).test.inputs) == held[2]


def test_a_split_is_the_same_in_every_process() -> None:
    script = (
        "from rasp.learning.examples.rows import data_of; from rasp.learning.examples.split import split_data\n"
        "print(split_data(data_of([(format(n, 'b'), format(n, 'b')) for n in range(50)]), 3).test.lines)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script], env=environment(PYTHONHASHSEED=seed), capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {b"(1, 5, 33, 35, 37)\n"}


def test_a_split_beside_test_data() -> None:
    data = data_of([(format(n, "b"), format(n, "b")) for n in range(50)])
    parts = split_data(data, test=data.rows_at(range(7)))
    assert [len(part) for _, part in parts.parts()] == [45, 5, 7]
    assert (parts.own_test, parts.shared) == (True, 7)
    with pytest.raises(RaspError, match="ints in"):
        split_data(data, test=data_of([([1], ["1"])]))


# ------------------------------------------------------------------------------------------------------ contradictions


def test_contradictions_bound_what_a_program_can_reach() -> None:
    data = data_of([("ab", "xx"), ("ab", "xy"), ("ab", "xx"), ("b", "x"), ("b", [None]), ("c", [None])])
    found = find_contradictions(data)
    assert [(one.given, one.outputs) for one in found.found] == [(("a", "b"), ((("x", "x"), 1), (("x", "y"), 2)))]
    assert (found.rows, found.sequences_bound, found.tokens_bound) == (3, 3, 6)
    assert found.to_dict()["examples"][0]["outputs"][1] == {"output": ("x", "y"), "line": 2}


@given(data_sets.pairs())
def test_no_program_beats_the_bounds(pairs: list[Any]) -> None:
    data = data_of([*pairs, *((given, wanted[::-1]) for given, wanted in pairs)])
    found = find_contradictions(data)
    answers = dict(data.pairs())  # a program: the last output of each input
    right = [
        [atom == answers[given][place] for place, atom in enumerate(wanted) if atom is not None]
        for given, wanted in data.pairs()
    ]
    assert sum(map(sum, right)) <= found.tokens_bound
    assert sum(all(row) for row in right if row) <= found.sequences_bound
    assert bool(found) == (found.tokens_bound < data.asked)
