"""What a call has of its own: variables, and the jump that leaves it."""

from __future__ import annotations

from podlab.busybox.awk.values import Array, Value


class Jumping(Exception):
    """`next`, `nextfile`, `break`, `continue`, `exit`, `return` on its way."""

    def __init__(self, kind: str, value: Value = None) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


class Variable:
    """A variable: a value, or an array. `origin`: what a function was given that was neither yet."""

    __slots__ = ("array", "origin", "value")

    def __init__(self, value: Value = None, array: Array | None = None, origin: Variable | None = None) -> None:
        self.value, self.array, self.origin = value, array, origin

    def as_array(self) -> Array:
        """It is used as an array."""
        if self.array is None:
            self.array = self.origin.as_array() if self.origin is not None else Array()
        return self.array
