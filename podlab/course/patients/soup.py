"""Patient 6: an init container that copies a file which is not there."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import expect
from podlab.course.patients.checks import log_says
from podlab.course.treatment import Treatment

SOUP = Case(
    id="13-soup",
    number=6,
    pod="soup",
    sentence="Onion soup is in the recipes, but never on the table.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: ConfigMap
metadata: {name: recipes}
data: {soup-of-the-day: onion soup}
---
apiVersion: v1
kind: Pod
metadata: {name: soup}
spec:
  initContainers:
  - name: fetch
    image: busybox
    command: [sh, -c, "cp /recipes/soup /kitchen/soup"]
    volumeMounts: [{name: recipes, mountPath: /recipes}, {name: kitchen, mountPath: /kitchen}]
  containers:
  - name: main
    image: busybox
    command: [sh, -c, 'echo "today: $(cat /kitchen/soup)"; sleep 3600']
    volumeMounts: [{name: kitchen, mountPath: /kitchen}]
  volumes:
  - {name: recipes, configMap: {name: recipes}}
  - {name: kitchen, emptyDir: {}}
""",
    cause="failing-init",
    truth=(
        "STATUS begins with Init:, so the trouble is in an init container, and main has never been started. "
        "`logs soup -c fetch --previous` says that /recipes/soup does not exist: a ConfigMap becomes one file for each "
        "key, and the key is soup-of-the-day."
    ),
    sees=(
        "STATUS begins with Init:, main waits with PodInitializing, and it is fetch that has a Last State with an exit "
        "code; `kubectl logs soup -c fetch` says why."
    ),
    because={
        "missing-volume": (
            "the volumes were mounted, for fetch has run. A ConfigMap becomes one file for each key: what are the keys?"
        ),
        "missing-config": (
            "the ConfigMap is there, and the kubelet has mounted it: nothing is missing for *it*. It is the program in "
            "fetch that misses a file."
        ),
        "app-crash": "a program gives up, that is true; but whose? The beginning of STATUS says more precisely where.",
    },
    checks=(
        expect("at 60 s STATUS is Running", "soup", 60, status="Running"),
        log_says("soup", "main", "today: onion soup"),
    ),
    hints=(
        "How does STATUS begin? `logs` needs the name of that container: -c fetch.",
        "The cause is failing-init. `get configmap recipes -o yaml` shows which files /recipes has.",
        "Copy /recipes/soup-of-the-day to /kitchen/soup, or give the ConfigMap a key soup.",
    ),
    until=90,
    cure="""
spec:
  initContainers:
  - {name: fetch, command: [sh, -c, "cp /recipes/soup-of-the-day /kitchen/soup"]}
""",
)
