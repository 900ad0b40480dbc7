"""The fields that take one of a few words, and what the words mean, as the API server documents them.

lightkube's types do not carry this. Where nothing is said about a word, Kubernetes says nothing either.
"""

from __future__ import annotations

Enum = dict[str, str]

_EFFECTS: Enum = {
    "NoExecute": "Evict any already-running pods that do not tolerate the taint. Currently enforced by NodeController.",
    "NoSchedule": (
        "Do not allow new pods to schedule onto the node unless they tolerate the taint, but allow all pods submitted "
        "to Kubelet without going through the scheduler to start, and allow all already-running pods to continue "
        "running. Enforced by the scheduler."
    ),
    "PreferNoSchedule": (
        "Like TaintEffectNoSchedule, but the scheduler tries not to schedule new pods onto the node, rather than "
        "prohibiting new pods from scheduling onto the node entirely. Enforced by the scheduler."
    ),
}
_OPERATORS: Enum = dict.fromkeys(("DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"), "")
_PROTOCOLS: Enum = {name: f"is the {name} protocol." for name in ("SCTP", "TCP", "UDP")}
_PULL: Enum = {
    "Always": ("means that kubelet always attempts to pull the latest image. Container will fail If the pull fails."),
    "IfNotPresent": (
        "means that kubelet pulls if the image isn't present on disk. Container will fail if the image isn't present "
        "and the pull fails."
    ),
    "Never": (
        "means that kubelet never pulls an image, but only uses a local image. Container will fail if the image isn't "
        "present"
    ),
}
_TERMINATION: Enum = {
    "FallbackToLogsOnError": (
        "will read the most recent contents of the container logs for the container status message when the container "
        "exits with an error and the terminationMessagePath has no contents."
    ),
    "File": (
        "is the default behavior and will set the container status message to the contents of the container's "
        "terminationMessagePath when the container exits."
    ),
}

ENUMS: dict[str, Enum] = {
    "Container.imagePullPolicy": _PULL,
    "Container.terminationMessagePolicy": _TERMINATION,
    "ContainerPort.protocol": _PROTOCOLS,
    "DeploymentStrategy.type": {
        "Recreate": "Kill all existing pods before creating new ones.",
        "RollingUpdate": (
            "Replace the old ReplicaSets by new one using rolling update i.e gradually scale down the old ReplicaSets "
            "and scale up the new one."
        ),
    },
    "EphemeralContainer.imagePullPolicy": _PULL,
    "EphemeralContainer.terminationMessagePolicy": _TERMINATION,
    "HTTPGetAction.scheme": {
        "HTTP": "means that the scheme used will be http://",
        "HTTPS": "means that the scheme used will be https://",
    },
    "HostPathVolumeSource.type": {
        "": "For backwards compatible, leave it empty if unset",
        "BlockDevice": "A block device must exist at the given path",
        "CharDevice": "A character device must exist at the given path",
        "Directory": "A directory must exist at the given path",
        "DirectoryOrCreate": (
            "If nothing exists at the given path, an empty directory will be created there as needed with file mode "
            "0755, having the same group and ownership with Kubelet."
        ),
        "File": "A file must exist at the given path",
        "FileOrCreate": (
            "If nothing exists at the given path, an empty file will be created there as needed with file mode 0644, "
            "having the same group and ownership with Kubelet."
        ),
        "Socket": "A UNIX socket must exist at the given path",
    },
    "NodeSelectorRequirement.operator": _OPERATORS,
    "PodSpec.dnsPolicy": {
        "ClusterFirst": (
            "indicates that the pod should use cluster DNS first unless hostNetwork is true, if it is available, then "
            "fall back on the default (as determined by kubelet) DNS settings."
        ),
        "ClusterFirstWithHostNet": (
            "indicates that the pod should use cluster DNS first, if it is available, then fall back on the default "
            "(as determined by kubelet) DNS settings."
        ),
        "Default": "indicates that the pod should use the default (as determined by kubelet) DNS settings.",
        "None": (
            "indicates that the pod should use empty DNS settings. DNS parameters such as nameservers and search paths "
            "should be defined via DNSConfig."
        ),
    },
    "PodSpec.preemptionPolicy": {
        "Never": "means that pod never preempts other pods with lower priority.",
        "PreemptLowerPriority": "means that pod can preempt other pods with lower priority.",
    },
    "PodSpec.restartPolicy": dict.fromkeys(("Always", "Never", "OnFailure"), ""),
    "PodStatus.phase": {
        "Failed": (
            "means that all containers in the pod have terminated, and at least one container has terminated in a "
            "failure (exited with a non-zero exit code or was stopped by the system)."
        ),
        "Pending": (
            "means the pod has been accepted by the system, but one or more of the containers has not been started. "
            "This includes time before being bound to a node, as well as time spent pulling images onto the host."
        ),
        "Running": (
            "means the pod has been bound to a node and all of the containers have been started. At least one "
            "container is still running or is in the process of being restarted."
        ),
        "Succeeded": (
            "means that all containers in the pod have voluntarily terminated with a container exit code of 0, and the "
            "system is not going to restart any of these containers."
        ),
        "Unknown": (
            "means that for some reason the state of the pod could not be obtained, typically due to an error in "
            "communicating with the host of the pod. Deprecated: It isn't being set since 2015 "
            "(74da3b14b0c0f658b3bb8d2def5094686d0e9095)"
        ),
    },
    "PodStatus.qosClass": {name: f"is the {name} qos class." for name in ("BestEffort", "Burstable", "Guaranteed")},
    "ServicePort.protocol": _PROTOCOLS,
    "ServiceSpec.type": {
        "ClusterIP": "means a service will only be accessible inside the cluster, via the cluster IP.",
        "ExternalName": (
            "means a service consists of only a reference to an external name that kubedns or equivalent will return "
            "as a CNAME record, with no exposing or proxying of any pods involved."
        ),
        "LoadBalancer": (
            "means a service will be exposed via an external load balancer (if the cloud provider supports it), in "
            "addition to 'NodePort' type."
        ),
        "NodePort": ("means a service will be exposed on one port of every node, in addition to 'ClusterIP' type."),
    },
    "Taint.effect": _EFFECTS,
    "Toleration.effect": _EFFECTS,
}
"""Class and field -> the words, in alphabetical order, with what each means."""
