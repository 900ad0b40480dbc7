"""The project's own papers agree with each other and with the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What a package is called on PyPI, where conda-forge calls it otherwise.
PYPI_NAMES = {"matplotlib-base": "matplotlib"}
# Not of the right version on conda-forge: pip brings them, since `-e .` asks for them.
ONLY_FROM_PIP = {"lightkube", "lightkube-models"}

# Arrows point one way: a room may import those named here, and nothing else of podlab.
# kubectl knows only API objects and the protocol of an API server, which the simulation implements.
RULES = {"api", "core", "kubelet", "linux", "busybox", "controllers"}
HOUSE = RULES | {"kubectl", "simulation", "apiserver", "formats", "explain", "views", "course"}
ROOMS = {
    "api": {"course"},  # `forms`, an exhibit, is asked for by the loader
    "core": {"api", "kubelet", "linux", "apiserver", "simulation", "kubectl"},
    "linux": {"api", "core", "busybox"},
    "busybox": {"api", "linux", "core"},
    "kubelet": RULES | {"simulation"},
    "controllers": RULES | {"simulation"},
    "kubectl": RULES,
    "formats": HOUSE,
    "apiserver": HOUSE,
    "serve": {"api", "apiserver", "kubectl"},
    "simulation": HOUSE | {"serve"},
    "explain": HOUSE,
    "views": HOUSE,
    "course": HOUSE | {"lab"},
    "lab": HOUSE,
}


def bounds(lines: list[str], rename: dict[str, str]) -> dict[str, str]:
    requirements = [Requirement(line) for line in lines]
    return {rename.get(r.name, r.name).lower(): str(r.specifier) for r in requirements}


def test_environment_yml_agrees_with_pyproject() -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    pip = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    found = bounds(conda, PYPI_NAMES)
    expected = bounds(PYPROJECT["dependencies"], {}) | {"python": PYPROJECT["requires-python"], "pip": ""}
    assert found == {name: bound for name, bound in expected.items() if name not in ONLY_FROM_PIP}
    assert pip == [["-e .[kubectl,serve]"]]
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def test_changelog_begins_with_the_version_of_pyproject() -> None:
    headings = re.findall(r"^## (\S+)$", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == PYPROJECT["version"]


@pytest.mark.parametrize("document", ["README.md", "DESIGN.md"])
def test_every_file_and_make_target_a_document_names_exists(document: str) -> None:
    text = (PROJECT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    paths = re.findall(r"`((?:podlab|notebooks|tests|tools|bench)/[\w./-]*)`", text)
    missing = [path for path in links + paths if not (PROJECT / path).exists()]
    assert missing == []
    targets = re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make (\w+)", text)) <= set(targets)


def test_the_licence_is_the_whole_of_apache_2() -> None:
    text = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert PYPROJECT["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability" in text
    assert "END OF TERMS AND CONDITIONS" in text


def podlab_imports(path: Path) -> set[str]:
    """The modules of podlab that a file imports, wherever in the file, as `room` or `room.module`."""
    modules: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: podlab writes its imports out in full"
            modules += (
                [f"podlab.{alias.name}" for alias in node.names] if node.module == "podlab" else [str(node.module)]
            )
    return {module.removeprefix("podlab.") for module in modules if module.startswith("podlab.")}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_before_it(room: str) -> None:
    allowed = ROOMS[room] | {room}
    against = {
        f"{path.name} imports podlab.{module}"
        for path in (PROJECT / "podlab" / room).glob("**/*.py")
        for module in podlab_imports(path)
        if module.split(".")[0] not in allowed and module not in allowed
    }
    assert against == set()


def test_every_room_is_known() -> None:
    assert {path.parent.name for path in (PROJECT / "podlab").glob("*/__init__.py")} <= ROOMS.keys()


def test_import_podlab_is_light() -> None:
    heavy = {"matplotlib", "networkx", "ipywidgets", "IPython", "numpy"}
    code = f"import sys, podlab; print(*sorted(sys.modules.keys() & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert done.stdout.split() == []
