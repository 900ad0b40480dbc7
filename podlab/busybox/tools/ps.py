"""`ps`, `pidof`, `killall`. Models busybox procps/ps.c, pidof.c and kill.c."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from podlab.busybox import options
from podlab.busybox.applets import ToolError, tool
from podlab.linux import signals
from podlab.linux.processes import ProcessInfo
from podlab.linux.program import Proc

_COLUMNS: dict[str, tuple[str, int, Callable[[ProcessInfo], str]]] = {
    "user": ("USER", 8, lambda one: f"{one.user:<8}"),
    "group": ("GROUP", 8, lambda one: f"{one.user:<8}"),
    "comm": ("COMMAND", 16, lambda one: f"{one.comm:<16}"),
    "args": ("COMMAND", 7, lambda one: one.command),
    "pid": ("PID", 5, lambda one: f"{one.pid:5}"),
    "ppid": ("PPID", 5, lambda one: f"{one.ppid:5}"),
    "pgid": ("PGID", 5, lambda one: f"{one.pgid:5}"),
    "etime": ("ELAPSED", 7, lambda one: f"{'0:00':>7}"),
    "nice": ("NI", 5, lambda one: f"{0:5}"),
    "rgroup": ("RGROUP", 8, lambda one: f"{one.user:<8}"),
    "ruser": ("RUSER", 8, lambda one: f"{one.user:<8}"),
    "time": ("TIME", 5, lambda one: f"{'0:00':>5}"),
    "tty": ("TT", 6, lambda one: f"{'?':<6}"),
    "vsz": ("VSZ", 4, lambda one: f"{4400:4}"),
    "sid": ("SID", 5, lambda one: f"{one.pgid:5}"),
    "stat": ("STAT", 4, lambda one: f"{one.state:<4}"),
    "rss": ("RSS", 4, lambda one: f"{1024:4}"),
}
"""Columns of `ps -o`: title, width, value."""


@tool("ps")
def _ps(proc: Proc, argv: Sequence[str]) -> int:
    """All processes; -e, -f and words such as `aux` change nothing, as in the image `busybox`."""
    opts = options.parse(argv, "o:Taewxfl")
    given = [column for value in opts.all_of("o") for column in value.split(",")]
    shown = [_column(one) for one in given or ["pid", "user", "args"]]
    if any(title for title, _, _ in shown):
        cells = [f"{title:<{width}}" for title, width, _ in shown[:-1]]
        proc.print(" ".join([*cells, shown[-1][0]]))
    for one in proc.processes():
        proc.print(" ".join(value(one) for _, _, value in shown).rstrip())
    return 0


def _column(text: str) -> tuple[str, int, Callable[[ProcessInfo], str]]:
    """A column, perhaps with a title of its own: `pid=NUMBER`. Errors: `ToolError`."""
    name, equals, title = text.partition("=")
    if name not in _COLUMNS:
        raise ToolError(f"bad -o argument '{name}', supported arguments: {','.join(_COLUMNS)}")
    usual, width, value = _COLUMNS[name]
    return (title if equals else usual), max(width, len(title)), value


def _pids(proc: Proc, name: str) -> list[int]:
    """The processes of that name, the youngest first."""
    base = name.rpartition("/")[2][:15]
    return [one.pid for one in reversed(proc.processes()) if one.comm == base and not one.zombie]


@tool("pidof")
def _pidof(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "so:")
    left_out = {str(proc.ppid) if value == "%PPID" else value for value in opts.all_of("o")}
    found = [str(pid) for name in opts.words for pid in _pids(proc, name) if str(pid) not in left_out]
    if found:
        proc.print(*(found[:1] if "s" in opts else found))
    return 0 if found else 1


@tool("killall")
def _killall(proc: Proc, argv: Sequence[str]) -> int:
    given = list(argv[1:])
    if given[:1] == ["-l"]:
        for number in range(1, 32):
            proc.print(f"{number:2}) {signals.NAMES[number]}")
        return 0
    quiet = given[:1] == ["-q"]
    if quiet:
        given.pop(0)
    sent = "TERM"
    if given and given[0].startswith("-"):
        sent = given.pop(0)[1:]
        if sent == "s" and given:
            sent = given.pop(0)
        try:
            signals.number(sent)
        except ValueError:
            raise ToolError(f"bad signal name '{sent}'") from None
    if not given:
        raise ToolError("you need to specify whom to kill")
    status = 0
    for name in given:
        pids = [pid for pid in _pids(proc, name) if pid != proc.pid]
        for pid in pids:
            proc.kill(pid, sent)
        if not pids:
            status = 1
            if not quiet:
                proc.err(f"killall: {name}: no process killed")
    return status


@tool("killall5")
def _killall5(proc: Proc, argv: Sequence[str]) -> int:
    sent = argv[1][1:] if len(argv) > 1 and argv[1].startswith("-") else "TERM"
    others = [one.pid for one in proc.processes() if one.pid not in (1, proc.pid, proc.ppid)]
    for pid in others:
        proc.kill(pid, sent)
    return 0
