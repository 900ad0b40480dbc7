"""Tools that ask the kernel: free, sysctl, mount, umount, top, nproc, lsmod. Models busybox procps/ and util-linux/."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import NOFORK, ToolError, UsageError, tool
from podlab.busybox.human import human
from podlab.busybox.tools.disk import mounts
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]


def memory(proc: Proc) -> dict[str, int]:
    """The lines of /proc/meminfo, KiB."""
    found = {}
    for line in proc.read_file("/proc/meminfo").splitlines():
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0])
    return found


@tool("free")
def _free(proc: Proc, argv: Sequence[str]) -> int:
    try:
        opts = options.parse(argv, "bkmgh", most=0)
    except UsageError:
        raise UsageError from None
    now = memory(proc)
    cached = now.get("Cached", 0) + now.get("Buffers", 0) + now.get("SReclaimable", 0)
    used = now["MemTotal"] - now["MemFree"] - cached
    shift = next((power for letter, power in {"b": 0, "m": 20, "g": 30}.items() if letter in opts), 10)

    def cells(*values: int) -> str:
        return "".join(f" {human(kib * 1024) if 'h' in opts else kib * 1024 >> shift:>11}" for kib in values)

    names = ("total", "used", "free", "shared", "buff/cache", "available")
    proc.print(" " * 7 + "".join(f" {name:>11}" for name in names))
    available = now.get("MemAvailable", now["MemFree"])
    proc.print("Mem:   " + cells(now["MemTotal"], used, now["MemFree"], now.get("Shmem", 0), cached, available))
    swap = now.get("SwapTotal", 0)
    proc.print("Swap:  " + cells(swap, swap - now.get("SwapFree", 0), now.get("SwapFree", 0)))
    return 0


@tool("sysctl")
def _sysctl(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "neAapwq")
    words = list(opts.words)
    if opts.has("aA"):
        words = list(_keys(proc, "/proc/sys"))
    if "p" in opts:
        lines = [line for path in words or ["/etc/sysctl.conf"] for line in _lines(proc, path)]
        words = [line.replace(" ", "") for line in lines if line.strip() and line.strip()[0] not in "#;"]
        opts["w"] = ""
    status = 0
    for word in words:
        status |= _parameter(proc, opts, word)
    return status


def _lines(proc: Proc, path: str) -> list[str]:
    try:
        return proc.read_file(path).splitlines()
    except OSError as problem:
        raise ToolError(f"can't open '{path}': {problem.strerror}") from None


def _keys(proc: Proc, folder: str) -> Generator[str, None, None]:
    for name in proc.listdir(folder):
        path = f"{folder}/{name}"
        if proc.stat(path).kind == "d":
            yield from _keys(proc, path)
        else:
            yield path.removeprefix("/proc/sys/").replace("/", ".")


def _parameter(proc: Proc, opts: options.Options, word: str) -> int:
    """Show or set one; the exit status."""
    name, equals, value = word.partition("=")
    if "w" in opts and not equals:
        proc.err(f"sysctl: error: '{word}' must be of the form name=value")
        return 1
    key = name.strip().replace(".", "/")
    path = f"/proc/sys/{key}"
    try:
        if equals:
            proc.stat(path)
            proc.write_file(path, value.strip() + "\n")
            text = value.strip()
        else:
            text = proc.read_file(path).rstrip("\n")
    except FileNotFoundError:
        if "e" not in opts:
            proc.err(f"sysctl: error: '{key}' is an unknown key")
        return 1
    except OSError as problem:
        verb = "setting" if equals else "reading"
        proc.err(f"sysctl: error {verb} key '{key}': {problem.strerror}")
        return 1
    if not (equals and "q" in opts):
        proc.print(text if "n" in opts else f"{key.replace('/', '.')} = {text}")
    return 0


@tool("mount")
def _mount(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "o:t:rwanfvsiO:T:", most=2)
    if not opts.words:
        if "a" in opts:
            _lines(proc, "/etc/fstab")
            return 0
        for one in mounts(proc):
            if "t" not in opts or one.kind in opts["t"].split(","):
                proc.print(f"{one.device} on {one.path} type {one.kind} ({one.options})")
        return 0
    if len(opts.words) == 1:
        try:
            rows = [line.split() for line in proc.read_file("/etc/fstab").splitlines()]
        except OSError:
            rows = []
        if not any(opts.words[0] in row[:2] for row in rows):
            raise ToolError(f"can't find {opts.words[0]} in /etc/fstab")
    source, target = opts.words[0], opts.words[-1]
    missing = not proc.exists(target) or (source.startswith("/") and not proc.exists(source))
    if missing:
        raise ToolError(f"mounting {source} on {target} failed: No such file or directory", 255)
    proc.err("mount: permission denied (are you root?)")
    return 1


@tool("umount")
def _umount(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "fldnrat:v")
    if not opts.words and "a" not in opts:
        raise UsageError
    paths = {one.path for one in mounts(proc)}
    status = 0
    for word in opts.words:
        if proc.path(word) in paths:
            why = "Operation not permitted"
        else:
            why = "Invalid argument" if proc.exists(word) else "No such file or directory"
        proc.err(f"umount: can't unmount {word}: {why}")
        status = 1
    return status


@tool("top")
def _top(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "d:n:bHm", most=0)
    count = options.unsigned(opts["n"]) if "n" in opts else 0
    delay = options.seconds(opts.get("d", "5"))
    shown = 0
    while True:
        _screen(proc)
        shown += 1
        if count and shown >= count:
            return 0
        yield proc.sleep(max(delay, 0.1))
        if "b" in opts:
            proc.print()


def _screen(proc: Proc) -> None:
    """One picture of all processes."""
    now = memory(proc)
    total = now["MemTotal"]
    cached = now.get("Cached", 0)
    used = total - now["MemFree"]
    proc.print(f"Mem: {used}K used, {now['MemFree']}K free, 0K shrd, {now.get('Buffers', 0)}K buff, {cached}K cached")
    proc.print("CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq")
    there = proc.processes()
    running = sum(one.state == "R" for one in there) or 1
    proc.print(f"Load average: 0.00 0.00 0.00 {running}/{len(there)} {max(one.pid for one in there)}")
    proc.print("  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND")
    for one in sorted(there, key=lambda one: one.state != "R"):
        share = 4400 * 100 // max(total, 1)
        proc.print(f"{one.pid:5} {one.ppid:5} {one.user:<8} {one.state:<4} {4400:5} {share:3}%   0% {one.command}"[:79])


@tool("nproc", style=NOFORK)
def _nproc(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "ai:", {"all": "a", "ignore": "i"}, most=0)
    proc.print(max(1, 2 - options.unsigned(opts.get("i", "0"))))
    return 0


@tool("lsmod")
def _lsmod(proc: Proc, argv: Sequence[str]) -> int:
    proc.print("Module                  Size  Used by    Not tainted")
    return 0


@tool("hostid", style=NOFORK)
def _hostid(proc: Proc, argv: Sequence[str]) -> int:
    options.parse(argv, "", most=0)
    proc.print("007f0100")
    return 0


@tool("dnsdomainname", style=NOFORK)
def _dnsdomainname(proc: Proc, argv: Sequence[str]) -> int:
    return 0
