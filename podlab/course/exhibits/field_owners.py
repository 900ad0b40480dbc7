"""Whose each field of a Pod is, and why: the whole classification, by the types of the API.

The rule: what all containers have together belongs to the machine they share (the pod, a logical host); what can
differ from one to the next belongs to a program. The table has every field of PodSpec, Container, EphemeralContainer
and ObjectMeta; a field further inside belongs to what it is inside of, unless `INSIDE` says otherwise.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MACHINE: Final = "machine"
PROGRAM: Final = "program"


class Owner(NamedTuple):
    """Whose a field is (MACHINE or PROGRAM), which part of it, and why."""

    whose: str
    part: str
    why: str


Table = dict[tuple[str, str], dict[str, str]]

_OBJECT: Table = {
    (MACHINE, "identity"): {
        "apiVersion": "which form of the API this is written in",
        "kind": "what this describes: one machine with its programs",
        "metadata": "what the machine is called and how it is found",
        "spec": "the machine that is wanted, and the programs on it",
        "status": "what the cluster reports; not for you to write",
    },
}

_METADATA: Table = {
    (MACHINE, "identity"): {
        "name": "its name, and the host name its programs see",
        "generateName": "how its name begins; the rest is made up",
        "namespace": "the part of the cluster where its name is unique",
        "labels": "the marks by which controllers and Services find it",
        "annotations": "notes about it that nothing selects by",
        "ownerReferences": "the controller that made it and replaces it",
        "finalizers": "who must agree before it is gone",
        "uid": "tells it from earlier ones of its name; made by the API",
        "resourceVersion": "counts changes in the cluster; made by the API",
        "generation": "counts changes of what is wanted; made by the API",
        "creationTimestamp": "when it was made; made by the API",
        "deletionTimestamp": "until when it may wind up; made by the API",
        "deletionGracePeriodSeconds": "how long it may wind up; made by the API",
        "managedFields": "who set which field; made by the API",
        "selfLink": "no longer used",
    },
}

_POD_SPEC: Table = {
    (PROGRAM, "programs"): {
        "containers": "the programs that run side by side on it",
        "initContainers": "programs that run before them, or beside them from the start",
        "ephemeralContainers": "programs brought in later to look for a fault",
    },
    (MACHINE, "scheduling"): {
        "nodeName": "the node it is on: all its programs are on the same one",
        "nodeSelector": "which nodes will do for it as a whole",
        "affinity": "which nodes and which neighbours it wants",
        "tolerations": "which taints of a node it bears",
        "topologySpreadConstraints": "how evenly machines like it are spread",
        "schedulerName": "who chooses its node",
        "schedulingGates": "what must happen before a node is chosen",
        "schedulingGroup": "the group of machines that must be placed with it",
        "priority": "how important it is when room is short",
        "priorityClassName": "the same by name",
        "preemptionPolicy": "whether it may drive out less important ones",
        "os": "the operating system of the node it needs",
    },
    (MACHINE, "resources"): {
        "resources": "how much all its programs may use together",
        "resourceClaims": "devices that it reserves; programs name those they use",
        "overhead": "what the machine itself uses beyond its programs",
    },
    (MACHINE, "network"): {
        "hostNetwork": "its programs share one network, here the node's",
        "hostname": "one host name for all its programs",
        "subdomain": "its domain in the cluster's DNS",
        "setHostnameAsFQDN": "whether its host name is the full one",
        "hostnameOverride": "the host name its programs see instead",
        "hostAliases": "lines of the /etc/hosts that its programs share",
        "dnsPolicy": "whom its programs ask for names",
        "dnsConfig": "the same in detail",
        "enableServiceLinks": "whether its programs get the Services as variables",
        "readinessGates": "what else must hold before Services send to it",
    },
    (MACHINE, "storage"): {
        "volumes": "its disks, which outlive and join its programs",
    },
    (MACHINE, "namespaces"): {
        "shareProcessNamespace": "whether its programs see each other's processes",
        "hostPID": "whether they see the node's processes",
        "hostIPC": "whether they share memory with the node's processes",
        "hostUsers": "whether its users are the node's users",
    },
    (MACHINE, "security"): {
        "securityContext": "users, groups and rights for all its programs and volumes",
        "serviceAccountName": "as whom it speaks to the API",
        "serviceAccount": "the old name of serviceAccountName",
        "automountServiceAccountToken": "whether it gets that account's token",
        "imagePullSecrets": "with which passwords the node fetches its images",
        "runtimeClassName": "how well it is walled off from the node",
    },
    (MACHINE, "lifetime"): {
        "restartPolicy": "whether its programs are started again when they end",
        "terminationGracePeriodSeconds": "how long all its programs together have to wind up",
        "activeDeadlineSeconds": "how long it may run at all",
    },
}

_CONTAINER: Table = {
    (PROGRAM, "identity"): {
        "name": "tells it from the other programs of the machine",
    },
    (PROGRAM, "image"): {
        "image": "its files: each program brings its own",
        "imagePullPolicy": "when they are fetched anew",
    },
    (PROGRAM, "command"): {
        "command": "what is started, in place of the image's entrypoint",
        "args": "with which arguments",
        "workingDir": "in which directory",
    },
    (PROGRAM, "environment"): {
        "env": "its own variables",
        "envFrom": "its own variables, from a ConfigMap or Secret",
    },
    (PROGRAM, "ports"): {
        "ports": "where it listens; no two on one machine on the same",
    },
    (PROGRAM, "files"): {
        "volumeMounts": "where it sees the machine's disks",
        "volumeDevices": "where it sees them as raw devices",
    },
    (PROGRAM, "resources"): {
        "resources": "what it needs and may use; the machine needs the sum",
        "resizePolicy": "whether it must be restarted to get more",
    },
    (PROGRAM, "health"): {
        "livenessProbe": "how one sees that it must be restarted",
        "readinessProbe": "how one sees that it can serve",
        "startupProbe": "how one sees that it is up; till then it is left alone",
    },
    (PROGRAM, "hooks"): {
        "lifecycle": "what is done right after its start and before its end",
    },
    (PROGRAM, "security"): {
        "securityContext": "its user and rights; they override the machine's",
    },
    (PROGRAM, "lifetime"): {
        "restartPolicy": "whether it is started again, other than the machine's",
        "restartPolicyRules": "the same by exit code",
    },
    (PROGRAM, "terminal"): {
        "stdin": "whether its input stays open",
        "stdinOnce": "whether only for the first to attach",
        "tty": "whether it has a terminal",
    },
    (PROGRAM, "report"): {
        "terminationMessagePath": "the file with its last words",
        "terminationMessagePolicy": "whether its log may stand in for them",
    },
    (PROGRAM, "namespaces"): {
        "targetContainerName": "the program whose processes this one sees",
    },
}

_PORT: Table = {
    (MACHINE, "network"): {
        "hostPort": "a port of the node, for one machine only",
        "hostIP": "at which address of the node",
    },
}


def _flat(table: Table) -> dict[str, Owner]:
    return {name: Owner(*key, why) for key, names in table.items() for name, why in names.items()}


OWNERS: dict[str, dict[str, Owner]] = {
    "Pod": _flat(_OBJECT),
    "ObjectMeta": _flat(_METADATA),
    "PodSpec": _flat(_POD_SPEC),
    "Container": _flat(_CONTAINER),
    "EphemeralContainer": _flat(_CONTAINER),
}
"""Type → field → owner, for the types of which every field is classified."""

INSIDE: dict[str, dict[str, Owner]] = {"ContainerPort": _flat(_PORT)}
"""Fields that do not belong to what they are inside of."""
