"""How busybox's tools are used, as they say it themselves: what `TOOL --help` and a wrong option print.

`usages.txt` holds what BusyBox 1.35.0 printed, recorded by `tools/record_usages.py`: `# NAME` and the text after the
banner.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

BANNER = "BusyBox v1.36.1 (2023-05-18 22:34:17 UTC) multi-call binary."
"""What the busybox of the image `busybox:1.36` calls itself."""

_SILENT = frozenset(["test", "[", "true", "false", "echo"])
"""Tools that take `--help` for a word, or for nothing at all."""


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    source = Path(__file__).with_name("usages.txt").read_text(encoding="utf-8")
    return {name: text for name, _, text in (one.partition("\n") for one in source.split("\n# ")[1:])}


def known(name: str) -> bool:
    """Whether a tool says how it is used."""
    return name not in _SILENT and name in _texts()


def text(name: str) -> str:
    """The banner and how a tool is used."""
    return f"{BANNER}\n\n" + _texts().get(name, f"Usage: {name}\n")
