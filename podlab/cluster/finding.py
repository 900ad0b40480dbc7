"""What is found about a real pod: sentences, what is waited for and until when, which field decides, what helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

FINE, WAITS, BROKEN = range(3)
"""How bad a finding is: nothing is wrong, it is only a matter of time, somebody has to do something."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for, in words, and when it comes: not before `earliest`, and as a rule by `latest`.

    None where the object does not say. `situation` is a name for its kind.
    """

    situation: str
    what: str
    earliest: datetime | None = None
    latest: datetime | None = None
    container: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so, about the pod or one of its containers.

    `says` in plain words; `decides` are the fields of the object that it rests on; `usual` is what is usual to do;
    `unknown` what the object cannot tell.
    """

    about: str
    says: tuple[str, ...]
    decides: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    wait: Wait | None = None
    grade: int = FINE
