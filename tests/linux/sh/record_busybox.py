"""Ask a real busybox what the scripts in busybox_answers.json do, and write its answers there.

Run by hand, on Linux, as root, with busybox installed:  python tests/linux/sh/record_busybox.py
A new script is added as `{"script": "…"}`; the tests themselves need no busybox.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

ANSWERS = Path(__file__).with_name("busybox_answers.json")


def main() -> None:
    recorded = json.loads(ANSWERS.read_text(encoding="utf-8"))
    version = subprocess.run(["busybox"], capture_output=True, text=True, check=False).stdout.splitlines()[0]
    with tempfile.TemporaryDirectory() as tools:
        subprocess.run(["busybox", "--install", "-s", tools], check=True, stderr=subprocess.DEVNULL)
        for case in recorded["cases"]:
            case.update(answer(case["script"], tools))
    recorded["recorded"] = (
        f"{version}; sh -c SCRIPT as root in an empty directory, stdin /dev/null, only PATH and HOME set"
    )
    ANSWERS.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def answer(script: str, tools: str) -> dict[str, str | int]:
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            ["sh", "-c", script],
            executable=f"{tools}/sh",
            cwd=folder,
            env={"PATH": tools, "HOME": "/root"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    return {"out": result.stdout, "err": result.stderr, "status": result.returncode}


if __name__ == "__main__":
    main()
