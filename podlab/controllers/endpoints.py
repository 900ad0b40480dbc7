"""The endpoints of a Service: which pods it sends to, and which it has given up on.

The rule: a pod the selector picks is an endpoint from the moment it has an IP until it has ended or is gone. It serves
while it is Ready; it gets new traffic (`ready`) while it serves and is not being deleted.
Models pkg/controller/endpointslice and staging/src/k8s.io/endpointslice/utils.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightkube.models.core_v1 import Pod, Service, ServicePort

from podlab.api.parts import TERMINAL_PHASES, name_of, spec_of, uid_of
from podlab.controllers.availability import is_ready
from podlab.controllers.base import Reconciler, controller
from podlab.controllers.selection import matches_labels
from podlab.core.engine.ports import Cluster
from podlab.core.rules.restart import is_sidecar


def endpoints(service: Service, pods: Iterable[Pod]) -> list[dict[str, Any]]:
    """The endpoints as an EndpointSlice lists them: `{"pod": NAME, "conditions": {ready, serving, terminating}}`."""
    spec = service.spec
    if spec is None or not spec.selector:
        return []
    namespace = (service.metadata.namespace if service.metadata else None) or "default"
    out = []
    for pod in pods:
        meta, status = pod.metadata, pod.status
        if meta is None or status is None or (meta.namespace or "default") != namespace:
            continue
        if not matches_labels(spec.selector, meta.labels) or not status.podIP or status.phase in TERMINAL_PHASES:
            continue
        terminating = meta.deletionTimestamp is not None
        serving = is_ready(pod) or bool(spec.publishNotReadyAddresses)
        conditions = {"ready": serving and not terminating, "serving": serving, "terminating": terminating}
        out.append({"pod": meta.name or "", "conditions": conditions})
    return out


def find_port(pod: Pod, port: ServicePort) -> int | None:
    """The port of a pod that a Service's port leads to: its number, or that of the container's port of that name.

    A name counts only with the same protocol; sidecars' ports count after the containers'. None when there is none.
    Models pkg/api/v1/pod/util.go FindPort.
    """
    target = port.targetPort if port.targetPort is not None else port.port
    if isinstance(target, int):
        return target
    spec = spec_of(pod)
    for container in (*spec.containers, *(c for c in spec.initContainers or () if is_sidecar(c))):
        for declared in container.ports or ():
            if declared.name == target and (declared.protocol or "TCP") == (port.protocol or "TCP"):
                return declared.containerPort
    return None


@controller
class EndpointsController(Reconciler):
    """Keeps the endpoints of every Service in the record."""

    kinds = (Service,)
    order = 90  # after the controllers that change pods

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._last: dict[str, list[dict[str, Any]]] = {}
        self._waits = False

    def add(self, service: Service) -> None:
        """A new Service, or one that was changed."""
        self.objects[uid_of(service)] = service
        self._update_soon()

    def pod_changed(self, _pod: Pod, _deleted: bool) -> None:
        """Look again once what is going on has come to rest."""
        self._update_soon()

    def _update_soon(self) -> None:
        if self.objects and not self._waits:
            self._waits = True
            self.sim.soon(self._update)

    def _update(self) -> None:
        self._waits = False
        for service in self.objects.values():
            name = name_of(service)
            now = endpoints(service, self.sim.api.pods.values())
            if now != self._last.get(name):
                self._last[name] = now
                self.sim.recorder.endpoints.append((self.sim.loop.now, name, tuple(now)))
