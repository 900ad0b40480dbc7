"""The sitting with the real kubectl, word for word.

Every command of the sitting is typed again. The objects it met are put together here from what the sitting itself
printed (the pod's JSON, the descriptions), so that printers, messages and exit codes are tested without a simulation.

Masked is nothing but the identity of the recording machine (lines of `System Info`). What the API server alone decides,
why a manifest is refused, what a container wrote, is answered here as it was recorded.
"""

import copy
import json
import re
import shlex
from datetime import UTC, datetime, timedelta

import pytest
from lightkube.models.coordination_v1 import Lease
from lightkube.models.core_v1 import Event, Node, Pod, Service

from podlab.api.decode import decode_object
from podlab.kubectl.cli import Kubectl
from podlab.kubectl.store import ApiError, ExecResult, LogLine, not_found
from tests.reference.conftest import files_of

CREATED = datetime(2026, 11, 24, 4, 42, tzinfo=UTC)
"""When the pod of the sitting was created; t = 0 was a quarter of a second earlier."""
PLURALS = {"Pod": "pods", "Node": "nodes", "Service": "services", "Event": "events", "Lease": "leases"}
GONE_AT = {"shop": 29.9, "once": 26.8}
SINCE = {"shop": 0.6, "once": 26.7}
EVENT = re.compile(r"  (Normal|Warning) +(\w+) +(\w+)(?: \(x(\d+) over (\w+)\))? +([\w-]+) +(.*)")


@pytest.fixture(scope="module")
def sitting():
    return [case for path in files_of("kubectl") for case in json.loads(path.read_text(encoding="utf-8"))["commands"]]


def test_the_sitting(sitting, reference_cases):
    assert len(reference_cases("kubectl")) == len(sitting)
    for command in sitting:
        result = Kubectl(Cluster(command, sitting)).run(shlex.split(command["cmd"]), command["stdin"] or "")
        typed = f"t={command['t']} $ {command['cmd']}"
        assert masked(result.stdout) == masked(command["stdout"]), typed
        assert masked(result.stderr) == masked(command["stderr"]), typed
        assert result.rc == command["rc"], typed


def masked(text):
    return re.sub(r"(?m)^(  (Machine ID|System UUID|Boot ID|Kernel Version):).*", r"\1", text)


