"""Descriptions of pods in all their states. Whole descriptions are compared in tests/reference."""

import re
from datetime import UTC, datetime

import pytest
from lightkube.models.core_v1 import Event, Node, Pod

from podlab.api.decode import decode_object
from podlab.kubectl.describe import describe_node, describe_pod
from podlab.kubectl.describe.amounts import pod_amounts, share, total_amounts

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def described(spec=None, status=None, **metadata):
    data = {
        "metadata": {"name": "shop", "namespace": "default", **metadata},
        "spec": {"containers": [{"name": "web", "image": "nginx"}], **(spec or {})},
        "status": {"phase": "Running", **(status or {})},
    }
    return describe_pod(decode_object(Pod, data), [], NOW)


def container(**fields):
    return {"containers": [{"name": "web", "image": "nginx", **fields}]}


def state(**fields):
    return {"containerStatuses": [{"name": "web", **fields}]}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            described(),
            ["Node: <none>", "Labels: <none>", "Annotations: <none>", "Status: Running", "IPs: <none>"],
            id="a pod that waits for a node",
        ),
        pytest.param(
            described(deletionTimestamp="2025-12-31T23:59:50Z", deletionGracePeriodSeconds=30),
            ["Status: Terminating (lasts 10s)", "Termination Grace Period: 30s"],
            id="being deleted",
        ),
        pytest.param(
            described(status={"phase": "Failed", "reason": "Evicted", "message": "too full"}),
            ["Status: Failed", "Reason: Evicted", "Message: too full"],
            id="evicted",
        ),
        pytest.param(
            described(ownerReferences=[{"kind": "ReplicaSet", "name": "web", "controller": True}]),
            ["Controlled By: ReplicaSet/web"],
            id="made by a controller",
        ),
        pytest.param(
            described(annotations={"a": "x" * 150, "b": "one\ntwo", LAST_APPLIED: "y"}),
            [f"Annotations: a:\n {'x' * 138}...\n b:\n one\n two\nStatus:"],
            id="long annotations",
        ),
        pytest.param(
            described(status=state(state={"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=3)),
            [" State: Waiting\n Reason: CrashLoopBackOff\n Ready: False\n Restart Count: 3\n"],
            id="waiting",
        ),
        pytest.param(described(status=state(state={})), [" State: Waiting\n Ready: False\n"], id="no state"),
        pytest.param(
            described(status=state(state={"terminated": {"exitCode": 137, "signal": 9, "message": "oh\nno"}})),
            [
                " State: Terminated\n Message: oh\nno\n Exit Code: 137\n Signal: 9\n"
                " Started: Mon, 01 Jan 0001 00:00:00 +0000\n"
            ],
            id="killed",
        ),
        pytest.param(
            described(
                container(ports=[{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 53, "hostPort": 53}])
            ),
            [" Ports: 80/TCP, 53/\n Host Ports: 0/TCP, 53/\n"],
            id="several ports",
        ),
        pytest.param(
            described(
                container(
                    livenessProbe={"httpGet": {"path": "healthz", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 3},
                    readinessProbe={"tcpSocket": {"port": "db"}},
                    startupProbe={"grpc": {"port": 5, "service": ""}},
                )
            ),
            [
                " Liveness: http-get http://:8080/healthz delay=0s timeout=0s period=3s #success=0 #failure=0\n",
                " Readiness: tcp-socket :db delay=0s timeout",
                " Startup: grpc <pod>:5 delay=0s timeout",
            ],
            id="probes",
        ),
        pytest.param(
            described(
                container(
                    envFrom=[{"configMapRef": {"name": "conf"}}, {"prefix": "P_", "secretRef": {"name": "s"}}],
                    resources={"limits": {"cpu": "1500m"}},
                    env=[
                        {"name": "LINES", "value": "a\nb"},
                        {"name": "NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
                        {"name": "APP", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
                        {"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
                        {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
                        {"name": "MEM", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}},
                        {"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                        {"name": "CONF", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k", "optional": True}}},
                    ],
                ),
                labels={"app": "shop"},
            ),
            [
                " Environment Variables from:\n conf ConfigMap Optional: false\n"
                " s Secret with prefix 'P_' Optional: false\n Environment:\n",
                " LINES: a\n b\n",
                " NAME: shop (v1:metadata.name)\n",
                " APP: shop (:metadata.labels['app'])\n",
                " IP: (v1:status.podIP)\n",
                " CPUS: 2 (limits.cpu)\n",
                " MEM: node allocatable (limits.memory)\n",
                " PASS: <set to the key 'k' in secret 's'> Optional: false\n",
                " CONF: <set to the key 'k' of config map 'c'> Optional: true\n",
            ],
            id="environment",
        ),
        pytest.param(
            described(
                container(
                    volumeMounts=[
                        {"name": "b", "mountPath": "/b", "readOnly": True, "subPath": "x"},
                        {"name": "a", "mountPath": "/a"},
                    ]
                )
            ),
            [' Mounts:\n /a from a (rw)\n /b from b (ro,path="x")\n'],
            id="mounts",
        ),
        pytest.param(
            described(
                {
                    "volumes": [
                        {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
                        {"name": "host", "hostPath": {"path": "/var"}},
                        {"name": "conf", "configMap": {"name": "c"}},
                        {
                            "name": "info",
                            "downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.x"}}]},
                        },
                        {"name": "odd", "rbd": {"monitors": [], "image": "x"}},
                    ]
                }
            ),
            [
                " Medium: Memory\n SizeLimit: 1Gi\n",
                " Type: HostPath (bare host directory volume)\n Path: /var\n HostPathType: <none>\n",
                " Name: c\n Optional: false\n",
                " Items:\n metadata.x -> l\n",
                " odd:\n <unknown>\n",
            ],
            id="volumes",
        ),
        pytest.param(
            described(
                {"readinessGates": [{"conditionType": "lb"}, {"conditionType": "up"}]},
                {"conditions": [{"type": "lb", "status": "True"}]},
            ),
            ["Readiness Gates:\n Type Status\n lb True \n up <none> \nConditions:\n Type Status\n lb True \n"],
            id="readiness gates",
        ),
        pytest.param(
            described({"tolerations": [{"operator": "Exists"}, {"key": "gpu", "value": "y", "effect": "NoSchedule"}]}),
            ["Tolerations: op=Exists\n gpu=y:NoSchedule\n"],
            id="tolerations",
        ),
        pytest.param(
            described({"initContainers": [{"name": "one"}], "ephemeralContainers": [{"name": "debug"}]}),
            ["Init Containers:\n one:\n", "Ephemeral Containers:\n debug:\n"],
            id="other containers",
        ),
        pytest.param(describe_pod(Pod(), [], NOW), ["Containers: <none>\n", "QoS Class: BestEffort\n"], id="nothing"),
    ],
)
def test_pods(text, lines):
    squeezed = re.sub(" +", " ", text)
    for line in lines:
        assert line in squeezed


