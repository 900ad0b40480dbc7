"""Lesson 07: the pod's file."""

from __future__ import annotations

from lightkube.models.core_v1 import Node, Pod

from podlab.api.quantity import parse_quantity
from podlab.course.exercise import HOLDS, Check, Task, expect, wrote
from podlab.simulation import Trace, delete, load

_MOVE = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  env: [{name: COLOR, value: blue}]
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "grep db /etc/hosts; echo $COLOR; sleep 600"]
    hostAliases: [{ip: 10.0.0.9, hostnames: [db]}]
    terminationGracePeriodSeconds: 5
"""

_NODE = """
{apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {disk: ssd, zone: a}}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-2, labels: {disk: ssd, zone: b}}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-3, labels: {disk: hdd, zone: b}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector: {disktype: ssd}
  containers: [{name: main, image: nginx}]
"""

_GOODBYE = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 10
  volumes: [{name: notes, emptyDir: {}}]
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "sleep 600"]
    volumeMounts: [{name: notes, mountPath: /notes}]
  - name: reader
    image: busybox
    command: [sh, -c, "until cat /notes/last 2> /dev/null; do sleep 1; done; sleep 600"]
    volumeMounts: [{name: notes, mountPath: /notes}]
"""

_CONVERT = """
apiVersion: v1beta1
kind: Pod
id: web
desiredState:
  manifest:
    version: v1beta1
    restartPolicy: {onFailure: {}}
    containers:
    - name: main
      image: busybox
      entrypoint: [sh, -c]
      command: ["echo open; sleep 20"]
      cpu: 100
"""

_FAULTS = """
apiVersion: v1
kind: Pod
metadata: {name: Web}
spec:
  volumes: [{name: page, emptyDir: {}}]
  containers:
  - name: main
    image: nginx
    workingdir: /pages
    volumeMounts: [{name: pages, mountPath: /pages}]
"""


def _pod(trace: Trace) -> Pod:
    """The pod web as it was last seen, with its defaults filled in."""
    return trace.changes_of("web")[-1].pod


def _holds(found: object, wanted: object) -> str:
    return HOLDS if found == wanted else f"it is {found}"


def _wrote(container: str, says: str, *words: str) -> Check:
    """A check that the container has written each of the words, in any line, by the end."""

    def test(trace: Trace) -> str:
        text = "\n".join(line.text for line in trace.logs if (line.pod, line.container) == ("web", container))
        missing = [word for word in words if word not in text]
        return wrote(text.splitlines()) if missing else HOLDS

    return Check(says, test)


def _grace(trace: Trace) -> str:
    spec = _pod(trace).spec
    return _holds(spec and spec.terminationGracePeriodSeconds, 5)


def _on_node_2(trace: Trace) -> str:
    spec = _pod(trace).spec
    node = spec and spec.nodeName
    return HOLDS if node == "node-2" else f"it is on {node}" if node else "it is on no node"


def _only_node_2(trace: Trace) -> str:
    spec = _pod(trace).spec
    wanted = (spec and spec.nodeSelector) or {}
    if not wanted:
        return HOLDS if spec and spec.affinity else "the pod chooses no node by labels"
    would = []
    for metadata in (obj.metadata for obj in trace.scenario.objects if isinstance(obj, Node)):
        labels = {"kubernetes.io/hostname": metadata and metadata.name, **((metadata and metadata.labels) or {})}
        if wanted.items() <= labels.items():
            would.append(str(metadata and metadata.name))
    return HOLDS if would == ["node-2"] else f"{' and '.join(would) or 'no node'} would do"


def _limit(trace: Trace) -> str:
    spec = _pod(trace).spec
    limits = (spec and spec.containers[0].resources and spec.containers[0].resources.limits) or {}
    found = limits.get("cpu", "")
    return HOLDS if found and parse_quantity(found).amount * 10 == 1 else f"it is {found or 'not set'}"


def _policy(trace: Trace) -> str:
    spec = _pod(trace).spec
    return _holds(spec and spec.restartPolicy, "OnFailure")