class Cluster:
    """What the cluster held when one command was typed."""

    def __init__(self, command, sitting):
        self.command = command
        self.t = command["t"]
        self.sitting = sitting
        label = next(c for c in sitting if c["cmd"].startswith("kubectl label"))
        self.labelled = sitting.index(command) > sitting.index(label)
        self.objects = {}
        for name, pod in self.pods().items():
            if SINCE[name] <= self.t <= GONE_AT[name]:
                self.add(Pod, pod)
        self.add(Service, SERVICE)
        for node in self.nodes():
            self.add(Node, node)
        self.add(Lease, LEASE)
        for event in list(self.events()):
            self.add(Event, event)

    def add(self, cls, data):
        obj = decode_object(cls, data)
        self.objects[PLURALS[cls.__name__], obj.metadata.namespace or "", obj.metadata.name] = obj

    def printed(self, cmd):
        """What a command printed: its last output so far, else the first one."""
        texts = [(c["t"], c["stdout"]) for c in self.sitting if c["cmd"] == cmd]
        return ([text for t, text in texts if t <= self.t] or [texts[0][1]])[-1]

    def pods(self):
        shop = json.loads(self.printed("kubectl get pod shop -o json"))
        once = copy.deepcopy(shop)
        self.age(shop)
        once["metadata"] = {
            "name": "once",
            "namespace": "default",
            "uid": "once",
            "labels": {"run": "once"},
            "creationTimestamp": moment(22),
        }
        for field in ("nodeSelector", "initContainers", "volumes"):
            once["spec"].pop(field)
        once["spec"] |= {
            "containers": [{"name": "once", "image": "busybox:1.36", "args": ["sh", "-c", "exit 2"]}],
            "restartPolicy": "Never",
        }
        described = self.printed("kubectl describe pod once")
        once["status"] |= {
            "phase": "Failed",
            "qosClass": "BestEffort",
            "podIP": "10.244.0.134",
            "podIPs": [{"ip": "10.244.0.134"}],
            "startTime": moment(22),
            "initContainerStatuses": [],
            "containerStatuses": [
                once["status"]["containerStatuses"][0]
                | {
                    "name": "once",
                    "containerID": re.search(r"containerd://\w+", described)[0],
                    "ready": False,
                    "state": {"terminated": ended(23, 23, 2)},
                }
            ],
        }
        for condition in once["status"]["conditions"]:
            condition["status"] = str(condition["type"] in ("Initialized", "PodScheduled"))
        return {"shop": shop, "once": once}

    def age(self, shop):
        """The pod as it was at `t`: what the sitting printed once, moved to another moment."""
        web, worker = shop["status"]["containerStatuses"]
        ready = True
        if self.t < 1:
            shop["status"]["phase"] = "Pending"
            shop["status"]["initContainerStatuses"][0]["state"] = {"running": {"startedAt": moment(1)}}
            for status in (web, worker):
                status |= {"ready": False, "started": False, "state": {"waiting": {"reason": "PodInitializing"}}}
            for condition in shop["status"]["conditions"]:
                condition["status"] = str(condition["type"] == "PodScheduled")
        first, second = ended(2, 8, 3), ended(9, 15, 3)
        if 8 <= self.t < 15:
            worker |= {
                "restartCount": 1,
                "lastState": {"terminated": first},
                "state": {"running": {"startedAt": moment(9)}},
            }
        elif 15 <= self.t < 26:
            ready = False
            worker |= {"restartCount": 1, "ready": False, "lastState": {"terminated": first}}
            worker["state"] = {"terminated": second}
            if self.labelled:
                worker |= {"lastState": {"terminated": second}, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
        elif self.t >= 26:
            worker |= {"restartCount": 2, "lastState": {"terminated": second}}
        if not ready:
            described = self.printed("kubectl describe pod shop")
            worker["containerID"] = re.findall(r"containerd://\w+", described)[-1]
            for condition in shop["status"]["conditions"]:
                if condition["type"] in ("Ready", "ContainersReady"):
                    condition["status"] = "False"
        if self.labelled:
            shop["metadata"]["labels"]["color"] = "red"

    def nodes(self):
        described = self.printed("kubectl describe node node-1")
        conditions = [
            dict(
                zip(
                    ("type", "status", "lastHeartbeatTime", "lastTransitionTime", "reason", "message"),
                    (iso(cell) for cell in re.split(r"  +", line.strip())),
                    strict=True,
                )
            )
            for line in re.findall(r"(?m)^  \w+ +(?:True|False) +\w+, .*$", described)
        ]
        first = copy.deepcopy(NODE)
        first["status"]["conditions"] = conditions
        second = copy.deepcopy(NODE)
        second["metadata"] |= {"name": "node-2", "creationTimestamp": iso_of(CREATED + timedelta(seconds=22 - 13 * 60))}
        second["status"]["conditions"] = [{"type": "Ready", "status": "Unknown"}]
        return [first, second]

    def events(self):
        """The events of a description, with the times that their ages mean."""
        for name in (name for resource, _, name in self.objects if resource == "pods"):
            text = self.printed(f"kubectl describe pod {name}")
            seen = max((c["t"] for c in self.sitting if c["stdout"] == text), default=0)
            for number, line in enumerate(text.partition("Events:\n")[2].splitlines()[2:]):
                kind, reason, last, count, first, source, message = EVENT.fullmatch(line).groups()
                yield {
                    "metadata": {"name": f"{name}.{number:02}", "namespace": "default"},
                    "involvedObject": {"kind": "Pod", "name": name, "namespace": "default"},
                    "type": kind,
                    "reason": reason,
                    "count": int(count or 1),
                    "source": {"component": source},
                    "message": message,
                    "lastTimestamp": moment(seen + 0.25 - seconds(last)),
                    "firstTimestamp": moment(seen + 0.25 - seconds(first or last)),
                }

    def now(self):
        return CREATED + timedelta(seconds=self.t + 0.25)

    def list(self, resource, namespace):
        return [obj for (r, n, _), obj in sorted(self.objects.items()) if r == resource and namespace in (None, n)]

    def get(self, resource, namespace, name):
        for (r, n, other), obj in self.objects.items():
            if (r, other) == (resource, name) and n in ("", namespace):
                return obj
        raise not_found(resource, name)

    def watch(self, resource, namespace, timeout):
        assert timeout == 1.0
        return iter(())

    def create(self, manifest, namespace, *, dry_run=False):
        name = manifest["metadata"]["name"]
        if self.command["rc"]:
            raise refusal(self.command["stderr"], "Pod", name)
        return decode_object(Pod, manifest)

    def update(self, manifest, namespace, *, dry_run=False):
        if self.command["rc"]:
            raise refusal(self.command["stderr"], "Pod", manifest["metadata"]["name"])
        return decode_object(Pod, manifest)

    def delete(self, resource, namespace, name, *, grace_period):
        assert grace_period is None

    def wait_until(self, holds, timeout):
        return True

    def warnings(self):
        return []

    def logs(self, namespace, pod, container, *, previous):
        texts = {"web": ["serving"], "worker": ["working", "failed"]}[container]
        return [LogLine(self.now(), text) for text in texts]

    def exec(self, namespace, pod, container, command, stdin):
        assert (pod, container) == ("shop", "web")
        return ExecResult({"cat": "prepared\n", "hostname": "shop\n"}[command[0]])


def refusal(stderr, kind, name):
    """The API server's error, taken from what kubectl made of it."""
    if not stderr.startswith("Error from server"):
        lines = stderr.partition(" is invalid: ")[2].removesuffix("\n")
        causes = lines.split("\n* ")[1:] if lines.startswith("\n* ") else [lines]
        return ApiError("Invalid", lines, kind=kind, name=name, causes=[tuple(c.split(": ", 1)) for c in causes])
    reason, message = re.fullmatch(r'Error from server \((\w+)\): error when creating "STDIN": (.*)\n', stderr).groups()
    return ApiError(reason, message)


def moment(second):
    return iso_of(CREATED + timedelta(seconds=int(second)))


def iso_of(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso(text):
    """A time of a description as the API gives it; anything else as it is."""
    try:
        return iso_of(datetime.strptime(text, "%a, %d %b %Y %H:%M:%S %z"))
    except ValueError:
        return text


def ended(start, end, code):
    return {"exitCode": code, "reason": "Error", "startedAt": moment(start), "finishedAt": moment(end)}


def seconds(age):
    return int(age.removesuffix("s"))


SERVICE = {
    "metadata": {
        "name": "kubernetes",
        "namespace": "default",
        "creationTimestamp": iso_of(CREATED - timedelta(minutes=34)),
    },
    "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.1", "ports": [{"port": 443, "protocol": "TCP"}]},
}
LEASE = {
    "metadata": {"name": "node-1", "namespace": "kube-node-lease"},
    "spec": {"holderIdentity": "node-1", "renewTime": "2026-11-24T04:42:17Z"},
}
AMOUNTS = {
    "cpu": "2",
    "ephemeral-storage": "264212084Ki",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    "memory": "24683656Ki",
    "pods": "200",
}
NODE = {
    "metadata": {
        "name": "node-1",
        "creationTimestamp": "2026-11-24T04:09:08Z",
        "labels": {
            "beta.kubernetes.io/arch": "amd64",
            "beta.kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": "node-1",
            "kubernetes.io/os": "linux",
        },
        "annotations": {
            "node.alpha.kubernetes.io/ttl": "0",
            "volumes.kubernetes.io/controller-managed-attach-detach": "true",
        },
    },
    "status": {
        "addresses": [{"type": "InternalIP", "address": "10.250.0.1"}, {"type": "Hostname", "address": "node-1"}],
        "capacity": AMOUNTS,
        "allocatable": AMOUNTS | {"ephemeral-storage": "267847642337", "memory": "24632456Ki"},
        "nodeInfo": {
            "architecture": "amd64",
            "bootID": "",
            "containerRuntimeVersion": "containerd://1.6.20",
            "kernelVersion": "",
            "kubeProxyVersion": "",
            "kubeletVersion": "v1.36.2",
            "machineID": "",
            "operatingSystem": "linux",
            "osImage": "Debian GNU/Linux 12 (bookworm)",
            "systemUUID": "",
        },
    },
}
