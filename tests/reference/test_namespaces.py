"""Who shares what, against the namespaces of real pods (`traces/_namespaces.json`)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from lightkube.models.core_v1 import Container, Pod, PodSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.runtime.namespaces import HOST_PROCESS, KINDS, sharing

FOLDER = Path(os.environ.get("PODLAB_REFERENCE") or Path(__file__).parent / "data")
RECORDED = json.loads((FOLDER / "traces" / "_namespaces.json").read_text())
HOST = "(host)"

SPECS = {
    "default-ns": {},
    "share-pid": {"shareProcessNamespace": True},
    "host-net": {"hostNetwork": True},
    "host-pid-ipc": {"hostPID": True, "hostIPC": True},
}


def groups(table: dict[str, dict[str, str]], kind: str) -> set[frozenset[str]]:
    """Who is with whom in a namespace of this kind."""
    together: dict[str, set[str]] = {}
    for who, namespaces in table.items():
        together.setdefault(namespaces[kind], set()).add(who)
    return {frozenset(names) for names in together.values()}


def pod(name: str) -> Pod:
    containers = [Container(name=c) for c in sorted(RECORDED[name]) if c != "pause"]
    return Pod(metadata=ObjectMeta(name=name), spec=PodSpec(containers=containers, **SPECS[name]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(SPECS))
def test_a_pod_shares_what_a_real_one_shares(name, kind):
    real = {**RECORDED[name], HOST: RECORDED[HOST]["a host process"]}
    assert groups({**sharing(pod(name)), HOST: HOST_PROCESS}, kind) == groups(real, kind)


def test_every_recorded_pod_is_compared():
    assert set(RECORDED) == {*SPECS, HOST}
