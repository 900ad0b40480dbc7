"""Interrupts (Ctrl-C) at an exact place: at the n-th line of podlab's own code that is run."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import podlab

_PODLAB = str(Path(podlab.__file__).parent)


class InterruptAt:
    """`with InterruptAt(n)`: KeyboardInterrupt at the n-th line of podlab; n = 0 only counts them in `lines`."""

    def __init__(self, n: int = 0) -> None:
        self.n = n
        self.lines = 0

    def __enter__(self) -> InterruptAt:
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        sys.settrace(self._before)
        return kind is KeyboardInterrupt

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(_PODLAB) else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self.lines += 1
            if self.lines == self.n:
                sys.settrace(None)
                raise KeyboardInterrupt
        return self._line
