"""Install with pip, and say how far it is on one line; pip's own words are shown only when it fails.

.venv/bin/python tools/install.py --editable '.[test]'
"""

from __future__ import annotations

import re
import subprocess
import sys
import time

COUNTED = re.compile(r"\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)")
LAST = "Installing collected packages"


def main() -> int:
    """Run pip with the arguments given; returns its exit code."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar=off"]
    begin, said, names = time.monotonic(), [], set()
    with subprocess.Popen(
        [*command, *sys.argv[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            said.append(line)
            if found := COUNTED.match(line):
                names.add(found[1].lower())
                show(f"{len(names)} packages found, now {found[1]}")
            elif line.startswith(LAST):
                show(f"{len(names)} packages are there, unpacking them (the longest part)")
    show("")
    if pip.returncode:
        print("".join(said), file=sys.stderr)
    else:
        print(f"podlab: {len(names)} packages are ready, after {time.monotonic() - begin:.0f} s")
    return pip.returncode


def show(text: str) -> None:
    """Write over the line; where nobody looks at a terminal, say nothing."""
    if sys.stdout.isatty():
        print(f"\r\033[K{f'podlab: {text}'[:78] if text else ''}", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
