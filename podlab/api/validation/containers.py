"""Regular, init and ephemeral containers.

Models validateContainers, validateInitContainers, validateEphemeralContainers and validateContainerCommon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lightkube.models.core_v1 import Container, ContainerRestartRule, EphemeralContainer, PodSpec, Volume

from podlab.api.validation.env import check_env, check_env_from
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.mounts import check_devices, check_mounts
from podlab.api.validation.names import check, dns_label
from podlab.api.validation.ports import check_host_port_conflicts, check_ports
from podlab.api.validation.probes import check_lifecycle, check_probes
from podlab.api.validation.resources import check_container_resources, check_resize_policy
from podlab.api.validation.security import check_container_context
from podlab.api.validation.volume_sources import PULL_POLICIES

_AnyContainer = Container | EphemeralContainer

_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_RESTART_POLICIES = ("Always", "Never", "OnFailure")
_RULE_ACTIONS = ("Restart", "RestartAllContainers")
_RULE_OPERATORS = ("In", "NotIn")
_MAX_RULES = 20
_MAX_EXIT_CODES = 255
_ONLY_FOR_SIDECARS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_NOT_FOR_EPHEMERAL = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)


@dataclass(frozen=True, slots=True)
class PodFacts:
    """What the checks of a container need to know of its pod."""

    spec: PodSpec
    volumes: Mapping[str, Volume]
    claims: frozenset[str]
    grace: int

    @property
    def host_users(self) -> bool:
        """Whether user ids mean the same inside and outside."""
        return self.spec.hostUsers is not False


def check_containers(facts: PodFacts, field: str, errors: ErrorList) -> None:
    """At least one regular container; names differ; host ports of all of them together."""
    containers = facts.spec.containers or []
    if not containers:
        errors.required(field)
        return
    names: set[str] = set()
    for index, container in enumerate(containers):
        path = f"{field}[{index}]"
        _check_common(container, facts, path, errors)
        if container.name in names:
            errors.duplicate(f"{path}.name", container.name)
        names.add(container.name)
        if container.lifecycle is not None:
            check_lifecycle(container.lifecycle, facts.grace, f"{path}.lifecycle", errors)
        check_probes(container, facts.grace, path, errors)
        _check_restart(container, path, errors)
    check_host_port_conflicts(((f"{field}[{i}]", container) for i, container in enumerate(containers)), errors)


def check_init_containers(facts: PodFacts, field: str, errors: ErrorList) -> None:
    """They run one by one, so host ports clash only within each. Probes and hooks are for sidecars only."""
    names = {container.name for container in facts.spec.containers or []}
    for index, container in enumerate(facts.spec.initContainers or []):
        path = f"{field}[{index}]"
        _check_common(container, facts, path, errors)
        _check_restart(container, path, errors)
        if container.name in names:
            errors.duplicate(f"{path}.name", container.name)
        elif container.name:
            names.add(container.name)
        check_host_port_conflicts([(f"{field}[0]", container)], errors)
        if container.restartPolicy == "Always":
            if container.lifecycle is not None:
                check_lifecycle(container.lifecycle, facts.grace, f"{path}.lifecycle", errors)
            check_probes(container, facts.grace, path, errors)
            continue
        for name in _ONLY_FOR_SIDECARS:
            if getattr(container, name) is not None:
                rule = "may not be set for init containers without restartPolicy=Always"
                errors.forbidden(f"{path}.{name}", rule)
        for number, policy in enumerate(container.resizePolicy or []):
            if policy.restartPolicy == "RestartContainer":
                rule = "must not be set to 'RestartContainer' for non-sidecar initContainers"
                errors.invalid(f"{path}.resizePolicy[{number}].restartPolicy", policy.restartPolicy, rule)


def check_ephemeral_containers(facts: PodFacts, field: str, errors: ErrorList) -> None:
    """Containers for a look inside: no ports, probes or resources, no sub-paths."""
    others = {each.name for each in (*(facts.spec.containers or []), *(facts.spec.initContainers or []))}
    names = set(others)
    for index, container in enumerate(facts.spec.ephemeralContainers or []):
        path = f"{field}[{index}]"
        _check_common(container, facts, path, errors)
        check_image_blanks(container, path, errors)
        if container.name in names:
            errors.duplicate(f"{path}.name", container.name)
        names.add(container.name)
        target = container.targetContainerName
        if target and target not in others:
            errors.not_found(f"{path}.targetContainerName", target)
        for name in _NOT_FOR_EPHEMERAL:
            value = getattr(container, name)
            if name == "resources":
                value = value and (value.limits or value.requests or value.claims)
            if value is not None and value != []:
                errors.forbidden(f"{path}.{name}", "cannot be set for an Ephemeral Container")
        for number, mount in enumerate(container.volumeMounts or []):
            for name in ("subPath", "subPathExpr"):
                if getattr(mount, name):
                    rule = "cannot be set for an Ephemeral Container"
                    errors.forbidden(f"{path}.volumeMounts[{number}].{name}", rule)


def check_image_blanks(container: _AnyContainer, field: str, errors: ErrorList) -> None:
    """Pods, unlike templates, may not have blanks around an image."""
    if container.image and container.image != container.image.strip():
        errors.invalid(f"{field}.image", container.image, "must not have leading or trailing whitespace")


def _check_common(container: _AnyContainer, facts: PodFacts, field: str, errors: ErrorList) -> None:
    if not container.name:
        errors.required(f"{field}.name")
    else:
        check(dns_label(container.name), f"{field}.name", container.name, errors)
    if not container.image:
        errors.required(f"{field}.image")
    _check_one_of(container.terminationMessagePolicy, _MESSAGE_POLICIES, f"{field}.terminationMessagePolicy", errors)
    check_ports(container.ports or [], f"{field}.ports", errors)
    check_env(container.env or [], f"{field}.env", errors)
    check_env_from(container.envFrom or [], f"{field}.envFrom", errors)
    check_mounts(container, facts.volumes, f"{field}.volumeMounts", errors)
    check_devices(container, facts.volumes, f"{field}.volumeDevices", errors)
    _check_one_of(container.imagePullPolicy, PULL_POLICIES, f"{field}.imagePullPolicy", errors)
    check_container_resources(container.resources, facts.claims, f"{field}.resources", errors)
    restart_policy = facts.spec.restartPolicy or ""
    check_resize_policy(container.resizePolicy or [], restart_policy, f"{field}.resizePolicy", errors)
    check_container_context(container.securityContext, facts.host_users, f"{field}.securityContext", errors)


def _check_one_of(value: str | None, supported: tuple[str, ...], field: str, errors: ErrorList) -> None:
    if not value:
        errors.required(field)
    elif value not in supported:
        errors.not_supported(field, value, supported)


def _check_restart(container: Container, field: str, errors: ErrorList) -> None:
    """A container may have a restart policy of its own, and with it rules for exit codes."""
    policy, rules = container.restartPolicy, container.restartPolicyRules or []
    if policy is None:
        if rules:
            errors.required(f"{field}.restartPolicy", "must specify restartPolicy when restart rules are used")
            if field.startswith("spec.initContainers"):
                return
    elif policy not in _RESTART_POLICIES:
        errors.not_supported(f"{field}.restartPolicy", policy, _RESTART_POLICIES)
    if len(rules) > _MAX_RULES:
        errors.too_many(f"{field}.restartPolicyRules", len(rules), _MAX_RULES)
    for index, rule in enumerate(rules):
        _check_restart_rule(rule, f"{field}.restartPolicyRules[{index}]", errors)


def _check_restart_rule(rule: ContainerRestartRule, field: str, errors: ErrorList) -> None:
    if rule.action not in _RULE_ACTIONS:
        errors.not_supported(f"{field}.action", rule.action, _RULE_ACTIONS)
    if rule.exitCodes is None:
        errors.required(f"{field}.exitCodes", "must be specified")
        return
    if rule.exitCodes.operator not in _RULE_OPERATORS:
        errors.not_supported(f"{field}.exitCodes.operator", rule.exitCodes.operator, _RULE_OPERATORS)
    values = rule.exitCodes.values or []
    if len(values) > _MAX_EXIT_CODES:
        errors.too_many(f"{field}.exitCodes.values", len(values), _MAX_EXIT_CODES)
