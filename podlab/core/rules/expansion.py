"""`$(NAME)` in a command, in arguments and in the values of variables.

The rule: it stands for the variable NAME; an unknown one stays as it is, and `$$` is a dollar sign.
Models third_party/forked/golang/expansion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"\$\$|\$\(([^)]*)\)")


def expand(text: str, env: Mapping[str, str]) -> str:
    """The text with its variables replaced."""
    if "$" not in text:
        return text
    return _REFERENCE.sub(lambda m: "$" if m[0] == "$$" else env.get(m[1], m[0]), text)
