"""`pl.why` for a pod of a real cluster: right on recorded statuses, and on what practitioners meet."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

import podlab as pl
from podlab.api.decode import encode
from podlab.cluster.backoff import go_seconds
from podlab.cluster.real_why import RealWhy
from podlab.core.rules.versions import CHANGES, gates_of, minor_of
from tests.cluster.statuses import snapshots

NOW = "2026-03-01T12:00:00Z"
AGO = "2026-03-01T11:59:30Z"  # 30 s before


def a_pod(status: dict[str, Any], spec: dict[str, Any] | None = None, **meta: Any) -> dict[str, Any]:
    """A pod as kubectl prints it: one container unless the spec says otherwise, on node-1, and made an hour ago."""
    whole = {"nodeName": "node-1", "containers": [{"name": "web", "image": "shop/web:1"}], **(spec or {})}
    named = {"name": "shop", "namespace": "store", "creationTimestamp": "2026-03-01T11:00:00Z", **meta}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": named, "spec": whole, "status": status}


def running(name: str = "web", **more: Any) -> dict[str, Any]:
    """The status of a container that runs."""
    state = {"running": {"startedAt": AGO}}
    return {"name": name, "ready": True, "started": True, "restartCount": 0, "state": state, **more}


def ended(code: int, reason: str = "Error", name: str = "web", count: int = 0, **more: Any) -> dict[str, Any]:
    """The status of a container that has ended half a minute ago, after 10 s."""
    end = {"exitCode": code, "reason": reason, "startedAt": "2026-03-01T11:59:20Z", "finishedAt": AGO, **more}
    return {"name": name, "ready": False, "started": False, "restartCount": count, "state": {"terminated": end}}


def waiting(reason: str, message: str = "", name: str = "web", count: int = 0, **last: Any) -> dict[str, Any]:
    """The status of a container that waits; `last` is the end of the run before."""
    state = {"waiting": {"reason": reason, **({"message": message} if message else {})}}
    status: dict[str, Any] = {"name": name, "ready": False, "restartCount": count, "state": state}
    if last:
        times = {"startedAt": "2026-03-01T11:59:20Z", "finishedAt": AGO}
        status["lastState"] = {"terminated": {"reason": "Error", **times, **last}}
    return status


def only(phase: str, *statuses: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pod status with these containers."""
    return {"phase": phase, "containerStatuses": list(statuses), **more}


def unplaced(message: str) -> dict[str, Any]:
    """The status of a pod that the scheduler found no node for."""
    placed = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return {"phase": "Pending", "conditions": [placed]}


def an_event(reason: str, message: str, kind: str = "Pod", name: str = "shop") -> dict[str, Any]:
    """An Event, a minute ago."""
    about = {"kind": kind, "name": name, "namespace": "store"}
    meta = {"name": f"{name}.{reason}", "namespace": "store"}
    when = {"lastTimestamp": "2026-03-01T11:59:00Z"}
    return {"apiVersion": "v1", "kind": "Event", "metadata": meta, "involvedObject": about, "reason": reason} | (
        {"message": message, "type": "Warning"} | when
    )


