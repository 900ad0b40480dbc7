"""Who shares what: the eight Linux namespaces of a pod's processes.

The network, IPC and UTS namespaces are the pod's: its pause process holds them and every container joins them. The PID
namespace is each container's own, or the pod's with `shareProcessNamespace`. The mount namespace is always its own.
User, cgroup and time namespaces are the host's. `hostNetwork`, `hostIPC` and `hostPID` give the host's (the first one
also the host's UTS namespace).
Models pkg/kubelet/kuberuntime/util NamespacesForPod and containerd's sandbox and container options.
"""

from __future__ import annotations

import hashlib

from lightkube.models.core_v1 import Pod, PodSpec

KINDS = ("net", "ipc", "uts", "pid", "mnt", "user", "cgroup", "time")
HOST = "host"
POD = "pod"
PAUSE = "pause"

HOST_PROCESS: dict[str, str] = dict.fromkeys(KINDS, HOST)
"""The namespaces of a process of the host."""


def sharing(pod: Pod) -> dict[str, dict[str, str]]:
    """For `pause` and every container of a pod, a label for each of its namespaces; equal label, same namespace.

    The labels are "host", "pod" (shared by all of the pod), "pause" and "container NAME" (its own).
    """
    spec = pod.spec
    assert spec is not None, "a pod without a spec has no containers"
    pause = _of(spec, PAUSE)
    table = {PAUSE: pause}
    for container in (*(spec.initContainers or ()), *spec.containers):
        table[container.name] = _of(spec, f"container {container.name}")
    for ephemeral in spec.ephemeralContainers or ():
        own = _of(spec, f"container {ephemeral.name}")
        if ephemeral.targetContainerName in table:
            own["pid"] = table[ephemeral.targetContainerName]["pid"]
        table[ephemeral.name] = own
    return table


def _of(spec: PodSpec, own: str) -> dict[str, str]:
    network = HOST if spec.hostNetwork else POD
    pid = HOST if spec.hostPID else POD if spec.shareProcessNamespace else own
    return {
        "net": network,
        "ipc": HOST if spec.hostIPC else POD,
        "uts": network,
        "pid": pid,
        "mnt": own,
        "user": HOST,
        "cgroup": HOST,
        "time": HOST,
    }


def identity(kind: str, *owner: object) -> str:
    """The number of a namespace, made of what it belongs to: never the same for two owners, always for one."""
    digest = hashlib.sha256(repr((kind, *owner)).encode()).digest()
    return f"4026{int.from_bytes(digest[:6], 'big') % 10**12:012d}"


def hashed(*what: object) -> str:
    """64 hexadecimal digits that stand for what is given: the id of a sandbox or a container."""
    return hashlib.sha256(repr(what).encode()).hexdigest()
