"""Which objects a command means: ``pods``, ``pod web db``, ``pod/web svc/front``, ``po,svc``, ``all``, ``-f FILE``.

Models the Builder of k8s.io/cli-runtime/pkg/resource.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from podlab.api.served import Resource
from podlab.kubectl.api_resources import all_resources, find_resource, resource_names
from podlab.kubectl.call import Call
from podlab.kubectl.closest import did_you_mean
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.fieldselectors import parse_field_selector
from podlab.kubectl.manifests import read_manifests
from podlab.kubectl.selectors import SelectorError, parse_selector
from podlab.kubectl.store import ApiError

_SLASH = (
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
    "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
)


@dataclass(frozen=True)
class Target:
    """One object by name, or all objects of a resource (``name`` None)."""

    resource: Resource
    name: str | None
    namespace: str


@dataclass(frozen=True)
class Found:
    """An object and the resource it is of."""

    resource: Resource
    object: Any

    @property
    def name(self) -> str:
        """Its name."""
        return self.object.metadata.name or ""

    @property
    def namespace(self) -> str:
        """Its namespace, empty if it has none."""
        return self.object.metadata.namespace or ""


def resource_for(name: str) -> Resource:
    """The resource of this name. Raises KubectlError."""
    resource = find_resource(name)
    if resource is None:
        hint = did_you_mean(name, resource_names(), otherwise="kubectl api-resources lists them all.")
        raise KubectlError(f'error: the server doesn\'t have a resource type "{name}"', hint=hint)
    return resource


def targets_of(call: Call, args: tuple[str, ...]) -> list[Target]:
    """What the arguments, or ``-f``, mean. Raises KubectlError."""
    if call.flags.get("filename"):
        if args:
            raise KubectlError(
                "error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
            )
        return [Target(found.resource, found.name, found.namespace) for found in read_manifests(call)]
    if any("/" in arg for arg in args):
        targets = [_by_slash(call, arg) for arg in args]
    else:
        kinds = _kinds(args[0])
        if len(args) == 1:
            return [Target(resource, None, call.namespace) for resource in kinds]
        if len(kinds) > 1 and args[0] == "all":
            raise KubectlError("error: you may only specify a single resource type")
        targets = [Target(resource, name, call.namespace) for resource in kinds for name in args[1:]]
    if call.flags.get("selector"):
        raise KubectlError("error: name cannot be provided when a selector is specified")
    if call.everywhere and any(target.resource.namespaced for target in targets):
        raise KubectlError("error: a resource cannot be retrieved by name across all namespaces")
    return targets


def find_objects(call: Call, targets: list[Target]) -> list[Found]:
    """The objects that are there. Those that are not, and requests that are refused, are remembered as failures."""
    found: list[Found] = []
    for target in targets:
        try:
            if target.name is None:
                objects = list_objects(call, target)
            else:
                objects = [call.api.get(target.resource.plural, target.namespace, target.name)]
        except ApiError as error:
            if not (error.reason == "NotFound" and call.flags.get("ignore-not-found")):
                call.fail(from_api(error))
            continue
        found += [Found(target.resource, obj) for obj in objects]
    return found


def list_objects(call: Call, target: Target) -> list[Any]:
    """All objects of a resource that the selectors let pass. Raises ApiError, KubectlError."""
    passes = selection(call, target.resource)
    namespace = None if call.everywhere or not target.resource.namespaced else target.namespace
    return [obj for obj in call.api.list(target.resource.plural, namespace) if passes(obj)]


def nothing_selected(call: Call) -> bool:
    """Whether neither ``--all`` nor a selector says which objects of a resource are meant."""
    return not any(call.flags.get(flag) for flag in ("all", "selector", "field-selector"))


def selection(call: Call, resource: Resource) -> Callable[[Any], bool]:
    """Whether an object passes ``-l`` and ``--field-selector``. Raises KubectlError if these cannot be read."""
    labels, fields = call.flags.get("selector") or "", call.flags.get("field-selector") or ""
    try:
        by_label = parse_selector(labels)
        by_field = parse_field_selector(fields, resource)
    except SelectorError as error:
        wrong = ApiError(
            "BadRequest",
            f'Unable to find "{resource.gvr}" that match label selector "{labels}", field selector "{fields}": {error}',
        )
        raise from_api(wrong) from None
    return lambda obj: by_label.matches(obj.metadata.labels) and by_field(obj)


def _kinds(text: str) -> list[Resource]:
    if text == "all":
        return all_resources()
    return [resource_for(name) for name in text.split(",")]


def _by_slash(call: Call, arg: str) -> Target:
    kind, slash, name = arg.partition("/")
    if not slash:
        raise KubectlError(f"error: {_SLASH}")
    if "/" in name:
        raise KubectlError("error: arguments in resource/name form may not have more than one slash")
    if not kind or not name or "," in kind:
        raise KubectlError("error: arguments in resource/name form must have a single resource and name")
    return Target(resource_for(kind), name, call.namespace)
