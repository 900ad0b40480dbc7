"""Languages as far as lessons' one-liners go: small interpreters that run in virtual time."""

from podlab.linux.images.scripts import node, perl, python

__all__ = ["node", "perl", "python"]
