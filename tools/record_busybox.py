"""Ask the busybox of this machine what scripts do, as process 1 of its own namespaces, and write its answers to a file.

    python tools/record_busybox.py SCRIPTS.txt ANSWERS.jsonl.gz       (Linux, as root, with busybox and unshare)

SCRIPTS.txt holds scripts between lines `---`. `tools/busybox_agreement.py ANSWERS.jsonl.gz` then counts where podlab
answers the same; the format of a line is told there. Run by hand, outside CI.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import tempfile
import time
from pathlib import Path

NAMESPACES = [
    "/usr/bin/unshare",
    "--mount",
    "--pid",
    "--uts",
    "--ipc",
    "--net",
    "--fork",
    "--mount-proc",
    "--kill-child",
]
ENTER = 'mount -t tmpfs tmpfs /tmp && mkdir /tmp/w && cd /tmp/w && exec "$0" sh -c "$1" </dev/null'


def record(script: str, tools: str, watched: float) -> dict[str, object]:
    """What a script wrote, its exit code (None: still running) and how long it took."""
    with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as err:
        begun = time.monotonic()
        process = subprocess.Popen(
            [*NAMESPACES, "/bin/sh", "-c", ENTER, f"{tools}/busybox", script],
            stdout=out,
            stderr=err,
            env={"PATH": tools, "HOME": "/root"},
        )
        try:
            code: int | None = process.wait(watched)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = None
        seconds = time.monotonic() - begun
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return {"stdout": texts[0], "stderr": texts[1], "exitCode": code, "seconds": round(seconds, 1)}


def main() -> None:
    """Record all scripts of a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scripts", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--watched", type=float, default=6, help="seconds each script may take")
    args = parser.parse_args()
    scripts = [one.strip("\n") for one in f"\n{args.scripts.read_text(encoding='utf-8')}\n".split("\n---\n")]
    with tempfile.TemporaryDirectory(dir="/var/tmp") as tools, gzip.open(args.answers, "wt", encoding="utf-8") as file:
        subprocess.run(["cp", "/bin/busybox", tools], check=True)
        subprocess.run(["busybox", "--install", "-s", tools], check=True, stderr=subprocess.DEVNULL)
        for script in filter(None, scripts):
            given = {"argv": ["sh", "-c", script], "watchedSeconds": args.watched}
            file.write(json.dumps({"in": given, "out": record(script, tools, args.watched)}) + "\n")


if __name__ == "__main__":
    main()
