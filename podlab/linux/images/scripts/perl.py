"""perl -e: the documentation's pi, and one-liners that print, sleep and exit."""

from __future__ import annotations

import re

from podlab.linux.images.apache import no_interpreter
from podlab.linux.images.registry import Running, program
from podlab.linux.images.scripts.js_parser import unescaped
from podlab.linux.program import Proc

MOST_DIGITS = 4000
"""Of pi: Python turns no longer number into text unasked."""

_STATEMENT = re.compile(
    r"""\s*(?:
    (?P<print>print|say|die|warn)\s*\(?\s*(?P<text>"(?:[^"\\]|\\.)*"|'[^']*'|\d+)\s*\)?
    |(?P<sleep>sleep)\s*\(?\s*(?P<seconds>\d+)\s*\)?
    |(?P<exit>exit)\s*\(?\s*(?P<code>\d*)\s*\)?
    |(?P<set>\$\|)\s*(?:=\s*1|\+\+)
    |(?P<use>use\s+\w+)
    )\s*(?:;|$)""",
    re.VERBOSE,
)
_LOOP = re.compile(r"\s*(?:while\s*\(\s*1\s*\)|for\s*\(\s*(\d+)\s*\.\.\s*(\d+)\s*\))\s*\{(.*)\}\s*;?\s*", re.DOTALL)


@program("perl")
def perl(proc: Proc) -> Running:
    """perl -e PROGRAM: print, say, die, sleep, exit, `while (1) {…}`, `for (1..3) {…}`; others podlab cannot run."""
    words = list(proc.argv[1:])
    if words[:1] == ["-v"]:
        proc.print("\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64-linux-gnu")
        return 0
    if words[:1] == ["-de0"] or not words:
        return 0
    pi = re.search(r"\bbpi\((\d+)\)", words[-1])
    if pi is not None:
        proc.print(digits_of_pi(min(int(pi[1]), MOST_DIGITS)))
        return 0
    flags = next((word for word in words if re.fullmatch(r"-[a-zA-Z]*[eE]", word)), None)
    if flags is None:
        return no_interpreter(proc)
    text = words[words.index(flags) + 1] if words.index(flags) + 1 < len(words) else ""
    end = "\n" if "l" in flags else ""
    return (yield from _run(proc, text, end))


def _run(proc: Proc, text: str, end: str) -> Running:
    """Run a loop, or statements."""
    loop = _LOOP.fullmatch(text)
    if loop is not None:
        rounds = int(loop[2]) - int(loop[1]) + 1 if loop[2] else None
        at = int(loop[1] or 0)
        while rounds is None or rounds > 0:
            yield proc.step()
            yield from _statements(proc, loop[3].replace("$_", str(at)), end)
            at, rounds = at + 1, None if rounds is None else rounds - 1
        return 0
    return (yield from _statements(proc, text, end))


def _statements(proc: Proc, text: str, end: str) -> Running:
    at = 0
    while text[at:].strip():
        match = _STATEMENT.match(text, at)
        if match is None:
            proc.exit(no_interpreter(proc))
        at = match.end()
        if match["sleep"]:
            until = proc.now + int(match["seconds"])
            while proc.now < until:
                yield proc.sleep(until - proc.now)
        elif match["exit"]:
            proc.exit(int(match["code"] or 0) & 255)
        elif match["print"]:
            said = _text(proc, match["text"]) + ("\n" if match["print"] == "say" else end)
            if match["print"] in ("print", "say"):
                proc.write(said)
                continue
            proc.write(said if said.endswith("\n") else f"{said} at -e line 1.\n", 2)
            if match["print"] == "die":
                proc.exit(255)
    return 0


def _text(proc: Proc, word: str) -> str:
    """A text in quotes; in double ones variables of the environment are filled in."""
    if word[0] == "'":
        return word[1:-1]
    if word[0] != '"':
        return word
    return re.sub(r"\$ENV\{['\"]?(\w+)['\"]?\}", lambda match: proc.env.get(match[1], ""), unescaped(word[1:-1]))


def digits_of_pi(digits: int) -> str:
    """Pi with that many digits, the last one rounded (Machin's formula, in whole numbers)."""
    one = 10 ** (digits + 10)

    def arctan_of_one_over(x: int) -> int:
        total, power, divisor, sign = 0, one // x, 1, 1
        while power:
            total += sign * (power // divisor)
            power, divisor, sign = power // (x * x), divisor + 2, -sign
        return total

    scaled = 4 * (4 * arctan_of_one_over(5) - arctan_of_one_over(239))
    text = str((scaled + 5 * 10**10) // 10**11)
    return f"{text[0]}.{text[1:]}" if digits > 1 else text
