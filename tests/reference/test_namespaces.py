"""Who shares what, against the namespaces of real pods (`traces/_namespaces.json`)."""

from __future__ import annotations

import json

import pytest
from lightkube.models.core_v1 import Container, Pod, PodSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.core.rules.namespaces import HOST_PROCESS, KINDS, sharing

HOST = "(host)"
KNOWN = {
    "default-ns": {},
    "share-pid": {"shareProcessNamespace": True},
    "host-net": {"hostNetwork": True},
    "host-pid-ipc": {"hostPID": True, "hostIPC": True},
}


@pytest.fixture
def recorded(reference_files):
    found = [path for path in reference_files("traces") if path.name == "_namespaces.json"]
    if not found:
        pytest.skip("no _namespaces.json in the folder")
    return json.loads(found[0].read_text(encoding="utf-8"))


def settings(name, real, host):
    """The fields of a pod's spec: by its name, or else by what its pause process has in common with the host."""
    if name in KNOWN:
        return KNOWN[name]
    pause = real["pause"]
    shared = all(namespaces["pid"] == pause["pid"] != host["pid"] for namespaces in real.values())
    return {
        "hostNetwork": pause["net"] == host["net"],
        "hostIPC": pause["ipc"] == host["ipc"],
        "hostPID": pause["pid"] == host["pid"],
        "shareProcessNamespace": shared,
    }


def groups(table, kind):
    """Who is with whom in a namespace of this kind."""
    together = {}
    for who, namespaces in table.items():
        together.setdefault(namespaces[kind], set()).add(who)
    return {frozenset(names) for names in together.values()}


def test_a_pod_shares_what_a_real_one_shares(recorded):
    host = recorded[HOST]["a host process"]
    wrong = []
    for name, real in recorded.items():
        if name == HOST:
            continue
        containers = [Container(name=c) for c in sorted(real) if c != "pause"]
        pod = Pod(metadata=ObjectMeta(name=name), spec=PodSpec(containers=containers, **settings(name, real, host)))
        model = {**sharing(pod), HOST: HOST_PROCESS}
        wrong += [(name, kind) for kind in KINDS if groups(model, kind) != groups({**real, HOST: host}, kind)]
    assert not wrong
    assert len(recorded) > 1
