"""Services with their endpoints as the API server shows them.

Models pkg/controller/endpoint/endpoints_controller.go and k8s.io/endpointslice/utils.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightkube.models.core_v1 import (
    EndpointAddress,
    Endpoints,
    EndpointSubset,
    ObjectReference,
    Pod,
    Service,
    ServicePort,
    ServiceSpec,
    ServiceStatus,
)
from lightkube.models.core_v1 import EndpointPort as AddressPort
from lightkube.models.discovery_v1 import Endpoint, EndpointConditions, EndpointPort, EndpointSlice
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference

from podlab.api.parts import meta_of, name_of, namespace_of, spec_of, status_of, uid_of
from podlab.apiserver.nodes import CLUSTER_AGE
from podlab.apiserver.world import Snapshot
from podlab.controllers.endpoints import endpoints, find_port
from podlab.core.engine.identity import suffix, uid

_API_SERVER = ("10.250.0.254", 6443)


def services_of(snapshot: Snapshot) -> list[Service]:
    """All Services at an instant; the one of the API server itself is in every cluster."""
    made = [o for o in snapshot.objects if isinstance(o, Service)]
    return [*made, _kubernetes(snapshot)]


def endpoints_of(snapshot: Snapshot) -> list[Endpoints]:
    """The Endpoints of every Service that has some or selects pods."""
    out = []
    for service in services_of(snapshot):
        meta = ObjectMeta(
            name=name_of(service),
            namespace=namespace_of(service),
            labels=service.metadata.labels if service.metadata else None,
            creationTimestamp=service.metadata.creationTimestamp if service.metadata else None,
        )
        if _is_kubernetes(service):
            port = AddressPort(port=_API_SERVER[1], name="https", protocol="TCP")
            subsets = [EndpointSubset(addresses=[EndpointAddress(ip=_API_SERVER[0])], ports=[port])]
        elif service.spec is not None and service.spec.selector:
            subsets = _subsets(service, snapshot.pods.values())
        else:
            continue
        out.append(Endpoints(apiVersion="v1", kind="Endpoints", metadata=meta, subsets=subsets or None))
    return out


def slices_of(snapshot: Snapshot) -> list[EndpointSlice]:
    """The EndpointSlice of every Service that has some or selects pods."""
    chosen = [s for s in services_of(snapshot) if s.spec is not None and (s.spec.selector or _is_kubernetes(s))]
    return [_slice(service, snapshot) for service in chosen]


def _slice(service: Service, snapshot: Snapshot) -> EndpointSlice:
    name, namespace = name_of(service), namespace_of(service)
    made = EndpointSlice(
        apiVersion="discovery.k8s.io/v1",
        kind="EndpointSlice",
        metadata=ObjectMeta(
            name=name,
            namespace=namespace,
            labels={"kubernetes.io/service-name": name},
            creationTimestamp=service.metadata.creationTimestamp if service.metadata else None,
        ),
        addressType="IPv4",
        endpoints=[Endpoint(addresses=[_API_SERVER[0]], conditions=EndpointConditions(ready=True))],
        ports=[EndpointPort(name="https", port=_API_SERVER[1], protocol="TCP")],
    )
    if _is_kubernetes(service) or made.metadata is None or service.spec is None:
        return made
    owner = OwnerReference(apiVersion="v1", kind="Service", name=name, uid=uid_of(service), controller=True)
    made.metadata.name, made.metadata.generateName = f"{name}-{suffix('slice', namespace, name)}", f"{name}-"
    made.metadata.ownerReferences = [owner]
    pods = {(namespace_of(p), name_of(p)): p for p in snapshot.pods.values()}
    found = [(e["conditions"], pods[namespace, e["pod"]]) for e in endpoints(service, snapshot.pods.values())]
    made.endpoints = [
        Endpoint(
            addresses=[status_of(pod).podIP or ""],
            conditions=EndpointConditions(**conditions),
            nodeName=spec_of(pod).nodeName,
            targetRef=_reference(pod),
        )
        for conditions, pod in found
    ]
    made.ports = [
        EndpointPort(name=port.name or "", port=number, protocol=port.protocol)
        for _, pod in found[:1]
        for port in service.spec.ports or ()
        if (number := find_port(pod, port)) is not None
    ] or None
    return made


def _kubernetes(snapshot: Snapshot) -> Service:
    return Service(
        apiVersion="v1",
        kind="Service",
        metadata=ObjectMeta(
            name="kubernetes",
            namespace="default",
            uid=uid("Service", "kubernetes"),
            creationTimestamp=snapshot.trace.start - CLUSTER_AGE,
            labels={"component": "apiserver", "provider": "kubernetes"},
        ),
        spec=ServiceSpec(
            type="ClusterIP",
            clusterIP="10.96.0.1",
            clusterIPs=["10.96.0.1"],
            internalTrafficPolicy="Cluster",
            ipFamilies=["IPv4"],
            ipFamilyPolicy="SingleStack",
            sessionAffinity="None",
            ports=[ServicePort(name="https", port=443, protocol="TCP", targetPort=_API_SERVER[1])],
        ),
        status=ServiceStatus(),
    )


def _is_kubernetes(service: Service) -> bool:
    return (namespace_of(service), name_of(service)) == ("default", "kubernetes")


def _subsets(service: Service, pods: Iterable[Pod]) -> list[EndpointSubset]:
    """The addresses that serve the same port numbers together, those that are not ready apart."""
    pods = list(pods)
    by_name = {name_of(p): p for p in pods if namespace_of(p) == namespace_of(service)}
    ports = (service.spec.ports if service.spec is not None else None) or ()
    groups: dict[tuple[int | None, ...], EndpointSubset] = {}
    for found in endpoints(service, pods):
        pod = by_name[found["pod"]]
        if found["conditions"]["terminating"]:
            continue
        numbers = tuple(find_port(pod, port) for port in ports)
        if ports and not any(number is not None for number in numbers):
            continue
        subset = groups.setdefault(
            numbers,
            EndpointSubset(
                ports=[
                    AddressPort(port=number, name=port.name, protocol=port.protocol)
                    for port, number in zip(ports, numbers, strict=True)
                    if number is not None
                ]
                or None
            ),
        )
        ip = status_of(pod).podIP or ""
        address = EndpointAddress(ip=ip, nodeName=spec_of(pod).nodeName, targetRef=_reference(pod))
        field = "addresses" if found["conditions"]["ready"] else "notReadyAddresses"
        setattr(subset, field, sorted([*(getattr(subset, field) or ()), address], key=lambda a: a.ip))
    return list(groups.values())


def _reference(pod: Pod) -> ObjectReference:
    meta = meta_of(pod)
    return ObjectReference(kind="Pod", name=meta.name, namespace=meta.namespace, uid=meta.uid)
