"""A cluster in a dictionary: it stores what it is given and simulates nothing."""

from datetime import UTC, datetime

from podlab.api.decode import decode_object
from podlab.api.faults import ManifestError
from podlab.kubectl.api_resources import find_resource, resource_of_kind
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError, ExecResult, LogLine, not_found

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def decoded(resource, data):
    try:
        return decode_object(resource.model(), data)
    except ManifestError as error:
        raise ApiError("BadRequest", str(error.faults[0])) from None


class FakeApi:
    def __init__(self, *objects, now=NOW, changes=(), logs=None):
        self.clock = now
        self.changes = changes
        self.written = logs or {}
        self.calls = []
        self.warned = []
        self.objects = {}
        for data in objects:
            self.store(data)

    def store(self, data):
        resource = resource_of_kind(data["apiVersion"], data["kind"])
        obj = decoded(resource, data)
        metadata = obj.metadata
        if resource.namespaced and not metadata.namespace:
            metadata.namespace = "default"
        self.objects[resource.plural, metadata.namespace if resource.namespaced else "", metadata.name] = obj
        return obj

    def now(self):
        return self.clock

    def list(self, resource, namespace):
        keys = sorted(key for key in self.objects if key[0] == resource and namespace in (None, key[1]))
        return [self.objects[key] for key in keys]

    def get(self, resource, namespace, name):
        found = find_resource(resource)
        key = resource, namespace if found.namespaced else "", name
        if key not in self.objects:
            raise not_found(found.qualified, name)
        return self.objects[key]

    def watch(self, resource, namespace, timeout):
        self.calls.append(("watch", resource, namespace, timeout))
        return iter(self.changes)

    def create(self, manifest, namespace, *, dry_run=False):
        self.calls.append(("create", manifest, namespace, dry_run))
        resource = resource_of_kind(manifest["apiVersion"], manifest["kind"])
        name = manifest["metadata"].get("name")
        if not name:
            raise ApiError("Invalid", "", kind=resource.kind, causes=[("metadata.name", "Required value")])
        if (resource.plural, namespace, name) in self.objects:
            raise ApiError("AlreadyExists", f'{resource.qualified} "{name}" already exists')
        data = {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}
        return decoded(resource, data) if dry_run else self.store(data)

    def update(self, manifest, namespace, *, dry_run=False):
        self.calls.append(("update", manifest, namespace, dry_run))
        before = json_data(self.get("pods", namespace, manifest["metadata"]["name"]))
        if before["spec"].get("restartPolicy") != manifest["spec"].get("restartPolicy"):
            causes = [("spec", "Forbidden: pod updates may not change fields")]
            raise ApiError("Invalid", "…", kind="Pod", name=manifest["metadata"]["name"], causes=causes)
        return self.store(manifest)

    def warnings(self):
        warned, self.warned = self.warned, []
        return warned

    def wait_until(self, holds, timeout):
        self.calls.append(("wait", timeout))
        return holds()

    def delete(self, resource, namespace, name, *, grace_period):
        self.calls.append(("delete", resource, namespace, name, grace_period))
        self.get(resource, namespace, name)
        del self.objects[resource, namespace if find_resource(resource).namespaced else "", name]

    def scale(self, resource, namespace, name, replicas):
        self.calls.append(("scale", resource, namespace, name, replicas))

    def logs(self, namespace, pod, container, *, previous):
        if previous and (pod, container, "previous") not in self.written:
            text = f'previous terminated container "{container}" in pod "{pod}" not found'
            raise ApiError("BadRequest", text)
        key = (pod, container, "previous") if previous else (pod, container)
        return [LogLine(self.clock, text) for text in self.written.get(key, ())]

    def exec(self, namespace, pod, container, command, stdin):
        self.calls.append(("exec", namespace, pod, container, command, stdin))
        if command[0] == "false":
            return ExecResult(code=1)
        if command[0] == "nope":
            raise ApiError("", 'Internal error occurred: exec: "nope": executable file not found in $PATH')
        return ExecResult(f"{' '.join(command)}\n{stdin}")


def pod(name, *, namespace="default", labels=None, containers=("web",), phase="Running", node="node-1", **status):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{name}",
            "labels": labels,
            "creationTimestamp": "2025-12-31T23:59:00Z",
        },
        "spec": {"nodeName": node, "containers": [{"name": c, "image": "busybox"} for c in containers]},
        "status": {"phase": phase, "podIP": "10.0.0.1", **status},
    }
