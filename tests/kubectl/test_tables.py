import pytest
from hypothesis import given
from hypothesis import strategies as st

from podlab.kubectl.tables import format_labels, label_header, table
from podlab.kubectl.tabwriter import align


@pytest.mark.parametrize(
    ("rows", "headers", "text"),
    [
        pytest.param([["a", "b"]], ["NAME", "AGE"], "NAME   AGE\na      b\n", id="three blanks after the widest cell"),
        pytest.param([["a", "b"]], [], "a     b\n", id="a column is at least six wide"),
        pytest.param([], ["NAME"], "", id="no rows, no headers"),
        pytest.param([["a", ""]], ["NAME", "X"], "NAME   X\na      \n", id="an empty last cell leaves the padding"),
        pytest.param([["é", "b"]], ["N", "X"], "N     X\né     b\n", id="letters are counted, not bytes"),
        pytest.param([["one\ntwo", "b"]], [], "one...   b\n", id="a cell ends at its first line break"),
        pytest.param([["\x1b[31mred", "b"]], [], "^[[31mred   b\n", id="control sequences are made visible"),
    ],
)
def test_table(rows, headers, text):
    assert table(rows, headers) == text


def test_a_column_ends_where_a_line_has_no_such_cell():
    lines = ["long name:\tx", "a heading", "b:\ty"]
    assert align(lines, minwidth=0, padding=2) == "long name:  x\na heading\nb:  y\n"


def test_watched_columns_keep_the_width_they_had():
    widths = []
    assert table([["web-12345", "0/1"]], ["NAME", "READY"], remembered=widths).splitlines()[1] == "web-12345   0/1"
    assert table([["db", "1/1"]], remembered=widths) == "db          1/1\n"
    assert table([["web-1234567", "1/1"]], remembered=widths) == "web-1234567   1/1\n"
    assert table([["db", "1/1"]], remembered=widths) == "db            1/1\n"


def test_labels_are_sorted():
    assert format_labels({"b": "2", "a": "1"}) == "a=1,b=2"
    assert format_labels({}) == format_labels(None) == "<none>"
    assert label_header("example.com/tier") == "TIER"


words = st.text("abcdé ", max_size=12)


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(words, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_cells_of_a_column_start_at_the_same_place(rows):
    lines = table(rows).split("\n")[:-1]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        at = 0
        for number, cell in enumerate(row):
            assert line[at : at + len(cell)] == cell
            at += max(6, max(len(other[number]) for other in rows) + 3)
