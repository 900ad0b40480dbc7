"""What the API server refuses of Jobs, CronJobs, Services, Secrets and what else a manifest has beside its pods."""

from __future__ import annotations

from typing import Any

import pytest

from podlab.api.load import read_manifest

POD = {"containers": [{"name": "c", "image": "nginx"}]}
NAMELESS = {"containers": [{"name": "c"}]}
"""A container without an image."""
ENDING = {"metadata": {"labels": {"app": "a"}}, "spec": {"restartPolicy": "Never", **POD}}
OF_KIND = {
    **dict.fromkeys(("CronJob", "Job"), "batch/v1"),
    **dict.fromkeys(("DaemonSet", "Deployment", "StatefulSet"), "apps/v1"),
    **dict.fromkeys(("ClusterRole", "Role", "RoleBinding"), "rbac.authorization.k8s.io/v1"),
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    "PriorityClass": "scheduling.k8s.io/v1",
}


def said(kind: str, body: dict[str, Any], name: str = "x", **metadata: Any) -> list[str]:
    """What is wrong with an object: field and message, as the API prints both."""
    whole = {"apiVersion": OF_KIND.get(kind, "v1"), "kind": kind, "metadata": {"name": name, **metadata}, **body}
    reading = read_manifest(whole)
    assert all(fault.hint for fault in reading.faults)
    return [f"{fault.path}: {fault.message}" for fault in reading.faults]


def check(found: list[str], wanted: list[str]) -> None:
    """As many errors, each the wanted one, or beginning like it where that ends with dots."""
    assert len(found) == len(wanted), found
    for text, start in zip(found, wanted, strict=True):
        assert text == start or (start.endswith("…") and text.startswith(start[:-1])), text


def rule(**more: Any) -> dict[str, Any]:
    return {"podFailurePolicy": {"rules": [{"action": "FailJob", **more}]}}


CODES = "spec.podFailurePolicy.rules[0].onExitCodes"


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({}, [], id="good"),
        pytest.param(rule(onExitCodes={"operator": "In", "values": [1, 42]}), [], id="a good failure policy"),
        pytest.param(
            {"selector": {"matchLabels": {"app": "a"}}},
            ['spec.selector: Invalid value: {"matchLabels":{"app":"a"}}: `selector` not auto-generated'],
            id="a selector of one's own",
        ),
        pytest.param({"selector": {"matchLabels": {"app": "a"}}, "manualSelector": True}, [], id="by hand"),
        pytest.param(
            {"manualSelector": True}, ["spec.selector: Required value", "spec.template.…"], id="by hand, none"
        ),
        pytest.param(
            {"podReplacementPolicy": "Foo"},
            ['spec.podReplacementPolicy: Unsupported value: "Foo": supported values: "Failed", "TerminatingOrFailed"'],
            id="a replacement policy",
        ),
        pytest.param(
            {**rule(onExitCodes={"operator": "In", "values": [1]}), "podReplacementPolicy": "TerminatingOrFailed"},
            ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
            id="a replacement that a failure policy forbids",
        ),
        pytest.param(
            {
                **rule(onExitCodes={"operator": "In", "values": [1]}),
                "template": {"spec": {"restartPolicy": "OnFailure", **POD}},
            },
            [
                'spec.template.spec.restartPolicy: Invalid value: "OnFailure": '
                'only "Never" is supported when podFailurePolicy is specified'
            ],
            id="a failure policy with OnFailure",
        ),
        pytest.param(
            rule(onExitCodes={"operator": "In", "values": [0]}),
            [f"{CODES}.values[0]: Invalid value: 0: must not be 0 for the In operator"],
            id="exit code 0",
        ),
        pytest.param(
            rule(onExitCodes={"operator": "NotIn", "values": [3, 2, 2], "containerName": "d"}),
            [
                f'{CODES}.containerName: Invalid value: "d": must be one of the container or initContainer names in …',
                f"{CODES}.values[2]: Duplicate value: 2",
                f"{CODES}.values: Invalid value: [3,2,2]: must be ordered",
            ],
            id="codes out of order, and no such container",
        ),
        pytest.param(
            rule(),
            ["spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is …"],
            id="a rule without a condition",
        ),
        pytest.param(
            {"podFailurePolicy": {"rules": [{"action": "Explode", "onExitCodes": {"operator": "In", "values": [1]}}]}},
            [
                'spec.podFailurePolicy.rules[0].action: Unsupported value: "Explode": '
                'supported values: "Count", "FailIndex", "FailJob", "Ignore"'
            ],
            id="an action",
        ),
        pytest.param(
            {"completionMode": "Indexed", "parallelism": 2},
            ["spec.completions: Required value: when completion mode is Indexed"],
            id="indexes without an end",
        ),
        pytest.param(
            {"completionMode": "Sorted"},
            ['spec.completionMode: Unsupported value: "Sorted": supported values: "NonIndexed", "Indexed"'],
            id="a completion mode",
        ),
        pytest.param(
            {"backoffLimitPerIndex": 1},
            ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
            id="a limit for each index without indexes",
        ),
        pytest.param(
            {
                "completionMode": "Indexed",
                "completions": 3,
                "parallelism": 3,
                "successPolicy": {"rules": [{"succeededIndexes": "0,2", "succeededCount": 3}, {}]},
            },
            [
                "spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 …",
                "spec.successPolicy.rules[1]: Required value: at least one of succeededCount or succeededIndexes …",
            ],
            id="a success policy",
        ),
        pytest.param(
            {"template": {"metadata": {"labels": {"job-name": "y"}}, "spec": ENDING["spec"]}},
            ['spec.template.metadata.labels[job-name]: Invalid value: {"job-name":"y"}: must be \'x\''],
            id="a label that the API server makes",
        ),
    ],
)
def test_jobs(spec: dict[str, Any], errors: list[str]) -> None:
    check(said("Job", {"spec": {"template": ENDING, **spec}}), errors)


