"""Fixtures of the shell's tests."""

from __future__ import annotations

import pytest
from shell_box import Box


@pytest.fixture
def box() -> Box:
    return Box()
