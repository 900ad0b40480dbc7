"""Requests and limits of containers and of the pod as a whole.

Models validateResourceRequirements and validatePodResources.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from lightkube.models.core_v1 import ContainerResizePolicy, PodSpec, ResourceClaim, ResourceRequirements

from podlab.api.quantity import Quantity, parse_quantity
from podlab.api.resources import aggregate, is_supported_for_pods
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, dns_label, qualified_name

_CONTAINER_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_POD_RESOURCES = ("cpu", "hugepages-", "memory")
_COUNTED = (
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
)
_STANDARD = {
    *_CONTAINER_RESOURCES,
    *_COUNTED,
    "storage",
    "requests.storage",
    *(f"{kind}.{name}" for kind in ("requests", "limits") for name in _CONTAINER_RESOURCES),
}

_NameCheck = Callable[[str, str, ErrorList], None]


def is_native(name: str) -> bool:
    """Resources without a prefix, and those of kubernetes.io."""
    return "/" not in name or "kubernetes.io/" in name


def _is_extended(name: str) -> bool:
    return not is_native(name) and not name.startswith("requests.") and not qualified_name(f"requests.{name}")


def _is_overcommit_allowed(name: str) -> bool:
    return is_native(name) and not name.startswith("hugepages-")


def check_container_resources(
    resources: ResourceRequirements | None, claims: frozenset[str], field: str, errors: ErrorList
) -> None:
    """Requests and limits of a container; `claims` are the names of the pod's resource claims."""
    if resources is not None:
        _check_requirements(resources, _check_container_resource_name, claims, field, errors)


def check_overhead(overhead: dict[str, str], field: str, errors: ErrorList) -> None:
    """What the sandbox itself takes; given as limits."""
    check_container_resources(ResourceRequirements(limits=overhead), frozenset(), field, errors)


def _check_resource_name(name: str, field: str, errors: ErrorList) -> bool:
    rules = qualified_name(name)
    known = "/" in name or name in _STANDARD or name.startswith(("hugepages-", "requests.hugepages-"))
    if not rules and not known:
        rules = ["must be a standard resource type or fully qualified"]
    check(rules, field, name, errors)
    return not rules


def _check_container_resource_name(name: str, field: str, errors: ErrorList) -> None:
    _check_resource_name(name, field, errors)
    if "/" not in name:
        if name not in _CONTAINER_RESOURCES and not name.startswith("hugepages-"):
            errors.invalid(field, name, "must be a standard resource for containers")
    elif not is_native(name) and not _is_extended(name):
        errors.invalid(field, name, "doesn't follow extended resource name standard")


def _check_pod_resource_name(name: str, field: str, errors: ErrorList) -> None:
    if _check_resource_name(name, field, errors) and not is_supported_for_pods(name):
        errors.not_supported(field, name, _POD_RESOURCES)


def _check_requirements(
    resources: ResourceRequirements, check_name: _NameCheck, claims: frozenset[str], field: str, errors: ErrorList
) -> None:
    limits = {name: parse_quantity(value) for name, value in (resources.limits or {}).items()}
    requests = {name: parse_quantity(value) for name, value in (resources.requests or {}).items()}
    for name, limit in limits.items():
        path = f"{field}.limits[{name}]"
        check_name(name, path, errors)
        _check_amount(name, limit, path, errors)
        _check_huge_pages(name, limit, path, errors)
    for name, request in requests.items():
        path = f"{field}.requests[{name}]"
        check_name(name, path, errors)
        _check_amount(name, request, path, errors)
        _check_against_limit(name, request, limits.get(name), field, errors)
        _check_huge_pages(name, request, path, errors)
    names = {*limits, *requests}
    if any(name.startswith("hugepages-") for name in names) and not names & {"cpu", "memory"}:
        errors.forbidden(field, "HugePages require cpu or memory")
    _check_claims(resources.claims or [], claims, f"{field}.claims", errors)


def _check_amount(name: str, quantity: Quantity, field: str, errors: ErrorList) -> None:
    if quantity.amount < 0:
        errors.invalid(field, quantity.text, "must be greater than or equal to 0")
    if (name in _COUNTED or _is_extended(name)) and (quantity.rounded_up(1000).amount).denominator != 1:
        errors.invalid(field, quantity.text, "must be an integer")


