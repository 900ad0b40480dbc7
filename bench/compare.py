"""How much faster podlab is than an earlier commit: both trees side by side, CPU seconds, each row in a fresh process.

``python bench/compare.py [COMMIT]`` takes the other tree out of git into a temporary folder. The import is not counted,
but in the row that is about it; the two trees take turns, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
BEFORE = "9a29932"
ROUNDS = 3
PODS = """
import podlab as pl
def pods(number, container):
    one = "apiVersion: v1\\nkind: Pod\\nmetadata: {name: p%d}\\nspec: {containers: [{name: c, IT}]}\\n"
    one = one.replace("IT", container)
    return pl.load("---\\n".join(one % n for n in range(number)))
CRASH = 'image: busybox, command: [sh, -c, "sleep 5; exit 1"]'
PROBED = "image: nginx, readinessProbe: {httpGet: {port: 80}}, livenessProbe: {exec: {command: [cat, /etc/hostname]}}"
"""
ROWS = {
    "import podlab": ("", "import podlab"),
    "100 crash-looping pods x 600 s, every change read": (
        "many = pods(100, CRASH)",
        "assert list(pl.run(many, 600).changes)",
    ),
    "one crash loop x 1 day": ("one = pods(1, CRASH)", "pl.run(one, 86400)"),
    "one healthy pod with two probes x 1 day": ("one = pods(1, PROBED)", "pl.run(one, 86400)"),
    "get pods -o yaml of 1,000": (
        "now = pl.run(pods(1000, 'image: nginx'), 20).at(20)",
        "str(now.kubectl('get pods -o yaml'))",
    ),
}


def seconds(tree: Path, before: str, work: str) -> float:
    """CPU seconds of the work in a fresh process that imports podlab from this tree."""
    head = PODS if before else ""
    code = f"{head}\n{before}\nimport time\nbegan = time.process_time()\n{work}\nprint(time.process_time() - began)"
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tree, capture_output=True, text=True, check=False
    )
    return float(done.stdout.split()[-1]) if done.returncode == 0 else float("nan")


def main(commit: str = BEFORE) -> None:
    """Print one line for each row: before, now, how many times faster."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "-C", HOME, "archive", commit], stdout=subprocess.PIPE, check=True)
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        print(f"CPU seconds, the best of {ROUNDS} goes{'':26} {commit:>8} {'now':>8}   ratio")
        for name, (before, work) in ROWS.items():
            goes = [[seconds(tree, before, work) for tree in (Path(folder), HOME)] for _ in range(ROUNDS)]
            old, new = (min(column) for column in zip(*goes, strict=True))
            print(f"  {name:52} {old:8.3f} {new:8.3f} {old / new:7.2f} x", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:2])
