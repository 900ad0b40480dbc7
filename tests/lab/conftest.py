"""Labs for the tests; anything that a callback logs as an error fails the test."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from shops import SHOP

from podlab.lab import Lab, LabModel


@pytest.fixture(autouse=True)
def _no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """ipywidgets and the panel log what a callback raises, and go on; here it fails the test."""
    yield
    logged = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert logged == []


@pytest.fixture
def model() -> LabModel:
    return LabModel(SHOP)


@pytest.fixture
def lab() -> Lab:
    return Lab(SHOP)
