"""Patient 7: a readiness probe that asks at the wrong door."""

from __future__ import annotations

from lightkube.models.core_v1 import Container, Pod

from podlab.course.case import Case
from podlab.course.exercise import HOLDS, expect
from podlab.course.patients.checks import container_has
from podlab.course.treatment import Treatment


def _has_readiness_probe(container: Container, _: Pod) -> str:
    return HOLDS if container.readinessProbe is not None else "it has none, so it counts as ready before it can work"


COUNTER = Case(
    id="13-counter",
    number=7,
    pod="counter",
    sentence="Everything runs, they say. But no guest gets in.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: counter}
spec:
  containers:
  - {name: web, image: nginx, readinessProbe: {httpGet: {port: 8080}, periodSeconds: 5}}
  - {name: diary, image: busybox, command: [sh, -c, "sleep 3600"]}
""",
    cause="readiness-probe",
    truth=(
        "both containers run, nothing was restarted, but READY is 1/2: web is not ready. The event Unhealthy says: "
        "Readiness probe failed, connection refused, on port 8080. nginx listens on port 80. The probe asks at the "
        "wrong door, and nobody is sent to a pod that is not ready."
    ),
    sees=(
        "both containers run, RESTARTS is 0, and one of them has Ready False; the event Unhealthy says which question "
        "has no answer."
    ),
    because={
        "liveness-probe": "a liveness probe kills, and RESTARTS is 0. Which kind of probe only hides?",
        "app-crash": "nothing has ended: both containers are in the state Running, with no Last State.",
        "port-clash": (
            "then one container would end, again and again. Here nobody listens on the port at all: connection refused."
        ),
        "wrong-selector": "there is no Service here; and even without one the pod would count as not ready.",
    },
    checks=(
        expect("at 60 s READY is 2/2", "counter", 60, ready="2/2"),
        expect("at 60 s nothing was restarted", "counter", 60, restarts="0"),
        container_has("web still has a readiness probe", "counter", "web", _has_readiness_probe),
    ),
    hints=(
        "1/2: which container is not ready? Its event Unhealthy says what was asked, and the answer.",
        "The cause is readiness-probe. Where does the server listen? Try `exec counter -c diary -- netstat -tln`.",
        "A patch: spec: {containers: [{name: web, readinessProbe: {httpGet: {port: 80}}}]}",
    ),
    until=90,
    cure="spec: {containers: [{name: web, readinessProbe: {httpGet: {port: 80}}}]}",
)
