"""Ask the busybox of this machine how its tools are used, and write that to podlab/busybox/usages.txt.

Run by hand:  python tools/record_usages.py      (busybox 1.35.0 of Debian 12; only tools that podlab has)
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from podlab.busybox import PROGRAMS

TARGET = Path(__file__).parents[1] / "podlab" / "busybox" / "usages.txt"


def main() -> None:
    """Write the texts, without the banner."""
    answered = subprocess.run(["busybox", "--list"], capture_output=True, text=True, check=True)
    parts = ["What BusyBox 1.35.0 (Debian 1:1.35.0-4+deb12u1) prints for `TOOL --help`, after its banner.\n"]
    for name in sorted(set(answered.stdout.split()) & set(PROGRAMS)):
        told = subprocess.run(["busybox", name, "--help"], capture_output=True, text=True, check=False).stderr
        banner, _, text = told.partition("\n\n")
        if banner.startswith("BusyBox"):
            parts.append(f"# {name}\n{text}")
    TARGET.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
