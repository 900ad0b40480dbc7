"""How long the machinery of a node takes: exact and instant for lessons, or as measured on a real cluster."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from podlab.api.mistakes import WrongType


@dataclass(frozen=True, slots=True)
class Timing:
    """Delays in seconds. All zero means: whatever Kubernetes does at once happens at once.

    `look` is how often the kubelet looks at its containers (0: it sees an exit at once); `stretch` is the largest
    share by which it oversleeps a planned wait, drawn anew for every wait from `seed`;
    `event_burst` is how many events one source may send about one object before most are dropped (None: all are kept).
    """

    schedule: float = 0.0
    admit: float = 0.0
    sandbox: float = 0.0
    start: float = 0.0
    pull: float = 0.0
    stop: float = 0.0
    cleanup: float = 0.0
    look: float = 0.0
    stretch: float = 0.0
    event_burst: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """WrongType for a seed that is no whole number."""
        if type(self.seed) is not int:
            raise WrongType(f"seed: takes a whole number, not {self.seed!r}")

    @classmethod
    def ideal(cls) -> Timing:
        """Exact waits, nothing else takes time: every instant can be worked out by hand. The default."""
        return cls()

    @classmethod
    def recorded(cls, seed: int = 0) -> Timing:
        """As measured on a real two-core node: about a second until an exit is seen, waits up to half as long again."""
        return cls(
            schedule=0.005,
            admit=0.01,
            sandbox=0.09,
            start=0.07,
            pull=1.0,
            stop=0.1,
            cleanup=0.6,
            look=1.007,
            stretch=0.5,
            event_burst=25,
            seed=seed,
        )

    def draw(self, *key: object) -> float:
        """A number in [0, 1) that depends on the seed and `key` only, so that no draw disturbs another."""
        return fraction(self.seed, *key)

    def waited(self, seconds: float, now: float, *key: object) -> float:
        """How long the kubelet really sleeps when it means, at `now`, to sleep `seconds`."""
        return seconds * (1.0 + self.stretch * self.draw(now, *key)) if self.stretch else seconds

    def noticed(self, planned: float, *key: object) -> float:
        """When a controller that looks now and then notices what it can see from `planned` on."""
        return planned

    def startup_asks_last(self, now: float, *key: object) -> bool:
        """Whether, of the probes of one container that are due together, the startup probe is the last to look.

        They race on a real node, and the startup probe was last in three of four recorded cases.
        """
        return not self.stretch or self.draw(now, *key, "startup probe") < 0.75


def fraction(*key: object) -> float:
    """A number in [0, 1) derived from `key` alone."""
    return int.from_bytes(sha256(repr(key).encode()).digest()[:6], "big") / 2**48
