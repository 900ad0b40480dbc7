"""stress, stress-ng and vish/stress: they take memory and processor time, for a while or for ever.

Models stress 1.0.4 (its texts and its order of work); of processor time podlab keeps no account.
"""

from __future__ import annotations

import re

from podlab.api.quantity import parse_quantity
from podlab.linux.images.registry import Running, program
from podlab.linux.program import Proc

MOST_HOGS = 64
_UNITS = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_TIMES = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 31556952}
_LETTERS = {"-c": "cpu", "-i": "io", "-m": "vm", "-d": "hdd", "-t": "timeout", "-b": "backoff"}
_FLAGS = ("-q", "--quiet", "-v", "--verbose", "-n", "--dry-run", "--vm-keep", "--hdd-noclean", "--no-retry")


class _WrongError(Exception):
    """An option is wrong; the text is stress' own."""


def _amount(text: str, units: dict[str, int]) -> int:
    match = re.fullmatch(r"(\d+)([a-zA-Z]?)", text)
    if match is None or (match[2] and match[2].lower() not in units):
        raise _WrongError(f"not a valid number: {text}")
    return int(match[1]) * units.get(match[2].lower() or "b", 1)


def _options(words: list[str]) -> dict[str, str]:
    """The options by their long names. Errors: `_WrongError`."""
    given: dict[str, str] = {}
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            continue
        key = _LETTERS.get(name, name.removeprefix("--"))
        if key not in ("cpu", "io", "vm", "hdd", "timeout", "backoff", "vm-bytes", "vm-stride", "vm-hang", "hdd-bytes"):
            raise _WrongError(f"unrecognized option: {word}")
        if not equals:
            if not words:
                raise _WrongError(f"missing argument to option '{word}'")
            value = words.pop(0)
        given[key] = value
    return given


@program("stress")
def stress(proc: Proc) -> Running:
    """stress [--cpu N] [--io N] [--vm N] [--hdd N] [--vm-bytes SIZE] [--timeout T]: a child for each hog."""
    me = proc.pid
    words = list(proc.argv[1:])
    if not words or "--help" in words or "-?" in words:
        proc.print(
            "`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ..."
        )
        return 0
    if "--version" in words:
        proc.print("stress 1.0.4")
        return 0
    try:
        given = _options(words)
        counts = {kind: _amount(given.get(kind, "0"), {"b": 1}) for kind in ("cpu", "io", "vm", "hdd")}
        size = _amount(given.get("vm-bytes", "256M"), _UNITS)
        seconds = _amount(given.get("timeout", "0"), {"b": 1, **_TIMES})
    except _WrongError as problem:
        proc.err(f"stress: FAIL: [{me}] ({244 if 'number' in str(problem) else 251}) {problem}")
        return 1
    hogs = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    proc.print(f"stress: info: [{me}] dispatching hogs: {hogs}")
    return (yield from _hogs(proc, counts, size, seconds))


def _hogs(proc: Proc, counts: dict[str, int], size: int, seconds: int) -> Running:
    """Start them; wait for the time to be over, or for one to be killed, which ends all."""
    me, began = proc.pid, proc.now

    for _ in range(min(sum(counts.values()), MOST_HOGS)):
        proc.spawn(_hog, argv=proc.argv)
    proc.allocate(size * counts["vm"])  # at once and by the whole: over the limit the container ends, as its group does
    children = proc.children
    left = float(seconds)
    while children:
        waits = [proc.wait_any(), *([proc.sleep(left)] if seconds else ())]
        which, child = yield proc.any_of(*waits)
        if which == 1:
            break
        status = child.exit_status if child is not None else 0
        if status:
            proc.err(f"stress: FAIL: [{me}] (415) <-- worker {child.pid} got signal {status - 128}")
            proc.err(f"stress: WARN: [{me}] (417) now reaping child worker processes")
            proc.err(f"stress: FAIL: [{me}] (451) failed run completed in {int(proc.now - began)}s")
            return 1
        left = max(began + seconds - proc.now, 0.001)
        children = proc.children
    for one in proc.children:
        proc.kill(one.pid, "KILL")
    proc.print(f"stress: info: [{me}] successful run completed in {int(proc.now - began)}s")
    return 0


def _hog(own: Proc) -> Running:
    while True:
        yield own.pause()


@program("stress-ng")
def stress_ng(proc: Proc) -> Running:
    """stress-ng --cpu N, --vm N, --vm-bytes SIZE (all together), --timeout T."""
    words, me = list(proc.argv[1:]), proc.pid
    if "--version" in words or "-V" in words or not words:
        proc.print("stress-ng, version 0.18.05 (gcc 14.2.0, x86_64 Linux) 💻🔥")
        return 0
    given: dict[str, str] = {}
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        key = {**_LETTERS, "-M": "metrics", "-l": "cpu-load"}.get(name, name.removeprefix("--"))
        given[key] = value if equals else words.pop(0) if words and not words[0].startswith("-") else ""
    strange = [key for key in given if key not in _KNOWN]
    if strange:
        proc.note(f"podlab's stress-ng does nothing for --{', --'.join(strange)}")
    counts = {kind: int(given.get(kind) or 0) if (given.get(kind) or "0").isdecimal() else 1 for kind in ("cpu", "vm")}
    try:
        size = _amount(given.get("vm-bytes") or "256M", _UNITS)
        seconds = _amount(given.get("timeout") or "86400", {"b": 1, **_TIMES})
    except _WrongError as problem:
        proc.err(f"stress-ng: error: [{me}] {problem}")
        return 1
    hogs = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    proc.err(f"stress-ng: info:  [{me}] setting to a {seconds} secs run per stressor")
    proc.err(f"stress-ng: info:  [{me}] dispatching hogs: {hogs}")
    for _ in range(min(counts["cpu"] + counts["vm"], MOST_HOGS)):
        proc.spawn(_hog, argv=("stress-ng",))
    proc.allocate(size if counts["vm"] else 0)
    yield proc.sleep(seconds)
    proc.err(f"stress-ng: info:  [{me}] passed: {sum(counts.values())}: {hogs.replace(', ', ' ')}")
    proc.err(f"stress-ng: info:  [{me}] successful run completed in {seconds:.2f} secs")
    return 0


_KNOWN = (
    "cpu",
    "vm",
    "vm-bytes",
    "timeout",
    "metrics",
    "metrics-brief",
    "verbose",
    "cpu-load",
    "vm-hang",
    "vm-keep",
    "v",
)


@program("burn")
def burn(proc: Proc) -> Running:
    """vish/stress: -cpus N, -mem-total SIZE; it takes the memory at once and holds it."""
    args = list(proc.argv[1:])
    total = args[args.index("-mem-total") + 1] if "-mem-total" in args[:-1] else "0"
    proc.err(f'Allocating "{total}" memory, in "4Ki" chunks, with a 1ms sleep between allocations')
    try:
        proc.allocate(int(parse_quantity(total).amount))
    except ValueError:
        proc.err(f"Failed to parse -mem-total: {total}")
        return 1
    while True:
        yield proc.pause()
