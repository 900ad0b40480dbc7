"""What the tests of the course's papers share: tools/course.py as a module, and the lessons that are there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import nbformat

PROJECT = Path(__file__).parents[2]


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", PROJECT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


course = _tool("course")
lesson_tool = _tool("lesson")
WRITTEN = [lesson for lesson in course.LESSONS if lesson.path.exists()]


def sources(path: Path) -> str:
    """All that a notebook's cells say, code included, without what they show."""
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def prose(path: Path) -> list[str]:
    """The Markdown cells of a notebook."""
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
