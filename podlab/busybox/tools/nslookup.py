"""`nslookup`, which busybox has rewritten in version 1.30: what it asks, what it prints and its exit code are others.

Models busybox networking/nslookup.c (FEATURE_NSLOOKUP_BIG) and, before 1.30, the small one that asks libc.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, UsageError, tool
from podlab.linux.program import Proc

_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_TYPES = frozenset(["soa", "ns", "a", "aaaa", "cname", "mx", "txt", "ptr", "srv", "any"])


@tool("nslookup", style=EXEC)
def _nslookup(proc: Proc, argv: Sequence[str]) -> int:
    if proc.base.busybox is not None and proc.base.busybox < (1, 30):
        return _old(proc, argv)
    kinds = []
    words = list(argv[1:])
    while words and words[0].startswith("-"):
        word = words.pop(0)
        name, _, value = word.lstrip("-").partition("=")
        if (name and "type".startswith(name)) or ("querytype".startswith(name) and name):
            if value.lower() not in _TYPES:
                raise ToolError(f'invalid query type "{value}"')
            kinds.append(value.lower())
        elif not name or not any(one.startswith(name) for one in ("debug", "port", "retry", "timeout")):
            raise UsageError(f"invalid option -- '{word[1:2]}'")
    if not 1 <= len(words) <= 2:
        raise UsageError
    server = words[1] if len(words) == 2 else name_servers(proc)[0]
    proc.print(f"Server:\t\t{server}\nAddress:\t{server}:53\n")
    status = 0
    for name in _asked(proc, words[0]):
        for kind in ["ptr"] if name.endswith(".in-addr.arpa") else kinds or ["a", "aaaa"]:
            status |= _answer(proc, name, kind)
    return status


def _asked(proc: Proc, host: str) -> list[str]:
    """The names that are asked for: a name without a dot with every search domain, others as they are."""
    if _ADDRESS.fullmatch(host):
        return [".".join(reversed(host.split("."))) + ".in-addr.arpa"]
    domains = [] if "." in host else search_domains(proc)
    return [f"{host}.{domain}" for domain in domains] or [host.rstrip(".")]


def _answer(proc: Proc, name: str, kind: str) -> int:
    """Print one answer; the exit status. podlab's names have IPv4 addresses only."""
    address = _resolved(proc, name)
    if address is None:
        proc.print(f"** server can't find {name}: NXDOMAIN\n")
        return 1
    if kind in ("a", "any"):
        proc.print(f"Name:\t{name}\nAddress: {address}")
    proc.print()
    return 0


def _resolved(proc: Proc, name: str) -> str | None:
    """The address of a whole name: no search domain is added."""
    return proc.process.group.net.lookup(name)


def search_domains(proc: Proc) -> list[str]:
    """The domains of `search` in /etc/resolv.conf."""
    return next((words[1:] for words in _resolver(proc) if words[:1] in (["search"], ["domain"])), [])


def name_servers(proc: Proc) -> list[str]:
    """The name servers of /etc/resolv.conf."""
    return [words[1] for words in _resolver(proc) if words[0] == "nameserver" and len(words) > 1] or ["127.0.0.1"]


def _resolver(proc: Proc) -> list[list[str]]:
    try:
        lines = proc.read_file("/etc/resolv.conf").splitlines()
    except OSError:
        return []
    return [line.split() for line in lines if line.split()]


def _old(proc: Proc, argv: Sequence[str]) -> int:
    """Before 1.30: libc is asked, so that search domains count, and addresses are numbered."""
    words = options.parse(argv, "", least=1, most=2).words
    server = words[1] if len(words) == 2 else name_servers(proc)[0]
    known = " kube-dns.kube-system.svc.cluster.local" if len(words) == 1 and search_domains(proc) else ""
    proc.print(f"Server:    {server}\nAddress 1: {server}{known}\n")
    try:
        address = proc.resolve(words[0])
    except OSError:
        raise ToolError(f"can't resolve '{words[0]}'") from None
    names = [words[0], *(f"{words[0]}.{domain}" for domain in search_domains(proc))]
    whole = next((name for name in names if _resolved(proc, name) == address and name.endswith("cluster.local")), "")
    proc.print(f"Name:      {words[0]}\nAddress 1: {address}{' ' + whole if whole else ''}")
    return 0
