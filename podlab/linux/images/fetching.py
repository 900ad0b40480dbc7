"""Programs that fetch from the internet: apk, apt, pip, npm, git, and curl's entrypoint.

A node has internet unless the world says that it is offline. podlab fetches nothing: it says what the real one says,
makes what can be made (a clone's folder), and tells that the programs installed cannot be run.
"""

from __future__ import annotations

from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import become
from podlab.linux.program import Proc


@program("curl-entrypoint")
def curl_entrypoint(proc: Proc) -> Running:
    """curlimages/curl: options or a URL are curl's; else a command."""
    words = proc.argv[1:]
    first = words[0] if words else ""
    return (
        yield from become(proc, ["curl", *words] if first.startswith("-") or "." in first or ":" in first else words)
    )


@program("apk")
def apk(proc: Proc) -> int:
    """apk update, apk add [--no-cache] NAME…, apk info, apk del, apk --version."""
    words = [word for word in proc.argv[1:] if not word.startswith("-")]
    release = ".".join(proc.base.version.split(".")[:2])
    mirror = f"https://dl-cdn.alpinelinux.org/alpine/v{release}"
    if not words:
        proc.print("apk-tools 2.14.9, compiled for x86_64.")
        return 0 if "--version" in proc.argv else 1
    verb, *names = words
    if verb in ("add", "update", "upgrade"):
        for part in ("main", "community"):
            proc.print(f"fetch {mirror}/{part}/x86_64/APKINDEX.tar.gz")
        if _offline(proc):
            proc.print(f"WARNING: fetching {mirror}/main: temporary error (try again later)")
            return _no(
                proc, names, "  {} (no such package):\n    required by: world[{}]", "ERROR: unable to select packages:"
            )
    if verb == "add":
        for at, name in enumerate(names, 1):
            proc.print(f"({at}/{len(names)}) Installing {name}")
        proc.print("OK: 12 MiB in 18 packages")
        _installed(proc, names)
    elif verb == "update":
        proc.print("OK: 25000 distinct packages available")
    elif verb not in ("del", "info", "upgrade", "cache", "search", "version", "policy"):
        proc.err(f"apk: '{verb}' is not an apk command. See 'apk --help'.")
        return 1
    return 0


@program("apt", "apt-get")
def apt(proc: Proc) -> int:
    """apt-get update, apt-get install [-y] NAME…, apt-get clean …"""
    words = [word for word in proc.argv[1:] if not word.startswith("-")]
    if not words:
        proc.print("apt 2.6.1 (amd64)")
        return 0
    verb, *names = words
    host = "http://archive.ubuntu.com/ubuntu" if proc.base.kind == "ubuntu" else "http://deb.debian.org/debian"
    if verb == "update":
        if _offline(proc):
            proc.print(f"Err:1 {host} InRelease\n  Temporary failure resolving '{host.split('/')[2]}'")
            proc.print("Reading package lists... Done")
            proc.err(
                f"W: Failed to fetch {host}/dists/stable/InRelease  Temporary failure resolving '{host.split('/')[2]}'"
            )
            return 0
        proc.print(f"Get:1 {host} InRelease [151 kB]\nReading package lists... Done")
        proc.mkdir("/var/lib/apt", parents=True)
        proc.write_file("/var/lib/apt/lists-fetched", "")
        return 0
    if verb == "install":
        proc.print("Reading package lists... Done\nBuilding dependency tree... Done")
        if not proc.exists("/var/lib/apt/lists-fetched") or _offline(proc):
            return _no(proc, names, "E: Unable to locate package {}", "", 100)
        for name in names:
            proc.print(f"Setting up {name} ...")
        _installed(proc, names)
        return 0
    if verb not in ("clean", "autoremove", "upgrade", "dist-upgrade", "purge", "remove", "autoclean"):
        proc.err(f"E: Invalid operation {verb}")
        return 100
    return 0


def _no(proc: Proc, names: list[str], line: str, head: str, code: int = 1) -> int:
    if head and names:
        proc.print(head)
    for name in names:
        proc.err(line.format(name, name))
    return code if names else 0


@program("pip", "npm")
def pip(proc: Proc) -> int:
    """pip install, npm install: said to be done."""
    words = [word for word in proc.argv[1:] if not word.startswith("-")]
    if words[:1] not in (["install"], ["i"], ["ci"]):
        proc.note(f"podlab cannot run `{' '.join(proc.argv)}`: taken as done")
        return 0
    if _offline(proc):
        proc.err("ERROR: Could not find a version that satisfies the requirement (from versions: none)")
        return 1
    if "pip" in proc.argv[0]:
        proc.print(f"Successfully installed {' '.join(words[1:])}")
    else:
        proc.print("added 1 package in 1s")
    proc.note(f"podlab installs nothing: `{' '.join(proc.argv)}` is taken as done")
    return 0


@program("git")
def git(proc: Proc) -> int:
    """git clone [--branch B] URL [FOLDER]: makes the folder, with a README; git --version."""
    words = [word for word in proc.argv[1:] if not word.startswith("-")]
    if "--version" in proc.argv:
        proc.print("git version 2.47.2")
        return 0
    if words[:1] != ["clone"]:
        proc.note(f"podlab cannot run `{' '.join(proc.argv)}`: taken as done")
        return 0
    urls = [word for word in words[1:] if "/" in word and (":" in word)]
    if not urls:
        proc.err("fatal: You must specify a repository to clone.")
        return 128
    rest = words[words.index(urls[0]) + 1 :]
    folder = rest[0] if rest else urls[0].rstrip("/").rpartition("/")[2].removesuffix(".git")
    proc.err(f"Cloning into '{folder}'...")
    if _offline(proc):
        proc.err(f"fatal: unable to access '{urls[0]}': Could not resolve host: {urls[0].split('/')[2]}")
        return 128
    if proc.exists(folder) and proc.listdir(folder):
        proc.err(f"fatal: destination path '{folder}' already exists and is not an empty directory.")
        return 128
    proc.mkdir(f"{folder}/.git", parents=True)
    proc.write_file(f"{folder}/README.md", f"podlab stands in for {urls[0]}\n")
    proc.note(f"podlab fetches nothing: {folder} holds only a README, not what is in {urls[0]}")
    return 0


def _installed(proc: Proc, names: list[str]) -> None:
    """Put the programs that podlab has into the image; of the others tell that they are not there."""
    from podlab.linux.images.installing import install

    missing = [name for name in names if not install(proc, name.partition("=")[0])]
    if missing:
        proc.note(f"podlab has no program of the package {', '.join(missing)}: installing it changes nothing")


def _offline(proc: Proc) -> bool:
    return proc.process.group.net.offline
