"""A kernel to try programs on."""

from __future__ import annotations

import pytest
from kernel_bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