def test_a_jobs_name_becomes_a_label() -> None:
    check(said("Job", {"spec": {"template": ENDING}}, "a" * 64), ["spec.template.labels: Invalid value: …"])
    indexed = {"template": ENDING, "completionMode": "Indexed", "completions": 11, "parallelism": 1}
    check(said("Job", {"spec": indexed}, "a" * 60), [])
    check(said("Job", {"spec": indexed}, "a" * 61), ["metadata.name: Invalid value: …"])


@pytest.mark.parametrize(
    ("schedule", "error"),
    [
        *((good, "") for good in ("* * * * *", "*/5 0-6,8 1 jan MON", "@daily", "@every 90m", "5/9 * * * 1")),
        ("", "Required value"),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("9-3 * * * *", "beginning of range (9) beyond end of range (3): 9-3"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("@often", "unrecognized descriptor: @often"),
        ("@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'),
        ("TZ=UTC * * * * *", "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"),
    ],
)  # fmt: skip
def test_schedules(schedule: str, error: str) -> None:
    found = said("CronJob", {"spec": {"schedule": schedule, "jobTemplate": {"spec": {"template": ENDING}}}})
    assert [text.rpartition(f'"{schedule}": ')[2] if schedule else text for text in found] == (
        [error if schedule else f"spec.schedule: {error}"] if error else []
    )


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({"timeZone": "Europe/Prague"}, [], id="a time zone"),
        pytest.param(
            {"timeZone": "Mars/Base"},
            ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'],
            id="no such time zone",
        ),
        pytest.param(
            {"concurrencyPolicy": "Queue"},
            ['spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"'],
            id="a policy",
        ),
        pytest.param(
            {"failedJobsHistoryLimit": -1},
            ["spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"],
            id="a negative history",
        ),
        pytest.param(
            {"jobTemplate": {"spec": {"template": {"spec": POD}}}},
            ['spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
            id="pods that never end",
        ),
        pytest.param(
            {
                "jobTemplate": {
                    "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c"}]}}}
                }
            },
            ["spec.jobTemplate.spec.template.spec.containers[0].image: Required value"],
            id="a fault in the pods",
        ),
    ],
)
def test_cron_jobs(spec: dict[str, Any], errors: list[str]) -> None:
    whole = {"schedule": "@hourly", "jobTemplate": {"spec": {"template": ENDING}}, **spec}
    check(said("CronJob", {"spec": whole}), errors)


