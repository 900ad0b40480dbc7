"""Text that a notebook shows as it is printed."""

from __future__ import annotations


class Printed(str):
    """A str whose repr is the text itself, so that a cell that ends with it shows lines, not escapes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return self.rstrip("\n")
