"""Which programs a package brings, of those that podlab can run."""

from __future__ import annotations

from podlab.linux.files import Files
from podlab.linux.program import Proc
from podlab.linux.tree import File

PACKAGES = {
    "bash": "bash",
    "bind-tools": "nslookup",
    "curl": "curl",
    "dnsutils": "nslookup",
    "git": "git",
    "iproute2": "ip",
    "iputils": "ping",
    "iputils-ping": "ping",
    "mysql-client": "mysql mysqladmin",
    "mariadb-client": "mysql mysqladmin",
    "default-mysql-client": "mysql mysqladmin",
    "net-tools": "ifconfig netstat",
    "netcat": "nc",
    "netcat-openbsd": "nc",
    "nginx": "nginx",
    "nodejs": "node",
    "perl": "perl",
    "postgresql-client": "psql pg_isready",
    "procps": "ps top free uptime watch pgrep pkill kill",
    "psmisc": "killall",
    "python3": "python3",
    "redis": "redis-server redis-cli",
    "redis-tools": "redis-cli",
    "stress": "stress",
    "stress-ng": "stress-ng",
    "wget": "wget",
}


def install(proc: Proc, package: str) -> bool:
    """Put a package's programs into /usr/bin; False when podlab has none of them."""
    kernel, files = proc.process.kernel, proc.process.group.files
    programs = [name for name in PACKAGES.get(package, "").split() if kernel.lookup(name) is not None]
    for name in programs:
        _add(files, name)
    return bool(programs) or package in ("ca-certificates", "tzdata", "openssl", "gettext", "jq-doc")


def _add(files: Files, name: str) -> None:
    files.root.make("usr/bin").put(name, File(mode=0o755, program=name))
