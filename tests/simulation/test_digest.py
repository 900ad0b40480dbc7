"""The digest tool: the same stories give the same digests, and a comparison names what differs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
TOOL = PROJECT / "tools" / "digest.py"
PARTS = {"changes", "events", "logs", "pictures", "rest"}
STORIES = ["recorded/crash5-exit1-always", "random/007"]


def tool(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(TOOL), *map(str, args)], capture_output=True, text=True, check=False, cwd=PROJECT
    )


def test_two_stories_twice_give_the_same_digests(tmp_path: Path) -> None:
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for file in files:
        assert tool("run", file, "--only", *STORIES, "--workers", 1).stderr == ""
    first = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
    assert [line["story"] for line in first] == STORIES
    assert all(set(line) == {"story", *PARTS} for line in first)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_comparison_names_what_differs_and_what_was_meant(tmp_path: Path) -> None:
    same = dict.fromkeys(PARTS, "1")
    before = [{"story": name, **same} for name in ("random/001", "random/002", "recorded/oom")]
    after = [before[0], {**before[1], "logs": "2"}, {**before[2], "logs": "2", "events": "2"}]
    for name, lines in (("before", before), ("after", after)):
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    meant = tmp_path / "meant.md"
    meant.write_text("# Meant\n\n- `r*` logs: a line less\n", encoding="utf-8")
    compared = tool("compare", tmp_path / "before", tmp_path / "after", "--meant", meant)
    assert compared.stdout.splitlines() == [
        "random/002: logs differs, as meant: a line less",
        "recorded/oom: events DIFFERS",
        "recorded/oom: logs differs, as meant: a line less",
        "3 stories compared: 1 changed as meant, 1 otherwise",
    ]
    assert compared.returncode == 1
