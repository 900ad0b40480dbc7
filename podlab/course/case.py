"""A patient's file, and the patient: a sick pod in a cluster of its own. The files are in `podlab/course/patients/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import Pod

from podlab.api.faults import ManifestError
from podlab.api.image import parse
from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.core.engine.action import Action
from podlab.course.answer import OPEN
from podlab.course.exercise import HOLDS, Attempt, Exercise, Task
from podlab.course.treatment import Object, Treatment, objects_of, repaired
from podlab.explain.causes import CAUSES, causes_table
from podlab.kubectl.call import Result
from podlab.kubectl.closest import did_you_mean
from podlab.simulation import Scenario, Trace, load, run
from podlab.simulation.printed import Printed
from podlab.simulation.session import Session
from podlab.views.table import Table

if TYPE_CHECKING:
    from podlab.views import View

VISIT = 240.0
"""The second at which the patients are looked at."""
NODES = """
apiVersion: v1
kind: Node
metadata: {name: node-1}
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
---
apiVersion: v1
kind: Node
metadata: {name: node-3, labels: {disk: fast}}
spec: {taints: [{key: team, value: accounts, effect: NoSchedule}]}
"""
REGISTRY = {
    "library/busybox": ("latest", "1.36", "1.37"),
    "library/nginx": ("latest", "1.26", "1.27", "1.27-alpine"),
    "library/python": ("latest", "3.12", "3.13"),
    "polinux/stress": ("latest",),
}
"""The images the clinic's registry has, and their tags; no other can be pulled."""


@dataclass(frozen=True)
class Case(Task):
    """A patient's file: a task whose `sentence` is the complaint.

    `cause` is what is wrong, `truth` explains it; `sees` says in a sentence what kubectl shows; `because` says of
    causes that come near why they are not it; `cure` is one repair that heals. `gestures` happen to the pod, sick or
    repaired.
    """

    pod: str = ""
    number: int = 0
    manifest: str = ""
    cause: str = ""
    truth: str = ""
    sees: str = ""
    because: Mapping[str, str] = field(default_factory=dict)
    cure: str = ""
    gestures: tuple[Action, ...] = ()

    @property
    def title(self) -> str:
        """What the patient is called."""
        return f"patient {self.number}, pod {self.pod}" if self.number else f"pod {self.pod}"

    def _fits_together(self) -> None:
        """A patient is judged by its cause and by whether it is healed, not by checks of one's own."""

    def tried(self, attempt: Attempt | None = None) -> Patient:
        """The patient with a treatment; a text alone is a repair."""
        treatment = Treatment(repair=attempt) if isinstance(attempt, str) else attempt or Treatment()
        if not isinstance(treatment, Treatment):
            raise WrongType(f"{self.id} is a patient of the clinic: give the repair as text, or use pl.clinic(...)")
        return Patient(self, treatment)

    @cached_property
    def objects(self) -> list[Object]:
        """The manifest as data."""
        return objects_of(self.manifest)

    def scenario(self, objects: list[Object]) -> Scenario:
        """What becomes of these objects in the clinic's cluster."""
        return admitted(load([*objects_of(NODES), *objects])).but(*self.gestures)

    def answer(self, diagnosis: str) -> str:
        """What is right or wrong about a diagnosis, in words."""
        if diagnosis == self.cause:
            return self.truth
        own = self.because.get(diagnosis)
        return own or f"that would look otherwise: {CAUSES[diagnosis].sign}. Here {self.sees}"