def _check_huge_pages(name: str, quantity: Quantity, field: str, errors: ErrorList) -> None:
    if not name.startswith("hugepages-"):
        return
    try:
        size = parse_quantity(name.removeprefix("hugepages-")).amount
    except ValueError:
        size = Fraction(0)
    if size <= 0 or quantity.amount < 0 or quantity.amount % size != 0:
        rule = f"{quantity.text} is not positive integer multiple of {name}"
        errors.invalid(field, quantity.text, rule)


def _check_against_limit(name: str, request: Quantity, limit: Quantity | None, field: str, errors: ErrorList) -> None:
    """A request is at most the limit; what cannot be overcommitted is exactly the limit."""
    exact = not _is_overcommit_allowed(name)
    if limit is None:
        if exact:
            errors.required(f"{field}.limits", "Limit must be set for non overcommitable resources")
    elif exact and request.amount != limit.amount:
        errors.invalid(f"{field}.requests", request.text, f"must be equal to {name} limit of {limit.text}")
    elif request.amount > limit.amount:
        rule = f"must be less than or equal to {name} limit of {limit.text}"
        errors.invalid(f"{field}.requests", request.text, rule)


def _check_claims(claims: list[ResourceClaim], known: frozenset[str], field: str, errors: ErrorList) -> None:
    taken: set[str] = set()
    parts_taken: Counter[str] = Counter()
    rest = f": {', '.join(sorted(known))}" if known else " which is empty"
    for index, claim in enumerate(claims):
        path = f"{field}[{index}]"
        name = claim.name
        if not name:
            errors.required(path)
            continue
        if name in taken:
            errors.duplicate(path, name)
        else:
            key = name
            if claim.request:
                check(dns_label(claim.request), f"{path}.request", claim.request, errors)
                key = f"{name}/{claim.request}"
            if key in taken:
                errors.duplicate(path, key)
            elif not claim.request:
                for _ in range(parts_taken[name]):
                    errors.duplicate(path, name)
            if "/" in key and key not in taken:
                parts_taken[key.partition("/")[0]] += 1
            taken.add(key)
        if name not in known:
            errors.not_found(path, name, f"must be one of the names in pod.spec.resourceClaims{rest}")


def check_pod_resources(spec: PodSpec, claims: frozenset[str], field: str, errors: ErrorList) -> None:
    """Requests and limits of the whole pod, and what its containers ask for within them."""
    resources = spec.resources
    if resources is None:
        return
    if spec.os is not None and spec.os.name == "windows":
        errors.forbidden(field, "may not be set for a windows pod")
        return
    if resources.claims is not None:
        errors.forbidden(f"{field}.claims", "claims may not be set for Resources at pod-level")
    _check_requirements(resources, _check_pod_resource_name, claims, field, errors)
    pod_requests, pod_limits = resources.requests or {}, resources.limits or {}
    for name, total in aggregate(spec, "requests").items():
        if name in pod_requests and total.amount > parse_quantity(pod_requests[name]).amount:
            rule = f"must be greater than or equal to aggregate container requests of {total}"
            errors.invalid(f"{field}.requests[{name}]", parse_quantity(pod_requests[name]).text, rule)
    for name, total in aggregate(spec, "limits").items():
        if name.startswith("hugepages-") and name in pod_limits:
            limit = parse_quantity(pod_limits[name])
            if total.amount > limit.amount:
                rule = f"must be greater than or equal to aggregate container limits of {total}"
                errors.invalid(f"{field}.limits[{name}]", limit.text, rule)
    for index, container in enumerate(spec.containers or []):
        own = (container.resources.limits if container.resources else None) or {}
        for name, value in own.items():
            if name in pod_limits and parse_quantity(value).amount > parse_quantity(pod_limits[name]).amount:
                rule = f"must be less than or equal to pod limits of {parse_quantity(pod_limits[name])}"
                errors.invalid(f"{field}.containers[{index}][{name}].limits", parse_quantity(value).text, rule)


def check_resize_policy(
    policies: list[ContainerResizePolicy], restart_policy: str, field: str, errors: ErrorList
) -> None:
    """Whether a change of cpu or memory restarts the container."""
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        if policy.resourceName in seen:
            errors.duplicate(f"{field}[{index}]", policy.resourceName)
        seen.add(policy.resourceName)
        for value, supported in (
            (policy.resourceName, ("cpu", "memory")),
            (policy.restartPolicy, ("NotRequired", "RestartContainer")),
        ):
            if not value:
                errors.required(field)
            elif value not in supported:
                errors.not_supported(field, value, supported)
        if restart_policy == "Never" and policy.restartPolicy != "NotRequired":
            rule = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            errors.invalid(field, policy.restartPolicy, rule)
