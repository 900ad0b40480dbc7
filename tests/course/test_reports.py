"""A learner's report as a file, and many of them in one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

import podlab as pl
from podlab.course.collect import collect, main
from podlab.course.progress import FIELDS, csv_text, forget, note


@pytest.fixture(autouse=True)
def a_session() -> Iterator[None]:
    forget()
    note("prediction", "pod web, at 30 s", 1, 3)
    note("exercise", "08-failed", 1, 3)
    note("exercise", "08-failed", 3, 3)
    note("exercise", "08-stuck", 0, 3)
    yield
    forget()


def test_a_report_is_saved_with_its_learner(tmp_path: Path) -> None:
    path = pl.progress().save(tmp_path / "ada.csv")
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == list(FIELDS)
    assert [list(line.values()) for line in lines] == [
        ["ada", "prediction", "pod web, at 30 s", "1", "1", "3", "no"],
        ["ada", "exercise", "08-failed", "2", "3", "3", "yes"],
        ["ada", "exercise", "08-stuck", "1", "0", "3", "no"],
    ]
    with pytest.raises(ValueError, match=r"path: there is a file '.*ada.csv' already; .* add overwrite=True"):
        pl.progress().save(path)
    again = pl.progress().save(str(path), learner="Ada L.", overwrite=True)
    assert again.read_text(encoding="utf-8").splitlines()[1].startswith("Ada L.,prediction,")


def test_the_csv_says_what_the_table_says() -> None:
    report = pl.progress()
    lines = list(csv.DictReader(io.StringIO(report.csv)))
    assert [(line["kind"], line["name"], line["tries"], f"{line['right']} of {line['of']}") for line in lines] == [
        row[:4] for row in report.rows
    ]
    assert {line["learner"] for line in lines} == {""}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        pytest.param("ada.txt", "path: a name that ends in .csv, such as ada.csv, not 'ada.txt'", id="another ending"),
        pytest.param("ada", "such as ada.csv", id="no ending"),
        pytest.param("", "such as ada.csv", id="nothing"),
        pytest.param("nowhere/ada.csv", "there is no folder 'nowhere'", id="no folder"),
        pytest.param(7, "path: the name of a file", id="a number"),
    ],
)
def test_a_place_that_will_not_do(path: object, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, TypeError), match=error):
        pl.progress().save(path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "ada.csv").mkdir()
    with pytest.raises(ValueError, match="cannot be written"):
        pl.progress().save(tmp_path / "ada.csv")


def test_reports_are_joined_and_the_best_try_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = pl.progress().save(tmp_path / "ada.csv")
    forget()
    note("exercise", "08-stuck", 3, 3)
    second = pl.progress().save(tmp_path / "ada-2.csv", learner="ada")
    forget()
    note("exercise", "09-waits", 2, 6)
    third = pl.progress().save(tmp_path / "bob.csv")
    table = collect([first, second, third])
    assert table.header == ("learner", "done", "08-failed", "08-stuck", "09-waits")
    assert table.rows == (("ada", "2 of 3", "3/3", "3/3", ""), ("bob", "0 of 3", "", "", "2/6"))
    assert collect([first], "prediction").rows == (("ada", "0 of 1", "1/3"),)
    assert main([str(first), str(third)]) == 0
    assert "2 learners, 3 exercises" in capsys.readouterr().out
    assert main([str(first), str(second), str(third), "--csv", str(tmp_path / "class.csv")]) == 0
    assert (tmp_path / "class.csv").read_text(encoding="utf-8").splitlines()[1] == "ada,2 of 3,3/3,3/3,"
    assert main([str(third), "--csv", str(tmp_path / "class.csv")]) == 1
    assert "add --force" in capsys.readouterr().err
    assert main([str(third), "--csv", str(tmp_path / "class.csv"), "--force"]) == 0
    assert (tmp_path / "class.csv").read_text(encoding="utf-8").splitlines()[1].startswith("bob,")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"name,mark\nada,1\n", "no report of pl.progress", id="another table"),
        pytest.param(b"", "no report of pl.progress", id="empty"),
        pytest.param(
            f"{','.join(FIELDS)}\nada,exercise,08-x,1,two,3,no\n".encode(), "line 2: right and of", id="words"
        ),
        pytest.param(f"{','.join(FIELDS)}\nada,exercise\n".encode(), "line 2: right and of", id="too short"),
        pytest.param(b"\xff\xfe\x00", "no text in UTF-8", id="no text"),
        pytest.param(None, "No such file", id="no file"),
    ],
)
def test_a_file_that_is_no_report(
    content: bytes | None, error: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "eve.csv"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path)]) == 1
    assert error in (told := capsys.readouterr().err)
    assert "eve.csv" in told


def test_a_spreadsheet_that_saved_it_again_does_no_harm(tmp_path: Path) -> None:
    path = pl.progress().save(tmp_path / "ada.csv")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert collect([path]).rows == (("ada", "1 of 2", "3/3", "0/3"),)


def test_a_name_is_never_a_formula() -> None:
    assert csv_text(("name",), [("=1+1",), ("-x",), (-1,), ("ada",)]) == "name\n'=1+1\n'-x\n-1\nada\n"
