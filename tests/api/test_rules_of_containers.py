"""What the API refuses of containers, rule by rule; the reference has many more, with whole texts."""

from typing import Any

import pytest

from tests.api.pods import case, check, container, init, pod


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case("no containers", pod({"containers": []}), "spec.containers: Required value"),
        case(
            "a container without anything",
            pod({"containers": [{}]}),
            "spec.containers[0].name: Required value",
            "spec.containers[0].image: Required value",
        ),
        case(
            "a name with a dot",
            container(name="a.b"),
            'spec.containers[0].name: Invalid value: "a.b": must not contain dots',
        ),
        case("an init container of the same name", init(name="a"), 'spec.initContainers[0].name: Duplicate value: "a"'),
        case(
            "an image with a blank in front",
            container(image=" b"),
            'spec.containers[0].image: Invalid value: " b": must not have leading or trailing whitespace',
        ),
        case(
            "a pull policy in small letters",
            container(imagePullPolicy="always"),
            'spec.containers[0].imagePullPolicy: Unsupported value: "always": supported values: "Always", …',
        ),
        case(
            "a termination message policy",
            container(terminationMessagePolicy="Log"),
            'spec.containers[0].terminationMessagePolicy: Unsupported value: "Log": supported values: "File", …',
        ),
        case(
            "restartPolicy of a container",
            container(restartPolicy="Sometimes"),
            'spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", …',
        ),
        case(
            "restart rules without restartPolicy",
            container(restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}]),
            "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
        ),
        case(
            "a restart rule without exit codes",
            container(restartPolicy="Never", restartPolicyRules=[{"action": "Restart"}]),
            "spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified",
        ),
        case(
            "a restart rule with an unknown operator",
            container(
                restartPolicy="Never",
                restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "Equals", "values": [1]}}],
            ),
            'spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Equals": supported …',
        ),
        case(
            "a restart rule with 256 exit codes",
            container(
                restartPolicy="Never",
                restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "In", "values": list(range(256))}}],
            ),
            "spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most 255 items",
        ),
        case(
            "a restart rule with exit code twice is right",
            container(
                restartPolicy="Never",
                restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "In", "values": [1, 1]}}],
            ),
        ),
        case(
            "a readiness probe of an init container",
            init(readinessProbe={"exec": {"command": ["x"]}}),
            "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without …",
        ),
        case(
            "a readiness probe of a sidecar is right",
            init(restartPolicy="Always", readinessProbe={"exec": {"command": ["x"]}}),
        ),
        case(
            "a hook of an init container",
            init(lifecycle={"postStart": {"exec": {"command": ["x"]}}}),
            "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without …",
        ),
        case(
            "ephemeral containers on creation",
            pod({"ephemeralContainers": [{"name": "e", "image": "x"}]}),
            "spec.ephemeralContainers: Forbidden: cannot be set on create",
        ),
    ],
)
def test_containers(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case(
            "port 0",
            container(ports=[{"containerPort": 0}]),
            "spec.containers[0].ports[0].containerPort: Required value",
        ),
        case(
            "port 65536",
            container(ports=[{"containerPort": 65536}]),
            "spec.containers[0].ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive",
        ),
        case(
            "a protocol in small letters",
            container(ports=[{"containerPort": 1, "protocol": "tcp"}]),
            'spec.containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
        ),
        case(
            "a port name too long",
            container(ports=[{"containerPort": 1, "name": "a" * 16}]),
            'spec.containers[0].ports[0].name: Invalid value: "aaaaaaaaaaaaaaaa": must be no more than 15 characters',
        ),
        case(
            "a port name without letters",
            container(ports=[{"containerPort": 1, "name": "80"}]),
            'spec.containers[0].ports[0].name: Invalid value: "80": must contain at least one letter (a-z)',
        ),
        case(
            "a port name with two hyphens",
            container(ports=[{"containerPort": 1, "name": "a--b"}]),
            'spec.containers[0].ports[0].name: Invalid value: "a--b": must not contain consecutive hyphens',
        ),
        case(
            "a port name twice",
            container(ports=[{"containerPort": 1, "name": "x"}, {"containerPort": 2, "name": "x"}]),
            'spec.containers[0].ports[1].name: Duplicate value: "x"',
        ),
        case(
            "a host port twice",
            container(ports=[{"containerPort": 1, "hostPort": 9}, {"containerPort": 2, "hostPort": 9}]),
            'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//9"',
        ),
        case(
            "a host port twice, but of two protocols",
            container(
                ports=[{"containerPort": 1, "hostPort": 9}, {"containerPort": 2, "hostPort": 9, "protocol": "UDP"}]
            ),
        ),
        case(
            "another host port in the host's network",
            container({"hostNetwork": True}, ports=[{"containerPort": 80, "hostPort": 81}]),
            "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when …",
        ),
    ],
)
def test_ports(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case(
            "a probe without a handler",
            container(livenessProbe={}),
            "spec.containers[0].livenessProbe: Required value: must specify a handler type",
        ),
        case(
            "a probe with two handlers",
            container(livenessProbe={"exec": {"command": ["x"]}, "tcpSocket": {"port": 1}}),
            "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
        ),
        case(
            "an empty command",
            container(livenessProbe={"exec": {"command": []}}),
            "spec.containers[0].livenessProbe.exec.command: Required value",
        ),
        case(
            "a negative delay",
            container(livenessProbe={"exec": {"command": ["x"]}, "initialDelaySeconds": -1}),
            "spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or …",
        ),
        case(
            "two successes for liveness",
            container(livenessProbe={"exec": {"command": ["x"]}, "successThreshold": 2}),
            "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
        ),
        case(
            "two successes for readiness are right",
            container(readinessProbe={"exec": {"command": ["x"]}, "successThreshold": 2}),
        ),
        case(
            "a grace period of a readiness probe",
            container(readinessProbe={"exec": {"command": ["x"]}, "terminationGracePeriodSeconds": 3}),
            "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 3: must not be set …",
        ),
        case(
            "a grace period of 0",
            container(livenessProbe={"exec": {"command": ["x"]}, "terminationGracePeriodSeconds": 0}),
            "spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0",
        ),
        case(
            "an HTTP header with a blank",
            container(livenessProbe={"httpGet": {"port": 80, "httpHeaders": [{"name": "X A", "value": ""}]}}),
            'spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: "X A": a valid HTTP header …',
        ),
        case(
            "HTTP port 0",
            container(livenessProbe={"httpGet": {"port": 0}}),
            "spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
        ),
        case(
            "a hook without a handler",
            container(lifecycle={"preStop": {}}),
            "spec.containers[0].lifecycle.preStop: Required value: must specify a handler type",
        ),
        case(
            "a sleep longer than the grace period",
            container(lifecycle={"preStop": {"sleep": {"seconds": 31}}}),
            "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than …",
        ),
        case(
            "a sleep of 0 is right",
            container(lifecycle={"preStop": {"sleep": {"seconds": 0}}}),
        ),
    ],
)
def test_probes(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case(
            "a variable without a name", container(env=[{"name": ""}]), "spec.containers[0].env[0].name: Required value"
        ),
        case(
            "a variable with an equals sign",
            container(env=[{"name": "A=B"}]),
            'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must …',
        ),
        case("a variable with a blank is right", container(env=[{"name": "1 A.b"}])),
        case(
            "value and valueFrom",
            container(env=[{"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
            'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        ),
        case(
            "valueFrom nothing",
            container(env=[{"name": "A", "valueFrom": {}}]),
            'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, …',
        ),
        case(
            "a field that no variable can have",
            container(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.volumes"}}}]),
            'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.volumes": error …',
        ),
        case(
            "a label as a variable is right",
            container(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}]),
        ),
        case(
            "a key without a name",
            container(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": ""}}}]),
            "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value",
        ),
        case(
            "a resource that no variable can have",
            container(env=[{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.pods"}}}]),
            'spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.pods": …',
        ),
        case(
            "envFrom nothing",
            container(envFrom=[{}]),
            'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
        ),
        case(
            "envFrom both",
            container(envFrom=[{"configMapRef": {"name": "c"}, "secretRef": {"name": "s"}}]),
            'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
        ),
    ],
)
def test_environment(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)


@pytest.mark.parametrize(
    ("manifest", "errors"),
    [
        case(
            "more asked for than allowed",
            container(resources={"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}),
            'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
        ),
        case(
            "a negative amount",
            container(resources={"limits": {"cpu": "-1"}}),
            'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
            'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        ),
        case(
            "an unknown resource",
            container(resources={"limits": {"gpu": "1"}}),
            'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or …',
            'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for …',
            'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type …',
            'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource …',
        ),
        case(
            "half a device",
            container(resources={"limits": {"example.com/gpu": "500m"}}),
            'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer',
            'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer',
        ),
        case(
            "a device asked for without a limit",
            container(resources={"requests": {"example.com/gpu": "1"}}),
            "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources",
        ),
        case(
            "large pages alone",
            container(resources={"limits": {"hugepages-2Mi": "4Mi"}}),
            "spec.containers[0].resources: Forbidden: HugePages require cpu or memory",
        ),
        case(
            "a part of a large page",
            container(resources={"limits": {"hugepages-2Mi": "3Mi", "cpu": "1"}}),
            'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive …',
            'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive …',
        ),
        case(
            "a claim that the pod does not have",
            container(resources={"claims": [{"name": "x"}]}),
            'spec.containers[0].resources.claims[0]: Not found: "x": must be one of the names in …',
        ),
    ],
)
def test_resources(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    check(manifest, errors)
