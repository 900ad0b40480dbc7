"""The tables of everything that is no pod."""

from datetime import UTC, datetime

import pytest

from podlab.api.decode import decode_object
from podlab.kubectl.api_resources import api_resources_table, find_resource
from podlab.kubectl.kinds import columns_of, objects_table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR_AGO = {"name": "x", "creationTimestamp": "2025-12-31T23:00:00Z"}
TEMPLATE = {"spec": {"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "j"}]}}
SELECTOR = {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}


def row(plural, **data):
    resource = find_resource(plural)
    return columns_of(resource).row(decode_object(resource.model(), {"metadata": HOUR_AGO, **data}), NOW)


def ready(status):
    return {"conditions": [{"type": "Ready", "status": status}]}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            row("nodes", status=ready("True")),
            ["x", "Ready", "<none>", "60m", "", "<none>", "<none>", "<unknown>", "<unknown>", "<unknown>"],
            id="node",
        ),
        pytest.param(row("nodes", status=ready("Unknown"))[1:2], ["NotReady"], id="node that is silent"),
        pytest.param(row("nodes")[1:2], ["Unknown"], id="node that never spoke"),
        pytest.param(
            row("nodes", spec={"unschedulable": True}, status=ready("True"))[1:2],
            ["Ready,SchedulingDisabled"],
            id="cordoned node",
        ),
        pytest.param(
            row(
                "nodes",
                metadata={
                    "labels": {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": ""}
                },
            )[2:4],
            ["control-plane,worker", "<unknown>"],
            id="roles of a node",
        ),
        pytest.param(
            row("rs", spec={"replicas": 3, "selector": SELECTOR, "template": TEMPLATE}, status={"replicas": 2}),
            ["x", "3", "2", "0", "60m", "a,b", "i,j", "app=web,tier"],
            id="replica set",
        ),
        pytest.param(
            row("rc", spec={"replicas": 1, "selector": {"b": "2", "a": "1"}, "template": TEMPLATE}),
            ["x", "1", "0", "0", "60m", "a,b", "i,j", "a=1,b=2"],
            id="replication controller",
        ),
        pytest.param(
            row(
                "deploy",
                spec={"replicas": 3, "selector": SELECTOR, "template": TEMPLATE},
                status={"readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 1},
            )[:5],
            ["x", "1/3", "2", "1", "60m"],
            id="deployment",
        ),
        pytest.param(
            row("jobs", spec={"template": TEMPLATE, "completions": 3}, status={"succeeded": 1})[:5],
            ["x", "Running", "1/3", "", "60m"],
            id="job that has not started",
        ),
        pytest.param(
            row("jobs", spec={"template": TEMPLATE, "parallelism": 2}, status={"startTime": "2025-12-31T23:58:00Z"})[
                :4
            ],
            ["x", "Running", "0/1 of 2", "2m"],
            id="running job",
        ),
        pytest.param(
            row(
                "jobs",
                spec={"template": TEMPLATE},
                status={
                    "succeeded": 1,
                    "startTime": "2025-12-31T23:00:00Z",
                    "completionTime": "2025-12-31T23:00:07Z",
                    "conditions": [{"type": "Complete", "status": "True"}],
                },
            )[:4],
            ["x", "Complete", "1/1", "7s"],
            id="finished job",
        ),
        pytest.param(
            row(
                "jobs",
                spec={"template": TEMPLATE},
                status={
                    "conditions": [{"type": "FailureTarget", "status": "True"}, {"type": "Failed", "status": "True"}]
                },
            )[1:2],
            ["Failed"],
            id="failed job",
        ),
        pytest.param(
            row(
                "svc",
                spec={"clusterIP": "10.0.0.1", "ports": [{"port": 80, "protocol": "TCP"}], "selector": {"a": "b"}},
            ),
            ["x", "ClusterIP", "10.0.0.1", "<none>", "80/TCP", "60m", "a=b"],
            id="service",
        ),
        pytest.param(
            row(
                "svc",
                spec={
                    "type": "NodePort",
                    "clusterIP": "None",
                    "externalIPs": ["1.2.3.4"],
                    "ports": [
                        {"port": 80, "nodePort": 30080, "protocol": "TCP"},
                        {"port": 53, "nodePort": 30053, "protocol": "UDP"},
                    ],
                },
            )[1:5],
            ["NodePort", "None", "1.2.3.4", "80:30080/TCP,53:30053/UDP"],
            id="service on node ports",
        ),
        pytest.param(
            row("svc", spec={"type": "LoadBalancer"})[3:5], ["<pending>", "<none>"], id="waiting for a balancer"
        ),
        pytest.param(
            row("svc", spec={"type": "ExternalName", "externalName": "db.example"})[2:4],
            ["<none>", "db.example"],
            id="service that is a name",
        ),
        pytest.param(
            row(
                "ep",
                subsets=[
                    {"addresses": [{"ip": f"10.0.0.{n}"} for n in range(1, 5)], "ports": [{"port": 80}]},
                    {"addresses": [{"ip": "fd00::1"}], "ports": [{"port": 81}]},
                ],
            ),
            ["x", "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...", "60m"],
            id="endpoints",
        ),
        pytest.param(row("ep"), ["x", "<none>", "60m"], id="no endpoints"),
        pytest.param(
            row("endpointslices", addressType="IPv4", endpoints=[{"addresses": ["10.0.0.1"]}], ports=[{"port": 80}]),
            ["x", "IPv4", "80", "10.0.0.1", "60m"],
            id="endpoint slice",
        ),
        pytest.param(
            row("endpointslices", addressType="IPv4", endpoints=[]),
            ["x", "IPv4", "<unset>", "<unset>", "60m"],
            id="empty",
        ),
        pytest.param(row("ns", status={"phase": "Active"}), ["x", "Active", "60m"], id="namespace"),
        pytest.param(
            row("cm", data={"a": "1", "b": "2"}, binaryData={"c": "AA=="}), ["x", "3", "60m"], id="config map"
        ),
        pytest.param(row("configmaps"), ["x", "0", "60m"], id="config map without a key"),
        pytest.param(
            row("secrets", type="kubernetes.io/tls", data={"tls.crt": "AA==", "tls.key": "AA=="}),
            ["x", "kubernetes.io/tls", "2", "60m"],
            id="secret",
        ),
        pytest.param(row("limitranges"), ["x", "60m"], id="a kind without columns of its own"),
    ],
)
def test_rows(cells, expected):
    assert cells == expected


def test_a_kind_without_namespaces_has_no_column_for_them():
    nodes = find_resource("nodes")
    node = decode_object(nodes.model(), {"metadata": {**HOUR_AGO, "labels": {"zone": "a"}}})
    text = objects_table(nodes, [node], NOW, all_namespaces=True, show_labels=True)
    assert text == (
        "NAME   STATUS    ROLES    AGE   VERSION   LABELS\nx      Unknown   <none>   60m             zone=a\n"
    )


def test_api_resources():
    assert api_resources_table(group="batch", no_headers=True).split() == (
        ["cronjobs", "cj", "batch/v1", "true", "CronJob", "jobs", "batch/v1", "true", "Job"]
    )
    assert api_resources_table(group="apps", names_only=True).splitlines()[-1] == "statefulsets.apps"
    assert "nodes " not in api_resources_table(namespaced=True)