def test_a_cron_jobs_name_has_room_for_that_of_its_jobs() -> None:
    spec = {"schedule": "@hourly", "jobTemplate": {"spec": {"template": ENDING}}}
    assert said("CronJob", {"spec": spec}, "a" * 53)[0].endswith("must be no more than 52 characters")


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({"ports": [{"port": 80}]}, [], id="one port"),
        pytest.param({"clusterIP": "None"}, [], id="headless without ports"),
        pytest.param({"type": "ExternalName", "externalName": "example.com."}, [], id="a name outside"),
        pytest.param({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]}, [], id="a node port"),
        pytest.param({}, ["spec.ports: Required value"], id="no ports"),
        pytest.param(
            {"ports": [{"port": 80}, {"port": 81}]},
            ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"],
            id="two ports without names",
        ),
        pytest.param(
            {"ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "a"}]},
            [
                'spec.ports[1].name: Duplicate value: "a"',
                'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,…',
            ],
            id="two equal ports",
        ),
        pytest.param(
            {"type": "Foo", "ports": [{"port": 80}]},
            [
                'spec.type: Unsupported value: "Foo": '
                'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'
            ],
            id="a type",
        ),
        pytest.param(
            {"ports": [{"port": 0, "targetPort": "Web"}]},
            [
                "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                'spec.ports[0].targetPort: Invalid value: "Web": must contain only alpha-numeric characters …',
            ],
            id="ports that are none",
        ),
        pytest.param(
            {"ports": [{"port": 80, "nodePort": 30080}]},
            ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
            id="a node port of a ClusterIP",
        ),
        pytest.param(
            {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]},
            [
                "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. "
                "The range of valid ports is 30000-32767"
            ],
            id="a node port out of range",
        ),
        pytest.param(
            {"type": "LoadBalancer", "clusterIP": "None", "ports": [{"port": 80}]},
            ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services"],
            id="a balancer without an address",
        ),
        pytest.param({"type": "ExternalName"}, ["spec.externalName: Required value"], id="a name that is not given"),
        pytest.param(
            {"ports": [{"port": 80}], "clusterIP": "1.2.3", "sessionAffinity": "Maybe"},
            [
                'spec.sessionAffinity: Unsupported value: "Maybe": supported values: "ClientIP", "None"',
                'spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP address, …',
            ],
            id="an address and an affinity",
        ),
    ],
)
def test_services(spec: dict[str, Any], errors: list[str]) -> None:
    check(said("Service", {"spec": spec}), errors)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        pytest.param({"type": "kubernetes.io/basic-auth", "stringData": {"username": "u"}}, [], id="a name is enough"),
        pytest.param(
            {"type": "kubernetes.io/basic-auth"},
            ["data[username]: Required value", "data[password]: Required value"],
            id="basic-auth",
        ),
        pytest.param(
            {"type": "kubernetes.io/tls", "stringData": {"tls.crt": "x"}},
            ["data[tls.key]: Required value"],
            id="half of a certificate",
        ),
        pytest.param(
            {"type": "kubernetes.io/ssh-auth"}, ["data[ssh-privatekey]: Required value"], id="a key that is not there"
        ),
        pytest.param(
            {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "{"}},
            ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": …'],
            id="accounts that are no JSON",
        ),
        pytest.param(
            {"type": "kubernetes.io/service-account-token"},
            ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
            id="a token of nobody",
        ),
        pytest.param({"stringData": {"big": "x" * 2**20}}, [], id="just small enough"),
        pytest.param(
            {"stringData": {"big": "x" * (2**20 + 1)}},
            ["data: Too long: may not be more than 1048576 bytes"],
            id="too large",
        ),
    ],
)
def test_secrets(body: dict[str, Any], errors: list[str]) -> None:
    check(said("Secret", body), errors)


