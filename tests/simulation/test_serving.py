"""kubectl on a trace: one instant of the past, and what came next."""

import re

import pytest

import podlab as pl

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec:
  containers:
  - {name: web, image: nginx, ports: [{name: http, containerPort: 80}], resources: {limits: {memory: 64Mi}}}
  - {name: crash, image: busybox, command: [sh, -c, "echo run; sleep 5; exit 3"], resources: {requests: {cpu: 100m}}}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: shop}, ports: [{port: 8080, targetPort: http}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: sum, namespace: lab}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sleep, "3"]}]}
"""


@pytest.fixture(scope="module")
def trace():
    scenario = pl.load(SHOP, world=pl.World(nodes=("node-1", "node-2"), present_images=("nginx", "busybox")))
    return pl.run(scenario.but(pl.kill("shop/web", at=30), pl.delete("shop", at=40)), until=100)


@pytest.mark.parametrize(
    ("t", "command", "stdout"),
    [
        pytest.param(3, "get pods --no-headers", "shop   2/2   Running   0     3s\n", id="pods"),
        pytest.param(7, "get pods --no-headers", "shop   2/2   Running   1 (2s ago)   7s\n", id="pods a little later"),
        pytest.param(100, "get pods -A -o name", "pod/sum-SUFFIX\n", id="what is left"),
        pytest.param(3, "get jobs -n lab", "NAME   STATUS    COMPLETIONS   DURATION   AGE\n", id="a job that runs"),
        pytest.param(
            50, "get jobs -n lab", "NAME   STATUS     COMPLETIONS   DURATION   AGE\n", id="a job that is complete"
        ),
        pytest.param(3, "logs shop -c crash", "run\n", id="logs"),
        pytest.param(3, "get ep front -o jsonpath={.subsets[0].ports[0].port}", "80", id="endpoints"),
        pytest.param(3, "get ns lab -o jsonpath={.status.phase}", "Active", id="a namespace nobody has made"),
        pytest.param(3, "explain pod.spec.nodeName", "KIND:       Pod\nVERSION:    v1\n", id="explain"),
        pytest.param(
            3,
            "get pod shop -o jsonpath={.status.resources}",
            '{"limits":{"memory":"9007199254740988Ki"},"requests":{"cpu":"100m","memory":"64Mi"}}',
            id="one container without a limit leaves the pod without",
        ),
        pytest.param(
            3,
            "get pod shop -o jsonpath={.status.containerStatuses[*].image}",
            "docker.io/library/busybox:latest docker.io/library/nginx:latest",
            id="full names of images",
        ),
    ],
)
def test_at_an_instant(trace, t, command, stdout):
    result = trace.at(t).kubectl(command)
    said = re.sub(r"sum-[a-z0-9]{5}", "sum-SUFFIX", result.stdout)
    assert said.startswith(stdout)
    assert result.rc == 0


def test_events_count_up(trace):
    rows = trace.at(8).kubectl("describe pod shop").stdout.partition("Events:")[2].splitlines()
    assert sum("Started" in row for row in rows) == 2
    assert any(re.search(r"Started +3s \(x2 over 8s\) +kubelet", row) for row in rows)
    wide = trace.at(3).kubectl("get events -o wide").stdout
    assert re.search(r"pod/shop +spec.containers\{web\} +kubelet, node-1 ", wide)
    assert trace.at(3).kubectl("get events --field-selector involvedObject.kind=Job -A").stderr == ""


def test_a_version_tells_states_apart(trace):
    versions = [trace.at(t).kubectl("get pod shop -o jsonpath={.metadata.resourceVersion}").stdout for t in (3, 4, 30)]
    assert versions[0] == versions[1] != versions[2]


def test_a_watch_goes_on_to_the_end_of_the_trace(trace):
    statuses = [row.split()[2] for row in trace.at(36).kubectl("get pods -w").stdout.splitlines()]
    assert statuses[:2] == ["STATUS", "CrashLoopBackOff"]
    assert "Terminating" in statuses
    short = trace.at(3).kubectl("get pods -w --no-headers --request-timeout=4s").stdout
    assert [row.split()[2:4] for row in short.splitlines()] == [["Running", "0"], ["Error", "0"], ["Running", "1"]]
    only = trace.at(3).kubectl("get pods --watch-only --no-headers --request-timeout=4s").stdout
    assert [row.split() for row in only.splitlines()] == [row.split() for row in short.splitlines()[1:]]


def test_a_watch_of_endpoints_shows_every_change(trace):
    rows = trace.at(38).kubectl("get ep front -w --no-headers").stdout.splitlines()
    assert [row.split()[1] for row in rows][-1] == "<none>"


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("delete pod shop", '(Instead: pl.run(scenario.but(pl.delete("shop", at=3))).)'),
        ("delete pod shop --wait=false", '(Instead: pl.run(scenario.but(pl.delete("shop", at=3))).)'),
        ("run x --image=nginx", "(Instead: pl.load the manifest and pl.run it.)"),
        ("label pod shop a=b", "(Instead: change the manifest and pl.run it again.)"),
        ("exec shop -c web -- true", "(Instead: pl.Session(scenario) runs live.)"),
    ],
)
def test_the_past_cannot_be_changed(trace, command, hint):
    result = trace.at(3).kubectl(command)
    assert (result.stdout, result.rc) == ("", 1)
    assert result.stderr == "error: a trace is the past, nothing in it can be changed\n"
    assert str(result).endswith(f"{hint}\n")


def test_a_recorded_story_can_be_asked_too():
    story = pl.load_story("tests/reference/data/traces/both-exit0-always.json")
    result = story.at(3).kubectl("get pods,nodes")
    assert result.rc == 0
    assert "pod/" in result.stdout
    assert "node/node-1   Ready" in result.stdout
    assert story.at(3).kubectl("get pods -o yaml").rc == 0
