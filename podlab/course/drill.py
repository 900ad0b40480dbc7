"""Drills: endless questions of the form "what will this pod show?", answered by running the rules.

Difficulty 1: one container. 2: two containers. 3: two containers behind an init container. 4: the waits of a container
that crashes again and again, some runs long enough for the back-off to be forgotten.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from textwrap import indent
from typing import TYPE_CHECKING

from podlab.api.mistakes import WrongValue
from podlab.course.answer import OPEN, Answer
from podlab.course.prediction import Prediction, predict
from podlab.course.progress import note
from podlab.simulation import Scenario, Trace, load, run

if TYPE_CHECKING:
    from podlab.views import View

POLICIES = ("Always", "OnFailure", "Never")
_LONG = 3600
_RUNS = 6
_USUAL = 5


@dataclass(frozen=True, repr=False)
class Drill:
    """One question. `answer(...)` takes what `predict` takes; `show()` is the timeline that settles it."""

    seed: int
    difficulty: int
    manifest: str
    t: float | None
    asks: tuple[str, ...]

    @property
    def scenario(self) -> Scenario:
        """The manifest as a scenario, to play with."""
        return load(self.manifest)

    @cached_property
    def trace(self) -> Trace:
        """What happens."""
        return run(self.scenario, until=_LONG if self.t is None else self.t)

    @property
    def question(self) -> str:
        """The question in words."""
        if self.t is None:
            return (
                f"How many seconds pass between each exit of the container and its next start, {_RUNS - 1} times?\n"
                "Answer with .answer(waits=[…])"
            )
        call = ", ".join(f"{ask}=…" for ask in self.asks)
        return f"What are {', '.join(self.asks)} at {self.t:g} s? Answer with .answer({call})"

    def answer(self, **said: object) -> Answer:
        """Check what you say, and be told why. What you leave out counts as not said yet."""
        unknown = sorted(set(said) - set(self.asks))
        if unknown:
            raise WrongValue(f"{unknown[0]}: this drill asks for {', '.join(self.asks)}")
        answer = self._prediction(said).answer(self.trace)
        note(
            "drill", f"{self.seed}, difficulty {self.difficulty}", sum(x.right for x in answer.lines), len(answer.lines)
        )
        return answer

    def _prediction(self, said: dict[str, object]) -> Prediction:
        if self.t is None:
            waits = said.get("waits", [OPEN] * (_RUNS - 1))
            if not isinstance(waits, list | tuple):
                raise WrongValue("waits: a list of seconds, as in waits=[0, 10, 20, 40, 80]")
            return predict("web", waits=[*waits, *[OPEN] * (_RUNS - 1 - len(waits))])
        phase, ready, status = (str(said.get(ask, OPEN)) for ask in ("phase", "ready", "status"))
        return predict("web", t=self.t, phase=phase, ready=ready, status=status)

    def show(self) -> View:
        """The timeline up to the moment asked about: the solution in a picture."""
        from podlab.views import timeline  # loads matplotlib

        return timeline(self.trace)

    def __repr__(self) -> str:
        return f"Drill {self.seed}, difficulty {self.difficulty}\n{self.manifest}\n{self.question}"


def drill(seed: int = 0, difficulty: int = 1) -> Drill:
    """The question number `seed` at a difficulty from 1 to 4: the same seed asks the same. Take any seed you like."""
    if difficulty not in (1, 2, 3, 4):
        raise WrongValue(f"difficulty: 1, 2, 3 or 4, not {difficulty!r}")
    chance = random.Random(f"{seed}/{difficulty}")
    if difficulty == 4:
        return Drill(seed, difficulty, _crasher(chance), None, ("waits",))
    containers = [_container(name, chance) for name in ("main", "helper")[: 1 if difficulty == 1 else 2]]
    init = _init(chance) if difficulty == 3 else ""
    policy = chance.choice(POLICIES)
    # At a half second nothing happens: exits, restarts and ends of waits fall on whole seconds.
    t = chance.randrange(2, 40) + 0.5
    return Drill(seed, difficulty, _pod(policy, init, containers), t, ("phase", "ready", "status"))


def _pod(policy: str, init: str, containers: list[str]) -> str:
    head = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  restartPolicy: {policy}\n"
    return head + init + "  containers:\n" + "\n".join(containers)


def _container(name: str, chance: random.Random) -> str:
    seconds, code = chance.choice((3, 8, 20, 1000)), chance.choice((0, 0, 1))
    return f'  - {{name: {name}, image: busybox, command: [sh, -c, "sleep {seconds}; exit {code}"]}}'


def _init(chance: random.Random) -> str:
    code = chance.choice((0, 0, 0, 1))
    return f'  initContainers:\n  - {{name: prepare, image: busybox, command: [sh, -c, "sleep 4; exit {code}"]}}\n'


def _crasher(chance: random.Random) -> str:
    """A container whose n-th run lasts as long as line n of its plan says; a file on a volume counts the runs."""
    runs = [_USUAL, *(chance.choice((1, 5, 30, 620)) for _ in range(_RUNS - 1))]
    cases = "".join(f"{n}) sleep {seconds};; " for n, seconds in enumerate(runs, 1) if seconds != _USUAL)
    script = f"echo x >> /plan/runs\ncase $(wc -l < /plan/runs) in\n{cases}*) sleep {_USUAL};;\nesac\nexit 1"
    container = (
        "  - name: main\n    image: busybox\n    command:\n    - sh\n    - -c\n    - |\n"
        + indent(script, "      ")
        + "\n    volumeMounts: [{name: plan, mountPath: /plan}]\n  volumes: [{name: plan, emptyDir: {}}]"
    )
    return _pod("Always", "", [container])
