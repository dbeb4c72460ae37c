"""Reading the files of corpora: CoNLL columns, labelled lines, folders, several columns of a table."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from rasp.errors import RaspError
from rasp.learning.examples.csv_tables import ColumnChoice
from rasp.learning.examples.data import Data
from rasp.learning.examples.reading import ANY, read
from rasp.learning.examples.rows import PLAIN, Form

WORDS, TEXTS = Form(words=True), Form(words=True, one=True)
CONLL = """-DOCSTART- -X- -X- O

EU NNP B-NP B-ORG
rejects VBZ B-VP O

-DOCSTART- -X- -X- O

Peter NNP B-NP B-PER
Blackburn NNP I-NP I-PER
"""


def of(text: str | bytes, name: str, form: Form = PLAIN, columns: ColumnChoice = ANY, kind: str = "") -> Data:
    return read(name, form, columns, io.BytesIO(text.encode() if isinstance(text, str) else text), kind)


def refused(text: str | bytes, name: str, form: Form = PLAIN, columns: ColumnChoice = ANY) -> RaspError:
    with pytest.raises(RaspError) as caught:
        of(text, name, form, columns)
    return caught.value


# -------------------------------------------------------------------------------------------------------------- CoNLL


@pytest.mark.parametrize("name", ["eng.train", "train.conll", "x.iob"])
def test_sentences_of_conll(name: str) -> None:
    data = of(CONLL, name)
    assert list(data.rows()) == [
        (("EU", "rejects"), ("B-ORG", "O"), 3),
        (("Peter", "Blackburn"), ("B-PER", "I-PER"), 8),
    ]
    assert data.form == "CoNLL, column 1 → column 4"


def test_the_first_line_of_a_text_file_decides() -> None:
    assert of("EU ORG\nrejects O\n", "train.txt", WORDS).outputs == (("ORG", "O"),)
    assert of("EU ORG\nrejects O\n", "train.txt", kind="conll").outputs == (("ORG", "O"),)
    assert of("text,label\na b,x y\n", "train.txt", WORDS).inputs == (("a", "b"),)


def test_columns_of_conll_by_number_tabs_and_comments() -> None:
    text = "# sent_id = 1\n1\tEU\tNNP\tB-ORG\r\n2\t# 5\tCD\tO\r\n\r\n"
    data = of(text, "a.conll", columns=ColumnChoice("2", "3"))
    assert list(data.pairs()) == [(("EU", "# 5"), ("NNP", "CD"))]


def test_a_number_sign_is_a_word_and_a_blank_that_does_not_break_is_part_of_one() -> None:
    text = "# a short note\n# sent_id = 1\n# # B-NP\n10\u00a0000 CD I-NP\n\n# only notes\n\nRose NN B-NP\n# # I-NP\n"
    assert of(text, "a.conll").inputs == (("#", "10\u00a0000"), ("Rose", "#"))
    assert of("# O\nRose N\n# O\n", "a.conll").inputs == (("#", "Rose", "#"),)


@pytest.mark.parametrize(
    ("text", "columns", "line", "title"),
    [
        ("EU ORG\rrejects O\r\r", ANY, 1, "carriage returns stand in the place of line breaks"),
        ("EU NNP ORG\nrejects VBZ\n", ANY, 2, "the line has 2 columns, and the first one has 3"),
        ("EU\n", ANY, 1, "the line has 1 column, and a token with its label takes 2"),
        ("\nEU ORG\n", ColumnChoice("3"), 2, "there is no column '3'"),
        ("EU ORG\n", ColumnChoice("word"), 1, "there is no column 'word'"),
        ("EU ORG\n", ColumnChoice("2"), 1, "token and label are the same column"),
        ("EU\tORG\nrejects\t\n", ANY, 2, "the label is empty"),
        ("EU\tNNP\tORG\n \tVBZ\tO\n", ANY, 2, "the token is empty"),
    ],
)
def test_bad_lines_of_conll(text: str, columns: ColumnChoice, line: int, title: str) -> None:
    error = refused(text, "bad.conll", columns=columns)
    assert error.diagnostic.title == title
    assert error.diagnostic.span is not None
    assert error.diagnostic.span.source.first_line == line


def test_conll_has_a_label_for_each_token_and_some_tokens() -> None:
    assert refused(CONLL, "a.conll", TEXTS).diagnostic.hint == "Leave out --one."
    assert refused("-DOCSTART- O\n\n", "a.conll").diagnostic.title == "a.conll has no examples"


# --------------------------------------------------------------------------------------------------- labelled lines


def test_labelled_lines() -> None:
    text = "DESC:manner How did it begin ?\n\nNUM:dist How far , far is it ?\n"
    data = of(text, "train_5500.label")
    assert data.one
    assert data.lines == (1, 3)
    assert [row[0] for row in data.outputs] == ["DESC", "NUM"]
    assert data.inputs[1][:4] == ("How", "far", ",", "far")
    assert of(text, "a.txt", TEXTS, ColumnChoice(None, "2")).labels == ("DESC:manner", "NUM:dist")
    assert of("ENTY:food What is caf\xe9 ?\n".encode("latin-1"), "a.label").inputs[0][2] == "café"


def test_bad_labelled_lines() -> None:
    error = refused("DESC:manner How ?\nHow far ?\n", "a.label")
    assert error.diagnostic.title == "the line begins with no label"
    assert error.diagnostic.span is not None
    assert error.diagnostic.span.source.first_line == 2
    assert refused("A:b c\nNUM:dist\n", "a.label").diagnostic.title == "there is no text behind the label"
    assert "no label '3'" in refused("A:b c\n", "a.label", columns=ColumnChoice(None, "3")).diagnostic.title
    assert "one text" in refused("A:b c\n", "a.label", columns=ColumnChoice("2")).diagnostic.title


# ---------------------------------------------------------------------------------------------------------- folders


def test_a_folder_a_label(tmp_path: Path) -> None:
    for name, text in (("neg/b.txt", "bad\nnews"), ("pos/sub/a.txt", "so good"), ("pos/.hidden", "no")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    data = read(str(tmp_path))
    assert [(given, wanted[0]) for given, wanted in data.pairs()] == [(("bad", "news"), "neg"), (("so", "good"), "pos")]
    assert (data.form, data.noun, data.lines) == ("a folder a label", "file", (1, 2))


def test_bad_folders(tmp_path: Path) -> None:
    with pytest.raises(RaspError, match="holds no folders"):
        read(str(tmp_path))
    (tmp_path / "pos").mkdir()
    with pytest.raises(RaspError, match="holds folders that hold no files"):
        read(str(tmp_path))
    (tmp_path / "pos" / "a.txt").write_bytes(b"caf\xe9 au lait")
    with pytest.raises(RaspError, match=r"a\.txt is not UTF-8: byte 3 is 0xe9"):
        read(str(tmp_path))
    (tmp_path / "pos" / "a.txt").write_bytes(b"")
    with pytest.raises(RaspError) as caught:
        read(str(tmp_path))
    assert caught.value.diagnostic.title == "the input is empty"
    assert "a.txt" in str(caught.value.diagnostic.details)


# ----------------------------------------------------------------------------------------------------------- tables


def test_several_columns_of_a_table() -> None:
    news = '"3","Oil up","Prices, again"\n"1","Talks","end"\n'
    data = of(news, "train.csv", TEXTS, ColumnChoice("2,3", "1"))
    assert data.inputs[0] == ("Oil", "up", "Prices,", "again")
    assert [row[0] for row in data.outputs] == [3, 1]
    assert data.form == "CSV, no header, columns 2 and 3 → column 1"
    data = of("class,title,body\n1,a,b\n", "a.csv", TEXTS, ColumnChoice("title, body"))
    assert data.inputs == (("a", "b"),)
    assert data.form == "CSV, a header, `title` and `body` → `class`"
    assert "'text'" in refused("class,title\n1,a\n", "a.csv", TEXTS, ColumnChoice("title,text")).diagnostic.title


LATIN = {  # the third line is not UTF-8
    "a.conll": "EU ORG\nrejects O\ncaf\xe9 O\n",
    "a.csv": "text,label\nso good,pos\ncaf\xe9,neg\n",
    "a.tsv": "text\tlabel\nso good\tpos\ncaf\xe9\tneg\n",
    "a.jsonl": '{"input": "a", "output": "b"}\n{"input": "c", "output": "d"}\n{"input": "\xe9", "output": "b"}\n',
}


@pytest.mark.parametrize("name", [*LATIN, "a.label"])
def test_files_without_examples_and_in_other_encodings(name: str) -> None:
    """Each error names the file, and the line that is not UTF-8; TREC's files are Latin-1."""
    form = TEXTS if name in ("a.csv", "a.tsv") else PLAIN
    assert refused("", name, form).diagnostic.title == f"{name} has no examples: it is empty"
    if name in LATIN:
        title = refused(LATIN[name].encode("latin-1"), name, form).diagnostic.title
        assert re.fullmatch(rf"line 3 of {name} is not UTF-8: byte \d+ is 0xe9", title), title


def test_rows_with_other_numbers_of_cells() -> None:
    for rows, line, cells in (("a,x\nb\n", 3, "1 cell"), ("a,x\n\nb,y,z\n", 4, "3 cells")):
        error = refused(f"text,label\n{rows}", "a.csv", TEXTS)
        assert error.diagnostic.title == f"the row has {cells}, and the header has 2"
        assert error.diagnostic.span is not None
        assert error.diagnostic.span.source.first_line == line