PROBED = {"containers": [{"name": "web", "readinessProbe": {"httpGet": {"path": "/healthz", "port": 80}}}]}
STARTING = {"containers": [{"name": "web", "startupProbe": {"tcpSocket": {"port": 80}, "periodSeconds": 5}}]}
LIMITED = {"containers": [{"name": "web", "resources": {"limits": {"memory": "64Mi"}}}]}
WITH_INIT = {"initContainers": [{"name": "wait-db"}], "containers": [{"name": "web"}]}
NEVER = {"restartPolicy": "Never"}
CASES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "crash loop, the kubelet says how long": (
        a_pod(only("Running", waiting("CrashLoopBackOff", "back-off 1m20s restarting failed", count=4, exitCode=1))),
        ("exit code 1", "back-off is 1m20s", "12:00:50Z (in 50s)", "logs shop -n store -c web --previous"),
    ),
    "crash loop, worked out": (
        a_pod(only("Running", ended(1, count=3))),
        ("back-off is 40s", "worked out", "12:00:10Z (in 10s)", "restarts every exit"),
    ),
    "first crash": (a_pod(only("Running", ended(1))), ("no back-off holds it up", "restarts every exit")),
    "out of memory": (a_pod(only("Running", ended(137, "OOMKilled", count=2)), LIMITED), ("64Mi", "raise resources")),
    "killed": (a_pod(only("Running", ended(137, count=2))), ("SIGKILL", "look for Killing")),
    "done, but Always": (a_pod(only("Running", ended(0, "Completed", count=2))), ("must not end", "20s")),
    "no login": (
        a_pod(only("Pending", waiting("ImagePullBackOff", "ErrImagePull: 401 Unauthorized"))),
        ("wants a login", "imagePullSecrets", "tried again"),
    ),
    "wrong tag": (
        a_pod(only("Pending", waiting("ErrImagePull", "manifest unknown"))),
        ("no image of this name or tag", "slip"),
    ),
    "rate limit": (a_pod(only("Pending", waiting("ErrImagePull", "toomanyrequests: x"))), ("too many pulls",)),
    "registry away": (a_pod(only("Pending", waiting("ErrImagePull", "dial tcp: i/o timeout"))), ("cannot reach",)),
    "another processor": (
        a_pod(only("Pending", waiting("ErrImagePull", "no match for platform in manifest: not found"))),
        ("not built for the processor",),
    ),
    "no such Secret": (
        a_pod(only("Pending", waiting("CreateContainerConfigError", 'secret "db" not found'))),
        ('secret "db" not found', "every 10 to 15 s", "goes on by itself"),
    ),
    "no such command": (
        a_pod(only("Running", ended(128, "StartError", message='exec: "servr": executable file not found'))),
        ("not in the image", "servr"),
    ),
    "evicted": (
        a_pod({"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}),
        ("short of something", "low on resource: memory", "until somebody deletes it"),
    ),
    "deadline passed": (a_pod({"phase": "Failed", "reason": "DeadlineExceeded"}), ("activeDeadlineSeconds were over",)),
    "deadline ahead": (
        a_pod(only("Running", running(), startTime=AGO), {"activeDeadlineSeconds": 90}),
        ("12:01:00Z (in 1m)", "may be active for 90s"),
    ),
    "node lost": (
        a_pod(only("Running", running(), conditions=[{"type": "Ready", "status": "False"}])),
        ("nothing is heard of the node node-1", "they may still run", "whether the containers run"),
    ),
    "refused by the kubelet": (a_pod({"phase": "Failed", "reason": "OutOfcpu"}), ("not enough cpu",)),
    "never ready": (
        [a_pod(only("Running", running(ready=False)), PROBED), an_event("Unhealthy", "Readiness probe failed: 503")],
        ("failed: 503", "httpGet /healthz on port 80", "restarts nothing"),
    ),
    "still starting": (
        a_pod(only("Running", running(ready=False, started=False)), STARTING),
        ("startup probe", "every 5s", "killed between 11:59:40Z"),
    ),
    "stuck finalizer": (
        a_pod(
            only("Running", ended(0, "Completed")),
            deletionTimestamp="2026-03-01T11:50:00Z",
            deletionGracePeriodSeconds=30,
            finalizers=["shop.example/backup"],
        ),
        ("shop.example/backup", "finalizers are taken away", "kubectl patch pod shop"),
    ),
    "terminating, in its grace": (
        a_pod(only("Running", running()), deletionTimestamp="2026-03-01T12:00:20Z", deletionGracePeriodSeconds=30),
        ("12:00:20Z (in 20s)", "SIGTERM", "is killed"),
    ),
    "terminating for ever": (
        a_pod(only("Running", running()), deletionTimestamp="2026-03-01T11:00:20Z", deletionGracePeriodSeconds=30),
        ("overdue", "kubectl get nodes", "--force"),
    ),
    "claim pending": (
        a_pod(
            unplaced("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."), {"nodeName": None}
        ),
        ("PersistentVolumeClaim", "kubectl describe pvc"),
    ),
    "no room": (
        a_pod(unplaced("0/3 nodes: 3 Insufficient cpu."), {"nodeName": None}),
        ("not enough left", "add a node"),
    ),
    "taint": (
        a_pod(unplaced("1 node(s) had untolerated taint(s) {gpu: yes}"), {"nodeName": None}),
        ("does not tolerate", "toleration"),
    ),
    "init stuck": (
        a_pod(
            only("Pending", waiting("PodInitializing"), initContainerStatuses=[running("wait-db", ready=False)]),
            WITH_INIT,
        ),
        ("nothing but a deadline limits that", "init container wait-db comes first"),
    ),
    "init fails": (
        a_pod(
            only("Pending", waiting("PodInitializing"), initContainerStatuses=[ended(2, name="wait-db", count=1)]),
            WITH_INIT,
        ),
        ("exit code 2", "restarts every exit", "back-off is 10s"),
    ),
    "mount fails": (
        [
            a_pod(only("Pending", waiting("ContainerCreating"))),
            an_event("FailedMount", 'MountVolume.SetUp failed for volume "c": configmap "c" not found'),
        ],
        ('configmap "c" not found', "create it"),
    ),
    "gated": (
        a_pod(only("Running", running()), {"readinessGates": [{"conditionType": "lb/ready"}]}),
        ("lb/ready", "load balancer"),
    ),
    "failed for good": (a_pod(only("Failed", ended(3)), NEVER), ("the pod is finished", "exit code 3")),
    "all ended": (
        a_pod(only("Running", ended(0, "Completed")), NEVER),
        ("its phase becomes Succeeded", "stays as it is"),
    ),
    "quota": (
        an_event("FailedCreate", 'pods "shop-1" is forbidden: exceeded quota: small', "ReplicaSet", "shop-7d9"),
        ("ReplicaSet", "cannot make its pods", "kubectl describe quota"),
    ),
    "healthy": (a_pod(only("Running", running())), ("nothing is wrong with it",)),
    "a manifest": (a_pod({}), ("it has no status: this is a manifest",)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_practitioners_meet(case: str) -> None:
    """The answer names the cause, when it ends, and what is usual."""
    given, wanted = CASES[case]
    told = " ".join(pl.why(given, now=NOW).text.split())
    for words in wanted:
        assert words in told, f"{words!r} is not in:\n{told}"


def test_every_recorded_status_is_explained() -> None:
    """Every snapshot of all recorded stories: no error, and something said of its containers."""
    count = 0
    for seen in snapshots():
        pod = seen.trace.changes_of(seen.pod)[seen.index].pod
        answer = pl.why(pod, now=seen.now).pods[0]
        assert answer.columns[2]
        assert answer.short
        assert len([f for f in answer.findings if f.about.endswith(tuple(c.name for c in pod.spec.containers))])
        count += 1
    assert count > 1900


def test_back_off_ends_when_it_says() -> None:
    """Of every recorded container that waits for a restart: the next run began between the two moments that are told.

    Not counted: where an action of the story, or the recording's end, came first.
    """
    right: Counter[bool] = Counter()
    wrong = []
    for seen in snapshots():
        changes = seen.trace.changes_of(seen.pod)
        pod = changes[seen.index].pod
        for wait in pl.why(pod, now=seen.now).pods[0].waits:
            if wait.situation not in ("back-off", "restart at once") or wait.latest is None or wait.earliest is None:
                continue
            t = changes[seen.index].t
            first = (wait.earliest - seen.trace.start).total_seconds()
            last = (wait.latest - seen.trace.start).total_seconds() + 1  # stamps are whole seconds
            if last > seen.trace.until or any(t - 3 <= action <= last for action in seen.actions):
                continue
            begun = [r.start for r in seen.trace.runs if r.pod == seen.pod and r.container == wait.container]
            ok = any(first - 0.1 <= start <= last + 0.6 for start in begun)
            right[ok] += 1
            if not ok:
                wrong.append(f"{seen.story} {seen.pod}/{wait.container} at {t:.1f}: {first:.1f} to {last:.1f}")
    print(f"back-offs that end when `why` says: {right[True]} of {right.total()}", *wrong, sep="\n  ")
    assert right[True] >= 0.95 * right.total() > 150


SECRET = "hunter2-very-secret"


def test_values_are_never_printed() -> None:
    """Neither values of variables nor Secrets, not even where a message repeats one."""
    spec = {"containers": [{"name": "web", "env": [{"name": "PASSWORD", "value": SECRET}]}]}
    pod = a_pod(only("Running", ended(1, message=f"cannot log in with {SECRET}")), spec)
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"k": "topsecretvalue"}}
    told = pl.why([pod, secret], now=NOW)
    for text in (told.text, told._repr_mimebundle_()["text/html"]):
        assert SECRET not in text
        assert "topsecretvalue" not in text
        assert "cannot log in with" in " ".join(text.split())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "nothing"),
        ("\n", "nothing came in"),
        ("NAME   READY   STATUS\nweb    1/1     Running\n", "add -o json"),
        ("{]", "not"),
        ({"a": 1}, "no Kubernetes object"),
        (7, "not an int"),
        ("nowhere.json", "cannot be read"),
        ([], "nothing to look at"),
    ],
)
def test_what_is_no_pod_gets_one_sentence(given: Any, says: str) -> None:
    """One clear sentence for each."""
    with pytest.raises((ValueError, TypeError), match=says) as caught:
        pl.why(given)
    assert "\n" not in str(caught.value)


