"""Run recorded command lines of a real busybox in podlab, and count where podlab answers the same.

    python tools/busybox_agreement.py                      all sets in tests/reference/data/busybox
    python tools/busybox_agreement.py FILE.jsonl.gz …      those files (or folders of them)
    python tools/busybox_agreement.py --show 5 --grep awk  also print the first 5 that differ and hold `awk`

The folder may also be named by $PODLAB_BUSYBOX. A line of a file is
`{"in": {"argv", "signals"?: [{"at", "signal"}], "watchedSeconds"},
  "out": {"stdout", "stderr", "exitCode", "seconds"}}`;
the command ran as process 1 of a container in an empty folder /tmp/w. Dates, clock times and the build of busybox are
masked, as they differ from run to run; the time may differ by a second.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from podlab.core.engine.loop import Loop
from podlab.linux.files import Files
from podlab.linux.group import Group, PidNamespace
from podlab.linux.images.bases import named
from podlab.linux.images.catalogue import linux, lookup
from podlab.linux.kernel import Kernel
from podlab.linux.network import NetNamespace, Network
from podlab.linux.procfs import ProcDirectory
from podlab.linux.streams import Null, Sinkhole
from podlab.linux.tree import Directory, File

DATA = Path(__file__).parents[1] / "tests" / "reference" / "data" / "busybox"
BASE = named("busybox 1.35")
WALL_SECONDS = 20
"""Real seconds one case may take here before it counts as hanging; the tests have no such limit."""

_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
MASKS = [
    (rf"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ({_MONTH}) +\d+ \d\d:\d\d:\d\d (UTC )?\d{{4}}", "<DATE>"),
    (rf"\b({_MONTH})\s+\d+ \d\d:\d\d\b", "<LSDATE>"),
    (r"\b20\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( ?[+-]0000|Z)?", "<ISO>"),
    (r"\b20\d\d[-/]?\d\d[-/]?\d\d\b", "<YMD>"),
    (r"\b\d\d:\d\d:\d\d\b", "<HMS>"),
    (r"\b17\d{8}\b", "<EPOCH>"),
    (r"(?m)^(/bin/|/usr/bin/|bin/)?(sh|ash|bash|dash): ", "sh: "),
    (r"BusyBox v[\d.]+ \([^)]*\)", "BusyBox"),
]

Case = dict[str, Any]

_ETC = {
    "/etc/hosts": "127.0.0.1\tlocalhost\n10.244.0.1\tpod-1\n",
    "/etc/hostname": "pod-1\n",
    "/etc/resolv.conf": "nameserver 10.96.0.10\n",
}
_ENV = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


@dataclass(frozen=True)
class Answer:
    """What a command did in podlab; `status` None: it was still running."""

    stdout: str
    stderr: str
    status: int | None
    seconds: float | None


@dataclass(frozen=True)
class Difference:
    """A case that podlab answers otherwise, and in what."""

    case: Case
    answer: Answer
    what: list[str]

    @property
    def script(self) -> str:
        """What was run; the same preparation before every script is left out."""
        return str(self.case["in"]["argv"][-1]).replace(_PREPARED, "")


_PREPARED = "mkdir sub; printf 'one\\ntwo\\nabc\\n' >f1; printf 'two\\nxyz\\n' >f2; echo s>sub/s.txt\n"


def run(case: Case) -> Answer:
    """Run a case's command in a container of podlab's image busybox."""
    given = case["in"]
    loop = Loop()
    kernel = Kernel(loop, lookup)
    network = Network(loop)
    net = NetNamespace("pod-1", "10.244.0.1", network)
    network.join(net)
    root = Directory(linux(BASE))
    files = Files(root, loop)
    for path, text in _ETC.items():
        root.add(path, File(text))
    files.mount("/proc", ProcDirectory(kernel))
    files.mkdir("/tmp/w", parents=True)
    group = Group(pids=PidNamespace("pod-1"), files=files, net=net, hostname="pod-1", first_pid=1000, base=BASE)
    out: list[str] = []
    err: list[str] = []
    ended: list[float] = []
    program = lookup(given["argv"][0].rpartition("/")[2])
    assert program is not None, given["argv"]
    process = kernel.start(
        group,
        program,
        given["argv"],
        env=dict(_ENV),
        cwd="/tmp/w",
        fds={0: Null(), 1: Sinkhole(out.append), 2: Sinkhole(err.append)},
        on_end=lambda _: ended.append(loop.now),
    )
    group.main = process
    for sent in given.get("signals", ()):
        loop.call_at(sent["at"], kernel.deliver, process, sent["signal"])
    loop.run_until(given["watchedSeconds"])
    return Answer("".join(out), "".join(err), process.exit_status if ended else None, ended[0] if ended else None)


def mask(text: str) -> str:
    """Replace what differs from run to run."""
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return text


def differs(case: Case, answer: Answer) -> list[str]:
    """In what an answer differs from the recorded one; nothing when it agrees."""
    out = case["out"]
    found = []
    if answer.status != out["exitCode"]:
        found.append(f"exit code {answer.status}, recorded {out['exitCode']}")
    for name, seen in (("stdout", answer.stdout), ("stderr", answer.stderr)):
        if mask(seen) != mask(out[name]):
            found.append(f"{name} differs")
    if answer.seconds is not None and out["seconds"] is not None and abs(answer.seconds - out["seconds"]) > 1:
        found.append(f"{answer.seconds} s, recorded {out['seconds']} s")
    return found


def compare(cases: Iterable[Case]) -> Iterator[Difference]:
    """The cases that podlab answers otherwise."""
    for case in cases:
        try:
            answer = run(case)
        except _TooLongError:
            answer = Answer("", "", None, None)
            yield Difference(case, answer, [f"hangs: no end after {WALL_SECONDS} real seconds"])
            continue
        what = differs(case, answer)
        if what:
            yield Difference(case, answer, what)


def read(path: Path) -> list[Case]:
    """The cases of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class _TooLongError(BaseException):
    pass