def test_events_are_sorted_by_when_they_were_last_seen():
    events = [
        decode_object(
            Event,
            {
                "metadata": {"name": f"e{count}"},
                "involvedObject": {},
                "type": "Normal",
                "reason": reason,
                "message": "m",
                "source": {"component": "kubelet"},
                "count": count,
                "firstTimestamp": "2025-12-31T23:58:00Z",
                "lastTimestamp": f"2025-12-31T23:59:{second}Z",
            },
        )
        for count, (reason, second) in enumerate([("Later", 55), ("Sooner", 50), ("Often", 58)], 1)
    ]
    assert describe_pod(Pod(), events, NOW).partition("Events:\n")[2] == (
        "  Type    Reason  Age               From     Message\n"
        "  ----    ------  ----              ----     -------\n"
        "  Normal  Sooner  10s (x2 over 2m)  kubelet  m\n"
        "  Normal  Later   2m                kubelet  m\n"
        "  Normal  Often   2s (x3 over 2m)   kubelet  m\n"
    )


def pod_asking(*regular, init=(), sidecars=(), **spec):
    def containers(amounts, policy=None):
        return [
            {"name": f"c{n}", "restartPolicy": policy, "resources": {"requests": {"cpu": amount}}}
            for n, amount in enumerate(amounts)
        ]

    inits = containers(sidecars, "Always") + containers(init)
    return decode_object(Pod, {"spec": {"containers": containers(regular), "initContainers": inits, **spec}})


@pytest.mark.parametrize(
    ("pod", "cpu"),
    [
        pytest.param(pod_asking("100m", "200m"), "300m", id="containers add up"),
        pytest.param(pod_asking("100m", init=["1", "50m"]), "1", id="an init container runs alone"),
        pytest.param(pod_asking("100m", sidecars=["150m"], init=["1"]), "1150m", id="sidecars run beside it"),
        pytest.param(pod_asking("100m", sidecars=["150m"]), "250m", id="and beside the containers"),
        pytest.param(pod_asking("100m", overhead={"cpu": "10m"}), "110m", id="overhead"),
        pytest.param(pod_asking("100m", resources={"requests": {"cpu": "2"}}), "2", id="the pod's own resources"),
    ],
)
def test_what_a_pod_asks_for(pod, cpu):
    assert str(pod_amounts(pod, "requests")["cpu"]) == cpu
    assert pod_amounts(pod, "limits") == {}


def test_amounts_add_up():
    total = total_amounts([pod_asking("100m"), pod_asking("1900m")], "requests")
    assert share(total["cpu"], total["cpu"]) == "2 (100%)"


def test_a_node_without_anything():
    node = decode_object(Node, {"metadata": {"name": "n"}, "spec": {"taints": [
        {"key": "b", "effect": "NoSchedule"}, {"key": "a", "value": "x", "effect": "NoExecute"}]}})  # fmt: skip
    done = decode_object(Pod, {"status": {"phase": "Succeeded"}})
    text = describe_node(node, [done], [], NOW)
    assert "Taints:             a=x:NoExecute\n                    b:NoSchedule\n" in text
    assert 'Lease:              Failed to get lease: leases.coordination.k8s.io "n" not found\n' in text
    assert "Non-terminated Pods:          (0 in total)\n" in text
    assert "  cpu                0 (0%)    0 (0%)\n" in text
