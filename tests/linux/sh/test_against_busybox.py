"""The shell and the tools against a real busybox: same output, same errors, same exit status.

The answers were recorded by record_busybox.py (see "recorded" in the file).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shell_box import Box

RECORDED = json.loads(Path(__file__).with_name("busybox_answers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{number:03} {case['script'].splitlines()[0][:60]}")
        for number, case in enumerate(RECORDED["cases"])
    ],
)
def test_same_as_busybox(case: dict[str, str | int]) -> None:
    box = Box()
    box.root.make("/tmp/here")
    process, out, err, _ = box.start("sh", "-c", str(case["script"]))
    process.cwd = "/tmp/here"
    box.loop.run_until(100)
    assert ("".join(out), "".join(err), process.exit_status) == (case["out"], case["err"], case["status"])
