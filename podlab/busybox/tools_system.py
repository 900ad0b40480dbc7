"""Tools about who and where one is."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.busybox import options
from podlab.busybox.applets import NOFORK, TOOLS, Result, ToolError, UsageError, tool
from podlab.busybox.builtins import echoed
from podlab.busybox.printf import Printf
from podlab.busybox.testing import TestError, test
from podlab.linux.program import Proc

RELEASE = "6.1.0"


@tool("echo", style=NOFORK)
def _echo(proc: Proc, argv: Sequence[str]) -> int:
    proc.write(echoed(argv))
    return 0


@tool("printf", style=NOFORK)
def _printf(proc: Proc, argv: Sequence[str]) -> int:
    words = argv[2:] if argv[1:2] == ["--"] else argv[1:]
    if not words:
        raise UsageError
    return Printf(proc.write, lambda text: proc.err(f"printf: {text}")).run(words[0], words[1:])


@tool("test", "[", style=NOFORK)
def _test(proc: Proc, argv: Sequence[str]) -> int:
    args = list(argv[1:])
    if argv[0].endswith("[") and (not args or args.pop() != "]"):
        raise ToolError("missing ]", 2)
    try:
        return 0 if test(proc, args) else 1
    except TestError as problem:
        raise ToolError(str(problem), 2) from None


@tool("pwd", style=NOFORK)
def _pwd(proc: Proc, argv: Sequence[str]) -> int:
    proc.print(proc.cwd)
    return 0


@tool("hostname")
def _hostname(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "sfid")
    if opts.words:
        raise ToolError("sethostname: Operation not permitted")
    if "i" in opts:
        proc.print(proc.ip)
    elif "d" not in opts:
        proc.print(proc.hostname.partition(".")[0] if "s" in opts else proc.hostname)
    return 0


@tool("uname", style=NOFORK)
def _uname(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "amnrspvio", {"all": "a"}, most=0)
    facts = {"s": "Linux", "n": proc.hostname, "r": RELEASE, "v": "#1 SMP PREEMPT_DYNAMIC", "m": "x86_64"}
    shown = [value for letter, value in facts.items() if letter in opts or "a" in opts]
    if "a" in opts or "o" in opts:
        shown.append("GNU/Linux")
    proc.print(*(shown or ["Linux"]))
    return 0


@tool("arch", style=NOFORK)
def _arch(proc: Proc, argv: Sequence[str]) -> int:
    proc.print("x86_64")
    return 0


@tool("sync", style=NOFORK)
def _sync(proc: Proc, argv: Sequence[str]) -> int:
    return 0


@tool("expr")
def _expr(proc: Proc, argv: Sequence[str]) -> int:
    from podlab.busybox.expressions import value

    result = value(list(argv[1:]))
    proc.print(result)
    return 0 if result not in ("", "0") else 1


@tool("busybox")
def _busybox(proc: Proc, argv: Sequence[str]) -> Result:
    if len(argv) < 2:
        proc.print("BusyBox v1.36.1 multi-call binary.\n\nCurrently defined functions:")
        proc.print("\t" + ", ".join(sorted(TOOLS)))
        return 0
    if argv[1] == "--list":
        proc.write("".join(f"{name}\n" for name in sorted(TOOLS)))
        return 0
    found = TOOLS.get(argv[1])
    if found is None:
        proc.err(f"{argv[1]}: applet not found")
        return 127
    return found.run(proc, argv[1:])