def _directory(trace: Trace) -> str:
    spec = _pod(trace).spec
    found = [c.workingDir for c in (spec.containers if spec else ()) if c.workingDir]
    return HOLDS if "/pages" in found else f"it works in {', '.join(found) or 'the directory of its image'}"


def _mount(trace: Trace) -> str:
    spec = _pod(trace).spec
    places = [mount.mountPath for c in (spec.containers if spec else ()) for mount in c.volumeMounts or ()]
    return HOLDS if "/pages" in places else f"mounts: {', '.join(places) or 'none'}"


TASKS = (
    Task(
        id="07-move",
        sentence="Three fields stand on the wrong level. Move each to where it belongs.",
        stub=_MOVE,
        checks=(
            expect("at 10 s the pod is Running", "web", 10, phase="Running"),
            _wrote("main", "main finds db in /etc/hosts", "10.0.0.9\tdb"),
            _wrote("main", "main knows its COLOR", "blue"),
            Check("the grace period is 5 s", _grace),
        ),
        hints=(
            "Ask of each field: could it differ from one container to the next? Then it is a container's.",
            "The table under the cell names the lines. A container has an env; a pod has hostAliases.",
            "Under spec, beside containers: hostAliases and terminationGracePeriodSeconds. Under - name: main: env.",
        ),
        until=20,
    ),
    Task(
        id="07-node",
        sentence="Have the pod placed on node-2, by its labels, so that no other node would do.",
        stub=_NODE,
        checks=(
            expect("at 10 s the pod is Running", "web", 10, phase="Running"),
            Check("it is on node-2", _on_node_2),
            Check("only node-2 would do", _only_node_2),
        ),
        hints=(
            "Does any node have a label disktype? mine.show() shows a pod that waits.",
            "A nodeSelector may name several labels; a node must have them all.",
            "nodeSelector: {disk: ssd, zone: b}",
        ),
        until=20,
    ),
    Task(
        id="07-goodbye",
        sentence="Before main is asked to end, a hook shall write goodbye into /notes/last. Leave the commands alone.",
        stub=load(_GOODBYE).but(delete("web", 20)),
        checks=(
            expect("at 19 s READY is 2/2", "web", 19, ready="2/2"),
            _wrote("reader", "reader has read goodbye", "goodbye"),
            expect("at 31 s the pod is gone", "web", 31, status="gone"),
        ),
        hints=(
            "Which of the two hooks runs when a pod is deleted? It stands under lifecycle, in the container.",
            'exec takes a list of words and no shell: for > you need [sh, -c, "…"]. And mind the grace period.',
            'lifecycle: {preStop: {exec: {command: [sh, -c, "echo goodbye > /notes/last"]}}}',
        ),
        until=60,
    ),
    Task(
        id="07-convert",
        sentence="Write this file of 2014 in today's form, with a grace period of 5 s, which the old form cannot say.",
        stub=_CONVERT,
        checks=(
            Check("the grace period is 5 s", _grace),
            _wrote("main", "main has written open", "open"),
            Check("the restartPolicy is OnFailure", _policy),
            Check("main may use a tenth of a processor", _limit),
            expect("at 30 s the phase is Succeeded", "web", 30, phase="Succeeded"),
        ),
        hints=(
            "id goes to metadata.name, what was in desiredState.manifest goes to spec.",
            "What was called entrypoint is command today, and what was called command is args.",
            "spec: {restartPolicy: OnFailure, terminationGracePeriodSeconds: 5, containers: […]}, and in the container "
            'command: [sh, -c], args: ["echo open; sleep 20"], resources: {limits: {cpu: 100m}}.',
        ),
        until=60,
    ),
    Task(
        id="07-three-faults",
        sentence="Mend the three faults of this file; throw nothing away.",
        stub=_FAULTS,
        checks=(
            expect("at 10 s READY is 1/1", "web", 10, ready="1/1"),
            Check("main works in /pages", _directory),
            Check("a volume is mounted at /pages", _mount),
        ),
        hints=(
            "The table under the cell gives each fault its line. The pod is to be called web.",
            "Capitals count in names of fields: how does kubectl explain pod.spec.containers spell it?",
            "A mount names a volume of the same file: page and pages are two names.",
        ),
        until=20,
    ),
)
