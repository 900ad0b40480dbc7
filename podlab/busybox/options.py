"""Command-line options of busybox's tools, with getopt's messages.

Models glibc getopt_long, which busybox's getopt32 calls: joined letters, values joined or apart, optional values,
long names that may be shortened, words and options in any order unless the first word ends the options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from podlab.busybox.applets import ToolError, UsageError

FOREVER = 1e11
"""Seconds that never pass."""


class Options(dict[str, str]):
    """Options that were given: letter to value, "" for those without one. `words` are the other arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.every: list[tuple[str, str]] = []

    def number(self, letter: str, default: int) -> int:
        """The value as a whole number. Errors: `ToolError`."""
        return whole(self[letter]) if letter in self else default

    def has(self, letters: str) -> bool:
        """Whether one of these was given."""
        return any(letter in self for letter in letters)

    def all_of(self, letter: str) -> list[str]:
        """The values of an option that may be given several times."""
        return [value for name, value in self.every if name == letter]


def parse(
    argv: Sequence[str],
    letters: str,
    long: Mapping[str, str] | None = None,
    *,
    first_word_ends: bool = False,
    least: int = 0,
    most: int | None = None,
    only_short: bool = False,
    status: int = 1,
) -> Options:
    """Read `argv[1:]`. `letters` as getopt takes them ("n:v::": -n has a value, -v may); `long`: name to letter.

    `only_short`: the tool calls plain getopt, for which `--name` begins with the unknown letter `-`.
    Errors: `UsageError` with that exit status for an unknown option, a missing value, too few or too many words.
    """
    found = Options()
    waiting = list(argv[1:])
    try:
        while waiting:
            word = waiting.pop(0)
            if word == "--":
                found.words += waiting
                break
            if word.startswith("--") and not only_short:
                _long(word[2:], letters, long or {}, waiting, found)
            elif len(word) > 1 and word[0] == "-":
                _short(word[1:], letters, waiting, found)
            else:
                found.words.append(word)
                if first_word_ends:
                    found.words += waiting
                    break
    except UsageError as problem:
        raise UsageError(str(problem), status) from None
    if len(found.words) < least or (most is not None and len(found.words) > most):
        raise UsageError("", status)
    return found


def _takes(letters: str, letter: str) -> str:
    """How a letter takes a value: "" not at all, ":" always, "::" perhaps."""
    at = letters.find(letter)
    rest = letters[at + 1 : at + 3]
    return "::" if rest == "::" else ":" if rest[:1] == ":" else ""


def _short(cluster: str, letters: str, waiting: list[str], found: Options) -> None:
    while cluster:
        letter, cluster = cluster[0], cluster[1:]
        if letter == ":" or letter not in letters:
            raise UsageError(f"invalid option -- '{letter}'")
        value = ""
        takes = _takes(letters, letter)
        if takes:
            if takes == ":" and not cluster and not waiting:
                raise UsageError(f"option requires an argument -- '{letter}'")
            value, cluster = cluster or (waiting.pop(0) if takes == ":" else ""), ""
        found[letter] = value
        found.every.append((letter, value))


def _long(given: str, letters: str, long: Mapping[str, str], waiting: list[str], found: Options) -> None:
    name, has_value, value = given.partition("=")
    names = [name] if name in long else [one for one in long if one.startswith(name)]
    if len(names) > 1 and len({long[one] for one in names}) > 1:
        possible = " ".join(f"'--{one}'" for one in names)
        raise UsageError(f"option '--{given}' is ambiguous; possibilities: {possible}")
    if not names:
        raise UsageError(f"unrecognized option '--{given}'")
    letter = long[names[0]]
    takes = _takes(letters, letter)
    if has_value and not takes:
        raise UsageError(f"option '--{names[0]}' doesn't allow an argument")
    if takes == ":" and not has_value:
        if not waiting:
            raise UsageError(f"option '--{names[0]}' requires an argument")
        value = waiting.pop(0)
    found[letter] = value
    found.every.append((letter, value))


_SUFFIXES = {"k": 1024, "m": 1 << 20, "b": 512, "K": 1024, "M": 1 << 20, "G": 1 << 30}


def whole(text: str, least: int | None = None, most: int | None = None) -> int:
    """A whole number, perhaps with k, m or b behind, within limits. Errors: `ToolError`."""
    factor = _SUFFIXES.get(text[-1:], 1)
    digits = text[:-1] if factor > 1 else text
    if not digits.removeprefix("-").isdecimal() or not digits.isascii() or len(digits) > 18:
        raise ToolError(f"invalid number '{text}'")
    number = int(digits) * factor
    if (least is not None and number < least) or (most is not None and number > most):
        raise ToolError(f"number {text} is not in {least}..{most} range")
    return number


def unsigned(text: str, most: int = 2**32 - 1) -> int:
    """A whole number from 0. Errors: `ToolError`."""
    if not text.isdecimal() or not text.isascii() or int(text) > most:
        raise ToolError(f"invalid number '{text}'")
    return int(text)


def seconds(text: str) -> float:
    """A time as `sleep` takes it: 5, 0.5, 2m, 1h, 1d, infinity. Errors: `ToolError`."""
    if text.lower() in ("inf", "infinity"):
        return FOREVER
    factor = {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(text[-1:], 0)
    digits = text[:-1] if factor else text
    if not digits.replace(".", "", 1).isdecimal() or len(digits) > 20:
        raise ToolError(f"invalid number '{text}'")
    return min(float(digits) * (factor or 1), FOREVER)
