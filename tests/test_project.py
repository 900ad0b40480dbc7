"""The project's own papers agree with each other and with the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import networkx as nx
import pytest
import yaml
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What a package is called on PyPI, where conda-forge calls it otherwise.
PYPI_NAMES = {"matplotlib-base": "matplotlib"}
# Not of the right version on conda-forge: pip brings them, since `-e .` asks for them.
ONLY_FROM_PIP = {"lightkube", "lightkube-models"}

LINTER = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LAYERS = [re.split(r"\s*[|:]\s*", layer) for layer in LINTER["contracts"][0]["layers"]]
"""The rooms of the house from top to bottom, as import-linter has them (`make check`)."""
PARTS_OF_ONE_PROGRAM = ("podlab.busybox", "podlab.serve", "podlab.apiserver.rest")
"""Inside these a file may name the type of the whole that it is a part of; nowhere else, not even for type checking."""
CORE_MAY_IMPORT = {"podlab.api.parts", "podlab.api.mistakes"}


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


@pytest.mark.parametrize("document", ["README.md", "DESIGN.md", "docs/reading-the-core.md"])
def test_every_file_and_make_target_a_document_names_exists(document: str) -> None:
    text = (PROJECT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    paths = re.findall(r"`((?:podlab|notebooks|tests|tools|bench)/[\w./-]*)`", text)
    missing = [path for path in links + paths if not (PROJECT / path).exists()]
    assert missing == []
    targets = re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make (\w+)", text)) <= set(targets)


def test_the_guide_through_the_core_names_what_is_there() -> None:
    guide = (PROJECT / "docs" / "reading-the-core.md").read_text(encoding="utf-8")
    stations = re.findall(r"^\| \d+\. [^|]*\|([^|]*)\|([^|]*)\|$", guide, re.MULTILINE)
    assert len(stations) == 22
    for files, look in stations:
        text = "".join((PROJECT / path).read_text(encoding="utf-8") for path in re.findall(r"`([^`]+)`", files))
        named = [name for name in re.findall(r"`([A-Za-z_]+)`", look) if name != "compute_pod_actions"]
        missing = [name for name in named if not re.search(rf"\b(?:def|class) {name}\b", text)]
        assert missing == [], files


def test_every_file_of_the_core_is_a_station_of_the_guide() -> None:
    guide = (PROJECT / "docs" / "reading-the-core.md").read_text(encoding="utf-8")
    small = {"__init__", "gates", "verdict", "expansion", "container_state", "restart_all"}  # of the rules
    small |= {"identity", "owners", "timing", "container_run"}  # of the engine
    files = {path.stem for path in (PROJECT / "podlab" / "core").glob("*/*.py")} - small
    assert [name for name in sorted(files) if f"/{name}.py`" not in guide] == []


def test_the_licence_is_the_whole_of_apache_2() -> None:
    text = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert PYPROJECT["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability" in text
    assert "END OF TERMS AND CONDITIONS" in text


def module_of(path: Path) -> str:
    """The dotted name of a file of podlab."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of_podlab() -> nx.DiGraph:
    """Which module of podlab imports which, wherever in the file, for type checking too."""
    files = {module_of(path): path for path in (PROJECT / "podlab").glob("**/*.py")}
    graph = nx.DiGraph()
    graph.add_nodes_from(files)
    for module, path in files.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if module.startswith(PARTS_OF_ONE_PROGRAM):
            tree.body = [node for node in tree.body if "TYPE_CHECKING" not in ast.unparse(node).partition("\n")[0]]
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                graph.add_edges_from((module, alias.name) for alias in node.names if alias.name in files)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: podlab writes its imports out in full"
                names = [f"{node.module}.{alias.name}" for alias in node.names]
                graph.add_edges_from((module, name if name in files else node.module) for name in names)
    return graph.subgraph(files)


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_a_room_imports_only_the_rooms_below_it() -> None:
    height = {room: -n for n, layer in enumerate(LAYERS) for room in layer}
    against = [
        f"{a} imports {b}"
        for a, b in imports_of_podlab().edges
        if b != "podlab" and a != "podlab" and room_of(a) != room_of(b) and height[room_of(a)] <= height[room_of(b)]
    ]
    pair = {"podlab.linux", "podlab.busybox"}  # one layer: the images of linux hold the tools of busybox
    assert [line for line in against if {room_of(w) for w in line.split(" imports ")} != pair] == []


def test_every_room_is_a_layer() -> None:
    rooms = {room_of(module) for module in imports_of_podlab()} - {"podlab"}
    assert rooms == {room for layer in LAYERS for room in layer}


def test_the_core_imports_nothing_else_of_podlab() -> None:
    found = {b for a, b in imports_of_podlab().edges if room_of(a) == "podlab.core" and room_of(b) != "podlab.core"}
    assert found == CORE_MAY_IMPORT


def test_there_are_no_import_circles() -> None:
    graph = imports_of_podlab()
    circles = [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1]
    assert circles == []


def test_import_podlab_is_light() -> None:
    heavy = {"matplotlib", "networkx", "ipywidgets", "IPython", "numpy"}
    code = f"import sys, podlab; print(*sorted(sys.modules.keys() & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert done.stdout.split() == []


def test_no_file_is_longer_than_400_lines() -> None:
    files = [*(PROJECT / "podlab").glob("**/*.py"), *(PROJECT / "tools").glob("**/*.py")]
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_every_public_function_and_class_has_a_docstring() -> None:
    bare = []
    for path in (PROJECT / "podlab").glob("**/*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        scopes = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name[0] != "_")]
        for scope in scopes:
            for node in scope.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
                    overload = any(
                        "overload" in ast.unparse(d) or ".setter" in ast.unparse(d) for d in node.decorator_list
                    )
                    if not overload and ast.get_docstring(node) is None:
                        bare.append(f"{path.relative_to(PROJECT)}: {node.name}")
    assert bare == []
