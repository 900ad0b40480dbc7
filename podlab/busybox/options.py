"""Command-line options of busybox's tools, with getopt's messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from podlab.busybox.applets import ToolError

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


def parse(
    argv: Sequence[str], letters: str, long: Mapping[str, str] | None = None, *, first_word_ends: bool = False
) -> Options:
    """Read `argv[1:]`. `letters` as getopt takes them ("n:v": -n has a value); `long` maps long names to letters.

    Errors: `ToolError` for an unknown option or a missing value.
    """
    found = Options()
    waiting = list(argv[1:])
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            found.words += waiting
            break
        if word.startswith("--"):
            _long(word[2:], letters, long or {}, waiting, found)
        elif len(word) > 1 and word[0] == "-":
            _short(word[1:], letters, waiting, found)
        else:
            found.words.append(word)
            if first_word_ends:
                found.words += waiting
                break
    return found


def _short(cluster: str, letters: str, waiting: list[str], found: Options) -> None:
    while cluster:
        letter, cluster = cluster[0], cluster[1:]
        at = letters.find(letter)
        if at < 0 or letter == ":":
            raise ToolError(f"invalid option -- '{letter}'")
        value = ""
        if letters[at + 1 : at + 2] == ":":
            if not cluster and not waiting:
                raise ToolError(f"option requires an argument -- '{letter}'")
            value, cluster = cluster or waiting.pop(0), ""
        found[letter] = value
        found.every.append((letter, value))


def _long(name: str, letters: str, long: Mapping[str, str], waiting: list[str], found: Options) -> None:
    name, has_value, value = name.partition("=")
    letter = long.get(name)
    if letter is None:
        raise ToolError(f"unrecognized option '--{name}'")
    if letters[letters.find(letter) + 1 : letters.find(letter) + 2] == ":" and not has_value:
        if not waiting:
            raise ToolError(f"option requires an argument '--{name}'")
        value = waiting.pop(0)
    found[letter] = value
    found.every.append((letter, value))


def whole(text: str) -> int:
    """A whole number, perhaps with k, m or b behind. Errors: `ToolError`."""
    factor = {"k": 1024, "m": 1 << 20, "b": 512, "K": 1024, "M": 1 << 20, "G": 1 << 30}.get(text[-1:], 1)
    digits = text[:-1] if factor > 1 else text
    if not digits.lstrip("+-").isdecimal() or len(digits) > 18:
        raise ToolError(f"invalid number '{text}'")
    return int(digits) * factor


def seconds(text: str) -> float:
    """A time as `sleep` takes it: 5, 0.5, 2m, 1h, 1d, infinity. Errors: `ToolError`."""
    if text.lower() in ("inf", "infinity"):
        return FOREVER
    factor = {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(text[-1:], 0)
    digits = text[:-1] if factor else text
    if not digits.replace(".", "", 1).isdecimal() or len(digits) > 20:
        raise ToolError(f"invalid number '{text}'")
    return min(float(digits) * (factor or 1), FOREVER)
