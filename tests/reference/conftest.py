"""Where the real Kubernetes' answers are read, counted, and none is left out.

The folder is $PODLAB_REFERENCE, else `data` beside this file. A file's kind is its name up to the first dot; a folder's
(traces) is its name. A test of a kind reads all its files, whatever the set is called:

    def test_phase(reference_cases):
        for case in reference_cases("phase"): ...

`test_every_kind.py` fails when a kind lies in the folder that no test here reads. What is left to a later issue stands
in `LATER` with its reason.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parent / "data"
FOLDER = Path(os.environ.get("PODLAB_REFERENCE") or DATA)
if not FOLDER.is_dir():
    raise pytest.UsageError(f"PODLAB_REFERENCE should name a folder of reference answers; there is no {FOLDER}")

LATER: dict[str, str] = {}

Case = dict[str, Any]


@pytest.fixture
def reference_files() -> Callable[[str], list[Path]]:
    """Every file of a kind. A test whose kind is not in a folder of the user's own is skipped."""

    def files(kind: str) -> list[Path]:
        found = files_of(kind)
        if not found and FOLDER != DATA:
            pytest.skip(f"no {kind} files in {FOLDER}")
        assert found, f"no {kind} files in {FOLDER}"
        return found

    return files


@pytest.fixture
def reference_checked(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Report that this test checks so many cases of a kind; the summary adds up the runs of a parametrised test."""

    def checked(kind: str, cases: int) -> None:
        request.node.user_properties.append(("reference", [kind, cases]))

    return checked


@pytest.fixture
def reference_cases(
    reference_files: Callable[[str], list[Path]], reference_checked: Callable[[str, int], None]
) -> Callable[[str], list[Case]]:
    """Every case of a kind: `{"in": …, "out": …}`, or the elements of a list. They count as checked."""

    def cases(kind: str) -> list[Case]:
        found = [case for path in reference_files(kind) for case in read_cases(path)]
        reference_checked(kind, len(found))
        return found

    return cases


@pytest.fixture
def reference_kinds() -> tuple[set[str], set[str], set[str]]:
    """The kinds in the folder, those that tests here read, and those left to a later issue."""
    return kinds_in_folder(), kinds_read_by_tests(), set(LATER)


def files_of(kind: str) -> list[Path]:
    """The files of a kind, in order of name; for a folder, those in it."""
    inside = FOLDER / kind
    if inside.is_dir():
        return sorted(inside.glob("*.json"))
    return sorted(path for path in FOLDER.iterdir() if path.is_file() and kind_of(path) == kind)


def read_cases(path: Path) -> Iterable[Case]:
    """JSON lines. A JSON document: the cases in its lists, each with the list's name as `list`, or itself."""
    if path.name.endswith(".jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    document = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(document, list):
        return document
    lists = {name: value for name, value in document.items() if isinstance(value, list)}
    return [{"list": name, **case} for name, cases in lists.items() for case in cases] or [document]


def kind_of(path: Path) -> str:
    """`phase.train.jsonl.gz` is of the kind phase."""
    return path.name.partition(".")[0]


def kinds_in_folder() -> set[str]:
    """The kinds that lie in the folder; notes (*.md) are none."""
    return {kind_of(path) for path in FOLDER.iterdir() if path.suffix != ".md" and not path.name.startswith(".")}


def kinds_read_by_tests() -> set[str]:
    """The kinds that the tests beside this file ask for: reference_cases("phase"), FOLDER / "traces"."""
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    asks = re.compile(r"(?:cases\(|files\(|files_of\(|FOLDER / )\"([\w-]+)[.\"]")
    return {kind for text in texts for kind in asks.findall(text)}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many cases of each kind were checked. Tests of the same kind read the same cases: count them once."""
    by_test: Counter[tuple[str, str]] = Counter()
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if getattr(report, "when", None) == "call":
            for name, value in report.user_properties:
                if name == "reference":
                    by_test[value[0], report.nodeid.partition("[")[0]] += value[1]
    if not by_test:
        return
    shown = FOLDER if FOLDER != DATA else "tests/reference/data"
    terminalreporter.section(f"agreement with Kubernetes: {shown}")
    for kind in sorted({kind for kind, _ in by_test}):
        count = max(count for (of, _), count in by_test.items() if of == kind)
        terminalreporter.write_line(f"{kind:20} {count:>6} cases checked")
    for kind in sorted(kinds_in_folder() & LATER.keys()):
        terminalreporter.write_line(f"{kind:20}   left to a later issue: {LATER[kind]}")
