"""Kinds that say how others are treated: budgets, autoscalers, priorities, roles, claims.

Models ValidatePodDisruptionBudget, ValidateHorizontalPodAutoscaler, ValidatePriorityClass, ValidateRole,
ValidateRoleBinding and ValidatePersistentVolumeClaim.
"""

from __future__ import annotations

from typing import Any

from lightkube.models.autoscaling_v1 import HorizontalPodAutoscaler as HorizontalPodAutoscalerV1
from lightkube.models.autoscaling_v2 import HorizontalPodAutoscaler
from lightkube.models.core_v1 import PersistentVolumeClaim
from lightkube.models.policy_v1 import PodDisruptionBudget
from lightkube.models.rbac_v1 import ClusterRole, ClusterRoleBinding, Role, RoleBinding, RoleRef, Subject
from lightkube.models.scheduling_v1 import PriorityClass

from podlab.api.validation.claims import check_claim_spec
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, dns_subdomain, path_segment
from podlab.api.validation.scheduling import check_label_selector
from podlab.api.validation.strategy import check_at_most_all, check_share

_EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")
_HIGHEST_OF_USERS = 1_000_000_000
_RBAC = "rbac.authorization.k8s.io"
_SYSTEM_PRIORITIES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def check_disruption_budget(budget: PodDisruptionBudget, errors: ErrorList) -> None:
    """How many must stay, or how many may go, not both."""
    spec = budget.spec
    if spec is None:
        return
    if spec.minAvailable is not None and spec.maxUnavailable is not None:
        errors.wrong("spec", "minAvailable and maxUnavailable cannot be both set")
    for name in ("minAvailable", "maxUnavailable"):
        if (value := getattr(spec, name)) is not None:
            check_share(value, f"spec.{name}", errors)
            check_at_most_all(value, f"spec.{name}", errors)
    check_label_selector(spec.selector, "spec.selector", errors)
    policy = spec.unhealthyPodEvictionPolicy
    if policy not in (None, *_EVICTION_POLICIES):
        errors.not_supported("spec.unhealthyPodEvictionPolicy", policy, _EVICTION_POLICIES)


def check_autoscaler(scaler: HorizontalPodAutoscaler | HorizontalPodAutoscalerV1, errors: ErrorList) -> None:
    """It scales something that is named, between two numbers of which the first is not the larger."""
    spec: Any = scaler.spec
    if spec is None:
        return
    least = 1 if spec.minReplicas is None else spec.minReplicas
    if least < 1:
        errors.invalid("spec.minReplicas", least, "must be greater than or equal to 1")
    if spec.maxReplicas < 1:
        errors.invalid("spec.maxReplicas", spec.maxReplicas, "must be greater than 0")
    if spec.maxReplicas < least:
        errors.invalid("spec.maxReplicas", spec.maxReplicas, "must be greater than or equal to `minReplicas`")
    for name in ("kind", "name"):
        value = getattr(spec.scaleTargetRef, name)
        if value:
            check(path_segment(value), f"spec.scaleTargetRef.{name}", value, errors)
        else:
            errors.required(f"spec.scaleTargetRef.{name}")


def check_priority_class(priority: PriorityClass, errors: ErrorList) -> None:
    """The highest priorities, and the names that begin with system-, are the system's."""
    name = (priority.metadata.name if priority.metadata else None) or ""
    if name.startswith("system-"):
        if _SYSTEM_PRIORITIES.get(name) != priority.value:
            rule = "priority class names with 'system-' prefix are reserved for system use only"
            errors.forbidden("metadata.name", rule)
    elif (priority.value or 0) > _HIGHEST_OF_USERS:
        rule = f"maximum allowed value of a user defined priority is {_HIGHEST_OF_USERS}"
        errors.forbidden("value", rule)
    if priority.preemptionPolicy not in (None, "PreemptLowerPriority", "Never"):
        errors.not_supported("preemptionPolicy", priority.preemptionPolicy, ("PreemptLowerPriority", "Never"))


def check_role(role: Role | ClusterRole, errors: ErrorList) -> None:
    """Each rule says what may be done to which resources."""
    for index, rule in enumerate(role.rules or []):
        field = f"rules[{index}]"
        if not rule.verbs:
            errors.required(f"{field}.verbs", "verbs must contain at least one value")
        if rule.nonResourceURLs:
            if isinstance(role, Role):
                shown = rule.nonResourceURLs
                errors.invalid(f"{field}.nonResourceURLs", shown, "namespaced rules cannot apply to non-resource URLs")
            if rule.apiGroups or rule.resources or rule.resourceNames:
                text = "rules cannot apply to both regular resources and non-resource URLs"
                errors.invalid(f"{field}.nonResourceURLs", rule.nonResourceURLs, text)
            continue
        if not rule.apiGroups:
            errors.required(f"{field}.apiGroups", "resource rules must supply at least one api group")
        if not rule.resources:
            errors.required(f"{field}.resources", "resource rules must supply at least one resource")


def check_role_binding(binding: RoleBinding | ClusterRoleBinding, errors: ErrorList) -> None:
    """It names one role, and who has it."""
    kinds = ("Role", "ClusterRole") if isinstance(binding, RoleBinding) else ("ClusterRole",)
    _check_role_ref(binding.roleRef, kinds, errors)
    for index, subject in enumerate(binding.subjects or []):
        _check_subject(subject, f"subjects[{index}]", errors)


def _check_role_ref(role: RoleRef, kinds: tuple[str, ...], errors: ErrorList) -> None:
    if role.apiGroup not in ("", None, _RBAC):  # an empty one is filled in
        errors.not_supported("roleRef.apiGroup", role.apiGroup, (_RBAC,))
    if role.kind not in kinds:
        errors.not_supported("roleRef.kind", role.kind, kinds)
    if not role.name:
        errors.required("roleRef.name")
    else:
        check(path_segment(role.name), "roleRef.name", role.name, errors)


def _check_subject(subject: Subject, field: str, errors: ErrorList) -> None:
    if not subject.name:
        errors.required(f"{field}.name")
    group = "" if subject.kind == "ServiceAccount" else _RBAC
    match subject.kind:
        case "ServiceAccount":
            if subject.name:
                check(dns_subdomain(subject.name), f"{field}.name", subject.name, errors)
            if subject.apiGroup:
                errors.not_supported(f"{field}.apiGroup", subject.apiGroup, ("",))
            if not subject.namespace:
                errors.required(f"{field}.namespace")
        case "User" | "Group":
            if subject.apiGroup not in (None, "", group):
                errors.not_supported(f"{field}.apiGroup", subject.apiGroup, (group,))
        case _:
            errors.not_supported(f"{field}.kind", subject.kind, ("ServiceAccount", "User", "Group"))


def check_claim(claim: PersistentVolumeClaim, errors: ErrorList) -> None:
    """What a claim asks for must be a volume that there can be."""
    if claim.spec is not None:
        check_claim_spec(claim.spec, "spec", errors)
