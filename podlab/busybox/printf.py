"""`printf`. Models busybox coreutils/printf.c: the format is used again until the arguments are used up.

A number that cannot be read is complained of and is 0; what was printed before it comes before the complaint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from podlab.busybox.escapes import unescape

_PIECE = re.compile(r"([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlLjzt]*(.?)", re.DOTALL)
_MODIFIERS = re.compile(r"[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d*))?([hlLjzt]*)")
_KINDS = "diouxXcsbeEfgG"
_WHOLE = re.compile(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)")
_REAL = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|\s*[-+]?(inf|nan)", re.IGNORECASE)
_WIDEST = 10_000
LONGEST = 1 << 22
"""Characters printed before it gives up."""


class Printf:
    """One call. `write` takes the text, `complain` what is wrong; `status` is the exit status."""

    def __init__(self, write: Callable[[str], object], complain: Callable[[str], object]) -> None:
        self._write, self._complain = write, complain
        self._out: list[str] = []
        self._size = 0
        self._waiting: list[str] = []
        self.status = 0

    def run(self, template: str, args: Sequence[str]) -> int:
        """Print; gives the exit status."""
        self._waiting = list(args)
        while True:
            before = len(self._waiting)
            stop = self._once(template)
            if stop or not self._waiting or len(self._waiting) == before:
                break
            if self._size > LONGEST:
                self._wrong("out of memory")
                break
        self._flush()
        return self.status

    def _flush(self) -> None:
        if self._out:
            self._write("".join(self._out))
            self._out.clear()

    def _put(self, text: str) -> None:
        self._out.append(text)
        self._size += len(text)

    def _wrong(self, text: str) -> None:
        self._flush()
        self._complain(text)
        self.status = 1

    def _once(self, template: str) -> bool:
        """One pass over the format; true when all output is to stop."""
        at = 0
        while at < len(template):
            start = template.find("%", at)
            literal, stop = unescape(template[at : start if start >= 0 else len(template)])
            self._put(literal)
            if stop or start < 0:
                return stop
            if template.startswith("%%", start):
                self._put("%")
                at = start + 2
                continue
            match = _PIECE.match(template, start + 1)
            assert match is not None
            if not match[4] or match[4] not in _KINDS:
                self._wrong(f"{_without_modifiers(template[start:])}: invalid format")
                return True
            at = match.end()
            if self._directive(match):
                return True
        return False

    def _directive(self, match: re.Match[str]) -> bool:
        flags, width, precision, kind = match.groups()
        if width == "*":
            width = str(self._number(self._take()))
        if precision == "*":
            precision = str(self._number(self._take()))
        if max(abs(int(width or 0)), abs(int(precision or 0))) > _WIDEST:
            self._wrong(f"%{match.group()}: invalid format")
            return True
        if width and width.startswith("-"):
            flags, width = flags + "-", width[1:]
        shape = (
            "%" + flags + (width or "") + ("" if precision is None or precision.startswith("-") else f".{precision}")
        )
        value = self._take()
        if kind == "s":
            self._put((shape + "s") % (value or ""))
        elif kind == "b":
            escaped, stop = unescape(value or "")
            self._put((shape + "s") % escaped)
            return stop
        elif kind == "c":
            self._put((shape + "s") % (value or "\0")[:1])
        elif kind in "diouxX":
            number = self._number(value, signed=kind in "di")
            self._put((shape + kind.replace("u", "d")) % (number if kind in "di" else number % (1 << 64)))
        else:
            self._put((shape + kind) % self._real(value))
        return False

    def _take(self) -> str | None:
        return self._waiting.pop(0) if self._waiting else None

    def _number(self, text: str | None, *, signed: bool = True) -> int:
        text = text or ""
        if text[:1] in ("'", '"'):
            return text[1:].encode("utf-8", "surrogateescape")[0] if len(text) > 1 else 0
        match = _WHOLE.fullmatch(text)
        if match is not None:
            digits = match[2]
            octal = digits[0] == "0" and digits.isdigit()
            if not octal or set(digits) <= set("01234567"):
                number = int(match[1] + digits, 8 if octal else 0)
                if -(1 << 63) <= number < (1 << 63 if signed else 1 << 64):
                    return number
        self._wrong(f"invalid number '{text}'")
        return 0

    def _real(self, text: str | None) -> float:
        text = text or ""
        if not text:
            return 0.0
        if text[:1] in ("'", '"'):
            return float(self._number(text))
        match = _WHOLE.fullmatch(text)
        if match is not None and match[2][:2].lower() == "0x":
            return float(self._number(text))
        if _REAL.fullmatch(text):
            return float(text)
        self._wrong(f"invalid number '{text}'")
        return 0.0


def _without_modifiers(text: str) -> str:
    """A format as it is shown when it is wrong: `%l` and the like lose their letters."""
    match = _MODIFIERS.match(text, 1)
    return text if match is None else text[: match.start(1)] + text[match.end(1) :]
