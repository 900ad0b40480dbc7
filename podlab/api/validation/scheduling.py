"""Where a pod may run: affinity, spread over topologies, tolerations, gates.

Models validateAffinity, validateTopologySpreadConstraints, ValidateTolerations and validateSchedulingGates.
"""

from __future__ import annotations

from lightkube.models.core_v1 import (
    Affinity,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    PodAffinityTerm,
    PodReadinessGate,
    PodSchedulingGate,
    Toleration,
    TopologySpreadConstraint,
)
from lightkube.models.meta_v1 import LabelSelector

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import (
    check,
    check_label_keys_and_values,
    dns_label,
    dns_subdomain,
    label_value,
    qualified_name,
)

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_INCLUSION = ("Honor", "Ignore")
_NO_VALUES = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
_SOME_VALUES = "must be specified when `operator` is 'In' or 'NotIn'"
_NO_SELECTOR = "must not be specified when labelSelector is not set"


def check_affinity(affinity: Affinity | None, field: str, errors: ErrorList) -> None:
    """Towards nodes, towards pods, away from pods."""
    if affinity is None:
        return
    nodes = affinity.nodeAffinity
    if nodes is not None:
        path = f"{field}.nodeAffinity"
        required = nodes.requiredDuringSchedulingIgnoredDuringExecution
        if required is not None:
            terms = f"{path}.{_REQUIRED}.nodeSelectorTerms"
            if not required.nodeSelectorTerms:
                errors.required(terms, "must have at least one node selector term")
            for index, term in enumerate(required.nodeSelectorTerms):
                _check_node_term(term, f"{terms}[{index}]", errors, check_values=True)
        for index, choice in enumerate(nodes.preferredDuringSchedulingIgnoredDuringExecution or []):
            _check_weight(choice.weight, f"{path}.{_PREFERRED}[{index}]", errors)
            place = f"{path}.{_PREFERRED}[{index}].preference"
            _check_node_term(choice.preference, place, errors, check_values=False)
    for name in ("podAffinity", "podAntiAffinity"):
        pods = getattr(affinity, name)
        if pods is None:
            continue
        for index, pod_term in enumerate(getattr(pods, _REQUIRED) or []):
            _check_pod_term(pod_term, f"{field}.{name}.{_REQUIRED}[{index}]", errors)
        for index, weighted in enumerate(getattr(pods, _PREFERRED) or []):
            place = f"{field}.{name}.{_PREFERRED}[{index}]"
            _check_weight(weighted.weight, place, errors)
            _check_pod_term(weighted.podAffinityTerm, f"{place}.podAffinityTerm", errors)


def _check_weight(weight: int, field: str, errors: ErrorList) -> None:
    if not 1 <= weight <= 100:
        errors.invalid(f"{field}.weight", weight, "must be in the range 1-100")


def _check_node_term(term: NodeSelectorTerm, field: str, errors: ErrorList, *, check_values: bool) -> None:
    for index, requirement in enumerate(term.matchExpressions or []):
        path = f"{field}.matchExpressions[{index}]"
        _check_node_requirement(requirement, path, errors, check_values=check_values)
    for index, requirement in enumerate(term.matchFields or []):
        _check_node_field(requirement, f"{field}.matchFields[{index}]", errors)


def _check_node_requirement(
    requirement: NodeSelectorRequirement, field: str, errors: ErrorList, *, check_values: bool
) -> None:
    values = requirement.values or []
    match requirement.operator:
        case "In" | "NotIn":
            if not values:
                errors.required(f"{field}.values", _SOME_VALUES)
        case "Exists" | "DoesNotExist":
            if values:
                errors.forbidden(f"{field}.values", _NO_VALUES)
        case "Gt" | "Lt":
            if len(values) != 1:
                rule = "must be specified single value when `operator` is 'Lt' or 'Gt'"
                errors.required(f"{field}.values", rule)
        case other:
            errors.invalid(f"{field}.operator", other, "not a valid selector operator")
    check(qualified_name(requirement.key), f"{field}.key", requirement.key, errors)
    for index, value in enumerate(values if check_values else []):
        check(label_value(value), f"{field}.values[{index}]", value, errors)


def _check_node_field(requirement: NodeSelectorRequirement, field: str, errors: ErrorList) -> None:
    values = requirement.values or []
    if requirement.operator not in ("In", "NotIn"):
        errors.invalid(f"{field}.operator", requirement.operator, "not a valid selector operator")
    elif len(values) != 1:
        rule = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.required(f"{field}.values", rule)
    if requirement.key != "metadata.name":
        errors.invalid(f"{field}.key", requirement.key, "not a valid field selector key")
    else:
        for index, value in enumerate(values):
            check(dns_subdomain(value), f"{field}.values[{index}]", value, errors)


def _check_pod_term(term: PodAffinityTerm, field: str, errors: ErrorList) -> None:
    check_label_selector(term.labelSelector, f"{field}.labelSelector", errors)
    check_label_selector(term.namespaceSelector, f"{field}.namespaceSelector", errors)
    for namespace in term.namespaces or []:
        check(dns_label(namespace), f"{field}.namespace", namespace, errors)
    _check_label_keys(term.matchLabelKeys or [], term.mismatchLabelKeys or [], term.labelSelector, field, errors)
    if not term.topologyKey:
        errors.required(f"{field}.topologyKey", "can not be empty")
    check(qualified_name(term.topologyKey), f"{field}.topologyKey", term.topologyKey, errors)


