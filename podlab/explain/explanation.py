"""An explanation: a chain of steps from the facts to a conclusion, as data and as a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain.

    `says`: the step in plain English. `fact`: what it rests on, in the API's own field names where there are any.
    `rule`: the function of the real kubelet that draws this step.
    """

    says: str
    fact: str
    rule: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps from cause to effect, and the `conclusion` in the API's own words ("Running", "restart", …)."""

    steps: tuple[Step, ...]
    conclusion: str

    @property
    def sentence(self) -> str:
        """All steps as one sentence."""
        text = "; ".join(step.says for step in self.steps)
        return text[:1].upper() + text[1:] + "."

    def __str__(self) -> str:
        return self.sentence


def chain(explanations: Iterable[Explanation]) -> Explanation:
    """Several explanations one after the other; the conclusion is that of the last."""
    parts = list(explanations)
    if not parts:
        raise ValueError("explain() needs at least one decision")
    return Explanation(tuple(step for part in parts for step in part.steps), parts[-1].conclusion)
