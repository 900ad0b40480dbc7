"""StatefulSets: names that stay, order, partition, OnDelete, claims."""

from __future__ import annotations

from itertools import pairwise

import pytest

import podlab as pl

WEB = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - name: app
        image: busybox:1.36
        command: [sh, -c, "sleep 2; touch /tmp/ready; sleep 3600"]
        readinessProbe: {exec: {command: [cat, /tmp/ready]}, periodSeconds: 1}
"""


def cluster(manifest: str = WEB, seconds: float = 30) -> pl.Session:
    session = pl.Session()
    session.kubectl("apply -f -", stdin=manifest)
    session.advance(seconds)
    return session


def pods(session: pl.Session, field: str = ".metadata.name") -> list[str]:
    return str(session.kubectl(f"get pods -o jsonpath={{.items[*]{field}}}")).split()


def created(session: pl.Session) -> list[float]:
    seen: dict[str, float] = {}
    for change in session.trace.changes:
        seen.setdefault(change.name, change.t)
    return list(seen.values())


def test_each_pod_waits_until_the_one_before_it_is_ready() -> None:
    times = created(cluster())
    assert len(times) == 3
    assert all(later - earlier >= 2 for earlier, later in pairwise(times))


def test_parallel_waits_for_nobody() -> None:
    session = cluster(WEB.replace("replicas: 3", "replicas: 3\n  podManagementPolicy: Parallel"))
    assert created(session) == [created(session)[0]] * 3


def test_the_highest_goes_first_and_alone() -> None:
    session = cluster()
    session.kubectl("scale sts web --replicas=1")
    session.advance(0.5)
    rows = str(session.kubectl("get pods --no-headers")).splitlines()
    assert [row.split()[2] for row in rows] == ["Running", "Running", "Terminating"]
    session.advance(30)
    assert pods(session) == ["web-0"]


def test_a_deleted_pod_comes_back_under_its_name() -> None:
    session = cluster()
    uid = pods(session, ".metadata.uid")
    session.kubectl("delete pod web-1 --wait=false")
    session.advance(30)
    assert pods(session) == ["web-0", "web-1", "web-2"]
    assert [a == b for a, b in zip(uid, pods(session, ".metadata.uid"), strict=True)] == [True, False, True]


@pytest.mark.parametrize(
    ("strategy", "renewed"),
    [
        ("{type: RollingUpdate, rollingUpdate: {partition: 2}}", [False, False, True]),
        ("{type: RollingUpdate}", [True, True, True]),
        ("{type: OnDelete}", [False, False, False]),
    ],
)
def test_which_pods_a_new_template_reaches(strategy: str, renewed: list[bool]) -> None:
    manifest = WEB.replace("replicas: 3", f"replicas: 3\n  updateStrategy: {strategy}")
    session = cluster(manifest)
    session.kubectl("set image sts/web app=busybox:1.37")
    session.advance(60)
    images = pods(session, ".spec.containers[0].image")
    assert [image.endswith("1.37") for image in images] == renewed


def test_a_pod_below_the_partition_comes_back_old() -> None:
    strategy = "updateStrategy: {rollingUpdate: {partition: 2}}"
    session = cluster(WEB.replace("replicas: 3", f"replicas: 3\n  {strategy}"))
    session.kubectl("set image sts/web app=busybox:1.37")
    session.advance(30)
    session.kubectl("delete pod web-0 --wait=false")
    session.advance(30)
    assert pods(session, ".spec.containers[0].image")[0] == "busybox:1.36"


def test_claims_outlive_the_pods() -> None:
    wanted = "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"
    claim = f"volumeClaimTemplates: [{{metadata: {{name: data}}, {wanted}}}]"
    session = cluster(WEB.replace("replicas: 3", f"replicas: 2\n  {claim}"))
    names = str(session.kubectl("get pvc -o name")).split()
    assert names == ["persistentvolumeclaim/data-web-0", "persistentvolumeclaim/data-web-1"]
    session.kubectl("delete sts web")
    session.advance(30)
    assert pods(session) == []
    assert str(session.kubectl("get pvc -o name")).split() == names


def test_ordinals_may_begin_elsewhere_and_names_are_hosts() -> None:
    session = cluster(WEB.replace("replicas: 3", "replicas: 2\n  ordinals: {start: 5}"))
    assert pods(session) == ["web-5", "web-6"]
    assert pods(session, ".spec.hostname") == ["web-5", "web-6"]
    assert str(session.kubectl("exec web-5 -- hostname")).strip() == "web-5"


def test_rolling_back_takes_the_earlier_revision_again() -> None:
    session = cluster()
    session.kubectl("set image sts/web app=busybox:1.37")
    session.advance(60)
    session.kubectl("rollout undo sts/web")
    session.advance(60)
    assert pods(session, ".spec.containers[0].image") == ["busybox:1.36"] * 3
    assert len(str(session.kubectl("get controllerrevisions -o name")).split()) == 2
