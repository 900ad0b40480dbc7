"""The gestures that are not needed every day: one menu and one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from podlab.lab.controls import button, count, dropdown, row
from podlab.lab.model import LabModel


class More:
    """Offers `lab.choices`. `widget` holds its controls; `do` does something and says in the panel what goes wrong."""

    def __init__(self, lab: LabModel, do: Callable[[Callable[[], Any]], None]) -> None:
        self._lab = lab
        self._counted: tuple[str, int | None] = ("", None)
        self.which = dropdown("more:", "more", (), lambda _: self._show_count())
        self.replicas = count("to:", "replicas", "90px")
        self.button = button("Do it", "do", lambda: do(self._do), "what the menu says, at this instant")
        self.widget = row("others", self.which, self.replicas, self.button)

    def refresh(self) -> None:
        """Offer what makes sense now. What was chosen stays chosen, or gives way to its opposite."""
        words = tuple(choice.words for choice in self._lab.choices)
        if words != self.which.options:
            kept = self.which.value
            index = words.index(kept) if kept in words else min(self.which.index or 0, len(words) - 1)
            self.which.options = words
            if words:
                self.which.index = index
        self.widget.layout.display = None if words else "none"
        self._show_count()

    def _show_count(self) -> None:
        """How many replicas: only for a gesture that sets them, and one more than there are to begin with."""
        chosen = next((c for c in self._lab.choices if c.words == self.which.value), None)
        now = chosen.replicas if chosen is not None else None
        if chosen is not None and now is not None and (chosen.words, now) != self._counted:
            self._counted = (chosen.words, now)
            self.replicas.value = now + 1
        self.replicas.layout.display = "none" if now is None else None

    def _do(self) -> None:
        chosen = next(c for c in self._lab.choices if c.words == self.which.value)
        self._lab.do(chosen.make(self._lab.t, self.replicas.value))
