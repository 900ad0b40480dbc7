"""Patient 2: a key that its ConfigMap does not have."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import expect
from podlab.course.patients.checks import log_says
from podlab.course.treatment import Treatment

GREETER = Case(
    id="13-greeter",
    number=2,
    pod="greeter",
    sentence="It should say Good morning. It says nothing.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: ConfigMap
metadata: {name: words}
data: {greeting: Good morning}
---
apiVersion: v1
kind: Pod
metadata: {name: greeter}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, 'echo "greeter: $GREETING"; sleep 3600']
    env:
    - name: GREETING
      valueFrom: {configMapKeyRef: {name: words, key: greetings}}
""",
    cause="missing-config",
    truth=(
        "the event says: couldn't find key greetings in ConfigMap default/words. The ConfigMap is there, but its key "
        "is called greeting. The kubelet looks again every few seconds, so the pod would start by itself once the key "
        "is there."
    ),
    sees=(
        "the image was pulled, the container was never started, and the event Failed says what it could not find; "
        "`kubectl get configmap words -o yaml` shows what there is."
    ),
    because={
        "missing-volume": (
            "a missing ConfigMap keeps a volume from being mounted too, but then STATUS stays ContainerCreating and "
            "the event is FailedMount. Here it is an environment variable that cannot be filled."
        ),
        "wrong-image": "the events say that the image was pulled. What failed came after that.",
        "app-crash": "the program has never run: RESTARTS is 0, and there is no log.",
    },
    checks=(
        expect("at 60 s STATUS is Running", "greeter", 60, status="Running"),
        log_says("greeter", "main", "greeter: Good morning"),
    ),
    hints=(
        "STATUS says: error while the container's configuration was made. The event says which part.",
        "The cause is missing-config. `get configmap words -o yaml` shows the keys; the pod asks for another one.",
        "Change the key in the pod, or the key in the ConfigMap. Making it optional would only hide the fault.",
    ),
    until=90,
    cure="""
spec:
  containers:
  - name: main
    env:
    - {name: GREETING, valueFrom: {configMapKeyRef: {name: words, key: greeting}}}
""",
)
