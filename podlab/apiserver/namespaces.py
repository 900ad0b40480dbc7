"""Namespaces as the API server shows them."""

from __future__ import annotations

from datetime import datetime, timedelta

from lightkube.models.core_v1 import Namespace, NamespaceSpec, NamespaceStatus
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.object_defaults import NAME_LABEL
from podlab.api.parts import name_of, namespace_of
from podlab.apiserver.nodes import CLUSTER_AGE
from podlab.apiserver.world import Snapshot

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""Those of a new cluster."""


def namespaces_of(snapshot: Snapshot) -> list[Namespace]:
    """Those of every cluster, those of manifests, and those that something is in.

    One that was deleted is Terminating until the last pod in it is gone.
    """
    changes = [c for c in snapshot.trace.objects if c.t <= snapshot.t and isinstance(c.object, Namespace)]
    deleted = {name_of(c.object): c.deleted for c in changes}
    there = [o for o in snapshot.objects if isinstance(o, Namespace)]
    inside = (o for o in (*snapshot.pods.values(), *snapshot.objects) if o.metadata.namespace)
    implied = dict.fromkeys([*NAMESPACES, *(namespace_of(o) for o in inside)])
    named = {name_of(o) for o in there}
    for name in (name for name in implied if name not in named):
        began = snapshot.trace.start - (CLUSTER_AGE if name in NAMESPACES else timedelta())
        there.append(_namespace(name, began, "Terminating" if deleted.get(name) else "Active"))
    return there


def _namespace(name: str, created: datetime, phase: str) -> Namespace:
    return Namespace(
        apiVersion="v1",
        kind="Namespace",
        metadata=ObjectMeta(name=name, creationTimestamp=created, labels={NAME_LABEL: name}),
        spec=NamespaceSpec(finalizers=["kubernetes"]),
        status=NamespaceStatus(phase=phase),
    )
