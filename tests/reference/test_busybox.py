"""podlab's shell and tools against what a real busybox (1.35.0, Debian) answered as process 1 of a container."""

from __future__ import annotations

import pytest

from tests.reference.conftest import FOLDER
from tools.busybox_agreement import compare, read

AGREE = {"random": 1655, "scripts": 88, "signals": 44, "tools": 732}
"""How many cases of each recorded set agree; a change may only raise it."""


@pytest.mark.parametrize("path", sorted((FOLDER / "busybox").glob("*.jsonl.gz")), ids=lambda path: path.name)
def test_scripts_and_tools(path, reference_checked):
    cases = read(path)
    different = list(compare(cases))
    reference_checked("busybox", len(cases))
    agree = len(cases) - len(different)
    wanted = AGREE.get(path.name.partition(".")[0], 0) if path.name.endswith(".train.jsonl.gz") else len(cases)
    assert agree >= wanted, "\n".join(f"{one.script}\n    {'; '.join(one.what)}" for one in different[:20])
