"""What the API refuses of pods, their volumes and where they may run; the reference has many more, with whole texts."""

from typing import Any

import pytest

from tests.api.pods import case, check, container, mounted, pod, volume


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case(
            "a name with a capital",
            pod(name="Web"),
            'metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain …',
        ),
        case("a name of 254 characters", pod(name="a" * 254), 'metadata.name: Invalid value: "aaaa…'),
        case("a generated name", pod(generateName="web-")),
        case(
            "a generated name with a blank",
            pod(generateName="we b-"),
            'metadata.generateName: Invalid value: "we b-": a lowercase RFC 1123 subdomain …',
            'metadata.name: Invalid value: "we b-jjxqb": a lowercase RFC 1123 subdomain …',
        ),
        case("no name", {**pod(), "metadata": {}}, "metadata.name: Required value: name or generateName is required"),
        case(
            "a namespace with a dot",
            pod(name="w", namespace="a.b"),
            'metadata.namespace: Invalid value: "a.b": must not contain dots',
        ),
        case(
            "a label key with two slashes",
            pod(name="w", labels={"a/b/c": ""}),
            'metadata.labels: Invalid value: "a/b/c": a valid label key …',
        ),
        case(
            "a label value with a slash",
            pod(name="w", labels={"a": "b/c"}),
            'metadata.labels: Invalid value: "b/c": a valid label …',
        ),
        case("an annotation key in capitals is right", pod(name="w", annotations={"Example.COM/A": "any thing"})),
        case(
            "orphan and foreground finalizers",
            pod(name="w", finalizers=["orphan", "foregroundDeletion"]),
            'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer foregroundDeletion …',
        ),
        case(
            "two owners that control",
            pod(
                name="w",
                ownerReferences=[
                    {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": n, "uid": n, "controller": True}
                    for n in "ab"
                ],
            ),
            "metadata.ownerReferences: Invalid value: …",
        ),
    ],
)
def test_metadata(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case("a volume without a name", pod({"volumes": [{"emptyDir": {}}]}), "spec.volumes[0].name: Required value"),
        case(
            "two volumes of one name",
            pod({"volumes": [{"name": "v"}, {"name": "v"}]}),
            'spec.volumes[1].name: Duplicate value: "v"',
        ),
        case(
            "two sources",
            volume(emptyDir={}, configMap={"name": "c"}),
            "spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type",
        ),
        case(
            "a host path upwards",
            volume(hostPath={"path": "/a/../b"}),
            "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
        ),
        case(
            "a host path of an unknown type",
            volume(hostPath={"path": "/a", "type": "Folder"}),
            'spec.volumes[0].hostPath.type: Unsupported value: "Folder": supported values: "", "BlockDevice", …',
        ),
        case(
            "a file mode too large",
            volume(configMap={"name": "c", "defaultMode": 512}),
            "spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 …",
        ),
        case(
            "a file outside the volume",
            volume(secret={"secretName": "c", "items": [{"key": "k", "path": "/x"}]}),
            'spec.volumes[0].secret.items[0].path: Invalid value: "/x": must be a relative path',
        ),
        case(
            "a claim without a name",
            volume(persistentVolumeClaim={"claimName": ""}),
            "spec.volumes[0].persistentVolumeClaim.claimName: Required value",
        ),
        case(
            "the same file twice in a projected volume",
            volume(
                projected={"sources": [{"configMap": {"name": n, "items": [{"key": "k", "path": "x"}]}} for n in "cd"]}
            ),
            'spec.volumes[0].projected: Invalid value: "d": conflicting duplicate paths',
        ),
        case(
            "a mount of nothing",
            container(volumeMounts=[{"name": "v", "mountPath": "/v"}]),
            'spec.containers[0].volumeMounts[0].name: Not found: "v"',
        ),
        case(
            "a mount without a place",
            mounted({"mountPath": ""}),
            "spec.containers[0].volumeMounts[0].mountPath: Required value",
        ),
        case(
            "two mounts in one place",
            mounted({"mountPath": "/v"}, {"mountPath": "/v"}),
            'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique',
        ),
        case(
            "a subPath upwards",
            mounted({"mountPath": "/v", "subPath": "../x"}),
            "spec.containers[0].volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'",
        ),
        case(
            "subPath and subPathExpr",
            mounted({"mountPath": "/v", "subPath": "x", "subPathExpr": "y"}),
            'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "y": subPathExpr and subPath are …',
        ),
        case(
            "recursive read-only without read-only",
            mounted({"mountPath": "/v", "recursiveReadOnly": "Enabled"}),
            "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
        ),
        case(
            "a device without a claim",
            mounted(volumeDevices=[{"name": "v", "devicePath": "/dev/x"}]),
            'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of …',
        ),
    ],
)
def test_volumes(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case(
            "a toleration of everything without Exists",
            pod({"tolerations": [{"operator": "Equal"}]}),
            'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, …',
        ),
        case(
            "tolerationSeconds of another effect",
            pod({"tolerations": [{"key": "a", "operator": "Exists", "tolerationSeconds": 3, "effect": "NoSchedule"}]}),
            "spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when …",
        ),
        case(
            "a node selector value with a blank",
            pod({"nodeSelector": {"a": "b c"}}),
            'spec.nodeSelector: Invalid value: "b c": a valid label …',
        ),
        case(
            "no node selector term",
            pod(
                {
                    "affinity": {
                        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}
                    }
                }
            ),
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: …",
        ),
        case(
            "a weight of 101",
            pod(
                {
                    "affinity": {
                        "podAffinity": {
                            "preferredDuringSchedulingIgnoredDuringExecution": [
                                {"weight": 101, "podAffinityTerm": {"topologyKey": "a"}}
                            ]
                        }
                    }
                }
            ),
            "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: …",
        ),
        case(
            "no topology key",
            pod(
                {
                    "affinity": {
                        "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": ""}]}
                    }
                }
            ),
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: …",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: …",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: …",
        ),
        case(
            "spread twice over the same",
            pod(
                {
                    "topologySpreadConstraints": [
                        {"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}
                    ]
                    * 2
                }
            ),
            'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{z, DoNotSchedule}"',
        ),
        case(
            "spread without unevenness",
            pod(
                {
                    "topologySpreadConstraints": [
                        {"maxSkew": 0, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}
                    ]
                }
            ),
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
        ),
        case(
            "a node with gates",
            pod({"nodeName": "n", "schedulingGates": [{"name": "example.com/x"}]}),
            "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
        ),
        case(
            "a gate twice",
            pod({"schedulingGates": [{"name": "x"}, {"name": "x"}]}),
            'spec.schedulingGates[1]: Duplicate value: "x"',
        ),
        case(
            "a readiness gate with a blank",
            pod({"readinessGates": [{"conditionType": "a b"}]}),
            'spec.readinessGates[0].conditionType: Invalid value: "a b": name part must consist …',
        ),
    ],
)
def test_placing(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case(
            "a restart policy",
            pod({"restartPolicy": "always"}),
            'spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"',
        ),
        case(
            "a DNS policy",
            pod({"dnsPolicy": "None"}),
            "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
        ),
        case(
            "a DNS server that is no address",
            pod({"dnsConfig": {"nameservers": ["dns"]}}),
            'spec.dnsConfig.nameservers[0]: Invalid value: "dns": must be a valid IP address, (e.g. 10.9.8.7 or …',
        ),
        case(
            "a host alias that is no address",
            pod({"hostAliases": [{"ip": "::1"}, {"ip": "1.2.3.04"}]}),
            'spec.hostAliases[1].ip: Invalid value: "1.2.3.04": must not have leading 0s',
        ),
        case(
            "a deadline of 0",
            pod({"activeDeadlineSeconds": 0}),
            "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
        ),
        case(
            "a hostname with a dot",
            pod({"hostname": "a.b"}),
            'spec.hostname: Invalid value: "a.b": must not contain dots',
        ),
        case(
            "shared processes and the host's",
            pod({"shareProcessNamespace": True, "hostPID": True}),
            "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID …",
        ),
        case(
            "a user of its own and the host's network",
            pod({"hostUsers": False, "hostNetwork": True}),
            "spec.hostNetwork: Forbidden: when `hostUsers` is false",
        ),
        case(
            "a negative user",
            pod({"securityContext": {"runAsUser": -1}}),
            "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        ),
        case(
            "privileged without escalation",
            container(securityContext={"privileged": True, "allowPrivilegeEscalation": False}),
            'spec.containers[0].securityContext: Invalid value: {"Capabil…',
        ),
        case(
            "a local profile without a name",
            pod({"securityContext": {"seccompProfile": {"type": "Localhost"}}}),
            "spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type …",
        ),
        case(
            "a sysctl with a capital",
            pod({"securityContext": {"sysctls": [{"name": "Net", "value": "1"}]}}),
            'spec.securityContext.sysctls[0].name: Invalid value: "Net": must have at most 253 characters …',
        ),
        case(
            "an operating system",
            pod({"os": {"name": "plan9"}}),
            'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"',
        ),
        case(
            "a token without an account is for the API to say",
            volume(projected={"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 600}}]}),
            "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when …",
        ),
        case(
            "a preemption policy",
            pod({"preemptionPolicy": "Sometimes"}),
            'spec.preemptionPolicy: Unsupported value: "Sometimes": supported values: "PreemptLowerPriority", "Never"',
        ),
    ],
)
def test_the_pod_itself(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)
