"""What is wrong with a manifest: every fault with its place, and the one error that lists them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from podlab.api.mistakes import Mistake

FaultKind = Literal["unknown field", "wrong type", "syntax", "invalid", "not simulated", "warning"]

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place of a manifest.

    `path` is the field as Kubernetes writes it (`spec.containers[0].image`), empty when the whole document is meant.
    `hint` is one plain sentence of what would be right. `source` is the file, or the place in a list of manifests as
    `[2]`; `line` counts from 1 in its text, `document` from 0 among its documents.
    """

    path: str
    message: str
    hint: str = ""
    kind: FaultKind = "invalid"
    line: int | None = None
    source: str = ""
    document: int = 0

    @property
    def sentence(self) -> str:
        """The fault and its hint in one line."""
        return str(self).replace("\n    ", ". ")

    def __str__(self) -> str:
        place = ", line ".join(str(part) for part in (self.source, self.line) if part)
        if not self.source and self.line:
            place = f"line {self.line}"
        text = ": ".join(part for part in (place, self.path, self.message) if part)
        return f"{text}\n    {self.hint}" if self.hint else text


class ManifestError(Mistake, ValueError):
    """A manifest cannot be used. `faults` holds everything that is wrong with it, in the order of the text.

    In a notebook only the message is shown, never a traceback: the fault is in the manifest, not in the code.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self._text())

    def _text(self) -> str:
        count = len(self.faults)
        head = "the manifest has one fault:" if count == 1 else f"the manifest has {count} faults:"
        lines = [head, *(f"  {_clip(str(fault))}".replace("\n", "\n  ") for fault in self.faults[:_SHOWN])]
        if count > _SHOWN:
            lines.append(f"  … and {count - _SHOWN} more (all are in .faults)")
        return "\n".join(lines)


def _clip(text: str, limit: int = 1000) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
