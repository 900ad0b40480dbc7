"""Type the recorded sitting of the real kubectl 1.36 into a kubectl against `podlab serve`, and compare what it says.

`kubectl_sitting.py [--show N] [--only TEXT]` prints how many of the commands agree, and the first N that differ.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import podlab as pl

SITTING = Path(__file__).parent.parent / "tests" / "reference" / "data" / "kubectl2.json.gz"
MASKS = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
    (r"(containerd://|sha256:)[0-9a-f]{64}", "ID"),
    (
        r"\b(web|tick|once|count|hello|node-debugger-node-\d)-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[a-z0-9]{5})?\b",
        r"\1-HASH",
    ),
    (r"\b(web|count|hello)-[bcdfghjklmnpqrstvwxz2456789]{5}\b", r"\1-XXXXX"),
    (r"pod-template-hash(=|: \"?)[a-z0-9]+", "pod-template-hash=HASH"),
    (r"\b\d{1,3}(\.\d{1,3}){3}\b", "IP"),
    (r"127\.0\.0\.1:\d+|IP:16443|IP:4\d{4}|IP:3\d{4}", "IP"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4})?", "TIME"),
    (r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "TIME"),
    (r"[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+", "KLOG"),
    (r"\b(\d+(\.\d+)?(ms|µs|[dhms]))+\b|<invalid>", "AGE"),
    (r"resourceVersion: \"?\d+\"?", "resourceVersion: N"),
    (r"v1\.36\.\d+", "v1.36"),
    (r"6\.\d+\.[\w.-]+( \(amd64\))?", r"KERNEL\1"),
    (r'"resourceVersion": "\d+"', '"resourceVersion": "N"'),
    (r"/tmp/(LIVE|MERGED)-\d+", r"/tmp/\1"),
    (r"main \d+", "main N"),
    (r"Waiting for deployment \"web\" rollout to finish: [^\n]*\n", ""),
    (r"\b6443\b|\b16443\b", "PORT"),
    (r"(?m)^((UID +admin)|(Username +)(admin|podlab))$", r"\3USER"),
    (r"\* +(lab|podlab) +(lab|podlab) +(admin|podlab)( +default)?", "* CONTEXT"),
    (r'Context "(lab|podlab)"', 'Context "CONTEXT"'),
    (r"[ \t]+", " "),
)
"""What differs from one sitting to the next: ids, addresses, clock times, ages, the width of columns."""


@dataclass(frozen=True)
class Compared:
    """One command: what it should have said, and what it said."""

    command: str
    wanted: str
    found: str

    @property
    def agrees(self) -> bool:
        """Whether both are the same but for what is masked."""
        return self.wanted == self.found


def masked(text: str) -> str:
    """A text without what differs from one sitting to the next."""
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def compare(sitting: Path = SITTING, only: str = "") -> Iterator[Compared]:
    """Type every command at its time and compare."""
    with gzip.open(sitting) as file:
        commands: list[dict[str, Any]] = json.load(file)["commands"]
    world = pl.World(nodes=("node-1", "node-2"), missing_images=("busybox:9.99",))
    session = pl.Session(world=world, timing=pl.Timing.recorded(0))
    with tempfile.TemporaryDirectory() as folder, session.serve(kubeconfig=str(Path(folder) / "kubeconfig")) as server:
        began = time.monotonic()
        programs = str(Path(sys.executable).parent)
        environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "KUBECONFIG": str(server.kubeconfig),
            "HOME": folder,
        }
        for one in commands:
            if only and only not in one["cmd"]:
                continue
            time.sleep(max(began + one["t"] - time.monotonic(), 0))
            done = subprocess.run(
                ["bash", "-c", one["cmd"]],
                input=one["stdin"] or "",
                capture_output=True,
                text=True,
                env=environment,
                cwd=folder,
                timeout=120,
                check=False,
            )
            if one["cmd"].startswith("kubectl get") and " -o y" not in one["cmd"]:
                one["stdout"], done.stdout = _sorted(one["stdout"]), _sorted(done.stdout)
            wanted = f"{one['stdout']}\n--\n{one['stderr']}\n--\n{one['rc']}"
            found = f"{done.stdout}\n--\n{done.stderr}\n--\n{done.returncode}"
            yield Compared(one["cmd"], masked(wanted), masked(found))


def _sorted(text: str) -> str:
    """Tables list by name, and names that end in a hash are in another order in every sitting."""
    return "\n".join(sorted(masked(text).splitlines()))


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    results = list(compare(only=args.only))
    for one in [one for one in results if not one.agrees][: args.show]:
        print(f"\n$ {one.command}")
        print(
            "\n".join(
                difflib.unified_diff(
                    one.wanted.splitlines(), one.found.splitlines(), "real", "podlab", lineterm="", n=0
                )
            )
        )
    print(f"{sum(one.agrees for one in results)} of {len(results)} commands agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
