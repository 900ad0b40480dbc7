"""The clinic: sick pods, to be diagnosed with kubectl and then repaired.

A patient is an exercise whose attempt is a `Treatment`: what is wrong, and the repair. Its cluster stands still at the
moment of the visit, four minutes after the manifest was applied. The patients are in `podlab/course/patients/`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from podlab.api.mistakes import WrongValue
from podlab.course.answer import OPEN
from podlab.course.case import NODES, Case, Patient, admitted, known_cause, text, visited
from podlab.course.patients import PATIENTS
from podlab.course.progress import is_done
from podlab.course.treatment import Treatment, objects_of
from podlab.kubectl.call import Result
from podlab.kubectl.closest import did_you_mean
from podlab.simulation import load
from podlab.simulation.session import Session, use
from podlab.views.table import Table

__all__ = ["Case", "Patient", "Ward", "clinic"]


class Ward:
    """All patients in one cluster: `kubectl("get pods")` shows them side by side."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.cases = tuple(cases)

    @cached_property
    def session(self) -> Session:
        """The cluster with all patients at the moment of the visit."""
        objects = [o for case in self.cases for o in case.objects]
        scenario = admitted(load([*objects_of(NODES), *objects]))
        return visited(scenario.but(*(gesture for case in self.cases for gesture in case.gestures)))

    @property
    def table(self) -> Table:
        """Who they are, what is said of them, and who has been healed in this session."""
        rows = tuple(
            (str(c.number), c.pod, c.sentence, "healed" if is_done("exercise", c.id) else "") for c in self.cases
        )
        healed = sum(1 for row in rows if row[3])
        return Table(f"The ward: {healed} of {len(rows)} healed", ("", "pod", "the complaint", ""), rows)

    def kubectl(self, command: str, stdin: str = "") -> Result:
        """What kubectl prints in the cluster of all patients."""
        return self.session.kubectl(command, stdin)

    def __repr__(self) -> str:
        return self.table.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.table._repr_mimebundle_()


def clinic(patient: int | str | None = None, diagnosis: str = OPEN, repair: str = "") -> Patient | Ward:
    """A patient of the clinic by number or name, with a diagnosis and a repair; without any, the whole ward.

    `%kubectl` speaks to it from then on. `repair` is YAML: a patch, or the whole manifest. Errors: ValueError for a
    patient or a diagnosis that does not exist, naming those that do; a bad repair is told by `check()`.
    """
    numbered = [case for case in PATIENTS if case.number]
    if patient is None:
        if diagnosis != OPEN or repair:
            raise WrongValue("clinic: say which patient it is for, as in pl.clinic(1, diagnosis=…, repair=…)")
        ward = Ward(numbered)
        use(ward.session)
        return ward
    case = next((c for c in PATIENTS if patient == c.pod or (c.number and patient == c.number)), None)
    if case is None or isinstance(patient, bool):
        names = [c.pod for c in PATIENTS]
        there = f"There are 1 to {len(numbered)}, by name {', '.join(names)}"
        hint = did_you_mean(patient, names, otherwise=there) if isinstance(patient, str) else there
        raise WrongValue(f"clinic: there is no patient {patient!r}. {hint}")
    known_cause(diagnosis)
    found = case.tried(Treatment(diagnosis, text(repair)))
    use(found.session)
    return found