def test_lists_yaml_newer_fields_and_strange_kinds() -> None:
    """A List with a field of the future and a kind that podlab has no type for: the pod is explained, the rest said."""
    pod = a_pod(only("Running", running(volumeHealth="new")), {"fieldOfTheFuture": {"a": 1}})
    strange = {"apiVersion": "example.com/v1", "kind": "Shop", "metadata": {"name": "x"}}
    listed = {"apiVersion": "v1", "kind": "List", "items": [pod, strange]}
    told = pl.why(json.dumps(listed), now=NOW)
    assert isinstance(told, RealWhy)
    assert [answer.columns[0] for answer in told.pods] == ["shop"]
    assert "not read: Shop" in told.text
    with pytest.raises(ValueError, match="no pod 'other'"):
        pl.why(listed, "other", now=NOW)


def test_versions_are_told_and_decide() -> None:
    """A container's own policy counts from 1.35 on; a Node says the version; else it is said that it is assumed."""
    spec = {"restartPolicy": "Always", "containers": [{"name": "web", "restartPolicy": "Never"}]}
    pod = a_pod(only("Running", ended(1)), spec)
    assert "restartPolicy Never restarts nothing" in pl.why(pod, now=NOW).text
    assert "restartPolicy Always restarts" in " ".join(pl.why(pod, now=NOW, version="1.30").text.split())
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}, "status": {"nodeInfo": {}}}
    parts = ("machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion")
    node["status"]["nodeInfo"] = dict.fromkeys(parts, "x") | {"kubeletVersion": "v1.34.1"}  # type: ignore[index]
    assert "v1.34.1 (its Node says so)" in pl.why([pod, node], now=NOW).text
    assert "assumed" in pl.why(pod, now=NOW).text
    with pytest.raises(ValueError, match="version: takes a version"):
        pl.why(pod, version="1.2")
    assert [minor_of(text) for text in ("1.30", "v1.30.2-gke.1", "2.0", "x")] == [30, 30, None, None]
    assert gates_of(35).container_restart_rules
    assert not gates_of(35).restart_all_containers
    assert all(change.source for change in CHANGES)


def test_durations_of_go_are_read() -> None:
    """1m20s and its like."""
    assert [go_seconds(text) for text in ("10s", "1m20s", "5m0s", "1h0m0s", "x", "")] == [10, 80, 300, 3600, None, None]


def test_the_past_of_an_old_object_is_told_as_old() -> None:
    """A back-off that was over long ago: the object is old, and that is said."""
    told = pl.why(a_pod(only("Running", ended(1, count=1))), now="2026-03-02T12:00:00Z").text
    assert "older than that" in " ".join(told.split())


def test_pipe() -> None:
    """`podlab why -` reads standard input, and a simulated pod is as good as a real one."""
    trace = pl.run("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: busybox}]}")
    pod = json.dumps(encode(trace.end.pods["p"]))
    now = (trace.start + timedelta(seconds=121)).isoformat()
    command = [sys.executable, "-m", "podlab", "why", "-", "--now", now]
    done = subprocess.run(command, input=pod, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("pod p: Running")
    empty = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert (empty.returncode, empty.stderr.count("\n")) == (1, 1)
