"""Objects that come with every namespace, and go with it: its ServiceAccount, and the certificate of the cluster.

Models pkg/controller/serviceaccount and pkg/controller/certificates/rootcacertpublisher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import ConfigMap, ServiceAccount
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.parts import name_of
from podlab.core.engine.identity import uid

if TYPE_CHECKING:
    from podlab.apiserver.reading import SnapshotApi
    from podlab.apiserver.rest.present import Present

ROOT_CA = "kube-root-ca.crt"
_ABOUT = {
    "kubernetes.io/description": "Contains a CA bundle that can be used to verify the kube-apiserver when using "
    "internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across "
    "distributions of Kubernetes clusters."
}


def service_accounts(present: Present, reader: SnapshotApi) -> Iterator[Any]:
    """The ServiceAccount `default` of every namespace."""
    for namespace in _active(reader):
        yield ServiceAccount(apiVersion="v1", kind="ServiceAccount", metadata=_meta("default", namespace))


def config_maps(present: Present, reader: SnapshotApi) -> Iterator[Any]:
    """The ConfigMap with the cluster's root certificate, in every namespace."""
    certificate = getattr(present.trace.scenario, "certificate", None) or "podlab has no certificate\n"
    for namespace in _active(reader):
        meta = _meta(ROOT_CA, namespace)
        meta.annotations = dict(_ABOUT)
        yield ConfigMap(apiVersion="v1", kind="ConfigMap", metadata=meta, data={"ca.crt": certificate})


IMPLIED: dict[str, Callable[[Present, SnapshotApi], Iterator[Any]]] = {
    "configmaps": config_maps,
    "serviceaccounts": service_accounts,
}


def _active(reader: SnapshotApi) -> list[Any]:
    return [n for n in reader.list("namespaces", None) if n.status.phase == "Active"]


def _meta(name: str, namespace: Any) -> ObjectMeta:
    return ObjectMeta(
        name=name,
        namespace=name_of(namespace),
        uid=uid(name, name_of(namespace), namespace.metadata.uid or ""),
        creationTimestamp=namespace.metadata.creationTimestamp,
    )
