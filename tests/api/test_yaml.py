"""YAML as kubectl reads it."""

from typing import Any

import pytest

from podlab.api.yaml_text import MAX_DEPTH, YamlError, read_yaml


def read(text: str) -> Any:
    documents = read_yaml(text)
    assert len(documents) == 1
    return documents[0].data


@pytest.mark.parametrize(
    ("word", "value"),
    [
        pytest.param("yes", True, id="yes"),
        pytest.param("On", True, id="On"),
        pytest.param("n", False, id="n"),
        pytest.param("FALSE", False, id="FALSE"),
        pytest.param("yEs", "yEs", id="mixed capitals"),
        pytest.param("'yes'", "yes", id="yes in quotes"),
        pytest.param("!!str yes", "yes", id="yes with a tag"),
        pytest.param("~", None, id="tilde"),
        pytest.param("", None, id="nothing"),
        pytest.param("null", None, id="null"),
        pytest.param("12", 12, id="a number"),
        pytest.param("-12", -12, id="a negative number"),
        pytest.param("1_000", 1000, id="digits in groups"),
        pytest.param("0644", 0o644, id="octal, as file modes are written"),
        pytest.param("0o644", 0o644, id="octal, new style"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("0b101", 5, id="binary"),
        pytest.param("08", 8, id="no octal number"),
        pytest.param("1.5", 1.5, id="a fraction"),
        pytest.param("1e3", 1000, id="an exponent"),
        pytest.param("1.27.0", "1.27.0", id="a version"),
        pytest.param("2026-01-31", "2026-01-31", id="a date stays text"),
        pytest.param("12:30:45", "12:30:45", id="a time stays text"),
        pytest.param("1e999", "1e999", id="a number too large"),
        pytest.param("64Mi", "64Mi", id="an amount"),
        pytest.param("0x_", "0x_", id="no hexadecimal digit"),
        pytest.param("0b_", "0b_", id="no binary digit"),
        pytest.param("0o8", "0o8", id="no octal digit"),
        pytest.param("0x_f", 15, id="a hexadecimal digit after a group of none"),
        pytest.param("-0x1F", -31, id="a negative hexadecimal"),
        pytest.param("1__0", 10, id="an empty group of digits"),
        pytest.param("1e_3", 1000, id="an exponent in groups"),
        pytest.param("!!binary aGVsbG8=", "hello", id="a text in base64"),
        pytest.param("é 🙂", "é 🙂", id="letters of the world"),
    ],
)
def test_words(word: str, value: object) -> None:
    got = read(f"a: {word}\n")["a"]
    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("a: |\n  x\n  y\n", {"a": "x\ny\n"}, id="lines kept"),
        pytest.param("a: >-\n  x\n  y\n", {"a": "x y"}, id="lines joined"),
        pytest.param("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}, id="an alias"),
        pytest.param(
            "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n", {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}, id="a merge"
        ),
        pytest.param("8080: 1\nyes: 2\n1.5: 3\n", {"8080": 1, "true": 2, "1.5": 3}, id="names become texts"),
        pytest.param("[1, {a: }]", [1, {"a": None}], id="brackets"),
        pytest.param("a: 'it''s' # not this\n", {"a": "it's"}, id="quotes and a comment"),
    ],
)
def test_documents(text: str, data: object) -> None:
    assert read(text) == data


def test_each_field_has_the_line_of_its_name() -> None:
    lines = read_yaml("# a comment\na:\n- b: 1\n  c:\n    d: 2\n- 3\n")[0].lines
    assert lines == {"": 2, "a": 2, "a[0]": 3, "a[0].b": 3, "a[0].c": 4, "a[0].c.d": 5, "a[1]": 6}


def test_lines_go_on_counting_in_the_next_document() -> None:
    first, second = read_yaml("a: 1\n---\nb: 2\n")
    assert (first.lines["a"], second.lines["b"]) == (1, 3)


def test_bare_words_read_as_something_else_are_remembered() -> None:
    assert read_yaml("a: yes\nb: 'yes'\nc: 1\nd: no more\n")[0].words == {"a": "yes", "c": "1"}


def test_of_a_name_given_twice_the_last_value_counts_and_a_warning_says_so() -> None:
    document = read_yaml("a: yes\nb: 2\na: 'no'\n")[0]
    assert document.data == {"a": "no", "b": 2}
    assert [(fault.path, fault.line, fault.message, fault.hint) for fault in document.warnings] == [
        ("a", 3, "is given twice; the last one counts", "Keep one of them; the first is on line 1.")
    ]
    assert document.words == {"b": "2"}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("<<: *x\n  b: 3", {"b": 3, "c": 2}, id="a name after the merge counts more"),
        pytest.param("b: 3\n  <<: *x", {"b": 1, "c": 2}, id="a name before the merge counts less"),
        pytest.param("!!merge <<: *x", {"b": 1, "c": 2}, id="the tag of a merge"),
        pytest.param("<<: [*x, {b: 7, d: 8}]", {"b": 1, "c": 2, "d": 8}, id="of several the first counts"),
        pytest.param("<<: *x\n  <<: {d: 4}", {"b": 1, "c": 2, "d": 4}, id="two merges"),
        pytest.param("'<<': q", {"<<": "q"}, id="in quotes it is a name"),
    ],
)
def test_merges_as_kubectl_does_them(text: str, data: object) -> None:
    """Measured with kubectl 1.32.4: label --local -o json."""
    document = read_yaml(f"x: &x {{b: 1, c: 2}}\na:\n  {text}\n")[0]
    assert document.data["a"] == data
    assert not document.warnings


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("a: [1, 2\nb: 3\n", 1, id="the line of the open bracket"),
        pytest.param("ok: 1\na: 'b\nc: d\n", 2, id="the line of the open quote"),
        pytest.param("a: 1\n b: 2\n", 2, id="a line indented too far"),
        pytest.param("a:\n  <<: 3\n", 2, id="a merge of a number"),
    ],
)
def test_the_line_where_to_look(text: str, line: int) -> None:
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    assert caught.value.fault.line == line
    assert caught.value.fault.hint


def test_the_deepest_nesting_that_is_read() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    with pytest.raises(YamlError, match="nested too deeply"):
        read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
