"""What a container's files are based on: which Linux, whose tools, which shell.

Tools and shells ask `proc.base`, for an image's name and tag decide how they behave: `sh` is busybox's ash, Debian's
dash or bash; `nslookup` of busybox 1.28 is another program than that of 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["scratch", "distroless", "busybox", "alpine", "debian", "ubuntu", "redhat"]


@dataclass(frozen=True, slots=True)
class Base:
    """`kind` and `version` of a Linux (`debian`, "12"); `name` is what os-release calls it (`rocky` is `redhat`).

    `busybox` is the version of the busybox whose tools it has, (1, 36); None where they are GNU's, or where are none.
    `shell` is what /bin/sh is: "ash", "dash", "bash", or "" where there is none.
    """

    kind: Kind = "scratch"
    version: str = ""
    name: str = ""
    busybox: tuple[int, int] | None = None
    shell: str = ""

    @property
    def gnu(self) -> bool:
        """Whether its tools are GNU coreutils and the like."""
        return self.busybox is None and bool(self.shell)


SCRATCH = Base()
BUSYBOX = Base("busybox", "1.37", "busybox", (1, 37), "ash")
"""What a learner's own image is based on."""
