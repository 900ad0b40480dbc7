"""Tools of a machine that runs services: crond, crontab, logger, syslogd, start-stop-daemon, dmesg, run-parts.

Models busybox miscutils/crond.c, crontab.c, sysklogd/logger.c, debianutils/start_stop_daemon.c and run_parts.c.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import ToolError, UsageError, tool
from podlab.busybox.tools_date import EPOCH
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]
CRONTABS = "/var/spool/cron/crontabs"
_NAMES = {
    3: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}
_SPECIAL = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0"}
_SPECIAL |= {"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


class Schedule:
    """The five fields of a crontab's line."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._sets = [_numbers(text, at) for at, text in enumerate(fields)]
        self._day_or_weekday = not fields[2].startswith("*") and not fields[4].startswith("*")

    def due(self, moment: datetime) -> bool:
        """Whether it is time."""
        weekday = moment.isoweekday() % 7
        values = (moment.minute, moment.hour, moment.day, moment.month, weekday)
        hits = [value in found for value, found in zip(values, self._sets, strict=True)]
        days = hits[2] or hits[4] if self._day_or_weekday else hits[2] and hits[4]
        return hits[0] and hits[1] and hits[3] and days


def _numbers(text: str, at: int) -> set[int]:
    """The numbers that a field means: `*/5`, `1-3`, `mon,wed`. Errors: ValueError."""
    least, most = _LIMITS[at]
    found: set[int] = set()
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            begin, end = least, most
        else:
            begin = _number(first, at)
            end = _number(last, at) if dash else most if step else begin
        found.update(range(begin, end + 1, int(step or 1)))
    return {0 if at == 4 and one == 7 else one for one in found}


def _number(text: str, at: int) -> int:
    names = _NAMES.get(at, [])
    return names.index(text) + (at == 3) if text in names else int(text)


def _jobs(proc: Proc, folder: str) -> Generator[Any, Any, list[tuple[Schedule, str]]]:
    """The lines of all crontabs; what cannot be read is told."""
    found = []
    for user in proc.listdir(folder):
        for line in proc.read_file(f"{folder}/{user}").splitlines():
            text = line.strip()
            if not text or text.startswith("#") or re.match(r"\w+\s*=", text):
                continue
            name = text.split()[0]
            text = _SPECIAL[name] + text[len(name) :] if name in _SPECIAL else text
            words = text.split(None, 5)
            try:
                found.append((Schedule(words[:5]), words[5]))
            except (ValueError, IndexError):
                proc.err(f"crond: user {user}: parse error at {words[0]}")
            yield proc.step()
    return found


@tool("crond")
def _crond(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "l:L:fbSc:d:", most=0)
    folder = opts.get("c", CRONTABS)
    if not proc.exists(folder):
        raise ToolError(f"can't change directory to '{folder}': No such file or directory")
    if "f" in opts:
        return (yield from _schedule(proc, folder, opts))

    def background(own: Proc) -> Steps:
        return (yield from _schedule(own, folder, opts))

    child = proc.spawn(background, argv=argv, comm="crond")
    child.leader = child
    return 0


def _schedule(proc: Proc, folder: str, opts: options.Options) -> Steps:
    """Look at every full minute for what is due."""
    tell = "f" in opts and ("d" in opts or options.unsigned(opts.get("l", "8")) <= 8)
    if tell:
        proc.err("crond: crond (busybox 1.36.1) started, log level " + opts.get("l", opts.get("d", "8")))
    while True:
        yield proc.sleep(60 - proc.now % 60)
        for child in proc.children:
            proc.poll(child)
        moment = EPOCH + timedelta(seconds=round(proc.now))
        for schedule, command in (yield from _jobs(proc, folder)):
            if schedule.due(moment):
                if tell:
                    proc.err(f"crond: USER root pid {proc.pid + 1:3} cmd {command}")
                proc.spawn(["/bin/sh", "-c", command])


@tool("crontab")
def _crontab(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "u:c:lerd", most=1)
    folder = opts.get("c", CRONTABS)
    user = opts.get("u", "root")
    path = f"{folder}/{user}"
    if not opts.words and not opts.has("lerd"):
        raise UsageError
    if not proc.exists(folder):
        raise ToolError(f"can't change directory to '{folder}': No such file or directory")
    if "l" in opts:
        if not proc.exists(path):
            raise ToolError(f"can't open '{user}': No such file or directory")
        proc.write(proc.read_file(path))
    elif opts.has("rd"):
        if proc.exists(path):
            proc.remove(path)
    elif "e" in opts:
        raise ToolError("can't edit: there is no terminal")
    elif opts.words == ["-"]:
        proc.write_file(path, (yield proc.readall()))
    else:
        proc.write_file(path, proc.read_file(opts.words[0]))
    return 0