@dataclass(frozen=True, repr=False)
class Patient(Exercise):
    """A sick pod in a cluster of its own, and what a learner has to say of it.

    `kubectl("get pods")` looks at it (so does `%kubectl`, for the patient asked for last), `causes()` lists what it may
    have, `check()` judges diagnosis and repair, `show()` draws the sick pod and the repaired one, `hint(1)` helps.
    """

    task: Case
    attempt: Treatment

    def __repr__(self) -> str:
        return self.card.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.card._repr_mimebundle_()

    @property
    def card(self) -> Table:
        """What the patient complains of, and what can be done."""
        title = self.task.title[:1].upper() + self.task.title[1:]
        minutes = f"{VISIT / 60:g} minutes"
        notes = (
            f'"{self.task.sentence}"',
            f"Its manifest was applied {minutes} ago. Look with %kubectl or .kubectl(…); choose from .causes(); then "
            ".check(). .hint(1) helps.",
        )
        return Table(title, (), (), notes)

    @cached_property
    def session(self) -> Session:
        """The patient's cluster at the moment of the visit. Commands may change it; a repair begins anew."""
        return visited(self.task.scenario(self.task.objects))

    @property
    def manifest(self) -> Printed:
        """The manifest as it was applied."""
        return Printed(self.task.manifest.strip() + "\n")

    def kubectl(self, command: str, stdin: str = "") -> Result:
        """What kubectl prints: `kubectl("get pods")`, `kubectl("describe pod menu")`."""
        return self.session.kubectl(command, stdin)

    def advance(self, seconds: float) -> float:
        """Let time pass in the patient's cluster. Returns the time it is then."""
        return self.session.advance(seconds)

    def causes(self) -> Table:
        """The list that a diagnosis is chosen from. It is the same for all patients."""
        return causes_table()

    def diagnose(self, cause: str) -> Table:
        """Whether that is what the patient has, and why, or why not."""
        known_cause(cause)
        right = cause == self.task.cause
        verdict = f"{'yes' if right else 'no'}, {cause}" if cause != OPEN else "say what is wrong"
        note = () if cause == OPEN else (_sentence(self.task.answer(cause)),)
        return Table(f"{self.task.title}: {verdict}", (), (), note)

    def repair(self, repair: str) -> Patient:
        """The same patient with this repair: a whole manifest, or a patch of it. `.check()` says what came of it."""
        return replace(self, attempt=replace(self.attempt, repair=text(repair)))

    def reveal(self) -> Revealed:
        """What was wrong, why, and a repair that heals."""
        title = f"{self.task.title}: {self.task.cause}"
        return Revealed(title, (), (), (_sentence(self.task.truth),), self.task.cure.strip())

    def show(self) -> View | Table:
        """A picture: the sick pod, and below it the repaired one."""
        from podlab.views import compare, timeline

        sick = run(self.task.scenario(self.task.objects), self.task.until)
        if not self.attempt.repair.strip():
            return timeline(sick)
        try:
            return compare(sick=sick, repaired=self._trace)
        except Exception as error:  # as in Exercise.show()
            return Table(f"{self.task.id}: this repair cannot be run", (), (), tuple(map(_sentence, _faults(error))))

    @cached_property
    def _trace(self) -> Trace:
        """The repaired patient."""
        objects = repaired(self.task.objects, self.attempt.repair, self.task.pod)
        return run(self.task.scenario(objects), self.task.until)

    def _manifest_rows(self) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
        """The diagnosis, then the repair. There are always as many rows, so that the report can count them."""
        said = self.attempt.diagnosis
        right = said == self.task.cause
        rows = [("yes" if right else "no", f"what is wrong: {said}", "not said yet" if said == OPEN else "")]
        notes = [] if said == OPEN else [f"{said}: {self.task.answer(said)}"]
        if not self.attempt.repair.strip():
            rows += [("no", check.says, "no repair yet") for check in self.task.checks]
            return rows, tuple(notes)
        try:
            trace = self._trace
        except Exception as error:  # a repair may be anything
            rows += [("no", check.says, "not run") for check in self.task.checks]
            return rows, (*notes, *(f"The repair cannot be run: {fault}" for fault in _faults(error)))
        for check in self.task.checks:
            found = check.test(trace)
            rows.append(("yes" if found == HOLDS else "no", check.says, ""))
            notes += [f"{check.says}: {found}"] if found != HOLDS else []
        return rows, tuple(notes)


@dataclass(frozen=True, repr=False)
class Revealed(Table):
    """A solution: its reason, and the repair as text to be copied."""

    repair: str = ""

    @property
    def text(self) -> str:
        """The reason, then the repair."""
        return f"{super().text}\n\n{self.repair}"

    @property
    def html(self) -> str:
        """The same as HTML."""
        return f"{super().html}<pre>{escape(self.repair)}</pre>"


def known_cause(name: str) -> str:
    """The name itself if it is a cause or OPEN. WrongValue otherwise."""
    if name == OPEN or (isinstance(name, str) and name in CAUSES):
        return name
    hint = did_you_mean(name, CAUSES) if isinstance(name, str) else ""
    raise WrongValue(f"diagnosis: there is no {name!r}. {hint or 'It is one of: ' + ', '.join(CAUSES)}")


def text(repair: object) -> str:
    """The repair, if it is text. WrongType otherwise."""
    if not isinstance(repair, str):
        raise WrongType(f"repair: must be YAML as text, not {a_kind(repair)}")
    return repair


def admitted(scenario: Scenario) -> Scenario:
    """The scenario in a world whose registry has only the clinic's images."""
    pods = [o for o in scenario.objects if isinstance(o, Pod) and o.spec is not None]
    images = {c.image for p in pods if p.spec for c in [*p.spec.containers, *(p.spec.initContainers or ())] if c.image}
    return scenario.with_world(missing_images=tuple(sorted(image for image in images if not _there(image))))


def _there(image: str) -> bool:
    try:
        reference = parse(image)
    except ValueError:
        return True  # no name of an image at all: the kubelet says so itself
    return reference.tag in REGISTRY.get(reference.path, ()) and reference.registry == "docker.io"


def visited(scenario: Scenario) -> Session:
    """A session at the moment of the visit; what would be done to the pods later is left out."""
    session = Session(replace(scenario, steps=tuple(s for s in scenario.gestures if s.at <= VISIT)))
    session.advance(VISIT)
    return session


def _faults(error: Exception) -> tuple[str, ...]:
    """What is wrong with a repair, a line each; without its place among the objects, which a learner never sees."""
    if not isinstance(error, ManifestError):
        return (str(error) or type(error).__name__,)
    return tuple(str(replace(fault, source="")).replace("\n    ", ". ") for fault in error.faults)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
