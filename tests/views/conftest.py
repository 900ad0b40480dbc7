from collections.abc import Callable
from functools import cache

import pytest
from viewtraces import STORIES, at_once

from podlab.formats.story import load_story
from podlab.simulation.trace import Trace


@pytest.fixture(scope="session")
def story() -> Callable[[str], Trace]:
    """A recorded story by its name."""
    return cache(lambda name: load_story(STORIES / f"{name}.json"))


@pytest.fixture
def shop() -> Trace:
    return at_once()