@pytest.mark.parametrize(
    ("kind", "body", "errors"),
    [
        pytest.param(
            "ConfigMap",
            {"data": {"a": "x"}, "binaryData": {"a": "eA=="}},
            ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
            id="a key in two places",
        ),
        pytest.param(
            "PodDisruptionBudget",
            {"spec": {"minAvailable": 1, "maxUnavailable": "200%"}},
            [
                "spec: Invalid value: minAvailable and maxUnavailable cannot be both set",
                'spec.maxUnavailable: Invalid value: "200%": must not be greater than 100%',
            ],
            id="a budget",
        ),
        pytest.param(
            "HorizontalPodAutoscaler",
            {"spec": {"minReplicas": 5, "maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "w"}}},
            ["spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"],
            id="an autoscaler",
        ),
        pytest.param(
            "PriorityClass",
            {"value": 2000000000},
            ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
            id="a priority",
        ),
        pytest.param(
            "Role",
            {"rules": [{"verbs": ["get"], "resources": ["pods"]}]},
            ["rules[0].apiGroups: Required value: resource rules must supply at least one api group"],
            id="a rule without a group",
        ),
        pytest.param(
            "RoleBinding",
            {"roleRef": {"kind": "Role", "name": "r"}, "subjects": [{"kind": "ServiceAccount", "name": "s"}]},
            ["subjects[0].namespace: Required value"],
            id="an account without a namespace",
        ),
        pytest.param(
            "PersistentVolumeClaim",
            {"spec": {"accessModes": ["ReadWrite"]}},
            ['spec.accessModes: Unsupported value: "ReadWrite": …', "spec.resources[storage]: Required value"],
            id="a claim",
        ),
    ],
)
def test_others(kind: str, body: dict[str, Any], errors: list[str]) -> None:
    check(said(kind, body), errors)


def test_the_claims_of_a_stateful_set_are_volumes_of_its_pods() -> None:
    mounted = {"containers": [{**POD["containers"][0], "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    whole = {
        "selector": {"matchLabels": {"a": "b"}},
        "serviceName": "db",
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": mounted},
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
    }
    check(said("StatefulSet", {"spec": whole}), [])
    without = {**whole, "volumeClaimTemplates": []}
    check(
        said("StatefulSet", {"spec": without}), ["spec.template.spec.containers[0].volumeMounts[0].name: Not found: …"]
    )
    no_image = {**whole, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c"}]}}}
    check(said("StatefulSet", {"spec": no_image}), ["spec.template.spec.containers[0].image: Required value"])


def test_a_daemon_set_without_a_selector_picks_nothing() -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": POD}
    check(said("DaemonSet", {"spec": {"template": template}}), ["spec.template.metadata.labels: Invalid value: …"])
    deadline = {**template, "spec": {**POD, "activeDeadlineSeconds": 5}}
    check(
        said("DaemonSet", {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": deadline}}),
        [
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported",
        ],
    )


def warned(kind: str, body: dict[str, Any], name: str = "x") -> list[str]:
    """What is warned of, and nothing is wrong."""
    whole = {"apiVersion": OF_KIND.get(kind, "v1"), "kind": kind, "metadata": {"name": name}, **body}
    reading = read_manifest(whole)
    assert not reading.faults
    return [f"{warning.path}: {warning.message}" for warning in reading.warnings]


def test_what_is_warned_of_in_a_template_has_the_templates_place() -> None:
    ports = [{"containerPort": 80}, {"containerPort": 80}]
    pods = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{**POD["containers"][0], "ports": ports}]}}
    deployment = {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": pods}}
    message = "duplicate port definition with {}.spec.containers[0].ports[0]"
    place = "spec.template"
    assert warned("Deployment", deployment) == [f"{place}.spec.containers[0].ports[1]: {message.format(place)}"]
    ending = {**pods, "spec": {**pods["spec"], "restartPolicy": "Never"}}
    place = "spec.jobTemplate.spec.template"
    cron = {"spec": {"schedule": "@daily", "jobTemplate": {"spec": {"template": ending}}}}
    assert warned("CronJob", cron) == [f"{place}.spec.containers[0].ports[1]: {message.format(place)}"]


def test_a_name_with_dots_is_warned_of_where_it_becomes_part_of_the_pods_names() -> None:
    (warning,) = warned("Job", {"spec": {"template": ENDING}}, "a.b")
    assert warning == (
        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; "
        "a DNS label is recommended: [must not contain dots]"
    )
    assert warned("Secret", {}, "a.b") == []
