"""The history of a StatefulSet's or DaemonSet's template: a ControllerRevision for each version.

Models pkg/controller/history and the use its controllers make of it.
"""

from __future__ import annotations

from typing import Any

import msgspec
from lightkube.models.apps_v1 import ControllerRevision
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.decode import encode
from podlab.api.parts import name_of, namespace_of, uid_of
from podlab.controllers.replica_set import reference
from podlab.core.engine.identity import suffix
from podlab.core.engine.ports import Cluster

HASH = "controller-revision-hash"
CHANGE_CAUSE = "kubernetes.io/change-cause"


def revisions_of(sim: Cluster, obj: Any) -> list[ControllerRevision]:
    """The revisions an object has had, the oldest first."""
    every = sim.api.of_kind("controllerrevision")
    mine = [r for r in every if any(o.uid == uid_of(obj) for o in r.metadata.ownerReferences or ())]
    return sorted(mine, key=lambda each: each.revision or 0)


def template_of(revision: ControllerRevision) -> Any:
    """The data of the template that a revision keeps."""
    data: Any = revision.data
    return {k: v for k, v in data["spec"]["template"].items() if k != "$patch"}


def present_revision(sim: Cluster, obj: Any) -> ControllerRevision:
    """The revision of an object's present template: a known one becomes the newest, a new one is made."""
    template = encode(obj.spec.template)
    known = revisions_of(sim, obj)
    last = (known[-1].revision or 0) if known else 0
    for each in known:
        if template_of(each) == template:
            if each.revision != last:
                each = msgspec.structs.replace(each, revision=last + 1)
                sim.api.replace_object(each)
            return each
    return _made(sim, obj, template, last + 1)


def _made(sim: Cluster, obj: Any, template: Any, number: int) -> ControllerRevision:
    text = repr(template)
    code = suffix("revision", 0, text) + suffix("revision", 1, text)
    labels = (obj.spec.template.metadata.labels if obj.spec.template.metadata else None) or {}
    revision = ControllerRevision(
        apiVersion="apps/v1",
        kind="ControllerRevision",
        metadata=ObjectMeta(
            name=f"{name_of(obj)}-{code}",
            namespace=namespace_of(obj),
            labels={**labels, HASH: code},
            annotations={k: v for k, v in (obj.metadata.annotations or {}).items() if k == CHANGE_CAUSE} or None,
            ownerReferences=[reference(obj, type(obj).__name__)],
        ),
        data={"spec": {"template": {"$patch": "replace", **template}}},
        revision=number,
    )
    made: ControllerRevision = sim.api.create(revision)
    return made


def forget_old_revisions(sim: Cluster, obj: Any, used: set[str], limit: int | None) -> None:
    """Delete the oldest revisions that no pod has, beyond revisionHistoryLimit. `used`: names or hashes in use."""
    unused = [r for r in revisions_of(sim, obj) if name_of(r) not in used and code_of(r) not in used]
    for each in unused[: max(len(unused) - (10 if limit is None else limit), 0)]:
        sim.api.remove_object(each)


def code_of(revision: ControllerRevision) -> str:
    """The hash in a revision's labels."""
    labels: dict[str, str] = (revision.metadata.labels if revision.metadata else None) or {}
    return labels.get(HASH, "")
