"""Which fields podlab acts on. All fields are kept; those that change nothing in a run can be listed.

`SIMULATED` is the whole truth of it: a field stands there with `WHOLE`, with a tree of the fields inside it that count,
or with the only values of it that say nothing beyond what podlab does anyway.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from podlab.api.decode import encode

WHOLE: Final = "whole"

Tree = dict[str, "Part"]
Part = Tree | tuple[Any, ...] | Literal["whole"]


def _whole(*names: str) -> Tree:
    return dict.fromkeys(names, WHOLE)


_METADATA: Tree = {
    **_whole("name", "generateName", "namespace", "labels", "annotations", "ownerReferences"),
    # what the API writes there itself
    **_whole("uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp"),
    **_whole("deletionGracePeriodSeconds", "managedFields", "selfLink"),
}

_HTTP_GET: Tree = _whole("path", "port", "host", "scheme")

_PROBE: Tree = {
    **_whole("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"),
    **_whole("terminationGracePeriodSeconds", "exec", "tcpSocket"),
    "httpGet": _HTTP_GET,
    "grpc": _whole("port"),
}

_HOOK: Tree = {**_whole("exec", "sleep"), "httpGet": _HTTP_GET}

_VALUES: Tree = _whole("configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef")

_CONTAINER: Tree = {
    **_whole("name", "image", "imagePullPolicy", "command", "args", "workingDir", "envFrom"),
    **_whole("terminationMessagePath", "terminationMessagePolicy", "restartPolicy", "restartPolicyRules"),
    "env": {**_whole("name", "value"), "valueFrom": _VALUES},
    "ports": _whole("name", "containerPort", "hostPort", "protocol"),
    "resources": {"requests": WHOLE, "limits": _whole("cpu", "memory")},
    "volumeMounts": _whole("name", "mountPath", "readOnly", "subPath"),
    "livenessProbe": _PROBE,
    "readinessProbe": _PROBE,
    "startupProbe": _PROBE,
    "lifecycle": {"postStart": _HOOK, "preStop": _HOOK},
    "securityContext": _whole("runAsUser", "runAsNonRoot", "readOnlyRootFilesystem"),
}

_KEYS: Tree = {"items": _whole("key", "path"), "optional": WHOLE}

_KEYS_TO_FILES: Tree = {**_KEYS, "defaultMode": (0o644,)}

_FIELDS_TO_FILES: Tree = _whole("path", "fieldRef", "resourceFieldRef")

_VOLUME: Tree = {
    "name": WHOLE,
    "emptyDir": {},
    "hostPath": WHOLE,
    "configMap": {"name": WHOLE, **_KEYS_TO_FILES},
    "secret": {"secretName": WHOLE, **_KEYS_TO_FILES},
    "downwardAPI": {"items": _FIELDS_TO_FILES, "defaultMode": (0o644,)},
    "projected": {
        "sources": {
            "configMap": {"name": WHOLE, **_KEYS},
            "secret": {"name": WHOLE, **_KEYS},
            "downwardAPI": {"items": _FIELDS_TO_FILES},
            "serviceAccountToken": _whole("path"),
        },
        "defaultMode": (0o644,),
    },
    "persistentVolumeClaim": _whole("claimName"),
}

_POD_SPEC: Tree = {
    "containers": _CONTAINER,
    "initContainers": _CONTAINER,
    "volumes": _VOLUME,
    **_whole("restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "readinessGates"),
    **_whole("nodeName", "nodeSelector", "tolerations", "hostname", "hostAliases"),
    **_whole("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"),
    **_whole("affinity", "topologySpreadConstraints", "schedulingGates", "priorityClassName", "resources"),
    "securityContext": _whole("runAsUser", "runAsNonRoot"),
    "automountServiceAccountToken": WHOLE,
    "dnsPolicy": ("ClusterFirst",),
    "enableServiceLinks": (True,),
    "preemptionPolicy": WHOLE,
    "schedulerName": ("default-scheduler",),
    "serviceAccount": ("default",),
    "serviceAccountName": ("default",),
}

_REPLICAS: Tree = {
    **_whole("replicas", "selector", "minReadySeconds"),
    "template": {"metadata": _METADATA, "spec": _POD_SPEC},
}

_DEPLOYMENT: Tree = {
    **_REPLICAS,
    **_whole("strategy", "revisionHistoryLimit", "progressDeadlineSeconds", "paused"),
}

_STATEFUL_SET: Tree = {
    **_REPLICAS,
    **_whole("serviceName", "podManagementPolicy", "updateStrategy", "revisionHistoryLimit", "ordinals"),
    "volumeClaimTemplates": WHOLE,
}

_DAEMON_SET: Tree = {
    **_whole("selector", "minReadySeconds", "updateStrategy", "revisionHistoryLimit"),
    "template": {"metadata": _METADATA, "spec": _POD_SPEC},
}

_JOB: Tree = {
    **_whole(
        "parallelism", "completions", "completionMode", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes"
    ),
    **_whole("activeDeadlineSeconds", "podReplacementPolicy", "podFailurePolicy", "successPolicy", "suspend"),
    **_whole("ttlSecondsAfterFinished", "selector", "manualSelector"),
    "template": {"metadata": _METADATA, "spec": _POD_SPEC},
}

_CRON_JOB: Tree = {
    **_whole("schedule", "timeZone", "concurrencyPolicy", "startingDeadlineSeconds", "suspend"),
    **_whole("successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
    "jobTemplate": {"metadata": _METADATA, "spec": _JOB},
}

_SERVICE: Tree = {
    **_whole("selector", "publishNotReadyAddresses", "clusterIP"),
    "ports": _whole("name", "port", "protocol", "targetPort"),
    "type": ("ClusterIP",),
    "sessionAffinity": ("None",),
    # what the API writes there itself, on a cluster with one family of addresses
    "clusterIPs": WHOLE,
    "internalTrafficPolicy": ("Cluster",),
    "ipFamilies": (["IPv4"],),
    "ipFamilyPolicy": ("SingleStack",),
}

_SPECS: dict[str, Tree] = {
    "ConfigMap": _whole("data"),
    "CronJob": {"spec": _CRON_JOB, "status": WHOLE},
    "DaemonSet": {"spec": _DAEMON_SET, "status": WHOLE},
    "Deployment": {"spec": _DEPLOYMENT, "status": WHOLE},
    "Job": {"spec": _JOB, "status": WHOLE},
    "Namespace": {"spec": WHOLE, "status": WHOLE},
    "Node": {"spec": _whole("taints", "unschedulable"), "status": WHOLE},
    "Pod": {"spec": _POD_SPEC, "status": WHOLE},
    "PriorityClass": _whole("value", "globalDefault", "preemptionPolicy", "description"),
    "ReplicaSet": {"spec": _REPLICAS, "status": WHOLE},
    "ReplicationController": {"spec": _REPLICAS, "status": WHOLE},
    "ResourceQuota": {"spec": _whole("hard"), "status": WHOLE},
    "Secret": _whole("data", "stringData", "type"),
    "PodDisruptionBudget": {"spec": WHOLE, "status": WHOLE},
    "Service": {"spec": _SERVICE, "status": WHOLE},
    "StatefulSet": {"spec": _STATEFUL_SET, "status": WHOLE},
}

SIMULATED: dict[str, Tree] = {
    kind: {**_whole("apiVersion", "kind"), "metadata": _METADATA, **tree} for kind, tree in _SPECS.items()
}
"""Kind -> its fields that make a difference in a run."""


def not_simulated(obj: msgspec.Struct) -> list[str]:
    """The fields an object has that make no difference in a run, outermost paths only; `kind` if it does nothing.

    Empty and zero values ask for nothing and are not listed.
    """
    tree = SIMULATED.get(type(obj).__name__)
    if tree is None:
        return ["kind"]
    paths: list[str] = []
    _compare(encode(obj), tree, "", paths)
    return paths


def _compare(value: Any, part: Part, path: str, paths: list[str]) -> None:
    if isinstance(part, tuple):
        if value not in part:
            paths.append(path)
    elif isinstance(value, list) and part != WHOLE:
        for index, item in enumerate(value):
            _compare(item, part, f"{path}[{index}]", paths)
    elif isinstance(value, dict) and isinstance(part, dict):
        for name, inside in value.items():
            place = _below(path, name)
            if name in part:
                _compare(inside, part[name], place, paths)
            elif inside:
                paths.append(place)


def _below(path: str, name: str) -> str:
    if not name.isidentifier():
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name