def _limit() -> None:
    """Let a case that hangs be given up; this is for a person who waits, not for tests."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLongError

    signal.signal(signal.SIGALRM, stop)


def _limited(cases: Iterable[Case]) -> Iterator[Case]:
    for case in cases:
        signal.alarm(WALL_SECONDS)
        yield case
    signal.alarm(0)


def _print(difference: Difference) -> None:
    out, answer = difference.case["out"], difference.answer
    print("=" * 100, "\n" + difference.script, "\n--", "; ".join(difference.what))
    for name, seen in (("stdout", answer.stdout), ("stderr", answer.stderr)):
        if mask(seen) != mask(out[name]):
            _print_lines(name, out[name].split("\n"), seen.split("\n"))


def _print_lines(name: str, wanted: list[str], seen: list[str]) -> None:
    """The lines from where they part, until they meet again at the end."""
    while wanted and seen and mask(wanted[-1]) == mask(seen[-1]):
        wanted.pop()
        seen.pop()
    start = 0
    while start < min(len(wanted), len(seen)) and mask(wanted[start]) == mask(seen[start]):
        start += 1
    start = max(start - 1, 0)
    print(f"-- {name}, busybox:", *wanted[start : start + 12], sep="\n  | ")
    print(f"-- {name}, podlab:", *seen[start : start + 12], sep="\n  | ")


def main() -> None:
    """Print the agreement of each set, and what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path(os.environ.get("PODLAB_BUSYBOX") or DATA)])
    parser.add_argument("--show", type=int, default=0, help="print so many differences of each set")
    parser.add_argument("--grep", default="", help="only cases whose script matches this regular expression")
    args = parser.parse_args()
    _limit()
    files = [f for path in args.paths for f in (sorted(path.glob("*.jsonl.gz")) if path.is_dir() else [path])]
    for path in files:
        cases = [case for case in read(path) if re.search(args.grep, case["in"]["argv"][-1])]
        found = list(compare(_limited(cases)))
        for difference in found[: args.show]:
            _print(difference)
        agree = len(cases) - len(found)
        print(
            f"{path.name:28} {agree:5} of {len(cases):5} agree: {100 * agree / max(len(cases), 1):5.1f} %", flush=True
        )


if __name__ == "__main__":
    main()
