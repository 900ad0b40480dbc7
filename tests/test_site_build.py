"""What the site is built of: every package that podlab needs in the browser is in the list of wheels."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1]
WHEELS = (PROJECT / "tools" / "site" / "wheels.txt").read_text(encoding="utf-8")
PINNED = {line.partition("==")[0] for line in WHEELS.splitlines() if line and line[0] != "#"}
BUILT = {"pyyaml"}
SHIMS = {"widgetsnbextension", "ipykernel", "piplite", "pyodide-kernel"}
"""What JupyterLite's kernel brings itself."""
NOT_THERE = {"pexpect", "psutil", "colorama", "six"}
"""What ipython asks for on other systems than the browser, or in its old versions."""
BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "python_version": "3.14", "os_name": "posix"}
BROWSER |= {"python_full_version": "3.14.2", "implementation_name": "cpython"}


def wanted(requirement: Requirement) -> bool:
    return requirement.marker is None or any(
        requirement.marker.evaluate(BROWSER | {"extra": extra}) for extra in ("", *requirement.extras)
    )


def name_of(requirement: Requirement) -> str:
    return re.sub(r"[-_.]+", "-", requirement.name).lower()


def test_the_list_of_wheels_is_whole() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    todo = [Requirement(line) for line in project["dependencies"]]
    seen: set[str] = set()
    while todo:
        requirement = todo.pop()
        name = name_of(requirement)
        if not wanted(requirement) or name in seen | SHIMS | NOT_THERE:
            continue
        seen.add(name)
        try:
            inner = [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:  # one that only the browser needs
            continue
        todo += [each for each in inner if each.marker is None or "extra" not in str(each.marker)]
    assert seen - PINNED - BUILT == set()
    assert {"msgspec", "ipywidgets", "lightkube"} <= seen


def test_each_wheel_has_one_version() -> None:
    lines = [line for line in WHEELS.splitlines() if line and line[0] != "#"]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in lines)
    names = [line.partition("==")[0] for line in lines]
    assert names == sorted(set(names))
