"""Names and numbers of users and groups, as /etc/passwd and /etc/group have them. Models libc's getpwnam(3)."""

from __future__ import annotations

from podlab.busybox.applets import ToolError
from podlab.linux.program import Proc


def _table(proc: Proc, path: str) -> list[list[str]]:
    try:
        lines = proc.read_file(path).splitlines()
    except OSError:
        return []
    return [line.split(":") for line in lines if line.count(":") >= 2]


def users(proc: Proc) -> dict[str, tuple[int, int]]:
    """Each user's number and group number."""
    rows = _table(proc, "/etc/passwd")
    return {row[0]: (int(row[2]), int(row[3])) for row in rows if len(row) > 3 and (row[2] + row[3]).isdecimal()}


def groups(proc: Proc) -> dict[str, int]:
    """Each group's number."""
    return {row[0]: int(row[2]) for row in _table(proc, "/etc/group") if row[2].isdecimal()}


def members(proc: Proc, user: str) -> list[int]:
    """The groups in whose line of /etc/group a user stands."""
    rows = _table(proc, "/etc/group")
    return [int(row[2]) for row in rows if len(row) > 3 and user in row[3].split(",") and row[2].isdecimal()]


def user_name(proc: Proc, uid: int) -> str | None:
    """The name of a user."""
    return next((name for name, (number, _) in users(proc).items() if number == uid), None)


def group_name(proc: Proc, gid: int) -> str | None:
    """The name of a group."""
    return next((name for name, number in groups(proc).items() if number == gid), None)


def user_number(proc: Proc, text: str) -> int:
    """The number of a user that is given by name or number. Errors: `ToolError`."""
    known = users(proc)
    if text in known:
        return known[text][0]
    if text.isdecimal() and len(text) < 11:
        return int(text)
    raise ToolError(f"unknown user {text}")


def group_number(proc: Proc, text: str) -> int:
    """The number of a group that is given by name or number. Errors: `ToolError`."""
    known = groups(proc)
    if text in known:
        return known[text]
    if text.isdecimal() and len(text) < 11:
        return int(text)
    raise ToolError(f"unknown group {text}")


def own(proc: Proc) -> tuple[int, int]:
    """The user and the group that a process runs as."""
    user, _, group = proc.process.group.user.partition(":")
    known = users(proc)
    uid = known[user][0] if user in known else int(user) if user.isdecimal() else 0 if user == "root" else 1000
    if group:
        gid = groups(proc).get(group, int(group) if group.isdecimal() else 0)
    else:
        gid = next((gid for number, gid in known.values() if number == uid), 0)
    return uid, gid
