"""Data with something broken in it, for tests of what podlab says of it."""

from __future__ import annotations

import copy
import random
from typing import Any

STRANGE: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 7, 2**63, -(2**70), 1.5, -0.5, 1e300, "", "x", "0x_", "é\ud800", "x" * 300),
    *("<script>alert(1)</script>", "Always", "2026-01-01T00:00:00Z", "12", [], {}, [None], {"a": {}}, [[[[]]]], [{}]),
)
NAMES = ("imagee", "extra", "name", "command", "restartPolicy", "t", "pod", "kind", "")


def broken(data: Any, dice: random.Random, times: int = 3) -> Any:
    """A copy of data in which up to so many things are changed, removed or added at random places."""
    data = copy.deepcopy(data)
    for _ in range(dice.randint(1, times)):
        break_something(data, dice)
    return data


def break_something(node: Any, dice: random.Random) -> None:
    """Change, remove or add one thing at a random place."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = dice.choice(keys)
        if isinstance(node[key], dict | list) and node[key] and dice.random() < 0.8:
            node = node[key]
            continue
        what = dice.randrange(3)
        if what == 0:
            node[key] = copy.deepcopy(dice.choice(STRANGE))
        elif what == 1:
            del node[key]
        elif isinstance(node, dict):
            node[dice.choice(NAMES)] = copy.deepcopy(dice.choice(STRANGE))
        else:
            node.append(copy.deepcopy(dice.choice((*STRANGE, node[key]))))
        return


def cut_text(text: str, dice: random.Random) -> str:
    """The text without its end, or with a character or a stretch of it changed."""
    at = dice.randrange(len(text))
    match dice.randrange(4):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + dice.choice('{}[]:,"\\\0\n\t&*!é0x_') + text[at + 1 :]
        case 2:
            return text[:at] + text[at + dice.randrange(40) :]
        case _:
            return text[:at] + text[max(at - 30, 0) :]
