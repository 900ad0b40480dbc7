"""The second recorded sitting of a real kubectl, typed into the kubectl of the wheel against a server of podlab.

What is masked stands in `tools/kubectl_sitting.py`. The sitting takes as long as it took: 80 seconds.
"""

from typing import Any

from tests.reference.conftest import FOLDER
from tools.kubectl_sitting import compare

AGREE = 157
"""So many of the 186 commands at least; a few depend on what the wall clock does to a machine that is busy."""


def test_the_sitting_agrees(reference_checked: Any) -> None:
    results = list(compare(FOLDER / "kubectl2.json.gz"))
    reference_checked("kubectl2", len(results))
    differ = [one.command for one in results if not one.agrees]
    assert len(results) == 186
    assert len(results) - len(differ) >= AGREE, "\n".join(differ)
