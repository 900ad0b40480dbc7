"""What `import podlab` loads: the first cell of a notebook waits for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASKED = (
    "import sys, podlab; print([name for name in ('httpx', 'httpx2', 'lightkube.core.client') if name in sys.modules])"
)


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_http_client_is_not_loaded():
    assert python(ASKED) == "[]"


@pytest.mark.parametrize("first", ["import podlab", "import lightkube", "import lightkube.models"])
def test_lightkube_itself_works_as_ever(first):
    code = f"{first}; import podlab, lightkube; from lightkube import Client, ApiError"
    assert python(f"{code}; print(Client.__module__, lightkube.ALL_NS)") == "lightkube.core.client *"


def test_a_name_that_lightkube_has_not_is_refused():
    code = "import podlab, lightkube; print(hasattr(lightkube, 'nothing'), hasattr(lightkube, '__wrapped__'))"
    assert python(code) == "False False"
