"""podlab's shell and tools against what a real busybox (1.35.0, Debian) answered as process 1 of a container."""

from __future__ import annotations

import pytest

from tests.reference.conftest import FOLDER
from tools.busybox_agreement import compare, read

AGREE = {"random": 1716, "scripts": 95, "signals": 46, "tools": 733}
"""How many cases of each recorded set agree; a change may only raise it. The others, by kind:

* the order in which `set -x` shows the commands of a pipeline, which run at the same time (26);
* tools and options that this build lacks and the image `busybox` has: `find -delete`, nice, nohup, nc on lo (9);
* the shell's arithmetic errors, and `set -x` inside redirections (9);
* what depends on the machine: pids, the size of a directory, /run, ts' clock, /dev/tty (7);
* ed and dc, which podlab does not have; `watch` has no header (3); `read -t` from /dev/zero (1).
"""


@pytest.mark.parametrize("path", sorted((FOLDER / "busybox").glob("*.jsonl.gz")), ids=lambda path: path.name)
def test_scripts_and_tools(path, reference_checked):
    cases = read(path)
    different = list(compare(cases))
    reference_checked("busybox", len(cases))
    agree = len(cases) - len(different)
    wanted = AGREE.get(path.name.partition(".")[0], 0) if path.name.endswith(".train.jsonl.gz") else len(cases)
    assert agree >= wanted, "\n".join(f"{one.script}\n    {'; '.join(one.what)}" for one in different[:20])