def check_label_selector(selector: LabelSelector | None, field: str, errors: ErrorList) -> None:
    """Labels that must match, and conditions on labels."""
    if selector is None:
        return
    check_label_keys_and_values(selector.matchLabels, f"{field}.matchLabels", errors)
    for index, requirement in enumerate(selector.matchExpressions or []):
        path = f"{field}.matchExpressions[{index}]"
        values = requirement.values or []
        if requirement.operator in ("In", "NotIn"):
            if not values:
                errors.required(f"{path}.values", _SOME_VALUES)
        elif requirement.operator in ("Exists", "DoesNotExist"):
            if values:
                errors.forbidden(f"{path}.values", _NO_VALUES)
        else:
            errors.invalid(f"{path}.operator", requirement.operator, "not a valid selector operator")
        check(qualified_name(requirement.key), f"{path}.key", requirement.key, errors)
        for number, value in enumerate(values):
            check(label_value(value), f"{path}.values[{number}]", value, errors)


def _check_label_keys(
    match: list[str], mismatch: list[str], selector: LabelSelector | None, field: str, errors: ErrorList
) -> None:
    """Keys whose values are taken from the pod itself. They are in the selector by now, so not twice."""
    for name, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and selector is None:
            errors.forbidden(f"{field}.{name}", _NO_SELECTOR)
            continue
        for index, key in enumerate(keys):
            check(qualified_name(key), f"{field}.{name}[{index}]", key, errors)
    if selector is not None:
        places = {key: index for index, key in enumerate(match)}
        seen = set(selector.matchLabels or {})
        for requirement in selector.matchExpressions or []:
            if requirement.key in places and requirement.key in seen:
                rule = "exists in both matchLabelKeys and labelSelector"
                errors.invalid(f"{field}[{places[requirement.key]}]", requirement.key, rule)
            seen.add(requirement.key)
    for index, key in enumerate(match):
        if key in mismatch:
            rule = "exists in both matchLabelKeys and mismatchLabelKeys"
            errors.invalid(f"{field}.matchLabelKeys[{index}]", key, rule)


def check_topology_spread(constraints: list[TopologySpreadConstraint], field: str, errors: ErrorList) -> None:
    """How evenly pods lie over zones, nodes and the like."""
    last = {(each.topologyKey, each.whenUnsatisfiable): index for index, each in enumerate(constraints)}
    for index, constraint in enumerate(constraints):
        path = f"{field}[{index}]"
        if constraint.maxSkew <= 0:
            errors.invalid(f"{path}.maxSkew", constraint.maxSkew, "must be greater than zero")
        if not constraint.topologyKey:
            errors.required(f"{path}.topologyKey", "can not be empty")
        action = constraint.whenUnsatisfiable
        if action not in _ACTIONS:
            errors.not_supported(f"{path}.whenUnsatisfiable", action, _ACTIONS)
        pair = (constraint.topologyKey, action)
        if last[pair] > index:
            errors.duplicate(f"{path}.{{topologyKey, whenUnsatisfiable}}", f"{{{pair[0]}, {pair[1]}}}")
        if constraint.minDomains is not None:
            if constraint.minDomains <= 0:
                errors.invalid(f"{path}.minDomains", constraint.minDomains, "must be greater than zero")
            if action != "DoNotSchedule":
                rule = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
                errors.invalid(f"{path}.minDomains", constraint.minDomains, rule)
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            policy = getattr(constraint, name)
            if policy is not None and policy not in _INCLUSION:
                errors.not_supported(f"{path}.{name}", policy, _INCLUSION)
        _check_label_keys(constraint.matchLabelKeys or [], [], constraint.labelSelector, path, errors)
        check_label_selector(constraint.labelSelector, f"{path}.labelSelector", errors)


def check_tolerations(tolerations: list[Toleration], field: str, errors: ErrorList) -> None:
    """Which taints a pod can bear."""
    for index, toleration in enumerate(tolerations):
        path = f"{field}[{index}]"
        operator = toleration.operator or ""
        if toleration.key:
            check(qualified_name(toleration.key), f"{path}.key", toleration.key, errors)
        elif operator != "Exists":
            rule = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            errors.invalid(f"{path}.operator", operator, rule)
        if toleration.tolerationSeconds is not None and toleration.effect != "NoExecute":
            rule = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            errors.invalid(f"{path}.effect", toleration.effect or "", rule)
        value = toleration.value or ""
        if operator in ("Equal", ""):
            if rules := label_value(value):
                errors.invalid(f"{path}.operator", value, ";".join(rules))
        elif operator == "Exists":
            if value:
                errors.invalid(f"{path}.operator", value, "value must be empty when `operator` is 'Exists'")
        else:
            known = ("Equal", "Exists", "Lt", "Gt") if operator in ("Lt", "Gt") else ("Equal", "Exists")
            errors.not_supported(f"{path}.operator", operator, known)
        if toleration.effect and toleration.effect not in _EFFECTS:
            errors.not_supported(f"{path}.effect", toleration.effect, _EFFECTS)


def check_readiness_gates(gates: list[PodReadinessGate], field: str, errors: ErrorList) -> None:
    """Conditions that someone else sets."""
    for index, gate in enumerate(gates):
        check(qualified_name(gate.conditionType), f"{field}[{index}].conditionType", gate.conditionType, errors)


def check_scheduling_gates(gates: list[PodSchedulingGate], field: str, errors: ErrorList) -> None:
    """What must be lifted before the scheduler looks at the pod."""
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        check(qualified_name(gate.name), f"{field}[{index}]", gate.name, errors)
        if gate.name in seen:
            errors.duplicate(f"{field}[{index}]", gate.name)
        seen.add(gate.name)
