"""What a scenario says of an image: that it is missing, slow to pull, crashes, runs on, or ends.

Said in a manifest, as a comment behind the image: `image: example.com/app:1  # podlab: pull 30s, exits 3 after 5s`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from podlab.api.mistakes import WrongValue

RIGHT = "missing, pull 30s, runs, ends, exits 3, exits 3 after 5s (or several of these, with commas)"
_SECONDS = r"(\d+(?:\.\d+)?)\s*s(?:econds?)?"
_PULL = re.compile(rf"(?:pull|slow)(?:s|ed)?\s+(?:in\s+)?{_SECONDS}")
_ENDS = re.compile(rf"(?:(exit|crash)(?:s|es)?(?:\s+(?:with\s+)?(\d{{1,3}}))?|ends?)(?:\s+after\s+{_SECONDS})?")
_COMMENT = re.compile(r"""(?m)\bimage:[ \t]*["']?([^\s"'#,}]+)[^#\n]*[ \t]#[ \t]*podlab:[ \t]*(.+?)[ \t]*$""")


@dataclass(frozen=True, slots=True)
class ImageBehavior:
    """`pull` are the seconds its pull takes; `code` and `after` say how and when its main program ends by itself.

    `runs`: its program goes on, also where podlab would let an image that it does not know end (init containers, Jobs).
    """

    missing: bool = False
    pull: float | None = None
    code: int | None = None
    after: float = 1.0
    runs: bool = False


NOTHING_SAID = ImageBehavior()


def parse_behavior(words: str) -> ImageBehavior:
    """The behavior that words describe. Errors: `WrongValue` names what is not understood."""
    behavior = ImageBehavior()
    for part in (one.strip().lower() for one in words.split(",")):
        pull, ends = _PULL.fullmatch(part), _ENDS.fullmatch(part)
        if part == "missing":
            behavior = replace(behavior, missing=True)
        elif part in ("runs", "run"):
            behavior = replace(behavior, runs=True)
        elif pull:
            behavior = replace(behavior, pull=float(pull[1]))
        elif ends and int(ends[2] or 0) < 256:
            code = int(ends[2]) if ends[2] else int(ends[1] is not None and ends[1] != "exit")
            behavior = replace(behavior, code=code, after=float(ends[3] or 1))
        else:
            raise WrongValue(f"podlab: {part!r} is nothing that can be said of an image; write {RIGHT}")
    return behavior


def behaviors_in(text: str) -> dict[str, str]:
    """What the comments of a manifest's text say of its images. Errors: `WrongValue`."""
    found = {match[1]: match[2] for match in _COMMENT.finditer(text)}
    for words in found.values():
        parse_behavior(words)
    return found