@tool("logger")
def _logger(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "st:p:")
    text = " ".join(opts.words) if opts.words else (yield proc.readall())
    if "s" in opts:
        for line in str(text).splitlines():
            proc.err(f"{opts.get('t', 'root')}: {line}")
    return 0


@tool("dmesg")
def _dmesg(proc: Proc, argv: Sequence[str]) -> int:
    options.parse(argv, "cn:s:r", most=0)
    raise ToolError("klogctl: Operation not permitted")


@tool("run-parts")
def _run_parts(proc: Proc, argv: Sequence[str]) -> Steps:
    long = {"arg": "a", "umask": "u", "test": "t", "exit-on-error": "e", "reverse": "R", "list": "l"}
    opts = options.parse(argv, "a:u:teRl", long, least=1, most=1)
    folder = opts.words[0]
    try:
        names = [name for name in proc.listdir(folder) if re.fullmatch(r"[\w-]+", name, re.ASCII)]
    except OSError as problem:
        proc.err(f"run-parts: {folder}: {problem.strerror}")
        return 0
    status = 0
    for name in reversed(names) if "R" in opts else names:
        path = f"{folder.rstrip('/')}/{name}"
        if proc.stat(path).kind != "-" or not (proc.stat(path).mode & 0o111 or "l" in opts):
            continue
        if opts.has("tl"):
            proc.print(path)
            continue
        try:
            ended = yield proc.wait(proc.spawn([path, *opts.all_of("a")]))
        except OSError as problem:
            proc.err(f"run-parts: can't execute '{path}': {problem.strerror}")
            ended = 1
        if ended:
            status = 1
            if "e" in opts:
                return 1
    return status


@tool("start-stop-daemon")
def _start_stop(proc: Proc, argv: Sequence[str]) -> Steps:
    long = {"stop": "K", "start": "S", "background": "b", "quiet": "q", "oknodo": "o", "test": "t", "exec": "x"}
    long |= {"name": "n", "signal": "s", "startas": "a", "user": "u", "chuid": "c", "make-pidfile": "m"}
    long |= {"pidfile": "p", "verbose": "v", "nicelevel": "N", "retry": "R"}
    opts = options.parse(argv, "KSbqtoma:n:s:u:c:x:p:vN:R:", long, first_word_ends=True)
    if ("K" in opts) == ("S" in opts) or not opts.has("xpnu" if "K" in opts else "xa"):
        raise UsageError
    pids = _matching(proc, opts)
    if "K" in opts:
        return _stop(proc, opts, pids)
    program = opts.get("x", opts.get("a", ""))
    if pids:
        if "q" not in opts:
            proc.print(f"{program} is already running\n{pids[0]}")
        return 0 if "o" in opts else 1
    if "t" in opts:
        return 0
    command = [program, *opts.words]
    try:
        if "b" in opts:
            child = proc.spawn(command)
            child.leader = child
            return _written(proc, opts, child.pid)
        _written(proc, opts, proc.pid)
        execution = proc.exec(command)
    except OSError as problem:
        raise ToolError(f"can't execute '{program}': {problem.strerror}") from None
    yield execution
    raise AssertionError("exec came back")


def _written(proc: Proc, opts: options.Options, pid: int) -> int:
    if "m" in opts and "p" in opts:
        proc.write_file(opts["p"], f"{pid}\n")
    return 0


def _matching(proc: Proc, opts: options.Options) -> list[int]:
    """The processes that the options name; all that are given must fit."""
    wanted: int | None = None
    if "p" in opts:
        try:
            wanted = int(proc.read_file(opts["p"]))
        except (OSError, ValueError):
            return []
    found = []
    for one in proc.processes():
        fits = "n" not in opts or one.comm == opts["n"][:15]
        fits = fits and ("x" not in opts or (bool(one.argv) and one.argv[0] == opts["x"]))
        if fits and (wanted is None or one.pid == wanted) and one.pid != proc.pid and not one.zombie:
            found.append(one.pid)
    return found


def _stop(proc: Proc, opts: options.Options, pids: list[int]) -> int:
    what = opts.get("n", opts.get("x", opts.get("p", opts.get("u", ""))))
    if not pids:
        if "q" not in opts:
            proc.print(f"no {what} found; none killed")
        return 0 if "o" in opts else 1
    if "t" not in opts:
        for pid in pids:
            proc.kill(pid, opts.get("s", "TERM"))
        if "q" not in opts:
            proc.print(f"stopped {what} (pid {' '.join(map(str, pids))})")
    return 0
