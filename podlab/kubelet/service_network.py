"""What Services are to programs: a name, and an address behind which one of the pods answers.

The rule: NAME.NAMESPACE.svc.cluster.local is the cluster IP, or the IP of a ready pod when the Service is headless. A
call to the cluster IP goes to a ready endpoint; with none ready, to one that still serves while it is being deleted;
with none at all it is refused at once. Models CoreDNS and pkg/proxy/topology.go CategorizeEndpoints of kube-proxy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from lightkube.models.core_v1 import Pod, Service, ServicePort

from podlab.api.parts import name_of, namespace_of, status_of
from podlab.core.engine.store import ApiServer, StoreContext
from podlab.core.engine.timing import fraction
from podlab.kubelet.environment import API_SERVER

DOMAIN = ".svc.cluster.local"


Endpoints = Callable[[Service, Iterable[Pod]], list[dict[str, Any]]]
"""The endpoints of a Service among the pods."""
FindPort = Callable[[Pod, ServicePort], "int | None"]
"""The port of a pod that a Service's port leads to, or None."""


class ServiceCluster(StoreContext, Protocol):
    """What it asks of the cluster."""

    @property
    def api(self) -> ApiServer:
        """The API server."""


class ServiceNetwork:
    """Answers the pods' network when it asks for a name or for a cluster IP.

    `endpoints` and `port` are what the endpoints controller knows of a Service.
    """

    def __init__(
        self,
        cluster: ServiceCluster,
        endpoints: Callable[[Service, Iterable[Pod]], list[dict[str, Any]]],
        port: FindPort,
    ) -> None:
        self.cluster = cluster
        self.endpoints = endpoints
        self.find_port = port

    def address(self, name: str) -> str | None:
        """The IP of a Service's full name, or None."""
        name = name.removesuffix(".").lower()
        if not name.endswith(DOMAIN):
            return None
        service, _, namespace = name.removesuffix(DOMAIN).partition(".")
        if (service, namespace) == ("kubernetes", "default"):
            return API_SERVER
        found: Service | None = self.cluster.api.find("service", namespace, service)
        if found is None or found.spec is None or found.spec.type == "ExternalName":
            return None
        if found.spec.clusterIP != "None":
            return found.spec.clusterIP
        return next((status_of(pod).podIP for pod in self._ready(found)), None)

    def target(self, ip: str, port: int) -> tuple[str, int] | None:
        """The pod's IP and port behind a cluster IP and port; None when there is no such Service.

        Errors: ConnectionRefusedError when the Service has no endpoint that serves.
        """
        for service in self.cluster.api.of_kind("service"):
            spec = service.spec
            if spec is None or spec.clusterIP != ip:
                continue
            wanted = next((p for p in spec.ports or () if p.port == port), None)
            if wanted is None:
                return None
            reachable = [(pod, to) for pod in self._called(service) if (to := self.find_port(pod, wanted)) is not None]
            if not reachable:
                raise ConnectionRefusedError(111, "Connection refused")
            draw = fraction(self.cluster.seed, "endpoint", name_of(service), self.cluster.loop.now)
            pod, number = reachable[int(draw * len(reachable))]
            return status_of(pod).podIP or "", number
        return None

    def _ready(self, service: Service) -> list[Pod]:
        """The pods that get new traffic."""
        return self._that_are("ready", service)

    def _called(self, service: Service) -> list[Pod]:
        """The pods that kube-proxy sends to: the ready ones; when there are none, those that serve to their end."""
        return self._ready(service) or self._that_are("serving", service)

    def _that_are(self, condition: str, service: Service) -> list[Pod]:
        pods = list(self.cluster.api.pods.values())
        names = {e["pod"] for e in self.endpoints(service, pods) if e["conditions"][condition]}
        return [pod for pod in pods if name_of(pod) in names and namespace_of(pod) == namespace_of(service)]
