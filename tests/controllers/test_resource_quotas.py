"""ResourceQuotas: what the pods of a namespace may use together."""

from __future__ import annotations

import podlab as pl

QUOTA = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {%s}}\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: %s}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: "busybox:1.36", command: [sleep, "3600"]%s}]
"""
CPU = ", resources: {requests: {cpu: %s}}"


def cluster(hard: str) -> pl.Session:
    session = pl.Session(pl.Scenario((), world=pl.World()))
    session.kubectl("create -f -", stdin=QUOTA % hard)
    session.advance(1)
    return session


def create(session: pl.Session, name: str, cpu: str = "") -> str:
    said = str(session.kubectl("create -f -", stdin=POD % (name, CPU % cpu if cpu else "")))
    session.advance(5)
    return said


def used(session: pl.Session) -> str:
    return str(session.kubectl("get resourcequota q -o jsonpath={.status.used}")).strip()


def test_a_pod_too_many_is_refused_until_one_is_gone() -> None:
    session = cluster('pods: "1"')
    assert "created" in create(session, "a")
    assert used(session) == '{"pods":"1"}'
    assert "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1" in create(session, "b")
    session.kubectl("delete pod a")
    session.advance(5)
    assert used(session) == '{"pods":"0"}'
    assert "created" in create(session, "b")


def test_requests_are_added_up_and_must_be_said() -> None:
    session = cluster('"requests.cpu": "1"')
    assert "must specify requests.cpu for: app" in create(session, "a")
    assert "created" in create(session, "a", "600m")
    refusal = create(session, "b", "500m")
    assert (
        "exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1" in refusal
    )
    assert "created" in create(session, "b", "400m")
    assert used(session) == '{"requests.cpu":"1"}'
